//! Pictures of numbers, as data: what is drawn, not how.

use super::{block::Verdict, figure::Fmt, message::Message};
use crate::{label::Label, period::Period};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A chart.
///
/// Rule: every series has one value per tick; what a kind expects of their order stands at [`ChartKind`].
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
    /// What its horizontal axis counts, where the ticks are numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub across: Option<Box<Across>>,
    /// The places along its category axis.
    pub ticks: Vec<Tick>,
    /// Its series; each has one value per tick.
    pub series: Vec<Series>,
    /// Remarkable places, such as a changed message or an outage.
    pub marks: Vec<Mark>,
    /// One verdict per tick, for kinds that colour by it; empty where nothing is judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Verdict>,
    /// One short text per tick, read out beside its row, such as the interval of a percentile; empty
    /// where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Message>,
    /// Text for those who do not see it: carries the numbers.
    pub alternative: Message,
}

impl Chart {
    /// An empty chart: what differs from it is set with `..Chart::new(…)`.
    pub fn new(
        id: impl Into<String>,
        title: Label,
        kind: ChartKind,
        format: Fmt,
        alternative: Message,
    ) -> Self {
        Self {
            id: id.into(),
            title,
            kind,
            format,
            across: None,
            ticks: Vec::new(),
            series: Vec::new(),
            marks: Vec::new(),
            verdicts: Vec::new(),
            readings: Vec::new(),
            alternative,
        }
    }
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
    /// What is to be expected of an amount, such as the response to spend: the ticks are numbers, counted
    /// as `across` says, and both axes begin at zero.
    ///
    /// Series are, in order: expected, low, high; the last two have no values where the band is not known.
    /// The label of the low one names the band. A mark of the kind [`MarkKind::Current`] or
    /// [`MarkKind::Proposed`] at a number that is also a tick stands on the curve; an arrow leads from the
    /// one to the other.
    Curve,
    /// Rows with a point and its interval, such as effects of an experiment or scores of a survey.
    ///
    /// Series are, in order: value, low, high, and, where it is known, the value before, drawn as a ring
    /// from which an arrow leads to the point. The label of the low one names the interval. A series that
    /// is a reference is an upright line at its first value, such as no effect or the mean of all.
    /// `verdicts` colour points.
    Dots,
    /// A line, what is expected of it, and how sure that is.
    ///
    /// Series are, in order: actual, expected, low80, high80, low95, high95; then, where there are any,
    /// what is compared with: first the target (drawn as dotted steps, a lone value as a diamond), then
    /// others such as last year (a thin line each). The first six are always there; one that does not
    /// apply has no values, and neither it nor its name is shown. The label of a low series names its
    /// whole band ("80% range"); that of the high one is not shown.
    ///
    /// Expected values and bands may begin after the last actual one (a forecast), or run along it (a
    /// trend, a usual pace). One that begins at the tick after an actual value is joined to that value.
    Fan,
    /// Values of rows that grow older, such as the retention of cohorts: one series per row, one tick per
    /// age, shaded by value in a single hue. What is not there yet is empty.
    ///
    /// A reference series says what is expected of the row before it: its values stand where the row has
    /// none, outlined, with a strip of their shade. Where the first age has the same value in every row, as retention
    /// has by definition, it is not shaded.
    HeatMap,
    /// Rows with the middle half of peers as a band, the median as a tick, and our own value as a dot:
    /// series are, in order, lower quartile, median, upper quartile, own, and, where it is known, own a
    /// period before, drawn as a ring from which an arrow leads to the dot.
    Quartiles,
    /// Shares that make a whole, stacked in one column per tick.
    Stacked,
    /// The steps of a funnel: one bar per tick, as long as what reached it, and between two bars the rate
    /// from the one to the other.
    ///
    /// Series are, in order: reached, rate from the step before, low, high; rates are fractions of one, and
    /// the first step has none. The label of the low one names the interval of the rate. `verdicts` mark
    /// the step before which most is lost as bad.
    Steps,
    /// How one total became another: the first and the last tick are totals, those between are signed
    /// contributions in the unit of the totals. One series; the axis of small contributions begins above
    /// zero and is marked as such. `verdicts` say which contributions are good.
    Waterfall,
}

/// What a horizontal axis of numbers counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Across {
    /// Its name, such as "Spend a week" or "Months since the first order".
    pub label: Label,
    /// The unit of its numbers.
    pub format: Fmt,
}

/// A place on the category axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// A number, in the unit of [`Chart::across`].
    Number(f64),
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

/// A remark at a place on the horizontal axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Where it stands.
    #[serde(alias = "date")]
    pub at: Place,
    /// What happened there, or what it is.
    pub label: Label,
    /// What sort of remark it is.
    #[serde(default)]
    pub kind: MarkKind,
}

impl Mark {
    /// An event.
    pub fn event(date: NaiveDate, label: Label) -> Self {
        Self::on(date, label, MarkKind::Event)
    }

    /// A remark on a day.
    pub fn on(date: NaiveDate, label: Label, kind: MarkKind) -> Self {
        Self { at: Place::Day(date), label, kind }
    }

    /// The day of a mark that stands in time.
    pub fn day(&self) -> Option<NaiveDate> {
        match self.at {
            Place::Day(day) => Some(day),
            Place::Number(_) => None,
        }
    }

    /// The number of a mark that stands on an axis of numbers.
    pub fn number(&self) -> Option<f64> {
        match self.at {
            Place::Day(_) => None,
            Place::Number(number) => Some(number),
        }
    }
}

/// Where a mark stands: a day as `2026-08-31`, or a number.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Place {
    /// A day.
    Day(NaiveDate),
    /// A number, in the unit of [`Chart::across`].
    Number(f64),
}

/// What sort of remark a mark is; each sort has a form and a word of its own.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// A value outside what was to be expected.
    Alert,
    /// The day up to which there are data: its label stands in the chart and not below it.
    AsOf,
    /// A level or a slope that changed for good.
    Change,
    /// Where we are, such as what is spent today.
    Current,
    /// Something that happened, such as a launch or a campaign.
    #[default]
    Event,
    /// A holiday or a shopping festival.
    Holiday,
    /// Where we should be, such as a proposed spend.
    Proposed,
    /// The first value that was again as expected after an alert.
    Recovered,
}
