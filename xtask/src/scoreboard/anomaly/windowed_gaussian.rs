//! The benchmark's simplest detector, run again so that the scorer can be held against published scores.
//!
//! Method: 1 − the normal tail of a value given mean and deviation of the 6,400 values before it, moved on by
//! hundreds; its published threshold is 1, which result files of twelve digits reach from 1 − 5e-13 on.

use statrs::function::erf::erfc;

const WINDOW: usize = 6_400;
const STEP: usize = 100;
const THRESHOLD: f64 = 1.0 - 5e-13;
/// The detector's own value for the root of two.
#[expect(clippy::approx_constant, reason = "the published detector divides by exactly this")]
const ROOT_OF_TWO: f64 = 1.4142;

/// The rows on which it alerts.
pub(super) fn alerts(values: &[f64]) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut from, mut to) = (0, 0);
    let (mut mean, mut deviation) = (0.0, 1.0);
    for (row, value) in values.iter().enumerate() {
        let distance = (value - mean).abs() / deviation;
        if to > 0 && 1.0 - 0.5 * erfc(distance / ROOT_OF_TWO) >= THRESHOLD {
            found.push(row);
        }
        if row < WINDOW {
            to = row + 1;
        } else if row + 1 - to == STEP {
            (from, to) = (from + STEP, row + 1);
        } else {
            continue;
        }
        (mean, deviation) = moments(&values[from..to]);
    }
    found
}

fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, if variance > 0.0 { variance.sqrt() } else { 1e-6 })
}
