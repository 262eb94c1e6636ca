//! Which channels were on the way to conversions, and how far do the models that share them out disagree?
//!
//! Answers: how many conversions, and what value, does each channel get; what does one cost; who opens, who closes?
//! Method: the touches of each person before a conversion, within a look-back, make a path; paths are shared out by
//! seven models (`stats::attribution`), and no channel is shown by one model alone.
//! Not for: causes. A model says who was on the way, none says what would have happened without.

mod models;
mod paths;
mod view;

use self::{models::Credits, paths::Paths, view::View};
use super::{ActsSpec, Analysed, Analysis, Limits, Names, acts};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use chrono::Days;
use engine::TrailQuery;
use model::{
    expression::RowExpression,
    id::{DimensionId, MetricId},
    period::DateRange,
    report::{Argument, Block, Finding, Message, Verdict},
    unit::Unit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Conversions below which nothing is shared out: models that disagree would disagree about single people.
const FEWEST: usize = 30;

/// Settings of an attribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The touches; web sessions by visitor when absent.
    #[serde(default = "default_touches")]
    pub touches: ActsSpec,
    /// The channel of a touch. Example: `"medium"`.
    #[serde(default = "default_channel")]
    pub channel: RowExpression,
    /// The conversions, by the same person; web sessions that converted when absent.
    #[serde(default = "default_conversions")]
    pub conversions: ActsSpec,
    /// What a conversion is worth. Example: `"order_value"`.
    pub value: Option<RowExpression>,
    /// The unit of the value. Example: `"money:CNY"`.
    pub unit: Option<Unit>,
    /// What a channel cost: a metric that can be sliced by `cost_by`. Example: `"ad_spend"`.
    pub cost: Option<MetricId>,
    /// The dimension of the cost, whose members are the channels. Example: `"platform"`.
    pub cost_by: Option<DimensionId>,
    /// The model that is shown first.
    #[serde(default)]
    pub model: Model,
    /// Touches further back than so many days do not count.
    #[serde(default = "default_lookback")]
    pub lookback: u32,
    /// After so many days a touch counts half, in the model of time decay.
    #[serde(default = "default_half_life")]
    pub half_life: u32,
    /// The most channels shown; the others are put together.
    #[serde(default = "default_rows")]
    pub rows: usize,
}

/// A way to share conversions out among the touches before them.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// All to the first touch.
    First,
    /// All to the last touch.
    Last,
    /// The same to every touch.
    Linear,
    /// Most to the first and the last touch.
    Position,
    /// The more the younger the touch is.
    Decay,
    /// By what would be lost if the channel led nowhere, in a Markov chain.
    #[default]
    Markov,
    /// By Shapley values over the sets of channels.
    Shapley,
}

fn default_touches() -> ActsSpec {
    ActsSpec { at: Some(RowExpression::column("started_at")), ..visits(None) }
}

fn default_conversions() -> ActsSpec {
    ActsSpec { at: Some(RowExpression::column("started_at")), ..visits(Some("converted")) }
}

fn visits(only: Option<&str>) -> ActsSpec {
    ActsSpec::of("sessions", "visitor_id", only)
}

fn default_channel() -> RowExpression {
    RowExpression::column("medium")
}

fn default_lookback() -> u32 {
    30
}

fn default_half_life() -> u32 {
    7
}

fn default_rows() -> usize {
    8
}

impl Spec {
    /// The days before the period are looked at for touches only.
    fn query(&self, plan: &TransformPlan, section: &SectionPlan) -> TrailQuery {
        let period = section.period.days;
        let start = period.start.checked_sub_days(Days::new(u64::from(self.lookback)));
        let window = DateRange { start: start.unwrap_or(period.start), end: period.end };
        let values: Vec<&RowExpression> = self.value.iter().collect();
        let acts = vec![
            self.touches.telling(&[&self.channel], &[]),
            self.conversions.telling(&[], &values),
        ];
        acts::query(plan, acts, window)
    }

    fn cost(&self) -> Option<(&MetricId, &DimensionId)> {
        self.cost.as_ref().zip(self.cost_by.as_ref())
    }

    fn ask(&self, section: &SectionPlan) -> Option<Ask> {
        let (cost, by) = self.cost()?;
        Some(Ask { by: vec![by.clone()], ..Ask::total(cost, vec![section.period]) })
    }
}

impl Analysis for Spec {
    fn asks(&self, _: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        self.ask(section).into_iter().collect()
    }

    fn trails(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<TrailQuery> {
        vec![self.query(plan, section)]
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let answer = desk.trails(&self.query(desk.plan, section));
        let paths = Paths::of(answer, section.period.days, self.lookback);
        if paths.conversions < FEWEST {
            return too_few(&paths);
        }
        match Credits::of(&paths, self.model, f64::from(self.half_life)) {
            Some(credits) => View::new(self, desk, section, &paths, &credits).analysed(),
            None => too_few(&paths),
        }
    }

    fn names(&self) -> Names {
        let touches = self.touches.names("touches").text("channel", &self.channel);
        let conversions =
            self.conversions.names("conversions").number("value", self.value.as_ref());
        let mut names = Names { rows: vec![touches, conversions], ..Names::default() };
        names.metrics.extend(self.cost.iter().map(|cost| ("cost".to_owned(), cost.clone())));
        if let Some((cost, by)) = self.cost() {
            names.dimensions.push(("cost_by".to_owned(), by.clone()));
            names.slices.push((cost.clone(), by.clone()));
        }
        names
    }

    fn limits(&self) -> Limits {
        let both = self.cost.is_some() == self.cost_by.is_some();
        let key = if self.cost.is_some() { "cost" } else { "cost_by" };
        let has_unit = self.value.is_none() || self.unit.is_some();
        Limits::default()
            .within("lookback", self.lookback, 1..=365)
            .within("half_life", self.half_life, 1..=365)
            .within("rows", self.rows, 2..=30)
            .needs(both, key, "needs its other half; set both `cost` and `cost_by`")
            .needs(has_unit, "value", "has no unit; set `unit`, such as \"money:CNY\"")
            .needs(
                self.value.is_some() || self.unit.is_none(),
                "unit",
                "is of nothing; set `value`",
            )
    }
}

/// Not enough to share out.
fn too_few(paths: &Paths) -> Analysed {
    let message = Message::new("attribution.few")
        .with("conversions", Argument::Count(paths.conversions as i64))
        .with("needed", Argument::Count(FEWEST as i64));
    let finding = Finding { verdict: Verdict::Unknown, message: message.clone(), weight: 20 };
    Analysed { findings: vec![finding], blocks: vec![Block::Note(message)] }
}
