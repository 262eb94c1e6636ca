//! `[schedule]` of a job file: when the job runs by itself.
//!
//! Rule: a [`SchedulePlan`] that exists comes at least once. Its days are those of a line of cron, or workdays and days
//! around festivals and events; a calendar that lists years answers for those years only, and the schedule ends with it.

mod because;
mod days;
mod line;
pub mod ready;
#[cfg(test)]
mod tests;

pub use days::{Days, IfOff, Wall};
pub use ready::{Late, ReadyPlan};

use chrono::NaiveTime;
use chrono_tz::Tz;
use croner::Cron;
use model::{
    calendar::{Calendar, Holidays},
    id::FestivalId,
    period::Grain,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use transform::Event;

/// How many missed moments `each` makes up for when the job file does not say.
const DEFAULT_MAX_CATCH_UP: u32 = 7;

/// More than this is a repair, not a catch-up.
const HIGHEST_MAX_CATCH_UP: u32 = 366;

/// When a job runs by itself: `[schedule]`. Either `cron`, or `on` with `at`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Five fields: minute, hour, day of month, month, day of week (0 or 7 is Sunday; names are allowed).
    ///
    /// As in cron, a day matches when day of month *or* day of week does, unless one of them is `*`.
    /// `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` are understood. A time that the
    /// change to summer time skips runs right after the jump; one that the change back repeats runs
    /// once. Lines whose minute or hour begins with `*` follow the clock instead: each real hour.
    /// Example: `"30 6 * * MON-FRI"`.
    pub cron: Option<String>,
    /// Days that no line of cron can name. Example: `{ working_day = 3 }`.
    pub on: Option<OnSpec>,
    /// The time of day of `on`. Example: `"06:30"`.
    pub at: Option<String>,
    /// What happens when a day of the schedule is no workday of the job's calendar; nothing when absent.
    pub if_off: Option<IfOff>,
    /// Waiting for data, and what happens when they are late; nothing is waited for when absent.
    pub ready: Option<ready::Spec>,
    /// The IANA time zone of the schedule; the job's zone when absent. Example: `"Europe/Berlin"`.
    #[serde(default)]
    pub zone: Option<String>,
    /// What happens to moments that passed while nothing was running.
    #[serde(default)]
    pub catch_up: CatchUp,
    /// How many missed moments `each` makes up for at most, the latest ones; 7 when absent.
    #[serde(default)]
    pub max_catch_up: Option<u32>,
}

/// Days by the calendar: one of `working_day`, `festival` and `event`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnSpec {
    /// The workday of a period by its number; a negative one counts from its end. Example: `3`, or `-1` for the last.
    pub working_day: Option<i32>,
    /// The period whose workdays are counted; `month` when absent.
    pub of: Option<Grain>,
    /// A festival of the job's calendar. Example: `"double_11"`.
    pub festival: Option<FestivalId>,
    /// An event of the catalogue, by its English name.
    pub event: Option<String>,
    /// How many days after the festival or event; negative before it, 0 when absent.
    pub days: Option<i32>,
}

/// What happens to moments that passed while nothing was running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// Every one of them is run, in order, up to `max_catch_up`.
    Each,
    /// Only the last of them is run.
    #[default]
    Latest,
    /// None is run once it is more than an hour late.
    Skip,
}

/// What a schedule's days are reckoned by.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The job's calendar, with its zone.
    pub calendar: Calendar,
    /// Which days are worked, and when festivals are.
    pub holidays: &'a Holidays,
    /// The events of the catalogue.
    pub events: &'a [Event],
}

/// The days and times of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum When {
    /// A line of cron, five fields or a nickname.
    Cron(String),
    /// Days by the calendar, at a time.
    On(Days, NaiveTime),
}

/// A schedule, resolved. Only [`Spec::lower`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SchedulePlan {
    /// Its days and times.
    pub when: When,
    /// What happens on a day that is not worked.
    pub if_off: Option<IfOff>,
    /// What its runs wait for.
    pub ready: Option<ReadyPlan>,
    /// The zone of its wall clock.
    pub zone: Tz,
    /// What happens to missed moments.
    pub catch_up: CatchUp,
    /// How many missed moments are made up for at most.
    pub max_catch_up: u32,
    /// Which days are worked.
    pub holidays: Holidays,
    /// How days become periods.
    pub calendar: Calendar,
}

/// What is wrong with a `[schedule]`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleProblem {
    /// The line cannot be read.
    #[error("`{cron}` is not a schedule: {reason}\nhelp: five fields, e.g. `30 6 * * *`")]
    Cron {
        /// The line.
        cron: String,
        /// What the parser says.
        reason: String,
    },
    /// The line can be read, and no day satisfies it.
    #[error("`{0}` never comes: no date has this day and month")]
    Never(String),
    /// The days can be read, and none of the calendar satisfies them.
    #[error("{0} never comes: the calendar has no such day")]
    NoDay(String),
    /// Neither or both ways of naming days.
    #[error("needs either `cron`, or `on` with `at`")]
    Either,
    /// None or several of the keys of `on`.
    #[error("`on` needs exactly one of `working_day`, `festival` and `event`")]
    OneOf,
    /// A key that says nothing here.
    #[error("`{key}` says nothing here: {reason}")]
    Idle {
        /// The key.
        key: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The number counts no workday.
    #[error("`working_day` is {0}; use 1 for the first, -1 for the last, up to 366")]
    WorkingDay(i32),
    /// The calendar has no such festival.
    #[error("unknown festival `{0}` in the job's calendar")]
    Festival(String),
    /// The catalogue has no such event.
    #[error("unknown event `{0}`; events are named by their English label")]
    Event(String),
    /// The distance is longer than a year.
    #[error("`days` is {0}; use -366 to 366")]
    Far(i32),
    /// The time cannot be read.
    #[error("`{0}` is no time of day; write `06:30`")]
    Time(String),
    /// The minutes are out of range.
    #[error("{minutes} minutes are out of range; use 1 to 1440")]
    Minutes {
        /// The key.
        key: &'static str,
        /// The minutes.
        minutes: u32,
    },
    /// The zone is not in the time-zone database.
    #[error("unknown time zone `{0}`\nhelp: use an IANA name, e.g. `Asia/Shanghai`")]
    Zone(String),
    /// The limit is out of range.
    #[error("`max_catch_up` is {0}; use 1 to 366")]
    MaxCatchUp(u32),
}

impl ScheduleProblem {
    /// The key of `[schedule]` that has to change.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Cron { .. } | Self::Never(_) => "cron",
            Self::Either => "",
            Self::Event(_) => "on.event",
            Self::Far(_) => "on.days",
            Self::Festival(_) => "on.festival",
            Self::Idle { key, .. } | Self::Minutes { key, .. } => key,
            Self::MaxCatchUp(_) => "max_catch_up",
            Self::NoDay(_) | Self::OneOf => "on",
            Self::Time(_) => "at",
            Self::WorkingDay(_) => "on.working_day",
            Self::Zone(_) => "zone",
        }
    }
}

impl Spec {
    /// A schedule that is only a line of cron.
    pub fn line(cron: &str) -> Self {
        Self { cron: Some(cron.to_owned()), ..Self::default() }
    }

    /// Resolves and checks the schedule; the calendar's zone is used where no zone is given.
    ///
    /// # Errors
    /// Every problem of the section at once.
    pub fn lower(&self, around: &Around<'_>) -> Result<SchedulePlan, Vec<ScheduleProblem>> {
        let mut problems = Vec::new();
        let when = self.when(around, &mut problems);
        let job_zone = around.calendar.zone;
        let zone = match &self.zone {
            None => job_zone,
            Some(name) => name.parse().unwrap_or_else(|_| {
                problems.push(ScheduleProblem::Zone(name.clone()));
                job_zone
            }),
        };
        let ready = self.ready.as_ref().map(|ready| ready.lower(&mut problems));
        let max_catch_up = self.max_catch_up.unwrap_or(DEFAULT_MAX_CATCH_UP);
        if !(1..=HIGHEST_MAX_CATCH_UP).contains(&max_catch_up) {
            problems.push(ScheduleProblem::MaxCatchUp(max_catch_up));
        }
        let Some(when) = when.filter(|_| problems.is_empty()) else { return Err(problems) };
        let plan = SchedulePlan {
            when,
            if_off: self.if_off,
            ready,
            zone,
            catch_up: self.catch_up,
            max_catch_up,
            holidays: around.holidays.clone(),
            calendar: around.calendar,
        };
        match plan.comes_ever() {
            true => Ok(plan),
            false => Err(vec![ScheduleProblem::NoDay(plan.described())]),
        }
    }

    fn when(&self, around: &Around<'_>, problems: &mut Vec<ScheduleProblem>) -> Option<When> {
        match (&self.cron, &self.on) {
            (Some(cron), None) => {
                if self.at.is_some() {
                    let reason = "the line of cron has its time";
                    problems.push(ScheduleProblem::Idle { key: "at", reason });
                }
                let read = line::read(cron).map_err(|problem| problems.push(problem));
                read.ok().map(|_| When::Cron(cron.clone()))
            }
            (None, Some(on)) => {
                let at = self.at.as_deref().unwrap_or_default();
                let time = NaiveTime::parse_from_str(at, "%H:%M");
                let time = time.map_err(|_| problems.push(ScheduleProblem::Time(at.to_owned())));
                let days = on.lower(self.if_off, around, problems);
                days.zip(time.ok()).map(|(days, time)| When::On(days, time))
            }
            _ => {
                problems.push(ScheduleProblem::Either);
                None
            }
        }
    }
}

impl OnSpec {
    fn lower(
        &self,
        if_off: Option<IfOff>,
        around: &Around<'_>,
        problems: &mut Vec<ScheduleProblem>,
    ) -> Option<Days> {
        let days = self.days.unwrap_or_default();
        if !(-366..=366).contains(&days) {
            problems.push(ScheduleProblem::Far(days));
        }
        let mut idle = |key, is_given: bool, reason| {
            if is_given {
                problems.push(ScheduleProblem::Idle { key, reason });
            }
        };
        match (self.working_day, &self.festival, &self.event) {
            (Some(number), None, None) => {
                idle("on.days", self.days.is_some(), "`working_day` names the day itself");
                idle("if_off", if_off.is_some(), "a workday is never off");
                if number == 0 || number.abs() > 366 {
                    problems.push(ScheduleProblem::WorkingDay(number));
                    return None;
                }
                Some(Days::Working { number, of: self.of.unwrap_or(Grain::Month) })
            }
            (None, Some(festival), None) => {
                idle("on.of", self.of.is_some(), "it belongs to `working_day`");
                let Some(found) = around.holidays.festivals.get(festival) else {
                    problems.push(ScheduleProblem::Festival(festival.to_string()));
                    return None;
                };
                let of = found.occasions.iter().map(|one| one.day).collect();
                Some(Days::Near { name: found.label.clone(), of, days })
            }
            (None, None, Some(event)) => {
                idle("on.of", self.of.is_some(), "it belongs to `working_day`");
                let named = around.events.iter().filter(|one| one.label.en == *event);
                let named: Vec<_> = named.collect();
                let Some(first) = named.first() else {
                    problems.push(ScheduleProblem::Event(event.clone()));
                    return None;
                };
                let of = named.iter().map(|one| one.date).collect();
                Some(Days::Near { name: first.label.clone(), of, days })
            }
            _ => {
                problems.push(ScheduleProblem::OneOf);
                None
            }
        }
    }
}

impl SchedulePlan {
    /// The parsed line of cron, if it is one.
    pub fn cron(&self) -> Option<Cron> {
        match &self.when {
            When::Cron(cron) => line::read(cron).ok(),
            When::On(..) => None,
        }
    }

    /// Whether its times are fixed, neither lost nor doubled by a clock change; else it follows the wall clock.
    pub fn is_fixed(&self) -> bool {
        self.cron().is_none_or(|cron| line::is_fixed(&cron))
    }
}
