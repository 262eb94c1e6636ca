//! Our value beside the middle half of the peers.
//!
//! The series are, in order: lower quartile, median, upper quartile, own, and own a period before.

use super::{
    option::Canvas,
    rows::{self, Reading},
};
use serde_json::{Value, json};

const BAND_HEIGHT: u32 = 18;
const MEDIAN_HEIGHT: u32 = 26;
pub(super) const MEDIAN: usize = 1;
pub(super) const OWN: usize = 3;
pub(super) const BEFORE: usize = 4;

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let band = format!("{} – {}", rows::name(canvas, 0), rows::name(canvas, 2));
    let mut key = vec![
        json!({ "name": band, "icon": "rect" }),
        json!({ "name": rows::name(canvas, MEDIAN), "icon": "path://M5,0h3v14h-3z" }),
        rows::point_key(&rows::name(canvas, OWN)),
    ];
    let mut drawn = vec![
        rows::band(canvas, &band, (0, 2), BAND_HEIGHT),
        median(canvas),
        rows::points(canvas, OWN, &[]),
    ];
    if rows::is_known(canvas, BEFORE) {
        key.push(rows::before_key(canvas, BEFORE));
        drawn.push(rows::before(canvas, BEFORE, OWN));
    }
    let readings: Vec<_> = rows::all(canvas).map(|row| reading(canvas, row)).collect();
    rows::option(canvas, &canvas.scale(false), key, &readings, drawn)
}

/// Ours, and the median in grey.
pub(super) fn reading<'a>(canvas: &Canvas<'a>, row: usize) -> Reading<'a> {
    let own = canvas.value(OWN, row);
    let unknown = || crate::format::UNKNOWN.to_owned();
    let median = canvas.value(MEDIAN, row);
    let median = median.map(|value| {
        canvas.formatter.beside(&rows::name(canvas, MEDIAN), &canvas.text(Some(value)))
    });
    let mut below = vec![median.unwrap_or_default()];
    below.extend(canvas.words.readings.get(row).filter(|text| !text.is_empty()).cloned());
    let value = own.map_or_else(unknown, |own| canvas.text(Some(own)));
    Reading { value, colour: &canvas.palette.accent, below }
}

fn median(canvas: &Canvas<'_>) -> Value {
    let points = rows::all(canvas).map(|row| {
        let median = canvas.value(MEDIAN, row);
        json!({ "value": [median, row], "text": canvas.text(median) })
    });
    let colour = &canvas.palette.muted;
    json!({
        "type": "custom",
        "name": rows::name(canvas, MEDIAN),
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": { "$shape": "upright", "height": MEDIAN_HEIGHT, "color": colour },
        "encode": { "x": 0, "y": 1 },
        "z": 3,
    })
}
