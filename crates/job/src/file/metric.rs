//! Metric files: `metrics/<domain>.toml`, one table per metric; the same form in a library.

use super::unit::UnitSpec;
use model::{
    id::MetricId,
    label::Label,
    metric::{Back, CumulativeWindow},
    unit::Direction,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A metric file.
pub type MetricsSpec = BTreeMap<String, toml::Value>;

/// A metric. Exactly one of `measure`, `first_seen`, `formula`, `cumulative`, `share`, `previous` and `retained` says
/// how it is made.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetricSpec {
    /// Its name for readers.
    pub label: Label,
    /// What it means, in a sentence.
    pub description: Label,
    /// What it is counted in.
    pub unit: UnitSpec,
    /// Decimals to show; the unit's habit when absent.
    pub decimals: Option<u32>,
    /// Which way is good; `up` when absent.
    #[serde(default)]
    pub direction: Direction,
    /// The team or role that answers for its definition.
    pub owner: String,
    /// The dataset of `measure` or `first_seen`.
    pub dataset: Option<String>,
    /// A SQL aggregate expression over the dataset. Example: `"sum(quantity * unit_price)"`.
    pub measure: Option<String>,
    /// The column whose values are counted when they are seen for the first time ever. Example: `"customer_id"`.
    pub first_seen: Option<String>,
    /// A SQL condition on the rows of `measure` or `first_seen`. Example: `"status = 'paid'"`.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// Arithmetic over other metrics. Example: `"round(gross_sales / orders, 4)"`.
    pub formula: Option<String>,
    /// Another metric over a longer window that ends with the period.
    pub cumulative: Option<CumulativeSpec>,
    /// The share of a slice in the total.
    pub share: Option<ShareSpec>,
    /// Another metric in the period before, or in the same period of the year before.
    pub previous: Option<PreviousSpec>,
    /// How many of the values that another metric counts were counted in the period before too.
    pub retained: Option<RetainedSpec>,
    /// What happens at its edges: refunds, a divisor of zero, late rows, small numbers. A library must say it.
    pub edges: Option<Label>,
    /// Where the definition comes from. A library must say it.
    pub source: Option<String>,
}

/// A metric over a longer window.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CumulativeSpec {
    /// The metric.
    pub of: MetricId,
    /// From where the window runs: `week`, `month`, `quarter`, `year` or `fiscal_year`, each to date, or `ever`.
    pub to_date: Option<ToDate>,
    /// Or: the last so many periods of the asked grain. Example: `28`.
    pub trailing: Option<u32>,
}

/// The start of a window to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToDate {
    /// The week's first day.
    Week,
    /// The month's first day.
    Month,
    /// The quarter's first day.
    Quarter,
    /// The year's first day.
    Year,
    /// The fiscal year's first day.
    FiscalYear,
    /// The first row there is.
    Ever,
}

/// The share of a slice in the total.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareSpec {
    /// The metric that is shared out.
    pub of: MetricId,
    /// The dimensions whose members make the whole. Example: `["channel"]`.
    pub within: Vec<String>,
}

/// A metric in an earlier period.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviousSpec {
    /// The metric.
    pub of: MetricId,
    /// Which period; the one before when absent.
    #[serde(default)]
    pub by: BackSpec,
}

/// Which earlier period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackSpec {
    /// The period before.
    #[default]
    Period,
    /// The same period a year before.
    Year,
}

impl BackSpec {
    /// As the plan says it.
    pub fn lower(self) -> Back {
        match self {
            Self::Period => Back::Period,
            Self::Year => Back::Year,
        }
    }
}

/// What a metric counts in two periods that follow each other.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetainedSpec {
    /// The metric: a `count(distinct …)` and nothing else.
    pub of: MetricId,
}

impl CumulativeSpec {
    /// The window, if exactly one is given.
    pub fn window(&self) -> Option<CumulativeWindow> {
        match (self.to_date, self.trailing) {
            (Some(start), None) => Some(match start {
                ToDate::Week => CumulativeWindow::WeekToDate,
                ToDate::Month => CumulativeWindow::MonthToDate,
                ToDate::Quarter => CumulativeWindow::QuarterToDate,
                ToDate::Year => CumulativeWindow::YearToDate,
                ToDate::FiscalYear => CumulativeWindow::FiscalYearToDate,
                ToDate::Ever => CumulativeWindow::SinceFirst,
            }),
            (None, Some(periods)) if periods > 0 => Some(CumulativeWindow::Trailing(periods)),
            _ => None,
        }
    }
}
