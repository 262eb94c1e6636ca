//! Jumps that happen once, taken out of a series.

use super::differences;
use crate::quantile::quantile;

/// How many robust standard deviations a change may be away from the median one.
pub const FARTHEST_CHANGE: f64 = 4.0;

/// The standard deviation of a normal distribution whose median absolute deviation is one.
const NORMAL_MAD: f64 = 1.4826;

/// A series whose changes are kept within [`FARTHEST_CHANGE`] · 1.4826 · MAD of their median, added up again from its
/// first value: Hampel (1974), Journal of the American Statistical Association 69(346), 383–393.
///
/// A single shift of level, or a spike, is then no larger than what the series does anyway. A series without such changes
/// stays as it is. `None` if half of the changes or more are the same, so that the series does not move; if it is shorter
/// than two, or holds a value that is not finite.
pub fn without_jumps(series: &[f64]) -> Option<Vec<f64>> {
    if series.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let changes = differences(series);
    let usual = quantile(&changes, 0.5)?;
    let apart: Vec<f64> = changes.iter().map(|change| (change - usual).abs()).collect();
    let farthest = FARTHEST_CHANGE * NORMAL_MAD * quantile(&apart, 0.5)?;
    let largest = series.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    if farthest <= 1e-12 * largest {
        return None;
    }
    // What was cut off so far is taken off every later value: values before the first jump stay exact.
    let mut cut = 0.0;
    let mut kept = vec![series[0]];
    for (value, change) in series[1..].iter().zip(&changes) {
        cut += change - change.clamp(usual - farthest, usual + farthest);
        kept.push(value - cut);
    }
    Some(kept)
}
