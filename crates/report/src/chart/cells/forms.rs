//! The forms of charts of rows.

use super::{BRIEF, Cells, Key, Row, Scale, Track};
use crate::{
    chart::{dots, option::Canvas, quartiles, rows, steps as funnel, waterfall as bridge},
    format::UNKNOWN,
    view::columns,
};
use model::report::Verdict;

/// How wide a point is, in slots.
const POINT: usize = 2;
/// How wide an upright tick is, in slots.
const TICK: usize = 1;

/// The class of a series: ours, grey for what is compared with, else one of the palette.
fn series_class(canvas: &Canvas<'_>, place: usize) -> String {
    let series = &canvas.chart.series;
    let before = series.iter().take(place).filter(|series| !series.reference).count();
    match before {
        _ if series.get(place).is_some_and(|series| series.reference) => "ref".to_owned(),
        0 => "own".to_owned(),
        before => format!("s{before}"),
    }
}

fn verdict_class(verdict: Verdict, otherwise: &str) -> String {
    match verdict {
        Verdict::Neutral | Verdict::Unknown => otherwise.to_owned(),
        verdict => judged(verdict).to_owned(),
    }
}

/// The class of what is judged by itself and not for its change: a house does not say its colour.
fn judged_class(verdict: Verdict) -> &'static str {
    match judged(verdict) {
        "" => "own",
        other => other,
    }
}

fn judged(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "calm",
        Verdict::Bad => "leak",
        Verdict::Neutral | Verdict::Unknown => "",
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Bad => "bad",
        Verdict::Neutral | Verdict::Unknown => "",
    }
}

fn verdict_of(canvas: &Canvas<'_>, row: usize) -> Verdict {
    canvas.chart.verdicts.get(row).copied().unwrap_or(Verdict::Neutral)
}

fn key(class: &str, name: String) -> Key {
    Key { class: class.to_owned(), brief: columns(&name) <= BRIEF, silent: false, name }
}

fn row(canvas: &Canvas<'_>, at: usize, value: String) -> Row {
    let name = canvas.places().get(at).cloned().unwrap_or_default();
    Row { name, is_total: false, value, verdict: "", below: Vec::new(), tracks: Vec::new() }
}

fn known(text: String) -> String {
    if text.is_empty() { UNKNOWN.to_owned() } else { text }
}

pub(super) fn bars(canvas: &Canvas<'_>) -> Cells {
    let scale = canvas.scale(true);
    let series = 0..canvas.chart.series.len();
    let one = |at: usize| {
        let track = |place: usize| {
            let mut track = Track::new(&scale);
            if let Some(value) = canvas.value(place, at) {
                track.span(0.0, value, &series_class(canvas, place));
            }
            track.cells()
        };
        let others = series.clone().skip(1).map(|place| canvas.value(place, at));
        let below = others.map(|value| known(canvas.text(value))).collect();
        let value = known(canvas.text(canvas.value(0, at)));
        Row { below, tracks: series.clone().map(track).collect(), ..row(canvas, at, value) }
    };
    let names =
        series.clone().map(|place| key(&series_class(canvas, place), rows::name(canvas, place)));
    let keys = if canvas.chart.series.len() > 1 { names.collect() } else { Vec::new() };
    Cells { keys, rows: rows::all(canvas).map(one).collect() }
}

pub(super) fn quartiles(canvas: &Canvas<'_>) -> Cells {
    use quartiles::{BEFORE, MEDIAN, OWN};
    let band = format!("{} – {}", rows::name(canvas, 0), rows::name(canvas, 2));
    let mut keys = vec![
        key("own", rows::name(canvas, OWN)),
        key("band", band),
        key("mid", rows::name(canvas, MEDIAN)),
    ];
    if rows::is_known(canvas, BEFORE) {
        keys.push(key("ref", rows::name(canvas, BEFORE)));
    }
    // Its rows name in words what they say.
    keys.iter_mut().for_each(|key| key.silent = true);
    let one = |at: usize| {
        // Each row has a scale of its own: what counts is the place among the peers, the values stand beside it.
        let values = (0..canvas.chart.series.len()).filter_map(|series| canvas.value(series, at));
        let scale = around(values);
        let mut track = Track::new(&scale);
        if let Some((low, high)) = canvas.value(0, at).zip(canvas.value(2, at)) {
            track.span(low, high, "band");
        }
        for (series, breadth, class) in
            [(MEDIAN, TICK, "mid"), (BEFORE, TICK, "ref"), (OWN, POINT, "own")]
        {
            if let Some(value) = canvas.value(series, at) {
                track.mark(value, breadth, class);
            }
        }
        let reading = quartiles::reading(canvas, at);
        let below = reading.below.into_iter().filter(|text| !text.is_empty()).collect();
        Row { below, tracks: vec![track.cells()], ..row(canvas, at, reading.value) }
    };
    Cells { keys, rows: rows::all(canvas).map(one).collect() }
}

/// A scale around some values, with a margin on both sides.
fn around(values: impl Iterator<Item = f64>) -> Scale {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let margin = if high > low { (high - low) * 0.12 } else { 1.0 };
    Scale { low: low - margin, high: high + margin, step: 1.0 }
}

pub(super) fn dots(canvas: &Canvas<'_>) -> Cells {
    use dots::{BEFORE, HIGH, LOW, VALUE};
    let scale = canvas.scale(false);
    let own = |series: usize, at: usize| {
        canvas.value(series, at).filter(|_| dots::is_own(canvas, series))
    };
    let mut keys = vec![key("own", rows::name(canvas, VALUE))];
    if dots::is_own(canvas, HIGH) && rows::is_known(canvas, LOW) {
        keys.push(key("band", rows::name(canvas, LOW)));
    }
    let lines = dots::lines(canvas);
    keys.extend(lines.iter().map(|line| key("mid", rows::name(canvas, *line))));
    if dots::is_own(canvas, BEFORE) && rows::is_known(canvas, BEFORE) {
        keys.push(key("ref", rows::name(canvas, BEFORE)));
    }
    let all = || rows::all(canvas);
    for (verdict, name) in
        [(Verdict::Good, &canvas.words.better), (Verdict::Bad, &canvas.words.worse)]
    {
        if all().any(|at| verdict_of(canvas, at) == verdict) {
            keys.push(key(judged_class(verdict), name.clone()));
        }
    }
    let one = |at: usize| {
        let mut track = Track::new(&scale);
        if let Some((low, high)) = own(LOW, at).zip(own(HIGH, at)) {
            track.span(low, high, "band");
        }
        for line in &lines {
            if let Some(value) = all().find_map(|at| canvas.value(*line, at)) {
                track.mark(value, TICK, "mid");
            }
        }
        if let Some(before) = own(BEFORE, at) {
            track.mark(before, TICK, "ref");
        }
        let verdict = verdict_of(canvas, at);
        if let Some(value) = canvas.value(VALUE, at) {
            track.mark(value, POINT, judged_class(verdict));
        }
        let reading = dots::reading(canvas, at);
        let (below, verdict) = (reading.below, judged(verdict));
        Row { below, verdict, tracks: vec![track.cells()], ..row(canvas, at, reading.value) }
    };
    Cells { keys, rows: all().map(one).collect() }
}

pub(super) fn steps(canvas: &Canvas<'_>) -> Cells {
    let reached = |at: usize| canvas.value(0, at);
    let most = rows::all(canvas).filter_map(reached).fold(0.0, f64::max);
    let scale = Scale { low: 0.0, high: if most > 0.0 { most } else { 1.0 }, step: 1.0 };
    let one = |at: usize| {
        let is_leak = funnel::is_leak(canvas, at);
        let mut track = Track::new(&scale);
        if let Some((low, high)) = funnel::lost(canvas, at) {
            track.span(low, high, if is_leak { "leak" } else { "lost" });
        }
        if let Some(value) = reached(at) {
            track.span(0.0, value, "own");
        }
        let rate = canvas.words.rates.get(at).filter(|text| !text.is_empty());
        let below = rate.cloned().into_iter().collect();
        let verdict = if is_leak { "leak" } else { "" };
        let value = funnel::shown(canvas, at);
        Row { below, verdict, tracks: vec![track.cells()], ..row(canvas, at, value) }
    };
    Cells { keys: Vec::new(), rows: rows::all(canvas).map(one).collect() }
}

pub(super) fn waterfall(canvas: &Canvas<'_>) -> Cells {
    let (steps, axis) = (bridge::steps(canvas), bridge::axis(canvas));
    let one = |at: usize| {
        let step = &steps[at];
        let mut track = Track::new(&axis);
        let from = if step.is_total { Some(axis.low.max(0.0)) } else { step.from };
        if let Some((from, to)) = from.zip(step.to) {
            let class =
                if step.is_total { "own".to_owned() } else { verdict_class(step.verdict, "ref") };
            track.span(from, to, &class);
        }
        let verdict = if step.is_total { "" } else { word(step.verdict) };
        let value = bridge::shown(canvas, &steps, at);
        let tracks = vec![track.cells()];
        Row { is_total: step.is_total, verdict, tracks, ..row(canvas, at, value) }
    };
    let has = |verdict| steps.iter().any(|step| !step.is_total && step.verdict == verdict);
    let mut keys = Vec::new();
    for (verdict, name) in
        [(Verdict::Good, &canvas.words.better), (Verdict::Bad, &canvas.words.worse)]
    {
        if has(verdict) {
            keys.push(key(&verdict_class(verdict, "ref"), name.clone()));
        }
    }
    Cells { keys, rows: (0..steps.len()).map(one).collect() }
}
