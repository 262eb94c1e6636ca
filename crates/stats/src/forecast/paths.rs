//! Questions about totals, answered from sample paths.
//!
//! Rule: a total is summed along each path before anything is ordered; quantiles of steps are never added up.

use crate::quantile::quantile;

/// Which side of the target is the good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The target is reached at or above it.
    AtLeast,
    /// The target is reached at or below it.
    AtMost,
}

/// Lower and upper bound that hold the total with the probability `level`: what is there already plus the rest.
///
/// `None` without paths, or for a level outside 0 to 1.
pub fn total_interval(paths: &[Vec<f64>], so_far: f64, level: f64) -> Option<(f64, f64)> {
    let totals = totals(paths, so_far);
    let tail = (1.0 - level) / 2.0;
    Some((quantile(&totals, tail)?, quantile(&totals, 1.0 - tail)?))
}

/// The probability (0 to 1) that the total reaches the target, given what is there already.
///
/// The share of paths, half a path away from 0 and 1: a sample never proves certainty. `None` without paths or for a
/// number that is not one.
pub fn probability_of_total(
    paths: &[Vec<f64>],
    so_far: f64,
    target: f64,
    direction: Direction,
) -> Option<f64> {
    if paths.is_empty() || !so_far.is_finite() || !target.is_finite() {
        return None;
    }
    let is_reached = |total: &f64| match direction {
        Direction::AtLeast => *total >= target,
        Direction::AtMost => *total <= target,
    };
    let reached = totals(paths, so_far).iter().filter(|total| is_reached(total)).count();
    Some((reached as f64 + 0.5) / (paths.len() as f64 + 1.0))
}

fn totals(paths: &[Vec<f64>], so_far: f64) -> Vec<f64> {
    paths.iter().map(|path| so_far + path.iter().sum::<f64>()).collect()
}
