//! The fifteen months, and how busy each of their days is.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Weekday};

use super::rng::Rng;

/// How many months the sample covers, from April 2025.
pub(crate) const MONTHS: usize = 15;

/// A month of the sample, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(pub(crate) usize);

impl Month {
    /// All months in order.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..MONTHS).map(Self)
    }

    /// The month of a day of the sample.
    pub(crate) fn of(day: NaiveDate) -> Self {
        let months = (day.year() - 2025) * 12 + day.month0() as i32 - 3;
        Self(months.max(0) as usize)
    }

    /// The first day.
    pub(crate) fn first(self) -> NaiveDate {
        date(2025, 4, 1) + Months::new(self.0 as u32)
    }

    /// The last day.
    pub(crate) fn last(self) -> NaiveDate {
        self.first() + Months::new(1) - Days::new(1)
    }

    /// The days in order.
    pub(crate) fn days(self) -> Vec<NaiveDate> {
        self.first().iter_days().take_while(|day| *day <= self.last()).collect()
    }

    /// As in `2026-03`.
    pub(crate) fn label(self) -> String {
        self.first().format("%Y-%m").to_string()
    }

    /// As in `2026-Q1`.
    pub(crate) fn quarter(self) -> String {
        let first = self.first();
        format!("{}-Q{}", first.year(), first.month0() / 3 + 1)
    }
}

/// March 2026, the third month of the launch campaign.
pub(crate) const MARCH: Month = Month(11);
/// May 2026.
pub(crate) const MAY: Month = Month(13);
/// June 2026, the last month.
pub(crate) const JUNE: Month = Month(14);

/// A day written in the source.
pub(crate) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a literal day exists")
}

/// The first day of the new refrigerator and of its campaign.
pub(crate) fn launch() -> NaiveDate {
    date(2026, 1, 5)
}

/// The day on which the launch campaign changes its message.
pub(crate) fn message_change() -> NaiveDate {
    date(2026, 4, 1)
}

/// The last day of the sample.
pub(crate) fn last_day() -> NaiveDate {
    JUNE.last()
}

/// The two days on which the web site recorded nothing.
pub(crate) fn outage() -> [NaiveDate; 2] {
    [date(2026, 5, 12), date(2026, 5, 13)]
}

/// Saturday or Sunday.
pub(crate) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// How many orders a day attracts, relative to an ordinary day of 10,000.
pub(crate) fn demand(day: NaiveDate) -> u64 {
    let weekday = match day.weekday() {
        Weekday::Sat => 128,
        Weekday::Sun => 122,
        Weekday::Fri => 102,
        Weekday::Mon => 95,
        Weekday::Tue | Weekday::Wed | Weekday::Thu => 90,
    };
    weekday * occasion(day)
}

/// The effect of sales festivals and holidays in percent.
fn occasion(day: NaiveDate) -> u64 {
    match (day.year(), day.month(), day.day()) {
        (_, 6, 1..=3) => 140,
        (_, 6, 4..=15) => 110,
        (_, 6, 16..=18) => 260,
        (_, 6, 19..=20) => 115,
        (_, 6, _) => 78,
        (_, 11, 1..=3) => 170,
        (_, 11, 4..=9) => 115,
        (_, 11, 10..=11) => 320,
        (_, 11, _) => 74,
        (_, 12, 12) => 170,
        (_, 10, 1..=7) | (_, 5, 1..=5) => 130,
        (2026, 1, 5..=7) => 150,
        (2026, 2, 13..=15) => 70,
        (2026, 2, 16..=19) => 30,
        (2026, 2, 20..=23) => 55,
        _ => 100,
    }
}

/// A moment of `day`, at the hours at which people shop.
pub(crate) fn moment(rng: &mut Rng, day: NaiveDate) -> NaiveDateTime {
    const HOURS: [u64; 24] =
        [3, 2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 10, 10, 11, 11, 11, 12, 14, 17, 18, 14, 7];
    let hour = rng.weighted(&HOURS) as u32;
    let (minute, second) = (rng.below(60) as u32, rng.below(60) as u32);
    day.and_hms_opt(hour, minute, second).expect("the parts are in range")
}
