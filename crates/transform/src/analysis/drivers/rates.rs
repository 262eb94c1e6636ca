//! A ratio taken apart: its members' own rates, and the mix of its members.

use super::{
    Move,
    waterfall::{Step, blocks},
};
use crate::{analysis::Analysed, desk::Ask};
use model::{
    id::{DimensionId, MetricId},
    label::Label,
    number::Number,
    report::{Argument, Finding, Fmt, Verdict},
    unit::Unit,
};
use stats::contribution::{MixRate, Segment, Side, mix_rate};

/// The change of the metric by rate and mix, for each dimension.
pub(super) fn explain(
    moved: &Move<'_>,
    by: &[DimensionId],
    weight: &MetricId,
    rows: usize,
) -> Analysed {
    let mut analysed = Analysed::default();
    for dimension in by {
        let (labels, segments) = segments(moved, dimension, weight);
        // A single member is everything, such as that of the readers' slice: it has no mix.
        if labels.len() == 1 {
            continue;
        }
        let Some(found) = mix_rate(&segments) else { continue };
        analysed.findings.extend(findings(moved, dimension, &found));
        let title = moved.desk.plan.dimension(dimension);
        let topic = format!("mix-{dimension}");
        analysed.blocks.extend(blocks(moved, &topic, title, steps(&labels, &found, rows)));
    }
    analysed
}

fn segments(moved: &Move<'_>, by: &DimensionId, weight: &MetricId) -> (Vec<Label>, Vec<Segment>) {
    let ask = |metric: &MetricId| Ask {
        by: vec![by.clone()],
        ..Ask::total(metric, vec![moved.base, moved.section.period])
    };
    let (rates, weights) = (ask(&moved.metric.id), ask(weight));
    let mut labels = Vec::new();
    let mut segments = Vec::new();
    for members in moved.desk.slices(&weights, &weights.periods) {
        let side = |period| Side {
            weight: moved.desk.value(&weights, period, &members).map_or(0.0, Number::to_f64),
            rate: moved.desk.value(&rates, period, &members).map(Number::to_f64),
        };
        segments.push(Segment { before: side(&moved.base), after: side(&moved.section.period) });
        let member = members.first().cloned().flatten();
        labels.push(moved.desk.plan.member(by, member.as_deref()));
    }
    (labels, segments)
}

fn findings(moved: &Move<'_>, by: &DimensionId, found: &MixRate) -> Vec<Finding> {
    let dimension = || Argument::Label(moved.desk.plan.dimension(by));
    let message = moved
        .say("drivers.mix")
        .with("dimension", dimension())
        .with("rate", moved.effect(found.rate))
        .with("mix", moved.effect(found.mix));
    let split = Finding { verdict: Verdict::Neutral, message, weight: 42 };
    let paradox = found.paradox.map(|paradox| {
        let key = match paradox.segments_moved {
            1.. => "drivers.paradox_up",
            _ => "drivers.paradox_down",
        };
        let message = moved
            .say(key)
            .with("dimension", dimension())
            .with("count", Argument::Count(paradox.count as i64))
            .with("of", Argument::Count(paradox.of as i64))
            .with("share", whole_percent(paradox.share));
        Finding { verdict: Verdict::Neutral, message, weight: 55 }
    });
    [split].into_iter().chain(paradox).collect()
}

fn whole_percent(share: f64) -> Argument {
    let format = Fmt { unit: Unit::Percent, decimals: Some(0) };
    Argument::value(Some(Number::Real(share)), format)
}

/// The members' rates, largest first, what is beyond `rows` as one step, and the mix.
fn steps(labels: &[Label], found: &MixRate, rows: usize) -> Vec<Step> {
    let mut pairs: Vec<(&Label, f64)> =
        labels.iter().zip(found.segments.iter().map(|segment| segment.rate)).collect();
    pairs.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(b.0)));
    let named = pairs.iter().take(rows).filter(|(_, effect)| *effect != 0.0);
    let mut steps: Vec<Step> =
        named.map(|(label, effect)| Step { label: (*label).clone(), effect: *effect }).collect();
    steps.push(Step { label: Label::new("Mix", "结构"), effect: found.mix });
    steps
}
