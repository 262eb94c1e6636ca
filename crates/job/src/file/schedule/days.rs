//! Which days a schedule comes on, and at what times of their wall clock.
//!
//! Method: a day that the schedule names is its nominal day. Where it is off, `if_off` says which workday stands in for
//! it; several nominal days that fall on one workday come once. Only years that the calendar lists are asked for what is
//! worked.

use super::{SchedulePlan, When, line};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use model::{calendar::Holidays, label::Label, period::Grain};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Days by the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Days {
    /// A workday of each period.
    Working {
        /// Its number; a negative one counts from the end.
        number: i32,
        /// The period.
        of: Grain,
    },
    /// So many days after each of these days.
    Near {
        /// What they are called.
        name: Label,
        /// The days, in order.
        of: Vec<NaiveDate>,
        /// How many days after; negative before.
        days: i32,
    },
}

/// What happens when a day of the schedule is no workday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IfOff {
    /// The next workday stands in for it.
    NextWorkingDay,
    /// The workday before it stands in for it.
    PreviousWorkingDay,
    /// Nothing runs for it.
    Skip,
}

/// A moment of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wall {
    /// The moment.
    pub at: NaiveDateTime,
    /// Whether it is one of a fixed time, which the change of the clock neither loses nor doubles.
    pub fixed: bool,
}

/// A calendar without a workday in so many days has none.
const LONGEST_BREAK: usize = 366;

/// The years in which a calendar that lists none is searched; weekdays and leap days repeat after 28.
const YEARS: i32 = 28;

impl SchedulePlan {
    /// The moments after `after`, in order, as the wall clock shows them; without end, or until the calendar ends.
    pub fn walls(&self, after: NaiveDateTime) -> Box<dyn Iterator<Item = Wall> + '_> {
        match &self.when {
            When::Cron(_) if self.if_off.is_none() => {
                let lines = self.cron().into_iter();
                Box::new(lines.flat_map(move |cron| {
                    let fixed = line::is_fixed(&cron);
                    let moments = cron.iter_after(after.and_utc());
                    moments.map(move |at| Wall { at: at.naive_utc(), fixed })
                }))
            }
            _ => Box::new(self.by_day(after)),
        }
    }

    fn by_day(&self, after: NaiveDateTime) -> impl Iterator<Item = Wall> + '_ {
        let (times, fixed) = self.times();
        let named = self.named();
        let [first, last] = self.known(after.date());
        let days = first.iter_days().take_while(move |day| *day <= last);
        let days = days.filter(move |day| self.nominal(*day, &named).next().is_some());
        let walls = days.flat_map(move |day| {
            times.clone().into_iter().map(move |time| Wall { at: day.and_time(time), fixed })
        });
        walls.skip_while(move |wall| wall.at <= after)
    }

    /// The first and the last day from `from` on of which the calendar knows enough.
    fn known(&self, from: NaiveDate) -> [NaiveDate; 2] {
        let edge =
            |year: i32, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(from);
        let listed = self.holidays.years.filter(|_| self.asks_for_workdays());
        match listed {
            Some((first, last)) => [from.max(edge(first, 1, 1)), edge(last, 12, 31)],
            None => [from, edge(from.year() + YEARS, 12, 31)],
        }
    }

    /// Whether what is worked decides on the days.
    pub fn asks_for_workdays(&self) -> bool {
        self.if_off.is_some() || matches!(self.when, When::On(Days::Working { .. }, _))
    }

    /// The last day of which the calendar knows what is worked, if that matters and it ends.
    pub fn ends(&self) -> Option<NaiveDate> {
        let (_, last) = self.holidays.years.filter(|_| self.asks_for_workdays())?;
        NaiveDate::from_ymd_opt(last, 12, 31)
    }

    /// The last day on which it comes, where it names days of which the later ones are not known.
    pub fn last_named(&self) -> Option<NaiveDate> {
        let When::On(Days::Near { of, days, .. }, _) = &self.when else { return None };
        of.last()?.checked_add_signed(chrono::TimeDelta::days((*days).into()))
    }

    /// Whether it comes at all.
    pub(super) fn comes_ever(&self) -> bool {
        let start = self.holidays.years.map_or(2001, |(first, _)| first);
        let near = match &self.when {
            When::On(Days::Near { of, .. }, _) => of.first().map(NaiveDate::year),
            _ => None,
        };
        let start = NaiveDate::from_ymd_opt(near.unwrap_or(start).min(start) - 1, 1, 1);
        start.is_some_and(|start| self.walls(start.and_time(NaiveTime::MIN)).next().is_some())
    }

    /// The times of a day, in order, and whether they are fixed.
    fn times(&self) -> (Vec<NaiveTime>, bool) {
        match &self.when {
            When::On(_, at) => (vec![*at], true),
            When::Cron(_) => {
                let Some(cron) = self.cron() else { return (Vec::new(), true) };
                let minutes = cron.pattern.minutes.values();
                let of_hour = |hour: &u16| {
                    let hour = u32::from(*hour);
                    let times = minutes.iter().map(move |minute| (hour, u32::from(*minute)));
                    times
                        .filter_map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0))
                        .collect::<Vec<_>>()
                };
                (
                    cron.pattern.hours.values().iter().flat_map(of_hour).collect(),
                    line::is_fixed(&cron),
                )
            }
        }
    }

    /// Whether the schedule names a day, whatever is worked.
    pub(super) fn named(&self) -> Box<dyn Fn(NaiveDate) -> bool + '_> {
        match &self.when {
            When::Cron(_) => {
                let cron = self.cron();
                Box::new(move |day| cron.as_ref().is_some_and(|cron| line::is_on(cron, day)))
            }
            When::On(Days::Near { of, days, .. }, _) => {
                let distance = i64::from(*days);
                Box::new(move |day| of.iter().any(|one| (day - *one).num_days() == distance))
            }
            When::On(Days::Working { number, of }, _) => {
                Box::new(move |day| self.counted(day, *number, *of).last() == Some(&day))
            }
        }
    }

    /// The workdays of the period of `day`, from its begin or end up to the one with the number; fewer when it has fewer.
    pub(super) fn counted(&self, day: NaiveDate, number: i32, of: Grain) -> Vec<NaiveDate> {
        let days = self.calendar.period(of, day).days;
        let worked = |day: &NaiveDate| self.holidays.is_workday(*day);
        let count = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
        let counted: Vec<_> = match number > 0 {
            true => days.iter().filter(worked).take(count).collect(),
            false => {
                let all: Vec<_> = days.iter().filter(worked).collect();
                all.into_iter().rev().take(count).collect()
            }
        };
        if counted.len() == count { counted } else { Vec::new() }
    }

    /// The days of the schedule for which `day` stands.
    pub(super) fn nominal<'a>(
        &'a self,
        day: NaiveDate,
        named: &'a dyn Fn(NaiveDate) -> bool,
    ) -> impl Iterator<Item = NaiveDate> + 'a {
        let worked = |day: NaiveDate| self.holidays.is_workday(day);
        let stands_in = match self.if_off {
            None => Some(Vec::new()),
            Some(_) if !worked(day) => None,
            Some(IfOff::Skip) => Some(Vec::new()),
            Some(IfOff::NextWorkingDay) => {
                Some(off_beside(&self.holidays, day, |day| day.pred_opt()))
            }
            Some(IfOff::PreviousWorkingDay) => {
                Some(off_beside(&self.holidays, day, |day| day.succ_opt()))
            }
        };
        let days = stands_in.into_iter().flat_map(move |off| std::iter::once(day).chain(off));
        days.filter(move |day| named(*day))
    }
}

/// The days off in a row beside a workday, going by `step`.
fn off_beside(
    holidays: &Holidays,
    day: NaiveDate,
    step: impl Fn(NaiveDate) -> Option<NaiveDate>,
) -> Vec<NaiveDate> {
    let beside = std::iter::successors(step(day), |day| step(*day));
    beside.take(LONGEST_BREAK).take_while(|day| !holidays.is_workday(*day)).collect()
}
