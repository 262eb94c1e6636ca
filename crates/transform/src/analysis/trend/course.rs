//! The course of a metric, and how far it usually strays from it.

use super::line::Line;
use crate::analysis::history::{self, Row};
use stats::{
    quantile::quantile,
    trend::{Slope, mann_kendall_autocorrelated, theil_sen},
};

/// The confidence of a slope's interval.
const CONFIDENCE: f64 = 0.95;

/// Median distances in a standard deviation of normal values, and standard deviations that hold 95 of 100.
const BAND: f64 = 1.4826 * 1.96;

/// A rise or fall over all shown periods below this share of the level is none to speak of.
const VISIBLE: f64 = 0.01;

/// What was to be expected of each shown period, with the band of usual ups and downs.
#[derive(Default)]
pub(super) struct Course {
    pub(super) expected: Vec<Option<f64>>,
    pub(super) low: Vec<Option<f64>>,
    pub(super) high: Vec<Option<f64>>,
}

/// The straight line through the shown values, level unless they clearly rise or fall, with the season put on again;
/// empty where history is short.
pub(super) fn course(line: &Line<'_>, row: &Row<'_>, season: Option<usize>, needed: u32) -> Course {
    let without = history::without_season(&row.values, season);
    let first = row.values.len().saturating_sub(line.periods.len());
    let shown = &without[first..];
    let enough = shown.len() >= needed as usize;
    let Some(level) = quantile(shown, 0.5).filter(|_| enough) else { return Course::default() };
    // Where no rise or fall is claimed, none is drawn.
    let (from, step) =
        clear_slope(shown).map_or((level, 0.0), |found| (found.intercept, found.slope));
    let along = |place: usize| from + step * place as f64;
    let distances: Vec<f64> =
        shown.iter().enumerate().map(|(place, value)| (value - along(place)).abs()).collect();
    let Some(spread) = quantile(&distances, 0.5) else { return Course::default() };
    let floor = if row.values.iter().all(|value| *value >= 0.0) { 0.0 } else { f64::NEG_INFINITY };
    let at = |pick: &dyn Fn(f64) -> f64| -> Vec<Option<f64>> {
        let value = |period| {
            let place = row.periods[first..].iter().position(|shown| shown == period)?;
            let season = row.values[first + place] - shown[place];
            Some(pick(along(place) + season).max(floor))
        };
        line.periods.iter().map(value).collect()
    };
    Course {
        expected: at(&|expected| expected),
        low: at(&|expected| expected - BAND * spread),
        high: at(&|expected| expected + BAND * spread),
    }
}

/// The slope of values that rise or fall steadily: beyond chance, and with an interval on one side of zero.
pub(super) fn clear_slope(shown: &[f64]) -> Option<Slope> {
    let test = mann_kendall_autocorrelated(shown)?;
    let one_sided = |slope: &Slope| slope.interval.is_some_and(|(low, high)| low * high > 0.0);
    let level = quantile(shown, 0.5)?.abs();
    let is_visible = |slope: &Slope| slope.slope.abs() * shown.len() as f64 >= VISIBLE * level;
    let is_clear = |slope: &Slope| test.direction() != 0 && one_sided(slope) && is_visible(slope);
    theil_sen(shown, CONFIDENCE).filter(is_clear)
}
