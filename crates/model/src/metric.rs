//! Metrics: named formulas with unit, direction and owner.

use crate::{
    expression::{Aggregate, Formula},
    id::{DatasetId, DimensionId, MetricId},
    label::Label,
    unit::{Direction, Unit},
};
use serde::{Deserialize, Serialize};

/// A metric, parsed and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// Its name.
    pub id: MetricId,
    /// Its name for readers.
    pub label: Label,
    /// What it means, in a sentence.
    pub description: Label,
    /// What it is counted in.
    pub unit: Unit,
    /// Decimals to show; the unit's habit when absent.
    pub decimals: Option<u32>,
    /// Which way is good.
    pub direction: Direction,
    /// Who answers for its definition.
    pub owner: String,
    /// How it is made.
    pub kind: MetricKind,
}

/// The ways to make a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricKind {
    /// A formula over aggregates of one dataset.
    Simple {
        /// The dataset.
        dataset: DatasetId,
        /// The formula over `aggregates`.
        formula: Formula,
        /// The aggregates, with the metric's condition already in their filters.
        aggregates: Vec<Aggregate>,
    },
    /// A formula over other metrics: ratios and everything derived.
    Derived {
        /// The formula.
        formula: Formula,
    },
    /// Another metric over a longer window that ends with the period.
    Cumulative {
        /// The other metric.
        of: MetricId,
        /// The window.
        window: CumulativeWindow,
    },
    /// The share of a slice in the total over all members of the given dimensions.
    Share {
        /// The metric that is shared out.
        of: MetricId,
        /// The dimensions whose members make the whole; the others stay as they are.
        within: Vec<DimensionId>,
    },
    /// Another metric in an earlier period: what growth is measured against.
    Previous {
        /// The other metric.
        of: MetricId,
        /// Which period.
        back: Back,
    },
    /// How many of the different values that another metric counts were counted in the period before too.
    Retained {
        /// The other metric: a single distinct count.
        of: MetricId,
    },
}

/// Which earlier period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Back {
    /// The period before.
    Period,
    /// The same period a year before.
    Year,
}

/// A window that ends with a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CumulativeWindow {
    /// From the first day of the period's week.
    WeekToDate,
    /// From the first day of the period's month.
    MonthToDate,
    /// From the first day of the period's quarter.
    QuarterToDate,
    /// From the first day of the period's calendar year.
    YearToDate,
    /// From the first day of the period's fiscal year.
    FiscalYearToDate,
    /// From the first row there is.
    SinceFirst,
    /// The last so many periods of the asked grain, this one included.
    Trailing(u32),
}
