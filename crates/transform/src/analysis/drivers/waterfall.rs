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

/// Contributions below this share of the change are no step of their own.
const NOTHING: f64 = 1e-9;

/// The picture and the table of steps that lead from the value before to the value after.
///
/// What the steps leave over becomes a step of its own, so that the picture always adds up.
pub(super) fn blocks(moved: &Move<'_>, topic: &str, title: Label, steps: Vec<Step>) -> Vec<Block> {
    let Some((before, after)) = moved.ends() else { return Vec::new() };
    let mut steps = steps;
    let rest = (after - before) - steps.iter().map(|step| step.effect).sum::<f64>();
    if rest.abs() > NOTHING * (after - before).abs() {
        steps.push(Step { label: Label::new("Other", "其他"), effect: rest });
    }
    vec![
        Block::Chart(chart(moved, topic, &title, &steps, (before, after))),
        Block::Table(table(moved, title, &steps, after - before)),
    ]
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
