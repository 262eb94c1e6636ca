//! The picture and the table of a change that is shared out.

use super::Move;
use crate::{analysis::comparing, desk::format_of};
use model::{
    label::Label,
    number::Number,
    report::{
        Argument, Block, Cell, Chart, ChartKind, Column, Figure, Fmt, Message, Row, Series, Table,
        Tick, Verdict,
    },
    unit::Unit,
};

/// One part of a change.
pub(super) struct Step {
    /// The factor or the member.
    pub(super) label: Label,
    /// What it added, in the metric's unit.
    pub(super) effect: f64,
}

/// What is left over is a step of its own from this share of the change on; less comes of rounded factors.
const NOTHING: f64 = 1e-3;

/// The picture and the table of steps that lead from the value before to the value after.
///
/// What the steps leave over becomes a step of its own, so that the picture always adds up.
pub(super) fn blocks(moved: &Move<'_>, topic: &str, title: Label, steps: Vec<Step>) -> Vec<Block> {
    let Some((before, after)) = moved.ends() else { return Vec::new() };
    let steps = completed(steps, after - before);
    vec![
        Block::Chart(chart(moved, topic, &title, &steps, (before, after))),
        Block::Table(table(moved, title, &steps, after - before)),
    ]
}

/// The steps with what they leave over of the change: a step of its own, or part of the largest where it is next to
/// nothing.
fn completed(mut steps: Vec<Step>, change: f64) -> Vec<Step> {
    let rest = change - steps.iter().map(|step| step.effect).sum::<f64>();
    let largest = steps.iter_mut().max_by(|a, b| a.effect.abs().total_cmp(&b.effect.abs()));
    match largest {
        Some(largest) if rest.abs() <= NOTHING * change.abs() => largest.effect += rest,
        _ => steps.push(Step { label: Label::new("Other", "其他"), effect: rest }),
    }
    steps
}

fn chart(
    moved: &Move<'_>,
    topic: &str,
    title: &Label,
    steps: &[Step],
    (before, after): (f64, f64),
) -> Chart {
    let id = format!("{}-{}-{topic}", moved.section.id, moved.metric.id);
    let mut ticks = vec![Tick::Period(moved.base)];
    ticks.extend(steps.iter().map(|step| Tick::Label(step.label.clone())));
    ticks.push(Tick::Period(moved.section.period));
    let effects = steps.iter().map(|step| Some(step.effect));
    let values = [Some(before)].into_iter().chain(effects).chain([Some(after)]).collect();
    let judged = steps.iter().map(|step| moved.verdict(step.effect));
    let neutral = [Verdict::Neutral];
    let verdicts = neutral.into_iter().chain(judged).chain(neutral).collect();
    let series = Series { label: moved.metric.label.clone(), values, reference: false };
    Chart {
        ticks,
        series: vec![series],
        verdicts,
        ..Chart::new(
            id,
            title.clone(),
            ChartKind::Waterfall,
            format_of(moved.metric),
            alternative(moved, steps),
        )
    }
}

/// The picture in a sentence: both totals, and the largest part for and against.
fn alternative(moved: &Move<'_>, steps: &[Step]) -> Message {
    let format = || format_of(moved.metric);
    let largest = steps.iter().max_by(|a, b| a.effect.abs().total_cmp(&b.effect.abs()));
    let message = moved
        .say("drivers.alt")
        .with("before", Argument::value(moved.before, format()))
        .with("after", Argument::value(moved.after, format()));
    match largest {
        Some(step) => message
            .with("part", Argument::Label(step.label.clone()))
            .with("effect", moved.effect(step.effect)),
        None => message
            .with("part", Argument::Label(Label::new("nothing", "无")))
            .with("effect", moved.effect(0.0)),
    }
}

fn table(moved: &Move<'_>, title: Label, steps: &[Step], change: f64) -> Table {
    let columns = [
        Column { label: Label::new("Part", "构成"), numeric: false },
        Column { label: Label::new("Contribution", "贡献"), numeric: true },
        Column { label: Label::new("Share of the change", "占变动比重"), numeric: true },
    ];
    let row = |label: Label, effect: f64, total: bool| {
        let share = Figure {
            value: Some(Number::Real(effect / change)),
            format: Fmt { unit: Unit::Percent, decimals: Some(0) },
            coverage: None,
        };
        let cells = vec![
            Cell::Label(label),
            comparing::difference_cell(
                moved.metric,
                Some(Number::Real(effect)),
                change,
                moved.verdict(effect),
            ),
            Cell::Figure { figure: share, verdict: Verdict::Neutral },
        ];
        Row { cells, total }
    };
    let mut rows: Vec<Row> =
        steps.iter().map(|step| row(step.label.clone(), step.effect, false)).collect();
    rows.push(row(Label::new("Change", "变动合计"), change, true));
    Table { title, columns: columns.into(), rows, note: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(effects: &[f64], change: f64, expected: &[(&str, f64)]) {
        let label = |place: usize| Label::new(format!("part {place}"), "部分");
        let steps = effects.iter().enumerate();
        let steps = steps.map(|(place, effect)| Step { label: label(place), effect: *effect });
        let found = completed(steps.collect(), change);
        let said: Vec<(&str, f64)> =
            found.iter().map(|step| (step.label.en.as_str(), step.effect)).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn steps_add_up_to_the_change() {
        check(&[60.0, 30.0], 100.0, &[("part 0", 60.0), ("part 1", 30.0), ("Other", 10.0)]);
        check(&[60.0, -30.0], 30.0, &[("part 0", 60.0), ("part 1", -30.0)]);
        check(&[], 5.0, &[("Other", 5.0)]);
    }

    #[test]
    fn what_rounding_leaves_over_is_no_step() {
        check(&[25.0, 74.9375], 100.0, &[("part 0", 25.0), ("part 1", 75.0)]);
        check(&[25.0, 74.5], 100.0, &[("part 0", 25.0), ("part 1", 74.5), ("Other", 0.5)]);
    }
}
