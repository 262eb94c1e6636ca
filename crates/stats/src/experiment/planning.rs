//! How many units and days does a trial need?

use statrs::distribution::ContinuousCDF as _;

use super::{is_open_share, normal};

/// What a trial must be able to tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Need {
    /// The smallest difference that matters, in the unit of the metric.
    pub effect: f64,
    /// The variance of one unit of the control.
    pub variance: f64,
    /// The variance of one unit of a version that has the effect; of a rate it differs from the control's.
    pub version_variance: f64,
    /// The error permitted for all comparisons together.
    pub alpha: f64,
    /// How many comparisons share it (Bonferroni).
    pub comparisons: usize,
    /// Whether a fall counts as well as a rise.
    pub two_sided: bool,
    /// The power wanted.
    pub power: f64,
}

/// How long a trial takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    /// Days until the units are there.
    pub days: u32,
    /// The whole weeks it should run, so that each weekday weighs the same; at least one.
    pub weeks: u32,
}

/// Units of all arms together, not rounded, so that the smallest arm against the control (the first of `weights`) has
/// the power: n = (z₁ + z₂)² (σ² / κ + σ²) / δ², κ the control's size over the version's.
///
/// `None` for fewer than two arms, a weight that is not above zero, no effect, a variance below zero, or
/// probabilities that are not between 0 and 1.
pub fn units_needed(need: &Need, weights: &[f64]) -> Option<f64> {
    let square = critical(need)?.powi(2);
    let spread = spread(need, weights)?;
    let units = square * spread / need.effect.powi(2);
    (units.is_finite() && units > 0.0).then_some(units)
}

/// The smallest difference that `units` of all arms together tell; `effect` of the need is not read.
///
/// `None` as for [`units_needed`], or for no units.
pub fn smallest_effect(need: &Need, weights: &[f64], units: f64) -> Option<f64> {
    let effect = critical(need)? * (spread(need, weights)? / units).sqrt();
    (effect.is_finite() && effect > 0.0).then_some(effect)
}

/// How long it takes to collect `units` at `daily` units a day.
///
/// `None` if either is not above zero, or the trial would last longer than ten years.
pub fn duration(units: f64, daily: f64) -> Option<Duration> {
    let days = (units / daily).ceil();
    let possible = units > 0.0 && daily > 0.0 && days <= 3650.0;
    possible.then(|| {
        let days = days as u32;
        Duration { days, weeks: days.div_ceil(7).max(1) }
    })
}

fn critical(need: &Need) -> Option<f64> {
    let tails = if need.two_sided { 2.0 } else { 1.0 };
    let alpha = need.alpha / (tails * need.comparisons as f64);
    let asked = is_open_share(alpha) && is_open_share(need.alpha) && is_open_share(need.power);
    asked.then(|| normal().inverse_cdf(1.0 - alpha) + normal().inverse_cdf(need.power))
}

/// The variance of a difference times all units, for the arm where it is largest.
fn spread(need: &Need, weights: &[f64]) -> Option<f64> {
    let whole: f64 = weights.iter().sum();
    let sound = weights.iter().all(|weight| *weight > 0.0 && weight.is_finite());
    let varies = need.variance >= 0.0 && need.version_variance >= 0.0;
    if weights.len() < 2 || !sound || !varies {
        return None;
    }
    let of_arm = |arm: &f64| whole * (need.variance / weights[0] + need.version_variance / arm);
    weights[1..].iter().map(of_arm).reduce(f64::max)
}
