//! Grains and periods: half-open spans of days with a name.

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a period is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// One calendar day.
    Day,
    /// Seven days from the calendar's first weekday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
    /// A year that starts with the calendar's first fiscal month.
    FiscalYear,
}

impl Grain {
    /// Every grain, shortest first.
    pub const ALL: [Self; 6] =
        [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year, Self::FiscalYear];

    /// The word used in files and arguments.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::FiscalYear => "fiscal_year",
        }
    }

    /// How many periods make the same season come round: 7 days, 52 weeks, 12 months, 4 quarters, 1 year.
    pub fn season(self) -> usize {
        match self {
            Self::Day => 7,
            Self::Week => 52,
            Self::Month => 12,
            Self::Quarter => 4,
            Self::Year | Self::FiscalYear => 1,
        }
    }
}

impl fmt::Display for Grain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for Grain {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.replace('-', "_");
        Self::ALL.into_iter().find(|grain| grain.word() == word).ok_or_else(|| {
            format!("unknown grain `{text}`; use day, week, month, quarter, year or fiscal_year")
        })
    }
}

/// A span of whole days: `start` is in it, `end` is not.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct DateRange {
    /// The first day.
    pub start: NaiveDate,
    /// The day after the last one.
    pub end: NaiveDate,
}

impl DateRange {
    /// Whether `date` lies within.
    pub fn contains(self, date: NaiveDate) -> bool {
        self.start <= date && date < self.end
    }

    /// Whether the two share a day.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Its length in days.
    pub fn days(self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// Its days in order.
    pub fn iter(self) -> impl Iterator<Item = NaiveDate> + Clone {
        self.start.iter_days().take_while(move |day| *day < self.end)
    }

    /// The last day.
    pub fn last(self) -> NaiveDate {
        self.end.pred_opt().unwrap_or(self.start)
    }
}

/// A period of a calendar, or the part of one that has passed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Period {
    /// Its grain.
    pub grain: Grain,
    /// Its days; fewer than the whole period when it is partial.
    pub days: DateRange,
    /// Whether `days` covers the whole period.
    pub whole: bool,
}

impl Period {
    /// The stable name: `2011-11-05`, `2026-W30`, `2011-11`, `2026-Q1`, `2026`, `FY2026`.
    ///
    /// Weeks are named by the ISO week that holds their fourth day, whatever weekday they start on;
    /// fiscal years by the calendar year in which they end.
    pub fn name(&self) -> String {
        let start = self.days.start;
        match self.grain {
            Grain::Day => start.to_string(),
            Grain::Week => {
                let iso = (start + chrono::Days::new(3)).iso_week();
                format!("{}-W{:02}", iso.year(), iso.week())
            }
            Grain::Month => format!("{}-{:02}", start.year(), start.month()),
            Grain::Quarter => format!("{}-Q{}", start.year(), start.month0() / 3 + 1),
            Grain::Year => start.year().to_string(),
            Grain::FiscalYear => {
                let year = if start.month() == 1 { start.year() } else { start.year() + 1 };
                format!("FY{year}")
            }
        }
    }
}
