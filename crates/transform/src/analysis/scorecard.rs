//! Key figures of the period beside the previous period, the same period last year and the target.
//!
//! Answers: what are the figures, and are they better or worse than before?
//! Method: change = value / base − 1 for amounts and counts; difference in points for percentages and scores.
//! Not for: whether a change is more than noise; that is `trend`.

use super::{Analysed, Analysis, Names, comparing};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    metric::Metric,
    number::Number,
    period::Period,
    report::{Argument, Block, Comparison, Finding, Message, Scorecard, Verdict},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Settings of a scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics by id, in display order. Example: `["net_revenue", "orders"]`.
    pub metrics: Vec<MetricId>,
    /// Periods in the small history line, this one included.
    #[serde(default = "default_history")]
    pub history: u32,
}

fn default_history() -> u32 {
    13
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let mut periods = self.shown(plan, &section.period);
        periods.push(plan.calendar.before(&section.period, 1));
        periods.push(plan.calendar.year_before(&section.period));
        periods.sort_unstable();
        periods.dedup();
        self.metrics.iter().map(|metric| Ask::total(metric, periods.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let mut cards = Vec::new();
        let history = self.shown(desk.plan, &section.period);
        for (metric, ask) in self.metrics.iter().zip(self.asks(desk.plan, section)) {
            let Some(metric) = desk.plan.metrics.get(metric) else { continue };
            let card = card(desk, metric, &ask, section, &history);
            analysed.findings.push(finding(metric, &card, section, desk));
            cards.push(card);
        }
        analysed.blocks.push(Block::Scorecards(cards));
        analysed
    }

    fn names(&self) -> Names {
        Names { metrics: Names::metrics("metrics", &self.metrics), ..Names::default() }
    }
}

impl Spec {
    /// The periods of the history line. A running period has none: every day would ask for the same days of
    /// every month before anew, and the line would compare months cut short.
    fn shown(&self, plan: &TransformPlan, period: &Period) -> Vec<Period> {
        let count = if period.whole { self.history.max(1) } else { 1 };
        plan.calendar.run_up_to(period, count)
    }
}

fn card(
    desk: &Desk<'_>,
    metric: &Metric,
    ask: &Ask,
    section: &SectionPlan,
    history: &[Period],
) -> Scorecard {
    let period = &section.period;
    let value = desk.total(ask, period);
    Scorecard {
        metric: metric.id.clone(),
        label: metric.label.clone(),
        description: metric.description.clone(),
        direction: metric.direction,
        figure: desk.figure(metric, value, period),
        comparisons: comparisons(desk, metric, ask, period, value),
        history: history.iter().map(|period| desk.total(ask, period).map(Number::to_f64)).collect(),
    }
}

fn comparisons(
    desk: &Desk<'_>,
    metric: &Metric,
    ask: &Ask,
    period: &Period,
    value: Option<Number>,
) -> Vec<Comparison> {
    let calendar = &desk.plan.calendar;
    let others = [
        ("comparison.previous", calendar.before(period, 1)),
        ("comparison.year_before", calendar.year_before(period)),
    ];
    let mut comparisons = Vec::new();
    for (key, other) in others {
        let base = desk.figure(metric, desk.total(ask, &other), &other);
        if base.value.is_none() {
            continue;
        }
        let label = Message::new(key).with("period", Argument::Period(other));
        let verdict = comparing::verdict(metric, value, base.value);
        comparisons.push(comparing::comparison(metric, label, value, base, verdict));
    }
    if let Some(target) = desk.plan.target(&metric.id, period, &BTreeMap::new()) {
        let target = Some(Number::Exact(target));
        let verdict = comparing::target_verdict(metric, value, target);
        let base =
            model::report::Figure { value: target, format: format_of(metric), coverage: None };
        let label = Message::new("comparison.target");
        comparisons.push(comparing::comparison(metric, label, value, base, verdict));
    }
    comparisons
}

fn finding(metric: &Metric, card: &Scorecard, section: &SectionPlan, desk: &Desk<'_>) -> Finding {
    let label = Argument::Label(metric.label.clone());
    let value = Argument::value(card.figure.value, format_of(metric));
    let say = |key: &str| Message::new(key).with("metric", label.clone());
    if card.figure.value.is_none() {
        let message = say("scorecard.unknown").with("period", Argument::Period(section.period));
        return Finding { verdict: Verdict::Unknown, message, weight: 70 };
    }
    let previous = desk.plan.calendar.before(&section.period, 1);
    let previous_key = "comparison.previous";
    let Some(comparison) = card.comparisons.iter().find(|one| one.label.key == previous_key) else {
        let message = say("scorecard.no_comparison").with("value", value);
        return Finding { verdict: Verdict::Neutral, message, weight: 5 };
    };
    let relative = comparing::has_relative_change(metric);
    let moved = comparison.difference.value.map_or(0.0, Number::to_f64);
    let key = match (comparison.verdict, moved > 0.0, relative && comparison.change.is_some()) {
        _ if moved == 0.0 => "scorecard.unchanged",
        (_, true, true) => "scorecard.rose",
        (_, false, true) => "scorecard.fell",
        (_, true, false) => "scorecard.rose_by",
        (_, false, false) => "scorecard.fell_by",
    };
    let mut message = say(key).with("value", value).with("period", Argument::Period(previous));
    let argument = comparing::change_argument(metric, card.figure.value, comparison.base.value);
    match key {
        "scorecard.rose" | "scorecard.fell" => message = message.with("change", argument),
        "scorecard.rose_by" | "scorecard.fell_by" => message = message.with("difference", argument),
        _ => {}
    }
    Finding { verdict: comparison.verdict, message, weight: weight(comparison) }
}

/// Bigger relative moves matter more; a headline of a scorecard never outranks a missed target.
fn weight(comparison: &Comparison) -> u32 {
    let base = comparison.base.value.map_or(0.0, Number::to_f64);
    let moved = comparison.difference.value.map_or(0.0, Number::to_f64);
    let share = if base == 0.0 { 0.0 } else { (moved / base).abs() };
    10 + (share * 100.0).min(40.0) as u32
}
