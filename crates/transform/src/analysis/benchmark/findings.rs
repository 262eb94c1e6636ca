//! What is said: the conclusion first, then metric by metric.

use super::{
    CONFIDENCE,
    standing::{Standing, percentile},
};
use crate::{
    analysis::{
        cells::{argument, whole_share_format},
        comparing,
    },
    plan::TransformPlan,
};
use model::{
    id::DimensionId,
    label::Label,
    number::Number,
    peer::{PeerGroup, PeerKind},
    report::{Argument, Finding, Fmt, Message, Verdict},
    unit::{Direction, Unit},
};
use std::{cmp::Ordering, collections::BTreeMap};

/// How often we are better than the median and how often clearly, how often in the best quarter, and where we are
/// furthest behind.
///
/// Rule: every count is the one of the tables: of signs of the gaps, and of intervals that leave out the median.
pub(super) fn conclusion(group: &PeerGroup, standings: &[Standing<'_>]) -> Option<Finding> {
    let judged = |standing: &&Standing<'_>| {
        standing.own.is_some() && standing.metric.direction != Direction::Neutral
    };
    let judged: Vec<&Standing<'_>> = standings.iter().filter(judged).collect();
    if judged.len() < 2 {
        return None;
    }
    let on = |side: Ordering| {
        judged.iter().filter(move |standing| standing.side(standing.median()) == Some(side))
    };
    let clearly = |side: Ordering, verdict: Verdict| {
        on(side).filter(move |standing| standing.place() == verdict).count()
    };
    let count = |number: usize| Argument::Count(number as i64);
    let clearly_ahead = clearly(Ordering::Greater, Verdict::Good);
    let clearly_behind = clearly(Ordering::Less, Verdict::Bad);
    let best = judged.iter().filter(|standing| standing.is_in_best_quarter()).count();
    let counted = |key: &str| {
        Message::new(key)
            .with("group", Argument::Label(group.label.clone()))
            .with("count", count(judged.len()))
            .with("ahead", count(on(Ordering::Greater).count()))
            .with("best", count(best))
    };
    let furthest = on(Ordering::Less).min_by(|a, b| goodness(a).total_cmp(&goodness(b)));
    // Of published quartiles alone nobody knows how sure a place is, nor which is the furthest behind.
    let is_published = judged.iter().all(|standing| standing.rank().is_none());
    let message = match (furthest, is_published) {
        (None, true) => counted("benchmark.published_none_behind"),
        (None, false) => {
            counted("benchmark.places_none_behind").with("clearly_ahead", count(clearly_ahead))
        }
        (Some(_), true) => {
            let labels = on(Ordering::Less).map(|standing| standing.metric.label.clone());
            counted("benchmark.published")
                .with("behind", count(on(Ordering::Less).count()))
                .with("metrics", Argument::List(labels.collect()))
        }
        (Some(furthest), false) => counted("benchmark.places")
            .with("clearly_ahead", count(clearly_ahead))
            .with("behind", count(on(Ordering::Less).count()))
            .with("clearly_behind", count(clearly_behind))
            .with("metric", furthest.label())
            .with("value", furthest.value(furthest.own))
            .with("median", furthest.value(furthest.median())),
    };
    let verdict = match clearly_ahead.cmp(&clearly_behind) {
        Ordering::Greater => Verdict::Good,
        Ordering::Equal => Verdict::Neutral,
        Ordering::Less => Verdict::Bad,
    };
    Some(Finding { verdict, message, weight: 53 })
}

fn goodness(standing: &Standing<'_>) -> f64 {
    standing.ahead().map_or(0.5, |rank| rank.rank)
}

/// The statements on one metric.
pub(super) fn of(group: &PeerGroup, standing: &Standing<'_>) -> Vec<Finding> {
    let mut findings = vec![place(group, standing)];
    findings.extend(growth(group, standing));
    findings.extend(adjusted(standing));
    findings.extend(moved(standing));
    findings
}

fn place(group: &PeerGroup, standing: &Standing<'_>) -> Finding {
    let (Some(own), Some(median), Some(rank)) = (standing.own, standing.median(), standing.ahead())
    else {
        let message = Message::new("benchmark.no_own")
            .with("metric", standing.label())
            .with("group", Argument::Label(group.label.clone()));
        return Finding { verdict: Verdict::Unknown, message, weight: 5 };
    };
    let key = match own.total_cmp(&median) {
        Ordering::Greater => "benchmark.above",
        Ordering::Less => "benchmark.below",
        Ordering::Equal => "benchmark.at_median",
    };
    let message = Message::new(standing.keyed(key))
        .with("metric", standing.label())
        .with("value", standing.value(Some(own)))
        .with("median", standing.value(Some(median)))
        .with("rank", argument(rank.rank, &whole_share_format()))
        .with("low", percentile(rank.low))
        .with("high", percentile(rank.high))
        .with("confidence", certainty())
        .with("peers", Argument::Count(standing.peers as i64));
    Finding { verdict: standing.place(), message, weight: 50 }
}

/// How sure an interval is, as an argument.
fn certainty() -> Argument {
    let format = Fmt { unit: Unit::Percent, decimals: Some(0) };
    Argument::value(Some(Number::Real(CONFIDENCE)), format)
}

fn growth(group: &PeerGroup, standing: &Standing<'_>) -> Option<Finding> {
    let growth = standing.growth?;
    let message = Message::new("benchmark.growth")
        .with("metric", standing.label())
        .with("group", Argument::Label(group.label.clone()))
        .with("own", Argument::change(Some(growth.own)))
        .with("index", Argument::change(Some(growth.index)))
        .with("gap", points(growth.gap));
    let verdict = comparing::verdict(
        standing.metric,
        Some(Number::Real(1.0 + growth.own)),
        Some(Number::Real(1.0 + growth.index)),
    );
    Some(Finding { verdict, message, weight: 49 })
}

fn adjusted(standing: &Standing<'_>) -> Option<Finding> {
    let expected = standing.expected?;
    let key = if expected.residual < 0.0 {
        "benchmark.adjusted_below"
    } else {
        "benchmark.adjusted_above"
    };
    let message = Message::new(standing.keyed(key))
        .with("metric", standing.label())
        .with("expected", standing.value(Some(expected.expected)))
        .with("value", standing.value(standing.own))
        .with("residual", standing.difference(Some(expected.residual.abs())))
        .with("rank", argument(standing.in_direction(expected.percentile), &whole_share_format()))
        .with("peers", Argument::Count(expected.peers as i64));
    let verdict = standing.verdict(Some(expected.expected));
    Some(Finding { verdict, message, weight: 47 })
}

fn moved(standing: &Standing<'_>) -> Option<Finding> {
    let moved = standing.moved[0].filter(|moved| moved.gained() != 0)?;
    let message = Message::new("benchmark.moved")
        .with("metric", standing.label())
        .with("place", Argument::Count(moved.after as i64))
        .with("before", Argument::Count(moved.before as i64))
        .with("count", Argument::Count(moved.of as i64));
    let verdict = match (standing.metric.direction, moved.gained() > 0) {
        (Direction::Neutral, _) => Verdict::Neutral,
        (_, true) => Verdict::Good,
        (_, false) => Verdict::Bad,
    };
    Some(Finding { verdict, message, weight: 30 })
}

/// A difference of two shares as an argument.
fn points(difference: f64) -> Argument {
    match Argument::change(Some(difference)) {
        Argument::Change(value) => Argument::PercentagePoints(value),
        other => other,
    }
}

/// Which cohort was used, for every way in which the group had to be widened.
pub(super) fn widened(
    plan: &TransformPlan,
    group: &PeerGroup,
    standings: &[Standing<'_>],
) -> Vec<Message> {
    let PeerKind::Panel(panel) = &group.kind else { return Vec::new() };
    let mut ways: BTreeMap<usize, Vec<Label>> = BTreeMap::new();
    for standing in standings.iter().filter(|standing| standing.kept.1 > 0) {
        ways.entry(standing.kept.0).or_default().push(standing.metric.label.clone());
    }
    let told = |(kept, metrics): (usize, Vec<Label>)| {
        cohort(plan, group, &panel.cohort, kept).with("metrics", Argument::List(metrics))
    };
    ways.into_iter().rev().map(told).collect()
}

/// The cohort that was used, out of the columns that were asked for.
pub(super) fn cohort(
    plan: &TransformPlan,
    group: &PeerGroup,
    columns: &[DimensionId],
    kept: usize,
) -> Message {
    let name = |column: &DimensionId| {
        let known = plan.dimensions.get(column).cloned();
        known.unwrap_or_else(|| Label::verbatim(column.as_str()))
    };
    let list = |columns: &[DimensionId]| Argument::List(columns.iter().map(name).collect());
    let about = |key: &str| Message::new(key).with("group", Argument::Label(group.label.clone()));
    if kept == columns.len() {
        about("benchmark.cohort").with("columns", list(columns))
    } else if kept == 0 {
        about("benchmark.widened_to_all").with("columns", list(columns))
    } else {
        about("benchmark.widened")
            .with("columns", list(columns))
            .with("kept", list(&columns[..kept]))
    }
}
