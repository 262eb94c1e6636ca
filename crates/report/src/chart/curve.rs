//! What is to be expected of an amount, how sure that is, where we are, and where we should be.
//!
//! The series are, in order: expected, low, high. Both axes begin at zero: what nothing brings, and how much
//! the next unit still adds, can then be read off the slope.

use super::{
    option::{Canvas, TEXT_SIZE},
    rows,
    scale::Scale,
};
use model::report::{Mark, MarkKind, Tick};
use serde_json::{Value, json};

/// The height of the picture.
pub(super) const HEIGHT: u32 = 340;
/// What the names of the marks need above the plot.
const NAMES: u32 = 26;
const EXPECTED: usize = 0;
const LOW: usize = 1;
const HIGH: usize = 2;

const SOLID: &str = "path://M0,5h16v3h-16z";

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let spots = spots(canvas);
    let mut option = canvas.base();
    let names = if spots.is_empty() { 0 } else { NAMES };
    let below = if canvas.across_name().is_empty() { 4 } else { 26 };
    option.insert(
        "grid".into(),
        json!({
            "left": 0, "right": 16, "top": canvas.top() - 8 + names, "bottom": below, "containLabel": true,
        }),
    );
    let marked = spots.iter().map(|(_, number, _)| *number);
    let along = Scale::enclosing(
        (0..canvas.chart.ticks.len()).filter_map(|at| number(canvas, at)).chain(marked),
        true,
    );
    let mut across = canvas.number_axis(&along, canvas.across());
    across["name"] = json!(canvas.across_name());
    across["nameLocation"] = json!("middle");
    across["nameGap"] = json!(28);
    across["nameTextStyle"] = json!({ "color": canvas.palette.muted, "fontSize": TEXT_SIZE });
    across["axisLine"] =
        json!({ "show": true, "lineStyle": { "color": canvas.palette.reference } });
    across["splitLine"]["show"] = json!(false);
    across["axisLabel"]["hideOverlap"] = json!(true);
    option.insert("xAxis".into(), across);
    option.insert("yAxis".into(), canvas.value_axis(&canvas.scale(true)));
    let runs = runs(canvas);
    let mut key = vec![json!({ "name": rows::name(canvas, EXPECTED), "icon": SOLID })];
    let mut drawn = vec![line(canvas)];
    if !runs.is_empty() {
        key.push(json!({ "name": rows::name(canvas, LOW), "icon": "rect" }));
        drawn.push(ribbon(canvas, &runs));
    }
    if !spots.is_empty() {
        drawn.push(standing(canvas, &spots));
    }
    if let Some(legend) = option.get_mut("legend") {
        legend["itemWidth"] = json!(16);
        legend["data"] = Value::Array(key);
    }
    option.insert("series".into(), Value::Array(drawn));
    Value::Object(option)
}

/// The number of a place on the horizontal axis.
fn number(canvas: &Canvas<'_>, at: usize) -> Option<f64> {
    match canvas.chart.ticks.get(at)? {
        Tick::Number(number) => Some(*number).filter(|number| number.is_finite()),
        Tick::Label(_) | Tick::Period(_) => None,
    }
}

fn line(canvas: &Canvas<'_>) -> Value {
    let colour = &canvas.palette.accent;
    let point = |at: usize| {
        let value = canvas.value(EXPECTED, at);
        let mut text = canvas.text(value);
        let range = rows::between(canvas, canvas.value(LOW, at), canvas.value(HIGH, at));
        if !range.is_empty() {
            text = format!("{text} ({range})");
        }
        let place = canvas.place(&canvas.chart.ticks[at]);
        json!({ "value": [number(canvas, at), value], "text": text, "place": place })
    };
    json!({
        "type": "line", "name": rows::name(canvas, EXPECTED),
        "data": rows::all(canvas).map(point).collect::<Vec<_>>(),
        "color": colour, "lineStyle": { "width": 2.5, "color": colour }, "itemStyle": { "color": colour },
        "symbol": "circle", "showSymbol": rows::all(canvas).len() == 1, "symbolSize": 7,
        "connectNulls": false, "emphasis": { "disabled": true }, "z": 4,
    })
}

/// The stretches along which the band is known.
fn runs(canvas: &Canvas<'_>) -> Vec<Vec<[f64; 3]>> {
    let mut runs: Vec<Vec<[f64; 3]>> = Vec::new();
    let mut is_open = false;
    for at in rows::all(canvas) {
        let ends = canvas.value(LOW, at).zip(canvas.value(HIGH, at));
        let edge = number(canvas, at).zip(ends).map(|(x, (low, high))| [x, low, high]);
        match (edge, runs.last_mut().filter(|_| is_open)) {
            (Some(edge), Some(run)) => run.push(edge),
            (Some(edge), None) => runs.push(vec![edge]),
            (None, _) => {}
        }
        is_open = edge.is_some();
    }
    runs.retain(|run| run.len() > 1);
    runs
}

fn ribbon(canvas: &Canvas<'_>, runs: &[Vec<[f64; 3]>]) -> Value {
    let colour = &canvas.palette.band;
    let points: Vec<_> =
        runs.iter().map(|run| json!({ "value": [run[0][0], run[0][1]] })).collect();
    json!({
        "type": "custom", "name": rows::name(canvas, LOW), "data": points,
        "color": colour, "itemStyle": { "color": colour },
        "renderItem": { "$shape": "ribbon", "runs": runs, "color": colour, "opacity": 0.6 },
        "encode": { "x": 0, "y": 1 }, "silent": true, "z": 2,
    })
}

/// The marks on the curve with their number and what they are called: where we are first.
fn spots<'a>(canvas: &Canvas<'a>) -> Vec<(&'a Mark, f64, String)> {
    let marks = canvas.chart.marks.iter().enumerate().filter_map(|(at, mark)| {
        let number = mark.number().filter(|number| number.is_finite())?;
        let name = canvas.words.marks.get(at).cloned().unwrap_or_default();
        Some((mark, number, name))
    });
    let mut marks: Vec<_> = marks.collect();
    marks.sort_by_key(|(mark, _, _)| mark.kind == MarkKind::Proposed);
    marks
}

fn standing(canvas: &Canvas<'_>, spots: &[(&Mark, f64, String)]) -> Value {
    let palette = canvas.palette;
    let width = |text: &str| f64::from(canvas.widest([text].into_iter())) * 1.06;
    let place = |(mark, at, name): &(&Mark, f64, String)| {
        let is_here =
            |row: &usize| number(canvas, *row).is_some_and(|x| (x - at).abs() <= 1e-9 * at.abs());
        let value = rows::all(canvas).find(is_here).and_then(|row| canvas.value(EXPECTED, row));
        let text = canvas.text(value);
        let is_proposed = mark.kind == MarkKind::Proposed;
        json!({
            "x": at, "y": value, "name": name, "name_width": width(name),
            "width": width(&text), "text": text, "hollow": is_proposed,
            "color": if is_proposed { &palette.accent } else { &palette.text },
            "dashes": if is_proposed { json!([5, 4]) } else { json!("solid") },
        })
    };
    json!({
        "type": "custom", "data": [{ "value": [spots[0].1, 0] }], "silent": true,
        "renderItem": {
            "$shape": "spots", "places": spots.iter().map(place).collect::<Vec<_>>(),
            "color": palette.accent, "ground": palette.surface, "size": TEXT_SIZE,
        },
        "encode": { "x": 0, "y": 1 }, "z": 6,
    })
}
