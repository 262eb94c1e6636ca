//! Pictures of numbers, as data: what is drawn, not how.

use super::{figure::Fmt, message::Message};
use crate::{label::Label, period::Period};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Unique within the report; used in file names and content ids.
    pub id: String,
    /// Its heading, which states what it shows.
    pub title: Label,
    /// How it is drawn.
    pub kind: ChartKind,
    /// The unit of its value axis.
    pub format: Fmt,
    /// The places along its category axis.
    pub ticks: Vec<Tick>,
    /// Its series; each has one value per tick.
    pub series: Vec<Series>,
    /// Remarkable places, such as a changed message or an outage.
    pub marks: Vec<Mark>,
    /// Text for those who do not see it: carries the numbers.
    pub alternative: Message,
}

/// The form of a chart.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Lines over time; gaps stay gaps.
    Line,
    /// Horizontal bars, one row per tick, longest on top as given.
    Bar,
    /// Upright columns over time, with the second series (if any) as target ticks.
    Column,
    /// Rows with the middle half of peers as a band, the median as a tick, and our own value as a dot:
    /// series are, in order, lower quartile, median, upper quartile, own.
    Quartiles,
    /// Shares that make a whole, stacked in one column per tick.
    Stacked,
}

/// A place on the category axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// A period.
    Period(Period),
    /// A name.
    Label(Label),
}

/// One series of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Its name.
    pub label: Label,
    /// One value per tick; `None` is a gap, never zero.
    pub values: Vec<Option<f64>>,
    /// Set for what is compared with (target, last year, median): drawn lighter or dashed.
    pub reference: bool,
}

/// A remark at a place in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The day it happened.
    pub date: NaiveDate,
    /// What happened.
    pub label: Label,
}
