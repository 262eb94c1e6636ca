//! Contributions of segments to the change of their sum.

use super::all_finite;

/// What one segment added to the change of a sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// After minus before, in the figure's unit.
    pub change: f64,
    /// The change over the sum before: its part of the growth, 0.01 is one point; `None` if the sum was zero.
    pub growth: Option<f64>,
    /// The change over the sum's change; above 1 or below 0 where segments move against each other, `None` if the sum
    /// did not change.
    pub share: Option<f64>,
}

/// What each segment added to the change of the sum; `None` without segments, for lists of different lengths, or for
/// a value that is not finite.
pub fn contributions(before: &[f64], after: &[f64]) -> Option<Vec<Contribution>> {
    let fits = before.len() == after.len() && !before.is_empty();
    if !fits || !all_finite(before) || !all_finite(after) {
        return None;
    }
    let sum_before: f64 = before.iter().sum();
    let changes: Vec<f64> = before.iter().zip(after).map(|(old, new)| new - old).collect();
    let change: f64 = changes.iter().sum();
    let over = |part: f64, whole: f64| (whole != 0.0).then(|| part / whole);
    let one = |part: &f64| Contribution {
        change: *part,
        growth: over(*part, sum_before),
        share: over(*part, change),
    };
    Some(changes.iter().map(one).collect())
}
