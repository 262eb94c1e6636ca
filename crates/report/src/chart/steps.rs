//! The steps of a funnel: bars as long as what reached a step, and between two bars the rate that leads on.
//!
//! The series are, in order: reached, rate from the step before, low, high. Behind each bar stands what was
//! lost on the way to it, in the colour of a warning where most is lost.

use super::{
    option::{Canvas, TEXT_SIZE},
    rows,
    scale::Scale,
};
use model::report::Verdict;
use serde_json::{Value, json};

/// The height of a row: a bar, and the rate above it.
pub(super) const ROW: u32 = 52;
const BAR: u32 = 24;
const REACHED: usize = 0;
const RATE: usize = 1;

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let mut option = canvas.base();
    let longest = canvas.widest(rows::all(canvas).map(|row| shown(canvas, row)));
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": 14 + longest, "top": 0, "bottom": 4, "containLabel": true }),
    );
    option["tooltip"]["axisPointer"] = json!({ "type": "none" });
    let reached = rows::all(canvas).filter_map(|row| canvas.value(REACHED, row));
    let most = reached.fold(0.0, f64::max);
    let end = if most > 0.0 { most } else { 1.0 };
    let mut values = canvas.value_axis(&Scale { low: 0.0, high: end, step: end });
    // Every bar says its value: an axis would say it again.
    values["axisLabel"]["show"] = json!(false);
    values["splitLine"]["show"] = json!(false);
    option.insert("xAxis".into(), values);
    // Names of steps are longer than those of members.
    option.insert("yAxis".into(), canvas.row_axis_of(110));
    let (palette, all) = (canvas.palette, rows::all(canvas));
    let (leaks, others) = all.partition::<Vec<_>, _>(|row| is_leak(canvas, *row));
    let drawn = vec![
        bars(canvas, &others, lost, (&palette.grid, 1.0)),
        bars(canvas, &leaks, lost, (&palette.alarm, 0.28)),
        reached_bars(canvas),
        rates(canvas),
        labels(canvas),
    ];
    option.insert("series".into(), Value::Array(drawn));
    Value::Object(option)
}

pub(super) fn is_leak(canvas: &Canvas<'_>, row: usize) -> bool {
    canvas.chart.verdicts.get(row) == Some(&Verdict::Bad)
}

/// What reached a step, and which share of the first step that is, unless the rate above it says the same.
pub(super) fn shown(canvas: &Canvas<'_>, row: usize) -> String {
    let value = canvas.value(REACHED, row);
    let Some(reached) = value else { return crate::format::UNKNOWN.to_owned() };
    let is_rated = canvas.words.rates.get(row).is_some_and(|rate| !rate.is_empty());
    let is_told = row == 0 || (row == 1 && is_rated);
    let first = canvas.value(REACHED, 0).filter(|first| *first > 0.0 && !is_told);
    let text = canvas.text(value);
    match first {
        Some(first) => format!("{text} · {}", canvas.formatter.fraction(reached / first)),
        None => text,
    }
}

/// What was lost on the way to a step: from what reached it to what reached the step before.
pub(super) fn lost(canvas: &Canvas<'_>, row: usize) -> Option<(f64, f64)> {
    let before = canvas.value(REACHED, row.checked_sub(1)?)?;
    let reached = canvas.value(REACHED, row)?;
    (reached < before).then_some((reached, before))
}

fn reached_bars(canvas: &Canvas<'_>) -> Value {
    let all: Vec<_> = rows::all(canvas).collect();
    let reached = |canvas: &Canvas<'_>, row| Some((0.0, canvas.value(REACHED, row)?));
    let mut bars = bars(canvas, &all, reached, (&canvas.palette.accent, 1.0));
    bars["name"] = json!(rows::name(canvas, REACHED));
    for (row, point) in bars["data"].as_array_mut().into_iter().flatten().enumerate() {
        point["text"] = json!(shown(canvas, row));
    }
    bars
}

fn bars(
    canvas: &Canvas<'_>,
    rows: &[usize],
    ends: impl Fn(&Canvas<'_>, usize) -> Option<(f64, f64)>,
    (colour, opacity): (&String, f64),
) -> Value {
    let point = |row: &usize| {
        let ends = ends(canvas, *row);
        json!({ "value": [ends.map(|(from, _)| from), ends.map(|(_, to)| to), row] })
    };
    json!({
        "type": "custom",
        "data": rows.iter().map(point).collect::<Vec<_>>(),
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": { "$shape": "band", "height": BAR, "color": colour, "opacity": opacity },
        "encode": { "x": [0, 1], "y": 2 },
        "z": 2,
    })
}

/// The rates, between the bars.
fn rates(canvas: &Canvas<'_>) -> Value {
    let palette = canvas.palette;
    let text = |row: usize| {
        let (colour, weight) =
            if is_leak(canvas, row) { (&palette.alarm, "bold") } else { (&palette.text, "normal") };
        let text = canvas.words.rates.get(row).filter(|text| !text.is_empty());
        // Bold letters are a little wider.
        let width = f64::from(canvas.widest(text.iter())) * 1.08;
        json!({ "text": text, "width": width, "color": colour, "weight": weight })
    };
    let points = rows::all(canvas)
        .map(|row| json!({ "value": [0, row], "text": canvas.words.rates.get(row) }));
    json!({
        "type": "custom",
        "name": rows::name(canvas, RATE),
        "data": points.collect::<Vec<_>>(),
        "color": palette.text,
        "renderItem": {
            "$shape": "passage", "size": TEXT_SIZE,
            "texts": rows::all(canvas).map(text).collect::<Vec<_>>(),
        },
        "encode": { "x": 0, "y": 1 },
        "z": 4,
    })
}

/// What reached each step, right of its bar and of what was lost before it.
fn labels(canvas: &Canvas<'_>) -> Value {
    let points = rows::all(canvas).map(|row| {
        let before = row.checked_sub(1).and_then(|before| canvas.value(REACHED, before));
        let reached = canvas.value(REACHED, row);
        let ends = [reached, reached.and(before)];
        let end = ends.into_iter().flatten().fold(0.0, f64::max);
        json!({ "value": [end, row], "shown": shown(canvas, row) })
    });
    json!({
        "type": "scatter",
        "data": points.collect::<Vec<_>>(),
        "symbolSize": 0,
        "silent": true,
        "label": {
            "show": true, "position": "right", "distance": 7, "color": canvas.palette.text,
            "fontSize": TEXT_SIZE, "fontWeight": "bold", "formatter": { "$format": "shown" },
        },
        "z": 4,
    })
}
