//! Why a metric moved: its change shared out among factors or members, without a remainder.
//!
//! Answers: which factor, or which members, made the change, and does the total mislead about its parts?
//! Method: factors of a product by LMDI-I, by Shapley values where a factor is zero or changes its sign; members of a
//! sum by their differences; members of a ratio by rate and mix (`stats::contribution`).
//! Not for: causes. A contribution says where a change sits, not what brought it about.

mod factors;
mod members;
mod rates;
mod waterfall;

use super::{Analysed, Analysis, Limits, Names, comparing};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    calendar::{Against, base},
    id::{DimensionId, MetricId},
    metric::Metric,
    number::Number,
    period::Period,
    report::{Argument, Block, Finding, Message, Verdict},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of a decomposition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The metric whose change is explained.
    pub metric: MetricId,
    /// Metrics whose product it is. Example: `["sessions", "order_rate", "average_order_value"]`.
    #[serde(default)]
    pub factors: Vec<MetricId>,
    /// Dimensions whose members are looked through for those that explain most. Example: `["region", "channel"]`.
    #[serde(default)]
    pub by: Vec<DimensionId>,
    /// For a ratio: the metric that it is per, by which its members are weighted. Example: `"sessions"`.
    pub weight: Option<MetricId>,
    /// What the period is compared with: `previous`, `year_before`, `same_weekday` or `festival:<name>`.
    #[serde(default = "default_against")]
    #[schemars(with = "String")]
    pub against: Against,
    /// The most members that are named; the others are shown as one.
    #[serde(default = "default_rows")]
    pub rows: usize,
}

fn default_against() -> Against {
    Against::Previous
}

fn default_rows() -> usize {
    6
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let Some(before) = self.base(plan, section) else { return Vec::new() };
        let periods = vec![before, section.period];
        let ask = |metric: &MetricId| Ask::total(metric, periods.clone());
        let mut asks: Vec<Ask> = [&self.metric].into_iter().chain(&self.factors).map(ask).collect();
        for by in &self.by {
            for metric in [Some(&self.metric), self.weight.as_ref()].into_iter().flatten() {
                asks.push(Ask { by: vec![by.clone()], ..ask(metric) });
            }
        }
        asks
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let moved = desk
            .plan
            .metrics
            .get(&self.metric)
            .zip(self.base(desk.plan, section))
            .map(|(metric, before)| Move::new(desk, section, metric, before));
        let Some(moved) = moved else { return analysed };
        analysed.findings.push(moved.finding());
        let Some((before, after)) = moved.ends() else { return analysed };
        if (after - before).abs() <= f64::EPSILON * before.abs().max(after.abs()) {
            return analysed;
        }
        let parts = [
            factors::explain(&moved, &self.factors),
            match &self.weight {
                Some(weight) => rates::explain(&moved, &self.by, weight, self.rows),
                None => members::explain(&moved, &self.by, self.rows),
            },
        ];
        for part in parts {
            analysed.findings.extend(part.findings);
            analysed.blocks.extend(part.blocks);
        }
        if analysed.blocks.is_empty() {
            analysed.blocks.push(Block::Note(moved.say("drivers.nothing")));
        }
        analysed
    }

    fn names(&self) -> Names {
        let mut metrics = vec![("metric".to_owned(), self.metric.clone())];
        metrics.extend(Names::metrics("factors", &self.factors));
        metrics.extend(self.weight.iter().map(|weight| ("weight".to_owned(), weight.clone())));
        let sliced = [Some(&self.metric), self.weight.as_ref()].into_iter().flatten();
        let slices = sliced.flat_map(|metric| self.by.iter().map(move |by| (metric, by)));
        let by = self.by.iter().enumerate();
        Names {
            metrics,
            dimensions: by.map(|(index, by)| (format!("by[{index}]"), by.clone())).collect(),
            slices: slices.map(|(metric, by)| (metric.clone(), by.clone())).collect(),
            ..Names::default()
        }
    }

    fn limits(&self) -> Limits {
        Limits::default().list("by", &self.by, 0).within("rows", self.rows, 1..=50)
    }
}

impl Spec {
    fn base(&self, plan: &TransformPlan, section: &SectionPlan) -> Option<Period> {
        Some(base(&plan.calendar, &plan.holidays, &section.period, &self.against)?.period)
    }
}

/// A metric in two periods.
struct Move<'a> {
    desk: &'a Desk<'a>,
    section: &'a SectionPlan,
    metric: &'a Metric,
    /// The period that is compared with.
    base: Period,
    before: Option<Number>,
    after: Option<Number>,
}

impl<'a> Move<'a> {
    fn new(desk: &'a Desk<'a>, section: &'a SectionPlan, metric: &'a Metric, base: Period) -> Self {
        let ask = Ask::total(&metric.id, vec![base, section.period]);
        let reached = desk.reaches(&metric.id, &base);
        let before = desk.total(&ask, &base).filter(|_| reached);
        let after = desk.total(&ask, &section.period);
        Self { desk, section, metric, base, before, after }
    }

    /// The values before and after; `None` if either is not known.
    fn ends(&self) -> Option<(f64, f64)> {
        Some((self.before?.to_f64(), self.after?.to_f64()))
    }

    /// A metric's total in the two periods; `None` if either is not known.
    fn total(&self, metric: &MetricId) -> Option<(f64, f64)> {
        let ask = Ask::total(metric, vec![self.base, self.section.period]);
        let value = |period| Some(self.desk.total(&ask, period)?.to_f64());
        Some((value(&self.base)?, value(&self.section.period)?))
    }

    /// A sentence with the metric and the period that is compared with.
    fn say(&self, key: &str) -> Message {
        Message::new(key)
            .with("metric", Argument::Label(self.metric.label.clone()))
            .with("period", Argument::Period(self.base))
    }

    /// A part of the change, in the metric's unit.
    fn effect(&self, effect: f64) -> Argument {
        comparing::difference_argument(self.metric, effect)
    }

    fn verdict(&self, effect: f64) -> Verdict {
        comparing::verdict(self.metric, Some(Number::Real(effect)), Some(Number::Real(0.0)))
    }

    /// The conclusion that opens the section: what moved, and by how much.
    fn finding(&self) -> Finding {
        let change = comparing::change_argument(self.metric, self.after, self.before);
        let value = Argument::value(self.after, format_of(self.metric));
        // Where a change sits is told; whether it is more than usual is the matter of `movers`.
        let (key, verdict) = match self.ends() {
            None => ("drivers.unknown", Verdict::Unknown),
            Some((before, after)) if after > before => ("drivers.rose", Verdict::Neutral),
            Some((before, after)) if after < before => ("drivers.fell", Verdict::Neutral),
            Some(_) => ("drivers.still", Verdict::Neutral),
        };
        let message = match key {
            "drivers.unknown" => self.say(key),
            "drivers.still" => self.say(key).with("value", value),
            _ => self.say(key).with("value", value).with("change", change),
        };
        Finding { verdict, message, weight: 20 }
    }
}
