//! A sum taken apart: the members whose differences make most of its change.

use super::{
    Move,
    waterfall::{Step, blocks},
};
use crate::{
    analysis::{Analysed, comparing},
    desk::Ask,
};
use model::{
    id::DimensionId,
    label::Label,
    number::Number,
    report::{Argument, Finding, Verdict},
};
use stats::contribution::{Dimension, Explanation, drill};

/// A set of members that is most of its dimension explains nothing.
const MOST: f64 = 0.5;

/// The change of the metric by the members of the dimension that says most about it.
pub(super) fn explain(moved: &Move<'_>, by: &[DimensionId], rows: usize) -> Analysed {
    let mut analysed = Analysed::default();
    // The job's check asks for a weight where members do not add up.
    if by.is_empty() || !comparing::adds_up(moved.metric) {
        return analysed;
    }
    let sides = by.iter().map(|by| (by, Sides::new(moved, by)));
    // A single member is everything, such as that of the readers' slice: it explains nothing.
    let sides: Vec<(&DimensionId, Sides)> =
        sides.filter(|(_, side)| side.labels.len() != 1).collect();
    let dimensions: Vec<Dimension<'_>> = sides
        .iter()
        .map(|(_, side)| Dimension { before: &side.before, after: &side.after })
        .collect();
    let Some(found) = drill(&dimensions).into_iter().next() else { return analysed };
    let (dimension, side) = &sides[found.dimension];
    analysed.findings.extend(side.finding(moved, dimension, &found, rows));
    let title = moved.desk.plan.dimension(dimension);
    let topic = format!("by-{dimension}");
    analysed.blocks.extend(blocks(moved, &topic, title, side.steps(rows)));
    analysed
}

/// The members of a dimension in both periods.
struct Sides {
    labels: Vec<Label>,
    before: Vec<f64>,
    after: Vec<f64>,
}

impl Sides {
    fn new(moved: &Move<'_>, by: &DimensionId) -> Self {
        let periods = vec![moved.base, moved.section.period];
        let ask = Ask { by: vec![by.clone()], ..Ask::total(&moved.metric.id, periods) };
        let mut sides = Self { labels: Vec::new(), before: Vec::new(), after: Vec::new() };
        for members in moved.desk.slices(&ask, &ask.periods) {
            // A sum over no rows is nothing: a member that is new or gone has come from, or fallen to, zero.
            let value =
                |period| moved.desk.value(&ask, period, &members).map_or(0.0, Number::to_f64);
            sides.before.push(value(&moved.base));
            sides.after.push(value(&moved.section.period));
            let member = members.first().cloned().flatten();
            sides.labels.push(moved.desk.plan.member(by, member.as_deref()));
        }
        sides
    }

    fn finding(
        &self,
        moved: &Move<'_>,
        by: &DimensionId,
        found: &Explanation,
        rows: usize,
    ) -> Option<Finding> {
        let few = found.segments.len() as f64 <= MOST * self.labels.len() as f64;
        // Those that went the way of the whole, the largest first: others did not make the change.
        let (before, after) = moved.ends()?;
        let same_way = |place: &&usize| self.effect(**place) * (after - before) > 0.0;
        let made: Vec<usize> = found.segments.iter().filter(same_way).take(rows).copied().collect();
        let few = few && !made.is_empty();
        let named = made.iter().map(|place| self.labels[*place].clone());
        let effect: f64 = made.iter().map(|place| self.effect(*place)).sum();
        let key = if few { "drivers.members" } else { "drivers.members_all" };
        let mut message =
            moved.say(key).with("dimension", Argument::Label(moved.desk.plan.dimension(by)));
        if few {
            message = message
                .with("list", Argument::List(named.collect()))
                .with("effect", moved.effect(effect));
        }
        Some(Finding { verdict: Verdict::Neutral, message, weight: if few { 44 } else { 10 } })
    }

    fn effect(&self, place: usize) -> f64 {
        self.after[place] - self.before[place]
    }

    /// The largest differences first; what is beyond `rows` is one step.
    fn steps(&self, rows: usize) -> Vec<Step> {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        let effect = |place: usize| self.effect(place);
        order.sort_by(|a, b| effect(*b).abs().total_cmp(&effect(*a).abs()).then(a.cmp(b)));
        let shown = order.iter().take(rows).filter(|place| effect(**place) != 0.0);
        shown
            .map(|place| Step { label: self.labels[*place].clone(), effect: effect(*place) })
            .collect()
    }
}
