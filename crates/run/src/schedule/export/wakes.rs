//! At what times of which days a schedule may come.

use super::super::changes::{Change, changes, offset};
use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use job::schedule::{SchedulePlan, When};
use std::collections::BTreeSet;

/// How far clock changes are looked for: as long as a timer is likely to stay as it is.
const YEARS: i64 = 10;

/// The fields of a line of cron as numbers; `None` where any will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) minutes: Vec<u16>,
    pub(super) hours: Vec<u16>,
    pub(super) days: Option<Vec<u16>>,
    pub(super) months: Option<Vec<u16>>,
    /// Sunday is 0.
    pub(super) weekdays: Option<Vec<u16>>,
    /// Whether its times are fixed; else they follow the wall clock.
    pub(super) fixed: bool,
}

impl Fields {
    /// The times of a plan, and its days where they are plain numbers; any day where they are not.
    pub(super) fn of(plan: &SchedulePlan) -> Self {
        let any_day = |minutes, hours, fixed| Self {
            minutes,
            hours,
            days: None,
            months: None,
            weekdays: None,
            fixed,
        };
        let cron = match (&plan.when, plan.cron()) {
            (When::Cron(_), Some(cron)) => cron,
            (When::On(_, at), _) => {
                return any_day(vec![short(at.minute())], vec![short(at.hour())], true);
            }
            // A plan that exists has a line that parses.
            (When::Cron(_), None) => return any_day((0..60).collect(), (0..24).collect(), false),
        };
        let pattern = &cron.pattern;
        let fixed = plan.is_fixed();
        let (minutes, hours) = (pattern.minutes.values(), pattern.hours.values());
        let odd = pattern.days.has_modifiers() || pattern.days_of_week.has_modifiers();
        if odd || plan.if_off.is_some() {
            return any_day(minutes, hours, fixed);
        }
        let some = |wild: bool, values: Vec<u16>| (!wild).then_some(values);
        let weekdays: BTreeSet<u16> =
            pattern.days_of_week.values().iter().map(|day| day % 7).collect();
        let all_months = pattern.months.values().len() == 12;
        Self {
            minutes,
            hours,
            days: some(pattern.is_dom_wildcard(), pattern.days.values()),
            months: some(all_months, pattern.months.values()),
            weekdays: some(pattern.is_dow_wildcard(), weekdays.into_iter().collect()),
            fixed,
        }
    }

    /// Its times of day.
    pub(super) fn times(&self) -> Vec<NaiveTime> {
        let of_hour = |hour: &u16| {
            let hour = u32::from(*hour);
            let minutes = self.minutes.iter().map(|minute| u32::from(*minute));
            minutes
                .filter_map(|minute| NaiveTime::from_hms_opt(hour, minute, 0))
                .collect::<Vec<_>>()
        };
        self.hours.iter().flat_map(of_hour).collect()
    }
}

fn short(number: u32) -> u16 {
    u16::try_from(number).unwrap_or_default()
}

/// The changes of the schedule's clock to come.
pub(super) fn to_come(zone: Tz, now: DateTime<Utc>) -> Vec<Change> {
    changes(zone, now, now + TimeDelta::days(366 * YEARS))
}

/// The minutes of the hours of Greenwich at which the clock of a zone shows one of these minutes, now or in the years to
/// come.
pub(super) fn minutes_of_greenwich(minutes: &[u16], zone: Tz, now: DateTime<Utc>) -> BTreeSet<i32> {
    let mut offsets: BTreeSet<i32> =
        to_come(zone, now).iter().flat_map(|change| change.offsets).collect();
    offsets.insert(offset(zone, now));
    let shifted = |offset: &i32| {
        let minutes = minutes.iter().map(move |minute| i32::from(*minute) - offset / 60);
        minutes.map(|minute| minute.rem_euclid(60)).collect::<Vec<_>>()
    };
    offsets.iter().flat_map(shifted).collect()
}
