//! What rows with places on an axis share: bands, points, where a point was before, and the numbers beside.

use super::{
    option::{Canvas, TEXT_SIZE},
    scale::Scale,
};
use serde_json::{Value, json};

/// The size of a point.
const DOT_SIZE: u32 = 13;
/// The size of the ring where a point was before.
const RING_SIZE: u32 = 9;

/// What is read out beside a row: its value in a colour, and remarks in grey below it.
pub(super) struct Reading<'a> {
    pub(super) value: String,
    pub(super) colour: &'a str,
    pub(super) below: Vec<String>,
}

/// The option of a chart of rows: its series, what its legend names, and what is read out beside.
pub(super) fn option(
    canvas: &Canvas<'_>,
    scale: &Scale,
    key: Vec<Value>,
    readings: &[Reading<'_>],
    drawn: Vec<Value>,
) -> Value {
    let mut option = canvas.base();
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": 4, "top": canvas.top() - 8, "bottom": 4, "containLabel": true }),
    );
    option["tooltip"]["axisPointer"] = json!({ "type": "none" });
    if let Some(legend) = option.get_mut("legend") {
        legend["data"] = Value::Array(key);
    }
    let mut values = canvas.value_axis(scale);
    values["axisLabel"]["hideOverlap"] = json!(true);
    option.insert("xAxis".into(), values);
    option.insert("yAxis".into(), json!([canvas.row_axis(), beside(canvas, readings)]));
    option.insert("series".into(), Value::Array(drawn));
    Value::Object(option)
}

/// The right-hand axis reads the numbers out.
fn beside(canvas: &Canvas<'_>, readings: &[Reading<'_>]) -> Value {
    let palette = canvas.palette;
    let mut axis = canvas.row_axis();
    let styles = [("own", &palette.accent), ("good", &palette.calm), ("bad", &palette.alarm)];
    let text = |(tick, reading): (_, &Reading<'_>)| {
        let style = styles.iter().find(|(_, colour)| *colour == reading.colour);
        let style = style.map_or("own", |(name, _)| *name);
        let below = reading.below.iter().map(|line| format!("\n{{below|{}}}", plain(line)));
        let text = format!("{{{style}|{}}}{}", reading.value, below.collect::<String>());
        (canvas.place(tick), json!(text))
    };
    let texts: serde_json::Map<_, _> = canvas.chart.ticks.iter().zip(readings).map(text).collect();
    let mut rich = serde_json::Map::new();
    for (name, colour) in styles {
        let style = json!({ "color": colour, "fontSize": TEXT_SIZE + 2, "lineHeight": 18 });
        rich.insert(name.to_owned(), style);
    }
    let below = json!({ "color": palette.muted, "fontSize": TEXT_SIZE - 1, "lineHeight": 15 });
    rich.insert("below".to_owned(), below);
    axis["position"] = json!("right");
    axis["axisLabel"] = json!({
        "interval": 0, "margin": 12, "align": "left",
        "formatter": { "$format": "named", "texts": texts },
        "rich": rich,
    });
    axis
}

/// Text in which nothing is read as the markup of rich labels.
fn plain(text: &str) -> String {
    text.replace(['{', '}', '|', '\n'], " ")
}

/// The name of a series, empty where there is none.
pub(super) fn name(canvas: &Canvas<'_>, series: usize) -> String {
    let series = canvas.chart.series.get(series);
    series.map_or_else(String::new, |series| canvas.name(series).to_owned())
}

/// Every row.
pub(super) fn all(canvas: &Canvas<'_>) -> std::ops::Range<usize> {
    0..canvas.chart.ticks.len()
}

/// Two values in words; empty where one of them is missing.
pub(super) fn between(canvas: &Canvas<'_>, low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        // Beside a minus the dash would be read as another one.
        (Some(below), Some(_)) if below < 0.0 => {
            format!("{} – {}", canvas.text(low), canvas.text(high))
        }
        (Some(_), Some(_)) => format!("{}–{}", canvas.text(low), canvas.text(high)),
        _ => String::new(),
    }
}

/// A band in each row from one value to another.
pub(super) fn band(
    canvas: &Canvas<'_>,
    name: &str,
    (low, high): (usize, usize),
    height: u32,
) -> Value {
    let points = all(canvas).map(|row| {
        let (low, high) = (canvas.value(low, row), canvas.value(high, row));
        json!({ "value": [low, high, row], "text": between(canvas, low, high) })
    });
    let colour = &canvas.palette.band;
    json!({
        "type": "custom",
        "name": name,
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": { "$shape": "band", "height": height, "color": colour },
        "encode": { "x": [0, 1], "y": 2 },
        "z": 2,
    })
}

/// A point in each row, in the colour of the row.
pub(super) fn points(canvas: &Canvas<'_>, series: usize, colours: &[&str]) -> Value {
    let points = all(canvas).map(|row| {
        let value = canvas.value(series, row);
        let mut point = json!({ "value": [value, row], "text": canvas.text(value) });
        if let Some(colour) = colours.get(row) {
            point["itemStyle"] = json!({ "color": colour });
        }
        point
    });
    json!({
        "type": "scatter",
        "name": name(canvas, series),
        "data": points.collect::<Vec<_>>(),
        "symbolSize": DOT_SIZE,
        "color": canvas.palette.accent,
        "itemStyle": point_style(canvas, &canvas.palette.accent),
        "emphasis": { "disabled": true },
        "z": 5,
    })
}

/// A point stands out from what it lies on.
pub(super) fn point_style(canvas: &Canvas<'_>, colour: &str) -> Value {
    let ground = &canvas.palette.surface;
    json!({ "color": colour, "opacity": 1, "borderColor": ground, "borderWidth": 2 })
}

/// How the legend shows a point.
pub(super) fn point_key(name: &str) -> Value {
    json!({ "name": name, "icon": "circle" })
}

/// Whether any row has a value of a series.
pub(super) fn is_known(canvas: &Canvas<'_>, series: usize) -> bool {
    all(canvas).any(|row| canvas.value(series, row).is_some())
}

/// Where the points of a series were before, and the way from there.
pub(super) fn before(canvas: &Canvas<'_>, before: usize, now: usize) -> Value {
    let points = all(canvas).map(|row| {
        let (before, now) = (canvas.value(before, row), canvas.value(now, row));
        json!({ "value": [before, now, row], "text": canvas.text(before) })
    });
    let colour = &canvas.palette.accent;
    json!({
        "type": "custom",
        "name": name(canvas, before),
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

/// How the legend shows where a point was before.
pub(super) fn before_key(canvas: &Canvas<'_>, series: usize) -> Value {
    let (ground, colour) = (&canvas.palette.surface, &canvas.palette.accent);
    let ring = json!({ "color": ground, "borderColor": colour, "borderWidth": 2 });
    json!({ "name": name(canvas, series), "icon": "circle", "itemStyle": ring })
}
