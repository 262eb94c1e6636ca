//! Lines over time.

use super::option::{Canvas, TEXT_SIZE};
use model::report::Series;
use serde_json::{Value, json};

/// Longer lines can be zoomed in the page.
pub(super) const ZOOM_FROM: usize = 24;

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let mut option = canvas.base();
    let last = canvas.chart.series.iter().map(|series| last_text(canvas, series));
    let right = 22 + canvas.widest(last);
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": right, "top": canvas.top() + 4, "bottom": 4, "containLabel": true }),
    );
    let axis = canvas.scale(false);
    option.insert("xAxis".into(), canvas.time_axis(&axis, right));
    option.insert("yAxis".into(), canvas.value_axis(&axis));
    let lines = canvas.chart.series.iter().enumerate();
    let mut lines: Vec<_> = lines.map(|(place, series)| line(canvas, place, series)).collect();
    if let Some(first) = lines.first_mut().filter(|_| !canvas.chart.marks.is_empty()) {
        first["markLine"] = canvas.marks(&axis, canvas.top() + 4);
    }
    option.insert("series".into(), Value::Array(lines));
    Value::Object(option)
}

/// Zooming, which a still picture cannot have.
pub(super) fn live(canvas: &Canvas<'_>) -> Value {
    json!({
        "dataZoom": [
            { "type": "inside", "zoomOnMouseWheel": "ctrl" },
            {
                "type": "slider", "height": 18, "bottom": 2, "brushSelect": false, "showDetail": false,
                "borderColor": canvas.palette.line, "fillerColor": canvas.palette.grid,
                "handleStyle": { "color": canvas.palette.surface, "borderColor": canvas.palette.reference },
                "moveHandleStyle": { "color": canvas.palette.reference },
                "dataBackground": {
                    "lineStyle": { "color": canvas.palette.reference },
                    "areaStyle": { "color": canvas.palette.grid },
                },
            },
        ],
        "room": 28,
    })
}

fn line(canvas: &Canvas<'_>, place: usize, series: &Series) -> Value {
    let colour = canvas.colour(place);
    let style = if series.reference {
        json!({ "width": 1.5, "type": [5, 4], "color": colour })
    } else {
        json!({ "width": 2.25, "color": colour })
    };
    let last = series.values.iter().rposition(Option::is_some);
    let points = series.values.iter().enumerate().map(|(at, value)| {
        let mut point = canvas.point(*value);
        let is_last = Some(at) == last && !series.reference;
        if is_last || stands_alone(&series.values, at) {
            point["symbol"] = json!("circle");
            point["symbolSize"] = json!(if is_last { 7 } else { 5 });
        }
        if is_last {
            point["label"] = end_label(colour);
        }
        if place == 0 {
            canvas.circle(at, &mut point);
        }
        point
    });
    json!({
        "type": "line",
        "name": canvas.name(series),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "lineStyle": style,
        "itemStyle": { "color": colour },
        "symbol": "none",
        "showAllSymbol": true,
        "connectNulls": false,
        "labelLayout": { "moveOverlap": "shiftY" },
        "emphasis": { "disabled": true },
        "z": if series.reference { 2 } else { 3 },
    })
}

pub(super) fn end_label(colour: &str) -> Value {
    json!({
        "show": true, "position": "right", "distance": 7, "color": colour, "fontSize": TEXT_SIZE + 1,
        "formatter": { "$format": "shown" },
    })
}

fn last_text(canvas: &Canvas<'_>, series: &Series) -> String {
    let last = series.values.iter().rev().flatten().next();
    canvas.text(last.copied().filter(|_| !series.reference))
}

/// A value between two gaps has no line to be seen by.
pub(super) fn stands_alone(values: &[Option<f64>], at: usize) -> bool {
    let known = |place: Option<usize>| {
        place.and_then(|place| values.get(place)).is_some_and(Option::is_some)
    };
    values[at].is_some() && !known(at.checked_sub(1)) && !known(Some(at + 1))
}
