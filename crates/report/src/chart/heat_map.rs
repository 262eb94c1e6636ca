//! Values of rows that grow older, shaded by value in a single hue.
//!
//! One series per row; a reference series says what is expected of the row before it. Shades divide the
//! distance from the least to the greatest value evenly.

use super::{
    option::{Canvas, TEXT_SIZE},
    theme::SHADES,
};
use model::{
    report::{Chart, Fmt, Series},
    unit::Unit,
};
use serde_json::{Value, json};

/// The height of what explains the shades.
const KEY: u32 = 30;
/// What the name of the ages takes.
const AXIS_NAME: u32 = 24;
/// The height of a row of cells.
const ROW: u32 = 28;

/// A cell that holds a value.
pub(crate) struct Cell {
    pub(crate) value: f64,
    /// Whether it is only expected.
    pub(crate) is_expected: bool,
    /// Its shade; none where the first age is the same in every row by definition.
    pub(crate) shade: Option<usize>,
}

/// The cells of a chart, by row and by age.
pub(crate) struct Grid<'a> {
    pub(crate) rows: Vec<(&'a Series, Vec<Option<Cell>>)>,
    /// The least and the greatest value that are shaded.
    pub(crate) ends: Option<(f64, f64)>,
}

impl<'a> Grid<'a> {
    /// The cells of a chart.
    pub(crate) fn of(chart: &'a Chart) -> Self {
        let mut rows: Vec<(&Series, Vec<Option<Cell>>)> = Vec::new();
        for series in &chart.series {
            let known = |at: usize| series.values.get(at).copied().flatten();
            let cell = |at: usize| {
                let value = known(at).filter(|value| value.is_finite())?;
                Some(Cell { value, is_expected: series.reference, shade: None })
            };
            let cells = (0..chart.ticks.len()).map(cell);
            match rows.last_mut().filter(|_| series.reference) {
                Some((_, row)) => {
                    row.iter_mut().zip(cells).for_each(|(known, expected)| {
                        if known.is_none() {
                            *known = expected;
                        }
                    });
                }
                None => rows.push((series, cells.collect())),
            }
        }
        let mut grid = Self { rows, ends: None };
        grid.shade();
        grid
    }

    fn shade(&mut self) {
        let first = usize::from(self.begins_alike());
        let cells = self.rows.iter().flat_map(|(_, row)| row.iter().skip(first).flatten());
        self.ends = cells.map(|cell| cell.value).fold(None, |ends, value| match ends {
            None => Some((value, value)),
            Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
        });
        let Some(ends) = self.ends else { return };
        let cells = self.rows.iter_mut().flat_map(|(_, row)| row.iter_mut().skip(first).flatten());
        cells.for_each(|cell| cell.shade = Some(shade(cell.value, ends)));
    }

    /// Whether the first age has one value in several rows, and others follow.
    fn begins_alike(&self) -> bool {
        let first = || self.rows.iter().filter_map(|(_, row)| row.first()?.as_ref());
        let follows = self.rows.iter().any(|(_, row)| row.iter().skip(1).any(Option::is_some));
        let same =
            |value: f64| first().all(|cell| (cell.value - value).abs() <= 1e-12 * value.abs());
        follows && first().count() > 1 && first().next().is_some_and(|cell| same(cell.value))
    }

    /// Whether any cell is only expected.
    pub(crate) fn expects(&self) -> bool {
        let mut cells = self.rows.iter().flat_map(|(_, row)| row.iter().flatten());
        cells.any(|cell| cell.is_expected)
    }
}

/// The shade of a value between the least and the greatest.
fn shade(value: f64, (low, high): (f64, f64)) -> usize {
    if high <= low {
        return SHADES / 2 - 1;
    }
    shade_of((value - low) / (high - low))
}

/// The shade of a place between the least, 0, and the greatest, 1.
pub(crate) fn shade_of(share: f64) -> usize {
    // What is no number becomes the lightest shade.
    ((share.clamp(0.0, 1.0) * SHADES as f64) as usize).min(SHADES - 1)
}

/// The names of the rows.
pub(super) fn names(canvas: &Canvas<'_>) -> Vec<String> {
    let rows = Grid::of(canvas.chart).rows;
    rows.iter().map(|(series, _)| canvas.name(series).to_owned()).collect()
}

/// The height of the picture, whose names of rows need `named`.
pub(super) fn height(canvas: &Canvas<'_>, named: u32) -> u32 {
    let rows = u32::try_from(names(canvas).len()).unwrap_or(u32::MAX).min(60);
    top(canvas) + 30 + rows * named.max(ROW)
}

fn top(canvas: &Canvas<'_>) -> u32 {
    KEY + if canvas.across_name().is_empty() { 0 } else { AXIS_NAME }
}

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let grid = Grid::of(canvas.chart);
    let mut option = canvas.base();
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": 2, "top": top(canvas), "bottom": 4, "containLabel": true }),
    );
    option["tooltip"]["trigger"] = json!("item");
    option.insert("xAxis".into(), ages(canvas));
    let mut rows = canvas.row_axis();
    rows["axisLabel"]["margin"] = json!(8);
    option.insert("yAxis".into(), rows);
    option.insert("series".into(), json!([cells(canvas, &grid), key(canvas, &grid)]));
    Value::Object(option)
}

fn ages(canvas: &Canvas<'_>) -> Value {
    json!({
        "type": "category",
        "position": "top",
        "data": canvas.places(),
        "name": canvas.across_name(), "nameLocation": "middle", "nameGap": 26,
        "nameTextStyle": { "color": canvas.palette.muted, "fontSize": TEXT_SIZE },
        "axisLine": { "show": false },
        "axisTick": { "show": false },
        "axisLabel": {
            "interval": 0, "hideOverlap": true, "margin": 6,
            "color": canvas.palette.muted, "fontSize": TEXT_SIZE,
        },
    })
}

/// How values are written in cells: percentages that differ much need no decimals.
fn written(canvas: &Canvas<'_>, grid: &Grid<'_>, value: f64) -> String {
    let spread = grid.ends.map_or(0.0, |(low, high)| high - low);
    match canvas.chart.format {
        Fmt { unit: Unit::Percent, decimals: None } if spread >= 0.1 || grid.ends.is_none() => {
            canvas.formatter.real(value, &Fmt { unit: Unit::Percent, decimals: Some(0) })
        }
        _ => canvas.short(Some(value)),
    }
}

fn cells(canvas: &Canvas<'_>, grid: &Grid<'_>) -> Value {
    let palette = canvas.palette;
    let (mut points, mut drawn) = (Vec::new(), Vec::new());
    for (row, (series, values)) in grid.rows.iter().enumerate() {
        for (age, cell) in values.iter().enumerate() {
            let Some(cell) = cell else { continue };
            let mut full = canvas.text(Some(cell.value));
            if cell.is_expected {
                full = format!("{full} · {}", canvas.words.expected);
            }
            let tick = canvas.place(&canvas.chart.ticks[age]);
            points.push(json!({
                "value": [age, row], "text": full, "place": canvas.name(series),
                "series": format!("{} {tick}", canvas.across_name()).trim(),
            }));
            let (shade, ink) = match cell.shade {
                Some(shade) => palette.shade(shade),
                None => (palette.sunken.as_str(), palette.text.as_str()),
            };
            let text = written(canvas, grid, cell.value);
            drawn.push(json!({
                "width": canvas.widest([&text].into_iter()), "text": text, "shade": shade,
                "ink": if cell.is_expected { &palette.muted } else { ink },
                "ground": cell.is_expected.then_some(&palette.surface),
                "outline": palette.line,
            }));
        }
    }
    json!({
        "type": "custom",
        "data": points,
        "renderItem": { "$shape": "cell", "cells": drawn },
        "encode": { "x": 0, "y": 1 },
        "z": 2,
    })
}

/// What the shades mean.
fn key(canvas: &Canvas<'_>, grid: &Grid<'_>) -> Value {
    let palette = canvas.palette;
    let end = |value: f64| {
        let text = written(canvas, grid, value);
        json!({ "width": canvas.widest([&text].into_iter()), "text": text })
    };
    json!({
        "type": "custom",
        "silent": true,
        "data": [{ "value": [0, 0] }],
        "renderItem": {
            "$shape": "shades", "size": TEXT_SIZE, "color": palette.muted,
            "ground": palette.surface, "outline": palette.line, "colors": palette.ramp,
            "low": grid.ends.map(|(low, _)| end(low)), "high": grid.ends.map(|(_, high)| end(high)),
            "expected": grid.expects().then_some(&canvas.words.expected),
        },
        "encode": { "x": 0, "y": 1 },
    })
}
