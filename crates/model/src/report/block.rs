//! The pieces a section is made of.

use super::{chart::Chart, figure::Figure, message::Message};
use crate::{id::MetricId, label::Label, unit::Direction};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Content of a section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Key figures side by side.
    Scorecards(Vec<Scorecard>),
    /// A picture of numbers.
    Chart(Chart),
    /// Figures in rows and columns.
    Table(Table),
    /// A plain remark, such as "not enough history".
    Note(Message),
}

/// Whether a change, a gap or a finding is good.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// In the metric's direction, or on target.
    Good,
    /// Against the metric's direction, or short of target.
    Bad,
    /// Neither, or not judged.
    Neutral,
    /// Not known.
    Unknown,
}

/// One key figure with what it is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// The metric.
    pub metric: MetricId,
    /// Its name.
    pub label: Label,
    /// What it means, in a sentence.
    pub description: Label,
    /// Which way is good.
    pub direction: Direction,
    /// Its value in the period.
    pub figure: Figure,
    /// Previous period, same period last year, target: in this order, those that apply.
    pub comparisons: Vec<Comparison>,
    /// The run-up to the value, oldest first, for a sparkline; gaps are `None`.
    pub history: Vec<Option<f64>>,
}

/// A value beside another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// What with: `comparison.previous`, `comparison.year_before`, `comparison.target`.
    pub label: Message,
    /// The other value.
    pub base: Figure,
    /// The difference in the metric's unit (percentage points for a percentage).
    pub difference: Figure,
    /// The relative change as a fraction; `None` where it means nothing (percentages, points) or is unknown.
    pub change: Option<f64>,
    /// Whether it is good.
    pub verdict: Verdict,
}

/// A table of figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its caption.
    pub title: Label,
    /// Its columns; the first one names the rows.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// A remark below it.
    pub note: Option<Message>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its heading.
    pub label: Label,
    /// Whether it holds figures, which are set flush right.
    pub numeric: bool,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its cells, one per column.
    pub cells: Vec<Cell>,
    /// Whether it is the total, set apart from the slices.
    pub total: bool,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A name.
    Label(Label),
    /// A period's name.
    Period(crate::period::Period),
    /// A figure, judged or not.
    Figure {
        /// The figure.
        figure: Figure,
        /// Whether it is good; neutral when not judged.
        verdict: Verdict,
    },
    /// A difference of two values in their unit, judged or not: always signed, percentages differ by points.
    Difference {
        /// The difference.
        figure: Figure,
        /// Whether it is good; neutral when not judged.
        verdict: Verdict,
    },
    /// A figure on ground that is the darker the larger its share, so that a triangle of figures can be
    /// read as a picture.
    Shaded {
        /// The figure.
        figure: Figure,
        /// Where it lies between the least and the greatest figure of the table, 0 to 1.
        share: f64,
    },
    /// A relative change as a fraction, judged.
    Change {
        /// The change; `None` when unknown.
        change: Option<f64>,
        /// Whether it is good.
        verdict: Verdict,
    },
    /// A sentence.
    Message(Message),
}
