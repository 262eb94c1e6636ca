//! Upright columns over time, with target ticks.

use super::{
    marks::NARROWEST,
    option::{Canvas, TEXT_SIZE},
};
use model::report::Series;
use serde_json::{Value, json};

/// With more columns than this only the last one says its value.
const LABELLED: usize = 8;
/// How far a value keeps from the border of the picture, on both sides together, in pixels.
const APART: u32 = 4;

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let mut option = canvas.base();
    let right = beyond(canvas).max(canvas.beyond_last_time());
    option.insert(
        "grid".into(),
        json!({
            "left": 0, "right": right, "top": canvas.top() + 8, "bottom": 4,
            "containLabel": true,
        }),
    );
    option["tooltip"]["axisPointer"] = json!({ "type": "none" });
    let axis = canvas.scale(true);
    option.insert("xAxis".into(), canvas.time_axis(&axis, right));
    option.insert("yAxis".into(), canvas.value_axis(&axis));
    let series = canvas.chart.series.iter().enumerate();
    if let Some(legend) = option.get_mut("legend") {
        legend["data"] = canvas.chart.series.iter().map(|series| key(canvas, series)).collect();
    }
    let mut drawn: Vec<_> = series
        .map(|(place, series)| match series.reference {
            true => targets(canvas, series),
            false => columns(canvas, place, series),
        })
        .collect();
    if let Some(first) = drawn.first_mut().filter(|_| !canvas.chart.marks.is_empty()) {
        first["markLine"] = canvas.marks(&axis, canvas.top() + 8);
    }
    drawn.push(labels(canvas));
    option.insert("series".into(), Value::Array(drawn));
    Value::Object(option)
}

/// The room on the right that the value above the last column takes on a telephone, where columns are narrowest; in
/// pixels.
fn beyond(canvas: &Canvas<'_>) -> u32 {
    let values = canvas.chart.series.first().map_or(&[][..], |series| &series.values);
    let Some(last) = values.iter().rposition(Option::is_some) else { return 0 };
    let half = f64::from(canvas.widest([canvas.text(values[last])].iter()) + APART) / 2.0;
    // The share of the plot that lies between the middle of the column and the end of the plot.
    let share = ((values.len() - last) as f64 - 0.5) / values.len() as f64;
    let room = (half - NARROWEST * share) / (1.0 - share);
    room.clamp(0.0, half).ceil() as u32
}

/// The legend shows a target as the tick that it is.
fn key(canvas: &Canvas<'_>, series: &Series) -> Value {
    let icon = if series.reference { "path://M0,5h14v4h-14z" } else { "roundRect" };
    json!({ "name": canvas.name(series), "icon": icon })
}

fn columns(canvas: &Canvas<'_>, place: usize, series: &Series) -> Value {
    let colour = canvas.colour(place);
    let points = series.values.iter().map(|value| canvas.point(*value));
    json!({
        "type": "bar",
        "name": canvas.name(series),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "barWidth": "52%",
        "barMaxWidth": 48,
        "itemStyle": { "color": colour, "borderRadius": [2, 2, 0, 0] },
        "emphasis": { "disabled": true },
    })
}

/// The values of the first series, above column and target tick alike, so that neither strikes them out.
fn labels(canvas: &Canvas<'_>) -> Value {
    let values = canvas.chart.series.first().map_or(&[][..], |series| &series.values);
    let last = values.iter().rposition(Option::is_some);
    let top = |at: usize| {
        let all = canvas.chart.series.iter().filter_map(|series| series.values.get(at).copied());
        all.flatten().fold(f64::NEG_INFINITY, f64::max)
    };
    let texts: Vec<String> = values.iter().map(|value| canvas.text(*value)).collect();
    let width = canvas.plot() / values.len().max(1) as f64;
    let is_crowded = values.len() <= LABELLED && f64::from(canvas.widest(texts.iter())) > width;
    let points = values.iter().enumerate().map(|(at, value)| {
        let is_shown = value.is_some() && (values.len() <= LABELLED || Some(at) == last);
        let top = is_shown.then(|| top(at));
        let shown = if is_crowded { canvas.short(*value) } else { texts[at].clone() };
        json!({ "value": [at, top], "shown": shown })
    });
    json!({
        "type": "scatter",
        "data": points.collect::<Vec<_>>(),
        "symbolSize": 0,
        "silent": true,
        "labelLayout": { "hideOverlap": true },
        "label": {
            "show": true, "position": "top", "distance": 6,
            "color": canvas.palette.text, "fontSize": TEXT_SIZE, "formatter": { "$format": "shown" },
        },
    })
}

fn targets(canvas: &Canvas<'_>, series: &Series) -> Value {
    let colour = &canvas.palette.text;
    let values = series.values.iter().enumerate();
    let points =
        values.map(|(at, value)| json!({ "value": [at, value], "text": canvas.text(*value) }));
    json!({
        "type": "custom",
        "name": canvas.name(series),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": { "$shape": "level", "color": colour },
        "encode": { "x": 0, "y": 1 },
        "z": 5,
    })
}
