//! The run-up to a key figure, without axes: its shape is all it says.

use super::theme::Palette;
use serde_json::{Value, json};

pub(super) fn option(history: &[Option<f64>], palette: &Palette) -> Value {
    let last = history.iter().rposition(Option::is_some);
    let alone = history.iter().flatten().count() == 1;
    let points = history.iter().enumerate().map(|(at, value)| {
        let is_last = Some(at) == last;
        json!({ "value": value, "symbol": if is_last { "circle" } else { "none" }, "symbolSize": 6 })
    });
    let known = || history.iter().flatten().copied().filter(|value| value.is_finite());
    let low = known().fold(f64::INFINITY, f64::min);
    let high = known().fold(f64::NEG_INFINITY, f64::max);
    // A flat run-up is a line through the middle, not along the bottom.
    let pad = if alone || high - low <= f64::EPSILON { high.abs().max(1.0) } else { 0.0 };
    json!({
        "animation": false,
        "grid": { "left": 4, "right": 6, "top": 6, "bottom": 6 },
        "xAxis": { "type": "category", "show": false, "boundaryGap": false, "data": (0..history.len()).collect::<Vec<_>>() },
        "yAxis": { "type": "value", "show": false, "min": bound(low - pad), "max": bound(high + pad) },
        "series": [{
            "type": "line",
            "data": points.collect::<Vec<_>>(),
            "symbol": "none",
            "showAllSymbol": true,
            "lineStyle": { "width": 1.75, "color": palette.reference },
            "itemStyle": { "color": palette.accent },
            "emphasis": { "disabled": true },
        }],
    })
}

fn bound(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
