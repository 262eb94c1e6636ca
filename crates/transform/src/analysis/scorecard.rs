//! Key figures of the period beside what they are held against: earlier periods, festivals, workdays, the target.
//!
//! Answers: what are the figures, and are they better or worse than before?
//! Method: change = value / base − 1 for amounts and counts; difference in points for percentages and scores. Per
//! working day both sides are divided by their own workdays first.
//! Not for: whether a change is more than noise; that is `trend`.

use super::{Analysed, Analysis, Limits, Names, comparing};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    calendar::{Against, Base, base},
    id::MetricId,
    metric::Metric,
    number::Number,
    period::Period,
    report::{Argument, Block, Comparison, Figure, Finding, Message, Scorecard, Verdict},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::trend::{Move, change};
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
    /// What each figure is held against, in display order: `previous`, `year_before`, `same_days_elapsed`,
    /// `same_weekday`, `per_working_day`, or `festival:` and a festival of the calendar file; the target always
    /// follows. Example: `["previous", "per_working_day", "festival:spring_festival"]`.
    #[serde(default = "default_compare")]
    #[schemars(with = "Vec<String>")]
    pub compare: Vec<Against>,
}

fn default_compare() -> Vec<Against> {
    vec![Against::Previous, Against::YearBefore]
}

fn default_history() -> u32 {
    13
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let mut periods = self.shown(plan, &section.period);
        periods.extend(self.bases(plan, &section.period).iter().map(|base| base.period));
        periods.sort_unstable();
        periods.dedup();
        self.metrics.iter().map(|metric| Ask::total(metric, periods.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let mut cards = Vec::new();
        let history = self.shown(desk.plan, &section.period);
        let bases = self.bases(desk.plan, &section.period);
        for (metric, ask) in self.metrics.iter().zip(self.asks(desk.plan, section)) {
            let Some(metric) = desk.plan.metrics.get(metric) else { continue };
            let value = desk.total(&ask, &section.period);
            let (plain, comparisons) = comparisons(desk, metric, &ask, &bases, section);
            let mut card = Scorecard {
                metric: metric.id.clone(),
                label: metric.label.clone(),
                description: metric.description.clone(),
                direction: metric.direction,
                figure: desk.figure(metric, value, &section.period),
                comparisons,
                history: history
                    .iter()
                    .map(|period| desk.total(&ask, period).map(Number::to_f64))
                    .collect(),
            };
            let previous = desk.plan.calendar.before(&section.period, 1);
            let is_usual =
                plain.is_some_and(|(_, period)| period == previous) && is_usual(&card.history);
            analysed.findings.push(finding(metric, &card, section, plain, is_usual));
            // A colour would say of the card what its sentence denies.
            if let Some((place, _)) = plain.filter(|_| is_usual) {
                card.comparisons[place].verdict = Verdict::Neutral;
            }
            cards.push(card);
        }
        analysed.blocks.push(Block::Scorecards(cards));
        analysed
    }

    fn names(&self) -> Names {
        let numbered = self.compare.iter().enumerate();
        let festivals = numbered.filter_map(|(index, against)| match against {
            Against::Festival(id) => Some((format!("compare[{index}]"), id.clone())),
            _ => None,
        });
        Names {
            metrics: Names::metrics("metrics", &self.metrics),
            festivals: festivals.collect(),
            ..Names::default()
        }
    }

    fn limits(&self) -> Limits {
        Limits::default()
            .list("metrics", &self.metrics, 1)
            .list("compare", &self.compare, 0)
            .within("history", self.history, 1..=400)
    }
}

impl Spec {
    /// Whether a metric's change on the period before passes for noise; `None` where its card does not speak of it.
    pub(super) fn calls_usual(
        &self,
        desk: &Desk<'_>,
        section: &SectionPlan,
        metric: &MetricId,
    ) -> Option<bool> {
        let asks = self.asks(desk.plan, section);
        let ask = asks.iter().find(|ask| ask.metric == *metric)?;
        let bases = self.bases(desk.plan, &section.period);
        let spoken = bases.iter().find(|base| base.per_working_day.is_none())?;
        let shown = self.shown(desk.plan, &section.period);
        let value = |period| desk.total(ask, period).map(Number::to_f64);
        let history: Vec<Option<f64>> = shown.iter().map(value).collect();
        let previous = desk.plan.calendar.before(&section.period, 1);
        (spoken.period == previous).then(|| is_usual(&history))
    }

    /// The periods of the history line. A running period has none: every day would ask for the same days of
    /// every month before anew, and the line would compare months cut short.
    fn shown(&self, plan: &TransformPlan, period: &Period) -> Vec<Period> {
        let count = if period.whole { self.history.max(1) } else { 1 };
        plan.calendar.run_up_to(period, count)
    }

    /// The other sides, each once: a running period against the one before is the same days elapsed.
    fn bases(&self, plan: &TransformPlan, period: &Period) -> Vec<Base> {
        let mut bases: Vec<Base> = Vec::new();
        for against in &self.compare {
            let found = base(&plan.calendar, &plan.holidays, period, against);
            let same = |one: &Base, other: &Base| {
                (one.period, one.per_working_day) == (other.period, other.per_working_day)
            };
            bases.extend(found.filter(|found| !bases.iter().any(|base| same(base, found))));
        }
        bases
    }
}

/// The comparisons of a card; of the first plain one that is asked for its place and period, if it is known.
fn comparisons(
    desk: &Desk<'_>,
    metric: &Metric,
    ask: &Ask,
    bases: &[Base],
    section: &SectionPlan,
) -> (Option<(usize, Period)>, Vec<Comparison>) {
    let value = desk.total(ask, &section.period);
    let spoken = bases.iter().find(|base| base.per_working_day.is_none());
    let mut comparisons = Vec::new();
    let mut plain = None;
    for base in bases {
        let reached = desk.reaches(&metric.id, &base.period);
        let other = desk.total(ask, &base.period).filter(|_| reached);
        let Some(sides) = sides(desk.plan, metric, base, value, other) else { continue };
        let figure = desk.figure(metric, sides.other, &base.period);
        let verdict = comparing::verdict(metric, sides.value, sides.other);
        if spoken == Some(base) {
            plain = Some((comparisons.len(), base.period));
        }
        comparisons.push(comparing::comparison(metric, sides.label, sides.value, figure, verdict));
    }
    if let Some(target) = desk.plan.target(&metric.id, &section.period, &BTreeMap::new()) {
        let target = Some(Number::Exact(target));
        let verdict = comparing::target_verdict(metric, value, target);
        let base = Figure { value: target, format: format_of(metric), coverage: None };
        let label = Message::new("comparison.target");
        comparisons.push(comparing::comparison(metric, label, value, base, verdict));
    }
    (plain, comparisons)
}

/// The two values of a comparison, and what it is called.
struct Sides {
    label: Message,
    value: Option<Number>,
    other: Option<Number>,
}

/// Both sides, divided by their workdays where that is asked; `None` where there is nothing to compare with.
fn sides(
    plan: &TransformPlan,
    metric: &Metric,
    base: &Base,
    value: Option<Number>,
    other: Option<Number>,
) -> Option<Sides> {
    let other = other?;
    let Some((here, there)) = base.per_working_day else {
        return Some(Sides { label: base.label.clone(), value, other: Some(other) });
    };
    if !comparing::grows_with_days(plan, metric) {
        return None;
    }
    let per_day = |value: Number, days: u32| value.over(Number::whole(i64::from(days)));
    let value = value.and_then(|value| per_day(value, here));
    let label = base.label.clone().with("value", Argument::value(value, format_of(metric)));
    Some(Sides { label, value, other: per_day(other, there) })
}

/// The sentence of a card: how the figure moved against the first plain comparison.
fn finding(
    metric: &Metric,
    card: &Scorecard,
    section: &SectionPlan,
    plain: Option<(usize, Period)>,
    is_usual: bool,
) -> Finding {
    let label = Argument::Label(metric.label.clone());
    let value = Argument::value(card.figure.value, format_of(metric));
    let say = |key: &str| Message::new(key).with("metric", label.clone());
    if card.figure.value.is_none() {
        let message = say("scorecard.unknown").with("period", Argument::Period(section.period));
        return Finding { verdict: Verdict::Unknown, message, weight: 70 };
    }
    let compared = plain.and_then(|(place, period)| Some((card.comparisons.get(place)?, period)));
    let Some((comparison, previous)) = compared else {
        let message = say("scorecard.no_comparison").with("value", value);
        return Finding { verdict: Verdict::Neutral, message, weight: 5 };
    };
    let relative = comparing::has_relative_change(metric);
    let moved = comparison.difference.value.map_or(0.0, Number::to_f64);
    let change = comparison.change.filter(|_| relative);
    let key = match (comparison.verdict, moved > 0.0, change.is_some()) {
        _ if moved == 0.0 => "scorecard.unchanged",
        _ if change.is_some_and(|change| change.abs() < LEVEL) => {
            let message = say("scorecard.level").with("value", value);
            let message = message.with("period", Argument::Period(previous));
            return Finding { verdict: Verdict::Neutral, message, weight: 5 };
        }
        (_, true, true) => "scorecard.rose",
        (_, false, true) => "scorecard.fell",
        (_, true, false) => "scorecard.rose_by",
        (_, false, false) => "scorecard.fell_by",
    };
    let told = if is_usual && moved != 0.0 { format!("{key}_usual") } else { key.to_owned() };
    let mut message = say(&told).with("value", value).with("period", Argument::Period(previous));
    let argument = comparing::change_argument(metric, card.figure.value, comparison.base.value);
    match key {
        "scorecard.rose" | "scorecard.fell" => message = message.with("change", argument),
        "scorecard.rose_by" | "scorecard.fell_by" => message = message.with("difference", argument),
        _ => {}
    }
    // What is no more than usual is no news, however large it is.
    match is_usual {
        true => {
            Finding { verdict: Verdict::Neutral, message, weight: weight(comparison).min(USUAL) }
        }
        false => Finding { verdict: comparison.verdict, message, weight: weight(comparison) },
    }
}

/// A smaller share of change reads as nothing.
const LEVEL: f64 = 0.0005;

/// The most that a change within its usual swings weighs.
const USUAL: u32 = 14;

/// Whether the newest change passes for noise beside the changes before it; false where that cannot be judged.
fn is_usual(history: &[Option<f64>]) -> bool {
    let known = history.iter().rev().map_while(|value| *value);
    let mut run: Vec<f64> = known.collect();
    run.reverse();
    let judged = run.split_last().and_then(|(newest, before)| change(before, *newest, 1));
    judged.is_some_and(|judged| judged.direction == Move::NoClearChange)
}

/// Bigger relative moves matter more; a headline of a scorecard never outranks a missed target.
fn weight(comparison: &Comparison) -> u32 {
    let base = comparison.base.value.map_or(0.0, Number::to_f64);
    let moved = comparison.difference.value.map_or(0.0, Number::to_f64);
    let share = if base == 0.0 { 0.0 } else { (moved / base).abs() };
    10 + (share * 100.0).min(40.0) as u32
}
