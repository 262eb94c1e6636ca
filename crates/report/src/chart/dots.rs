//! Rows with a point and its interval, beside what they are compared with.
//!
//! The series are, in order: value, low, high, and the value before; references are upright lines.

use super::{
    option::Canvas,
    rows::{self, Reading},
};
use model::report::Verdict;
use serde_json::{Value, json};

pub(super) const VALUE: usize = 0;
pub(super) const LOW: usize = 1;
pub(super) const HIGH: usize = 2;
pub(super) const BEFORE: usize = 3;
const INTERVAL_HEIGHT: u32 = 8;

/// How the legend shows an upright line.
const UPRIGHT: &str = "path://M5,0h2.5v4h-2.5zM5,6h2.5v4h-2.5zM5,12h2.5v4h-2.5z";

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let mut key = Vec::new();
    let mut drawn = Vec::new();
    for line in lines(canvas) {
        key.push(json!({ "name": rows::name(canvas, line), "icon": UPRIGHT }));
        drawn.push(rule(canvas, line));
    }
    let interval = rows::name(canvas, LOW);
    if is_own(canvas, HIGH) && rows::is_known(canvas, LOW) {
        key.insert(0, json!({ "name": interval, "icon": "rect" }));
        drawn.push(rows::band(canvas, &interval, (LOW, HIGH), INTERVAL_HEIGHT));
    }
    key.insert(0, rows::point_key(&rows::name(canvas, VALUE)));
    let colours: Vec<_> = rows::all(canvas).map(|row| colour(canvas, row)).collect();
    drawn.push(rows::points(canvas, VALUE, &colours));
    if is_own(canvas, BEFORE) && rows::is_known(canvas, BEFORE) {
        key.push(rows::before_key(canvas, BEFORE));
        drawn.push(rows::before(canvas, BEFORE, VALUE));
    }
    for (name, colour) in judgements(canvas) {
        key.push(rows::point_key(name));
        // A series without points: what gives the legend its colour.
        let style = rows::point_style(canvas, colour);
        drawn.push(json!({
            "type": "scatter", "name": name, "data": [], "color": colour, "itemStyle": style,
        }));
    }
    let readings: Vec<_> = rows::all(canvas).map(|row| reading(canvas, row)).collect();
    rows::option(canvas, &canvas.scale(false), key, &readings, drawn)
}

/// Whether there is a series at a place that is no upright line.
pub(super) fn is_own(canvas: &Canvas<'_>, place: usize) -> bool {
    canvas.chart.series.get(place).is_some_and(|series| !series.reference)
}

/// The series that are upright lines.
pub(super) fn lines(canvas: &Canvas<'_>) -> Vec<usize> {
    let all = canvas.chart.series.iter().enumerate();
    all.filter(|(_, series)| series.reference).map(|(place, _)| place).collect()
}

fn verdict(canvas: &Canvas<'_>, row: usize) -> Verdict {
    canvas.chart.verdicts.get(row).copied().unwrap_or(Verdict::Neutral)
}

/// The colour of a row's point.
fn colour<'a>(canvas: &Canvas<'a>, row: usize) -> &'a str {
    let palette = canvas.palette;
    match verdict(canvas, row) {
        Verdict::Good => &palette.calm,
        Verdict::Bad => &palette.alarm,
        Verdict::Neutral | Verdict::Unknown => &palette.accent,
    }
}

/// The judgements that rows have, in words and colours.
fn judgements<'a>(canvas: &Canvas<'a>) -> Vec<(&'a str, &'a str)> {
    let (palette, words) = (canvas.palette, canvas.words);
    let all = [
        (Verdict::Good, words.better.as_str(), palette.calm.as_str()),
        (Verdict::Bad, words.worse.as_str(), palette.alarm.as_str()),
    ];
    let is_given = |judged| rows::all(canvas).any(|row| verdict(canvas, row) == judged);
    let given = all.into_iter().filter(|(judged, _, _)| is_given(*judged));
    given.map(|(_, name, colour)| (name, colour)).collect()
}

/// The value, its interval in grey, and what else there is to say.
pub(super) fn reading<'a>(canvas: &Canvas<'a>, row: usize) -> Reading<'a> {
    let value = canvas.value(VALUE, row);
    let text = value.map_or_else(|| crate::format::UNKNOWN.to_owned(), |_| canvas.text(value));
    let ends = |series: usize| canvas.value(series, row).filter(|_| is_own(canvas, series));
    let said = [
        Some(rows::between(canvas, ends(LOW), ends(HIGH))),
        canvas.words.readings.get(row).cloned(),
    ];
    let below = said.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    Reading { value: text, colour: colour(canvas, row), below }
}

fn rule(canvas: &Canvas<'_>, series: usize) -> Value {
    let at = rows::all(canvas).find_map(|row| canvas.value(series, row));
    let colour = &canvas.palette.muted;
    json!({
        "type": "custom",
        "name": rows::name(canvas, series),
        "data": [{ "value": [at, 0] }],
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": { "$shape": "rule", "color": colour, "dashes": [5, 3] },
        "encode": { "x": 0, "y": 1 },
        "z": 1,
    })
}
