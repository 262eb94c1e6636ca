//! A product taken apart: traffic × conversion × order value.

use super::{
    Move,
    waterfall::{Step, blocks},
};
use crate::analysis::Analysed;
use model::{
    id::MetricId,
    label::Label,
    report::{Argument, Finding, Message, Verdict},
};
use stats::contribution::{Decomposition, Method, product};

/// A product that differs from the metric by more than this share of it is not what was meant.
const SAME: f64 = 0.02;

/// The change of the metric by its factors; empty without factors or where one is not known.
pub(super) fn explain(moved: &Move<'_>, factors: &[MetricId]) -> Analysed {
    let mut analysed = Analysed::default();
    if factors.is_empty() {
        return analysed;
    }
    let values: Option<Vec<(f64, f64)>> = factors.iter().map(|id| moved.total(id)).collect();
    let labels = factors.iter().filter_map(|id| moved.desk.plan.metrics.get(id));
    let labels: Vec<Label> = labels.map(|metric| metric.label.clone()).collect();
    let Some(((before, after), values)) = moved.ends().zip(values) else {
        analysed.blocks.push(model::report::Block::Note(moved.say("drivers.factor_unknown")));
        return analysed;
    };
    let (first, last): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
    let Some(found) = product(&first, &last).filter(|_| labels.len() == factors.len()) else {
        return analysed;
    };
    let differs = |whole: f64, product: f64| (whole - product).abs() > SAME * whole.abs();
    if differs(before, found.before) || differs(after, found.after) {
        analysed.blocks.push(model::report::Block::Note(moved.say("drivers.no_product")));
        return analysed;
    }
    analysed.findings.extend(findings(moved, &labels, &found));
    let pairs = labels.into_iter().zip(&found.effects);
    let steps = pairs.map(|(label, effect)| Step { label, effect: *effect }).collect();
    let title = Label::new("What the change is made of", "变动的构成");
    analysed.blocks.extend(blocks(moved, "factors", title, steps));
    if found.method == Method::Shapley {
        analysed.blocks.push(model::report::Block::Note(Message::new("drivers.shapley")));
    }
    analysed
}

/// The largest factor, and the largest one that worked the other way.
fn findings(moved: &Move<'_>, labels: &[Label], found: &Decomposition) -> Vec<Finding> {
    let change = found.change();
    let largest = |sign: f64| {
        let pairs = labels.iter().zip(&found.effects).filter(|(_, effect)| *effect * sign > 0.0);
        pairs.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
    };
    let say = |key: &str, (label, effect): (&Label, &f64), weight: u32| {
        let message = moved
            .say(key)
            .with("factor", Argument::Label(label.clone()))
            .with("effect", moved.effect(*effect));
        Finding { verdict: Verdict::Neutral, message, weight }
    };
    let main = largest(change.signum()).map(|pair| say("drivers.factor", pair, 46));
    let against = largest(-change.signum())
        .filter(|(_, effect)| effect.abs() > 0.1 * change.abs())
        .map(|pair| say("drivers.factor_against", pair, 30));
    main.into_iter().chain(against).collect()
}
