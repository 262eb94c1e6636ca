//! Our value beside the middle half of the peers.
//!
//! The series are, in order: lower quartile, median, upper quartile, own, and own a period before.

use super::option::{Canvas, TEXT_SIZE};
use serde_json::{Value, json};

const BAND_HEIGHT: u32 = 18;
const MEDIAN_HEIGHT: u32 = 26;
const DOT_SIZE: u32 = 13;
const RING_SIZE: u32 = 9;
const OWN: usize = 3;
const BEFORE: usize = 4;

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let mut option = canvas.base();
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": 4, "top": canvas.top() - 8, "bottom": 4, "containLabel": true }),
    );
    option["tooltip"]["axisPointer"] = json!({ "type": "none" });
    let has_before = rows(canvas).any(|row| value(canvas, BEFORE, row).is_some());
    if let Some(legend) = option.get_mut("legend") {
        let mut data = vec![
            json!({ "name": band_name(canvas), "icon": "rect" }),
            json!({ "name": name(canvas, 1), "icon": "path://M5,0h3v14h-3z" }),
            json!({ "name": name(canvas, OWN), "icon": "circle" }),
        ];
        if has_before {
            let (ground, colour) = (&canvas.palette.surface, &canvas.palette.accent);
            let ring = json!({ "color": ground, "borderColor": colour, "borderWidth": 2 });
            data.push(json!({ "name": name(canvas, BEFORE), "icon": "circle", "itemStyle": ring }));
        }
        legend["data"] = Value::Array(data);
    }
    let mut values = canvas.value_axis(&canvas.scale(false));
    values["axisLabel"]["hideOverlap"] = json!(true);
    option.insert("xAxis".into(), values);
    option.insert("yAxis".into(), json!([canvas.row_axis(), readings(canvas)]));
    let mut drawn = vec![band(canvas), median(canvas), own(canvas)];
    if has_before {
        drawn.push(before(canvas));
    }
    option.insert("series".into(), Value::Array(drawn));
    Value::Object(option)
}

fn value(canvas: &Canvas<'_>, series: usize, row: usize) -> Option<f64> {
    canvas.value(series, row)
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
        let own = value(canvas, OWN, row);
        let own =
            own.map_or_else(|| crate::format::UNKNOWN.to_owned(), |own| canvas.text(Some(own)));
        let median = value(canvas, 1, row);
        let median =
            median.map(|median| format!("{} {}", name(canvas, 1), canvas.text(Some(median))));
        let mut text = format!("{{own|{own}}}\n{{median|{}}}", median.unwrap_or_default());
        if let Some(reading) = canvas.words.readings.get(row).filter(|reading| !reading.is_empty())
        {
            text = format!("{text}\n{{median|{}}}", plain(reading));
        }
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
        let own = value(canvas, OWN, row);
        json!({ "value": [own, row], "text": canvas.text(own) })
    });
    json!({
        "type": "scatter",
        "name": name(canvas, OWN),
        "data": points.collect::<Vec<_>>(),
        "symbolSize": DOT_SIZE,
        "color": canvas.palette.accent,
        "itemStyle": {
            "color": canvas.palette.accent, "opacity": 1,
            "borderColor": canvas.palette.surface, "borderWidth": 2,
        },
        "emphasis": { "disabled": true },
        "z": 5,
    })
}

/// Our value a period before, and the way from there.
fn before(canvas: &Canvas<'_>) -> Value {
    let points = rows(canvas).map(|row| {
        let (before, own) = (value(canvas, BEFORE, row), value(canvas, OWN, row));
        json!({ "value": [before, own, row], "text": canvas.text(before) })
    });
    let colour = &canvas.palette.accent;
    json!({
        "type": "custom",
        "name": name(canvas, BEFORE),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": {
            "$shape": "movement", "ring": RING_SIZE, "dot": DOT_SIZE, "color": colour,
            "ground": canvas.palette.surface,
        },
        "encode": { "x": [0, 1], "y": 2 },
        "z": 4,
    })
}

/// Text in which nothing is read as the markup of rich labels.
fn plain(text: &str) -> String {
    text.replace(['{', '}', '|', '\n'], " ")
}
