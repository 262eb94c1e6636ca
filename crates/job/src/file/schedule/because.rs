//! Why a schedule comes on a day, in words for the author of the job.

use super::{Days, IfOff, SchedulePlan, When};
use chrono::{Datelike, NaiveDate};
use model::period::{DateRange, Period};
use std::fmt::Write;

impl SchedulePlan {
    /// The days and times in words.
    pub fn described(&self) -> String {
        let mut text = match &self.when {
            When::Cron(line) => format!("`{line}`"),
            When::On(Days::Working { number, of }, at) => {
                format!("{} of each {of} at {}", ordinal(*number), at.format("%H:%M"))
            }
            When::On(Days::Near { name, days, .. }, at) => {
                format!("{} at {}", near(&name.en, *days), at.format("%H:%M"))
            }
        };
        let rule = match self.if_off {
            None => "",
            Some(IfOff::NextWorkingDay) => ", the next workday where it is off",
            Some(IfOff::PreviousWorkingDay) => ", the workday before where it is off",
            Some(IfOff::Skip) => ", on workdays only",
        };
        text.push_str(rule);
        text
    }

    /// Why it comes on `day`; nothing where the line of cron says it all.
    pub fn because(&self, day: NaiveDate) -> Vec<String> {
        let named = self.named();
        let mut lines: Vec<String> =
            self.nominal(day, &named).filter_map(|nominal| self.one(day, nominal)).collect();
        let range = DateRange { start: day, end: day + chrono::Days::new(1) };
        if self.asks_for_workdays() && self.holidays.is_provisional(range) {
            lines.push(format!("the days off of {} are not announced in full yet", day.year()));
        }
        lines
    }

    fn one(&self, day: NaiveDate, nominal: NaiveDate) -> Option<String> {
        let mut text = match &self.when {
            When::Cron(_) if nominal == day => return None,
            When::Cron(_) => nominal.to_string(),
            When::On(Days::Working { number, of }, _) => {
                let days = self.counted(nominal, *number, *of);
                let period = Period { grain: *of, ..self.calendar.period(*of, nominal) };
                let listed: Vec<_> = days.iter().map(ToString::to_string).collect();
                return Some(format!(
                    "{} of {}: {}",
                    ordinal(*number),
                    period.name(),
                    listed.join(", ")
                ));
            }
            When::On(Days::Near { name, days, .. }, _) => {
                let text = near(&name.en, *days);
                match nominal == day {
                    true => format!("{nominal} is {text}"),
                    false => format!("{nominal}, {text},"),
                }
            }
        };
        if nominal != day {
            let label = self.holidays.holiday(nominal);
            let why =
                label.map_or_else(|| nominal.format("%A").to_string(), |label| label.en.clone());
            let _ = write!(text, " is off ({why}): {day} stands in for it");
        }
        Some(text)
    }
}

fn ordinal(number: i32) -> String {
    match number {
        1 => "the first workday".to_owned(),
        -1 => "the last workday".to_owned(),
        number if number > 0 => format!("workday {number}"),
        number => format!("workday {} from the end", -number),
    }
}

fn near(name: &str, days: i32) -> String {
    match days {
        0 => format!("the day of {name}"),
        1 => format!("the day after {name}"),
        -1 => format!("the day before {name}"),
        days if days > 0 => format!("{days} days after {name}"),
        days => format!("{} days before {name}", -days),
    }
}
