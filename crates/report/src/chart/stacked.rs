//! Parts of a whole, stacked in one column per place.

use super::option::{Canvas, TEXT_SIZE};
use model::report::Series;
use serde_json::{Value, json};

/// Parts smaller than this share of the axis have no room for their value.
const ROOM_FOR_TEXT: f64 = 0.08;

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let mut option = canvas.base();
    let right = canvas.beyond_last_time();
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": right, "top": canvas.top(), "bottom": 4, "containLabel": true }),
    );
    option["tooltip"]["axisPointer"] = json!({ "type": "none" });
    let scale = super::scale::Scale::enclosing(sums(canvas).into_iter(), true);
    option.insert("xAxis".into(), canvas.time_axis(&scale, right));
    option.insert("yAxis".into(), canvas.value_axis(&scale));
    let series = canvas.chart.series.iter().enumerate();
    let parts = series.map(|(place, series)| part(canvas, place, series, scale.high)).collect();
    option.insert("series".into(), parts);
    Value::Object(option)
}

fn part(canvas: &Canvas<'_>, place: usize, series: &Series, high: f64) -> Value {
    let colour = canvas.colour(place);
    let points = series.values.iter().map(|value| {
        let mut point = canvas.point(*value);
        point["shown"] = json!(canvas.short(*value));
        let has_room = value.is_some_and(|value| value >= high * ROOM_FOR_TEXT);
        point["label"] = json!({ "show": has_room });
        point
    });
    json!({
        "type": "bar",
        "stack": "whole",
        "name": canvas.name(series),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "barWidth": "62%",
        "barMaxWidth": 84,
        "itemStyle": { "color": colour, "borderColor": canvas.palette.surface, "borderWidth": 1 },
        "label": {
            "position": "inside", "color": canvas.palette.surface, "fontSize": TEXT_SIZE,
            "formatter": { "$format": "shown" },
        },
        "emphasis": { "disabled": true },
    })
}

fn sums(canvas: &Canvas<'_>) -> Vec<f64> {
    let at = |place: usize| {
        let parts =
            canvas.chart.series.iter().filter_map(|series| series.values.get(place).copied());
        parts.flatten().sum()
    };
    (0..canvas.chart.ticks.len()).map(at).collect()
}
