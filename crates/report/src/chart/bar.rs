//! Horizontal bars, one row per place.

use super::option::{Canvas, TEXT_SIZE};
use model::report::Series;
use serde_json::{Value, json};

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let scale = canvas.scale(true);
    let mut option = canvas.base();
    let longest = canvas.chart.series.iter().flat_map(|series| &series.values);
    let longest = canvas.widest(longest.map(|value| canvas.text(*value)));
    option.insert(
        "grid".into(),
        json!({
            "left": 0, "right": 14 + longest, "top": canvas.top() - 8, "bottom": 4, "containLabel": true,
        }),
    );
    option["tooltip"]["axisPointer"] = json!({ "type": "none" });
    let mut values = canvas.value_axis(&scale);
    // Every bar says its value: an axis would say it again.
    values["axisLabel"]["show"] = json!(false);
    values["splitLine"]["show"] = json!(false);
    let mut rows = canvas.row_axis();
    if scale.low < 0.0 {
        rows["axisLine"] = json!({ "show": true, "onZero": true, "lineStyle": { "color": canvas.palette.reference } });
    }
    option.insert("xAxis".into(), values);
    option.insert("yAxis".into(), rows);
    let series = canvas.chart.series.iter().enumerate();
    option.insert(
        "series".into(),
        series.map(|(place, series)| bars(canvas, place, series)).collect(),
    );
    Value::Object(option)
}

fn bars(canvas: &Canvas<'_>, place: usize, series: &Series) -> Value {
    let colour = canvas.colour(place);
    let points = series.values.iter().map(|value| canvas.point(*value));
    json!({
        "type": "bar",
        "name": canvas.name(series),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "barWidth": if series.reference { 8 } else { 16 },
        "barGap": "25%",
        "itemStyle": { "color": colour, "borderRadius": 2 },
        "label": {
            // Beside the bar of a loss this is beyond the zero line, where no name stands in the way.
            "show": true, "position": "right", "distance": 7,
            "color": if series.reference { &canvas.palette.muted } else { &canvas.palette.text },
            "fontSize": if series.reference { TEXT_SIZE - 1 } else { TEXT_SIZE },
            "formatter": { "$format": "shown" },
        },
        "emphasis": { "disabled": true },
    })
}
