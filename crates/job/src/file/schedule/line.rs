//! Lines of cron.

use super::ScheduleProblem;
use chrono::NaiveDate;
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};

/// Reads a line strictly: five fields, and at least one day that satisfies it.
pub(super) fn read(line: &str) -> Result<Cron, ScheduleProblem> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let cron = parser.parse(line).map_err(|error| ScheduleProblem::Cron {
        cron: line.to_owned(),
        reason: error.to_string(),
    })?;
    // Weekdays and leap days repeat after 28 years as long as no century year intervenes.
    let start = NaiveDate::from_ymd_opt(2001, 1, 1).expect("a date of the calendar");
    match start.iter_days().take(28 * 366).any(|day| is_on(&cron, day)) {
        true => Ok(cron),
        false => Err(ScheduleProblem::Never(line.to_owned())),
    }
}

/// Whether a line comes on a day at all.
pub(super) fn is_on(cron: &Cron, day: NaiveDate) -> bool {
    let first = |values: Vec<u16>| values.first().copied().map(u32::from);
    let (hours, minutes) = (cron.pattern.hours.values(), cron.pattern.minutes.values());
    let moment = first(hours).zip(first(minutes));
    let moment = moment.and_then(|(hour, minute)| day.and_hms_opt(hour, minute, 0));
    moment.is_some_and(|moment| cron.is_time_matching(&moment.and_utc()).unwrap_or(false))
}

/// Whether a line has fixed times: else it follows the wall clock.
pub(super) fn is_fixed(cron: &Cron) -> bool {
    // The pattern is the line with its nickname spelled out.
    !cron.as_str().split_whitespace().take(2).any(|field| field.starts_with('*'))
}
