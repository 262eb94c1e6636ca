//! Our value beside the middle half of the peers.
//!
//! The series are, in order: lower quartile, median, upper quartile, own.

use super::option::{Canvas, TEXT_SIZE};
use serde_json::{Value, json};

const BAND_HEIGHT: u32 = 18;
const MEDIAN_HEIGHT: u32 = 26;
const DOT_SIZE: u32 = 13;

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let mut option = canvas.base();
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": 4, "top": canvas.top() - 8, "bottom": 4, "containLabel": true }),
    );
    option["tooltip"]["axisPointer"] = json!({ "type": "none" });
    if let Some(legend) = option.get_mut("legend") {
        legend["data"] = json!([
            { "name": band_name(canvas), "icon": "rect" },
            { "name": name(canvas, 1), "icon": "path://M5,0h3v14h-3z" },
            { "name": name(canvas, 3), "icon": "circle" },
        ]);
    }
    option.insert("xAxis".into(), canvas.value_axis(&canvas.scale(false)));
    option.insert("yAxis".into(), json!([canvas.row_axis(), readings(canvas)]));
    option.insert("series".into(), json!([band(canvas), median(canvas), own(canvas)]));
    Value::Object(option)
}

fn value(canvas: &Canvas<'_>, series: usize, row: usize) -> Option<f64> {
    canvas.chart.series.get(series).and_then(|series| series.values.get(row).copied().flatten())
}

fn name(canvas: &Canvas<'_>, series: usize) -> String {
    canvas
        .chart
        .series
        .get(series)
        .map_or_else(String::new, |series| canvas.name(series).to_owned())
}

fn band_name(canvas: &Canvas<'_>) -> String {
    format!("{} – {}", name(canvas, 0), name(canvas, 2))
}

fn rows(canvas: &Canvas<'_>) -> std::ops::Range<usize> {
    0..canvas.chart.ticks.len()
}

/// The right-hand axis reads the numbers out: ours, and the median in grey.
fn readings(canvas: &Canvas<'_>) -> Value {
    let mut axis = canvas.row_axis();
    let reading = |row: usize| {
        let own = value(canvas, 3, row);
        let own =
            own.map_or_else(|| crate::format::UNKNOWN.to_owned(), |own| canvas.text(Some(own)));
        let median = value(canvas, 1, row);
        let median =
            median.map(|median| format!("{} {}", name(canvas, 1), canvas.text(Some(median))));
        let text = format!("{{own|{own}}}\n{{median|{}}}", median.unwrap_or_default());
        (canvas.place(&canvas.chart.ticks[row]), json!(text))
    };
    let texts: serde_json::Map<_, _> = rows(canvas).map(reading).collect();
    axis["position"] = json!("right");
    axis["axisLabel"] = json!({
        "interval": 0, "margin": 12, "align": "left",
        "formatter": { "$format": "named", "texts": texts },
        "rich": {
            "own": { "color": canvas.palette.accent, "fontSize": TEXT_SIZE + 2, "lineHeight": 18 },
            "median": { "color": canvas.palette.muted, "fontSize": TEXT_SIZE - 1, "lineHeight": 15 },
        },
    });
    axis
}

fn band(canvas: &Canvas<'_>) -> Value {
    let points = rows(canvas).map(|row| {
        let (low, high) = (value(canvas, 0, row), value(canvas, 2, row));
        let text = match (low, high) {
            (Some(_), Some(_)) => format!("{}–{}", canvas.text(low), canvas.text(high)),
            _ => String::new(),
        };
        json!({ "value": [low, high, row], "text": text })
    });
    let colour = &canvas.palette.band;
    json!({
        "type": "custom",
        "name": band_name(canvas),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": { "$shape": "band", "height": BAND_HEIGHT, "color": colour },
        "encode": { "x": [0, 1], "y": 2 },
        "z": 2,
    })
}

fn median(canvas: &Canvas<'_>) -> Value {
    let points = rows(canvas).map(|row| {
        let median = value(canvas, 1, row);
        json!({ "value": [median, row], "text": canvas.text(median) })
    });
    let colour = &canvas.palette.muted;
    json!({
        "type": "custom",
        "name": name(canvas, 1),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": { "$shape": "upright", "height": MEDIAN_HEIGHT, "color": colour },
        "encode": { "x": 0, "y": 1 },
        "z": 3,
    })
}

fn own(canvas: &Canvas<'_>) -> Value {
    let points = rows(canvas).map(|row| {
        let own = value(canvas, 3, row);
        json!({ "value": [own, row], "text": canvas.text(own) })
    });
    json!({
        "type": "scatter",
        "name": name(canvas, 3),
        "data": points.collect::<Vec<_>>(),
        "symbolSize": DOT_SIZE,
        "color": canvas.palette.accent,
        "itemStyle": {
            "color": canvas.palette.accent, "opacity": 1,
            "borderColor": canvas.palette.surface, "borderWidth": 2,
        },
        "emphasis": { "disabled": true },
        "z": 4,
    })
}
