//! What a period is held against, so that like is compared with like.
//!
//! Rule: a partial period is only ever compared with as many days as have elapsed, and the label says how many.

use super::{Calendar, Holidays};
use crate::{
    id::FestivalId,
    period::{DateRange, Grain, Period},
    report::{Argument, Message},
};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Beyond so many days before or after a festival a period has nothing of it.
const REACH: i64 = 60;

/// What a period is held against.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Against {
    /// The days as far from a festival, one occasion earlier.
    Festival(FestivalId),
    /// The period before, both sides divided by their workdays.
    PerWorkingDay,
    /// The period before.
    Previous,
    /// The first days of the period before, as many as this one has.
    SameDaysElapsed,
    /// The same days 52 weeks earlier.
    SameWeekday,
    /// The same period a year earlier.
    YearBefore,
}

/// What stands on the other side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The days that are compared with.
    pub period: Period,
    /// What they are to the period.
    pub label: Message,
    /// The workdays by which this side and the other one are divided, if they are.
    pub per_working_day: Option<(u32, u32)>,
}

impl Against {
    /// Every word that stands for itself.
    pub const WORDS: [&'static str; 5] =
        ["previous", "year_before", "same_days_elapsed", "same_weekday", "per_working_day"];

    /// What stands before a festival's name.
    const FESTIVAL: &'static str = "festival:";
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Festival(id) => write!(f, "{}{id}", Self::FESTIVAL),
            Self::PerWorkingDay => f.write_str("per_working_day"),
            Self::Previous => f.write_str("previous"),
            Self::SameDaysElapsed => f.write_str("same_days_elapsed"),
            Self::SameWeekday => f.write_str("same_weekday"),
            Self::YearBefore => f.write_str("year_before"),
        }
    }
}

impl From<Against> for String {
    fn from(against: Against) -> Self {
        against.to_string()
    }
}

impl TryFrom<String> for Against {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        match word.as_str() {
            "per_working_day" => Ok(Self::PerWorkingDay),
            "previous" => Ok(Self::Previous),
            "same_days_elapsed" => Ok(Self::SameDaysElapsed),
            "same_weekday" => Ok(Self::SameWeekday),
            "year_before" => Ok(Self::YearBefore),
            other => match other.strip_prefix(Self::FESTIVAL) {
                Some(festival) => Ok(Self::Festival(FestivalId::new(festival))),
                None => {
                    let words = Self::WORDS.join("`, `");
                    Err(format!(
                        "unknown comparison `{word}`, expected `{words}` or `festival:<name>`"
                    ))
                }
            },
        }
    }
}

/// What `period` is held against; `None` where there is no such thing, or where it is not known.
pub fn base(
    calendar: &Calendar,
    holidays: &Holidays,
    period: &Period,
    against: &Against,
) -> Option<Base> {
    let sides = Sides { calendar, period };
    let plain = |period, label| Some(Base { period, label, per_working_day: None });
    match against {
        Against::Previous => {
            let base = calendar.before(period, 1);
            plain(base, sides.label("comparison.previous", base))
        }
        Against::YearBefore => {
            let base = calendar.year_before(period);
            plain(base, sides.label("comparison.year_before", base))
        }
        Against::SameDaysElapsed => {
            let base = first_days(calendar.before(period, 1), period.days.days());
            plain(base, sides.label("comparison.previous", base))
        }
        Against::SameWeekday => {
            let base = moved(period, period.days.start - Days::new(364));
            let label = Message::new("comparison.same_weekday");
            plain(base, label.with("period", Argument::Period(base)))
        }
        Against::Festival(festival) => {
            let is_near = holidays.days_to_festival(festival, period.days)? <= REACH;
            let is_year = matches!(period.grain, Grain::Year | Grain::FiscalYear);
            if !is_near || is_year {
                return None;
            }
            let days = holidays.same_distance_of(festival, period.days, 1)?;
            let base = moved(period, days.start);
            let name = holidays.festivals.get(festival)?.label.clone();
            let label = Message::new("comparison.festival")
                .with("festival", Argument::Label(name))
                .with("period", Argument::Period(base));
            plain(base, label)
        }
        Against::PerWorkingDay => per_working_day(holidays, period, calendar.before(period, 1)),
    }
}

fn per_working_day(holidays: &Holidays, period: &Period, base: Period) -> Option<Base> {
    if !holidays.covers(period.days) || !holidays.covers(base.days) {
        return None;
    }
    let (here, there) = (holidays.workdays(period.days), holidays.workdays(base.days));
    if here == 0 || there == 0 {
        return None;
    }
    let is_provisional = holidays.is_provisional(period.days) || holidays.is_provisional(base.days);
    let key = match is_provisional {
        true => "comparison.per_working_day_provisional",
        false => "comparison.per_working_day",
    };
    let label = Message::new(key)
        .with("period", Argument::Period(base))
        .with("days", Argument::Count(i64::from(here)))
        .with("base_days", Argument::Count(i64::from(there)));
    Some(Base { period: base, label, per_working_day: Some((here, there)) })
}

/// The first `count` days of a period.
fn first_days(period: Period, count: i64) -> Period {
    let end = period.days.start + Days::new(count.unsigned_abs());
    if end >= period.days.end {
        return period;
    }
    Period { days: DateRange { end, ..period.days }, whole: false, ..period }
}

/// As many days from `start`; whole only where any such days are.
fn moved(period: &Period, start: NaiveDate) -> Period {
    let end = start + Days::new(period.days.days().unsigned_abs());
    let whole = period.whole && matches!(period.grain, Grain::Day | Grain::Week);
    Period { days: DateRange { start, end }, whole, ..*period }
}

/// A period and its calendar.
struct Sides<'a> {
    calendar: &'a Calendar,
    period: &'a Period,
}

impl Sides<'_> {
    /// Names the other side; the first days of a period by their number on both sides.
    fn label(&self, key: &str, base: Period) -> Message {
        if base.whole {
            return Message::new(key).with("period", Argument::Period(base));
        }
        let whole = |period: &Period| {
            Argument::Period(self.calendar.period(period.grain, period.days.start))
        };
        Message::new(format!("{key}_elapsed"))
            .with("days", Argument::Count(self.period.days.days()))
            .with("this", whole(self.period))
            .with("base_days", Argument::Count(base.days.days()))
            .with("period", whole(&base))
    }
}

#[cfg(test)]
mod tests;
