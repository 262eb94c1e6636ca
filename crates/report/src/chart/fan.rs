//! A line, what is expected of it, and how sure that is.
//!
//! The series are, in order: actual, expected, low80, high80, low95, high95, the target, others.

use super::{
    line::{end_label, stands_alone},
    option::{Canvas, TEXT_SIZE},
    scale::Scale,
};
use serde_json::{Value, json};

/// Longer fans can be zoomed in the page.
pub(super) const ZOOM_FROM: usize = 62;

const ACTUAL: usize = 0;
const EXPECTED: usize = 1;
/// The bands, the narrow one first; it lies on the wide one.
const BANDS: [Band; 2] =
    [Band { low: 2, high: 3, opacity: 0.75, z: 2 }, Band { low: 4, high: 5, opacity: 0.38, z: 1 }];
const TARGET: usize = 6;

/// About how high the plot is, in pixels.
const PLOT_HEIGHT: f64 = 200.0;

/// How a series is shown in the legend.
const SOLID: &str = "path://M0,5h16v3h-16z";
const DASHED: &str = "path://M0,5h7v2.5h-7zM10,5h7v2.5h-7z";
const DOTTED: &str = "path://M0,5h3v3h-3zM6.5,5h3v3h-3zM13,5h3v3h-3z";
const THIN: &str = "path://M0,5.5h16v1.5h-16z";
const DIAMOND: &str = "path://M6,0l6,6l-6,6l-6,-6z";

/// A band between two series.
struct Band {
    low: usize,
    high: usize,
    opacity: f64,
    z: u32,
}

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let mut option = canvas.base();
    let right = 22 + canvas.widest(end_texts(canvas).iter());
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": right, "top": canvas.top() + 4, "bottom": 4, "containLabel": true }),
    );
    let axis = canvas.scale(false);
    option.insert("xAxis".into(), canvas.time_axis(&axis, right));
    option.insert("yAxis".into(), canvas.value_axis(&axis));
    // In the order in which the tooltip names them; what covers what is said by their heights.
    let mut first = actual(canvas);
    if !canvas.chart.marks.is_empty() {
        first["markLine"] = canvas.marks(&axis, canvas.top() + 4);
    }
    let mut drawn = vec![first];
    if is_known(canvas, EXPECTED) {
        drawn.push(expected(canvas));
    }
    let bands = BANDS.iter().filter(|band| is_known(canvas, band.low));
    drawn.extend(bands.flat_map(|band| ribbon(canvas, &axis, band)));
    let references = (TARGET..canvas.chart.series.len()).filter(|series| is_known(canvas, *series));
    drawn.extend(references.map(|series| reference(canvas, series)));
    if let Some(legend) = option.get_mut("legend") {
        legend["itemHeight"] = json!(12);
        legend["itemWidth"] = json!(16);
        legend["data"] = key(canvas);
    }
    option.insert("series".into(), Value::Array(drawn));
    Value::Object(option)
}

/// Whether a series has any value.
fn is_known(canvas: &Canvas<'_>, series: usize) -> bool {
    ticks(canvas).any(|at| canvas.value(series, at).is_some())
}

fn ticks(canvas: &Canvas<'_>) -> std::ops::Range<usize> {
    0..canvas.chart.ticks.len()
}

fn name(canvas: &Canvas<'_>, series: usize) -> String {
    let series = canvas.chart.series.get(series);
    series.map_or_else(String::new, |series| canvas.name(series).to_owned())
}

fn last(canvas: &Canvas<'_>, series: usize) -> Option<usize> {
    ticks(canvas).rev().find(|at| canvas.value(series, *at).is_some())
}

/// Whether something is expected beyond the last actual value.
fn looks_ahead(canvas: &Canvas<'_>) -> bool {
    last(canvas, EXPECTED) > last(canvas, ACTUAL)
}

/// The actual value that a series is joined to because it begins at the tick after it.
fn joined(canvas: &Canvas<'_>, series: usize) -> Option<usize> {
    let first = ticks(canvas).find(|at| canvas.value(series, *at).is_some())?;
    let before = first.checked_sub(1)?;
    (last(canvas, ACTUAL) == Some(before)).then_some(before)
}

/// What is read out at the right end of the lines.
fn end_texts(canvas: &Canvas<'_>) -> Vec<String> {
    let series: &[usize] = if looks_ahead(canvas) { &[EXPECTED, 2, 3] } else { &[ACTUAL] };
    let value = |series: &usize| canvas.value(*series, last(canvas, *series)?);
    series.iter().map(|series| canvas.text(value(series))).collect()
}

/// A band: an unseen line along its lower edge, and what lies between it and the upper one.
fn ribbon(canvas: &Canvas<'_>, axis: &Scale, band: &Band) -> [Value; 2] {
    let Band { low, high, opacity, z } = *band;
    let colour = &canvas.palette.band;
    let joint = joined(canvas, low);
    // The narrow band says its ends, where the forecast ends and they have room beside its value.
    let labelled = last(canvas, low).filter(|_| low == BANDS[0].low && has_room(canvas, axis));
    let mut edges = (Vec::new(), Vec::new());
    for at in ticks(canvas) {
        let known = canvas.value(low, at).zip(canvas.value(high, at));
        let joint = joint.filter(|joint| *joint == at).and_then(|at| canvas.value(ACTUAL, at));
        let ends = known.or(joint.map(|value| (value, value)));
        let text = known.map_or_else(String::new, |ends| range(canvas, ends));
        let mut below = json!({ "value": ends.map(|(low, _)| low), "text": text });
        let mut above = json!({ "value": ends.map(|(low, high)| (high - low).max(0.0)) });
        if labelled == Some(at) {
            for (point, series) in [(&mut below, low), (&mut above, high)] {
                point["symbol"] = json!("circle");
                point["symbolSize"] = json!(1);
                point["shown"] = json!(canvas.text(canvas.value(series, at)));
                point["label"] = end_label(&canvas.palette.muted);
                point["label"]["distance"] = json!(10);
                // Else it would be as faint as the band.
                point["label"]["opacity"] = json!(1);
                point["label"]["fontSize"] = json!(TEXT_SIZE - 1);
            }
        }
        edges.0.push(below);
        edges.1.push(above);
    }
    let edge = |data: Vec<Value>| {
        json!({
            "type": "line", "stack": format!("band {low}"), "stackStrategy": "all",
            "name": name(canvas, low), "data": data, "color": colour,
            "lineStyle": { "width": 0, "opacity": 0 }, "itemStyle": { "color": colour, "opacity": opacity },
            "symbol": "none", "showAllSymbol": true, "connectNulls": false,
            "labelLayout": { "moveOverlap": "shiftY" }, "emphasis": { "disabled": true }, "z": z,
        })
    };
    let (below, mut above) = (edge(edges.0), edge(edges.1));
    above["areaStyle"] = json!({ "color": colour, "opacity": opacity });
    [below, above]
}

/// Whether both ends of the narrow band stand clear of the value between them.
fn has_room(canvas: &Canvas<'_>, axis: &Scale) -> bool {
    let end = last(canvas, EXPECTED).filter(|_| looks_ahead(canvas));
    let value = |series: usize| end.and_then(|at| canvas.value(series, at));
    let (Some(low), Some(value), Some(high)) =
        (value(BANDS[0].low), value(EXPECTED), value(BANDS[0].high))
    else {
        return false;
    };
    let pixels = |distance: f64| distance / (axis.high - axis.low) * PLOT_HEIGHT;
    pixels(value - low).min(pixels(high - value)) >= f64::from(TEXT_SIZE + 2)
}

/// A band in words.
fn range(canvas: &Canvas<'_>, (low, high): (f64, f64)) -> String {
    format!("{} – {}", canvas.text(Some(low)), canvas.text(Some(high)))
}

fn expected(canvas: &Canvas<'_>) -> Value {
    let colour = &canvas.palette.accent;
    let joint = joined(canvas, EXPECTED);
    let end = last(canvas, EXPECTED).filter(|_| looks_ahead(canvas));
    let point = |at: usize| {
        if joint == Some(at) {
            return json!({ "value": canvas.value(ACTUAL, at), "text": "" });
        }
        let mut point = canvas.point(canvas.value(EXPECTED, at));
        if end == Some(at) {
            point["symbol"] = json!("circle");
            point["symbolSize"] = json!(7);
            point["itemStyle"] =
                json!({ "color": canvas.palette.surface, "borderColor": colour, "borderWidth": 2 });
            point["label"] = end_label(colour);
        }
        point
    };
    line(
        canvas,
        EXPECTED,
        ticks(canvas).map(point).collect(),
        json!({ "width": 2, "type": [5, 4], "color": colour }),
    )
}

fn actual(canvas: &Canvas<'_>) -> Value {
    let colour = &canvas.palette.accent;
    let values: Vec<_> = ticks(canvas).map(|at| canvas.value(ACTUAL, at)).collect();
    let end = last(canvas, ACTUAL);
    let point = |at: usize| {
        let mut point = canvas.point(values[at]);
        if end == Some(at) || stands_alone(&values, at) {
            point["symbol"] = json!("circle");
            point["symbolSize"] = json!(if end == Some(at) { 7 } else { 5 });
        }
        if end == Some(at) {
            point["label"] = end_label(colour);
            if looks_ahead(canvas) {
                step_aside(canvas, at, &mut point["label"]);
            }
        }
        canvas.circle(at, &mut point);
        point
    };
    let style = json!({ "width": 2.25, "color": colour });
    let mut line = line(canvas, ACTUAL, ticks(canvas).map(point).collect(), style);
    line["z"] = json!(5);
    line
}

/// Puts the last actual value where neither the line that leads to it nor what is expected runs.
fn step_aside(canvas: &Canvas<'_>, at: usize, label: &mut Value) {
    let actual = canvas.value(ACTUAL, at);
    let before = (0..at).rev().find_map(|at| canvas.value(ACTUAL, at));
    let rises = before.is_none_or(|before| Some(before) <= actual);
    let is_above = canvas.value(EXPECTED, at).map_or(rises, |expected| actual >= Some(expected));
    let is_left = is_above == rises && at > 1;
    label["position"] = json!(if is_above { "top" } else { "bottom" });
    label["align"] = json!(if is_left { "right" } else { "left" });
    label["offset"] = json!([if is_left { -6 } else { 6 }, 0]);
    // Bands and reference lines may still pass behind it.
    label["textBorderColor"] = json!(canvas.palette.surface);
    label["textBorderWidth"] = json!(3);
}

/// The target as dotted steps, or as a diamond where it is a single value; others as thin lines.
fn reference(canvas: &Canvas<'_>, series: usize) -> Value {
    let is_target = series == TARGET;
    let colour = if is_target { &canvas.palette.text } else { &canvas.palette.reference };
    let lone = is_lone(canvas, series);
    let point = |at: usize| {
        let mut point = canvas.point(canvas.value(series, at));
        if lone && canvas.value(series, at).is_some() {
            point["symbol"] = json!("diamond");
            point["symbolSize"] = json!(13);
        }
        point
    };
    let dashes = if is_target { json!([2, 3]) } else { json!("solid") };
    let style =
        json!({ "width": if is_target { 1.75 } else { 1.25 }, "type": dashes, "color": colour });
    let mut line = line(canvas, series, ticks(canvas).map(point).collect(), style);
    line["color"] = json!(colour);
    line["itemStyle"] = json!({ "color": colour });
    // A diamond is not covered by an expected value that meets it.
    line["z"] = json!(if lone { 6 } else { 3 });
    if is_target {
        line["step"] = json!("middle");
    }
    line
}

fn is_lone(canvas: &Canvas<'_>, series: usize) -> bool {
    ticks(canvas).filter(|at| canvas.value(series, *at).is_some()).count() == 1
}

fn line(canvas: &Canvas<'_>, series: usize, data: Vec<Value>, style: Value) -> Value {
    let colour = &canvas.palette.accent;
    json!({
        "type": "line", "name": name(canvas, series), "data": data, "color": colour,
        "lineStyle": style, "itemStyle": { "color": colour }, "symbol": "none", "showAllSymbol": true,
        "connectNulls": false, "labelLayout": { "moveOverlap": "shiftY" },
        "emphasis": { "disabled": true }, "z": 4,
    })
}

/// Whether the legend names a series: the lower edge of a band stands for the band.
pub(super) fn is_named(canvas: &Canvas<'_>, series: usize) -> bool {
    BANDS.iter().all(|band| band.high != series) && is_known(canvas, series)
}

/// What is shown, in the order in which it was given.
fn key(canvas: &Canvas<'_>) -> Value {
    let shown = (0..canvas.chart.series.len()).filter(|series| is_named(canvas, *series));
    let entry = |series: usize| {
        let icon = match series {
            ACTUAL => SOLID,
            EXPECTED => DASHED,
            TARGET if is_lone(canvas, TARGET) => DIAMOND,
            TARGET => DOTTED,
            _ if series < TARGET => "rect",
            _ => THIN,
        };
        json!({ "name": name(canvas, series), "icon": icon })
    };
    shown.map(entry).collect()
}
