//! Grains and periods: half-open spans of days with a name.

use crate::calendar::within_nominal_month;
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
    /// A month of the fiscal year: a calendar month, or four or five weeks of a retail year.
    FiscalMonth,
    /// A calendar quarter.
    Quarter,
    /// A quarter of the fiscal year.
    FiscalQuarter,
    /// A calendar year.
    Year,
    /// A year that starts with the calendar's first fiscal month, or a retail year of whole weeks.
    FiscalYear,
}

impl Grain {
    /// Every grain, shortest first.
    pub const ALL: [Self; 8] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::FiscalMonth,
        Self::Quarter,
        Self::FiscalQuarter,
        Self::Year,
        Self::FiscalYear,
    ];

    /// The word used in files and arguments.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::FiscalMonth => "fiscal_month",
            Self::Quarter => "quarter",
            Self::FiscalQuarter => "fiscal_quarter",
            Self::Year => "year",
            Self::FiscalYear => "fiscal_year",
        }
    }

    /// How many periods make the same season come round: 7 days, 52 weeks, 12 months, 4 quarters, 1 year.
    pub fn season(self) -> usize {
        match self {
            Self::Day => 7,
            Self::Week => 52,
            Self::Month | Self::FiscalMonth => 12,
            Self::Quarter | Self::FiscalQuarter => 4,
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
            format!(
                "unknown grain `{text}`; use day, week, month, quarter, year, fiscal_month, fiscal_quarter or \
                 fiscal_year"
            )
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
    /// The stable name: `2011-11-05`, `2026-W30`, `2011-11`, `F2011-11`, `2026-Q1`, `FQ2026-03`, `2026`, `FY2026`.
    ///
    /// Weeks are named by the ISO week that holds their fourth day, whatever weekday they start on;
    /// fiscal years by the calendar year in which they end, fiscal quarters by their last month.
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
            Grain::FiscalMonth => self.nominal_month().format("F%Y-%m").to_string(),
            Grain::FiscalQuarter => self.nominal_month().format("FQ%Y-%m").to_string(),
            Grain::FiscalYear => {
                let nominal = within_nominal_month(start);
                let year = nominal.year() + i32::from(nominal.month() != 1);
                format!("FY{year}")
            }
        }
    }

    /// A day of the calendar month that a fiscal month is named after, and a fiscal quarter after its last; of the
    /// first month of any other period.
    pub fn nominal_month(&self) -> NaiveDate {
        // The months of a retail year drift by up to a week either way: their middle never leaves the month.
        let middle = self.days.start + chrono::Days::new(14);
        match self.grain {
            Grain::FiscalQuarter => middle + chrono::Months::new(2),
            Grain::FiscalMonth => middle,
            Grain::Day
            | Grain::Week
            | Grain::Month
            | Grain::Quarter
            | Grain::Year
            | Grain::FiscalYear => self.days.start,
        }
    }
}
