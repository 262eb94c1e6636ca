//! Where a series broke: new levels and new trends, each with the interval of its place.
//!
//! Answers: since when is this figure different, by how much, and does it still hold?
//! Method: the season is taken away by STL where it is strong; then the exact segmentation into stretches, each flat
//! or a straight line, at the least sum of squares plus a price per change and per slope (optimal partitioning:
//! Jackson et al. 2005, IEEE Signal Processing Letters 12(2), 105–108). A change stays only if it improves the fit
//! by a multiple of the noise, which is raised for autocorrelation by (1 + φ)/(1 − φ) to a power. The interval of a
//! place is the set of places whose sum of squares is within the critical value of Hansen (2000), Econometrica
//! 68(3), 575–603. Settings: docs/decisions/0014-change-points.md.
//! Not for: single odd values, or a change of spread at the same level.

mod follow;
mod place;
mod season;
mod segment;
#[cfg(test)]
mod tests;

pub use self::follow::{Holding, new_since, still_holding};
use self::segment::Segmentation;

/// The fewest values in which a change is looked for.
pub const MIN_LENGTH: usize = 12;

/// What a change costs and what it must achieve; the default is the setting of the scoreboard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The price of a change, in units of ln(n) × the variance about a straight line.
    pub change_price: f64,
    /// The price of a slope in a stretch, in the same units.
    pub slope_price: f64,
    /// The improvement a change must bring, in units of ln(n) × the residual variance × its inflation.
    pub keep: f64,
    /// The power to which the variance inflation (1 + φ)/(1 − φ) of an autocorrelation φ is raised.
    pub inflation_power: f64,
    /// The least share of the total variance that counts as variance about a line: below it nobody sees a change.
    pub least_share: f64,
    /// The fewest values between two changes.
    pub min_stretch: usize,
    /// The strength of a season, 0 to 1, from which it is taken away.
    pub season_strength: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            change_price: 3.0,
            slope_price: 1.5,
            keep: 4.0,
            inflation_power: 0.75,
            least_share: 0.02,
            min_stretch: 4,
            season_strength: 0.64,
        }
    }
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The level jumped.
    Level,
    /// The direction turned.
    Trend,
}

/// A change, in the units of the (seasonally adjusted) series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The first value of the new stretch, counted from 0.
    pub index: usize,
    /// The earliest place of `index` at 95 % confidence.
    pub low: usize,
    /// The latest place of `index` at 95 % confidence.
    pub high: usize,
    /// Whether the level jumped or the direction turned.
    pub kind: Kind,
    /// What the earlier course would have given on average over the first `reach` values of the new stretch; the
    /// level before where the earlier stretch is flat.
    pub before: f64,
    /// What the new course gives on average over the same values; the new level where the new stretch is flat.
    pub after: f64,
    /// `after − before`.
    pub size: f64,
    /// `size` divided by `noise`.
    pub standardised: f64,
    /// The rise per value before the change; 0 for a flat stretch.
    pub slope_before: f64,
    /// The rise per value after the change; 0 for a flat stretch.
    pub slope_after: f64,
    /// The values over which `before` and `after` are averages: the length of the shorter of the two stretches.
    pub reach: usize,
    /// The standard deviation about the courses: 1.4826 × the median absolute residual.
    pub noise: f64,
}

impl ChangePoint {
    /// The earlier course continued to the value at `index`.
    pub fn course_before(&self, index: usize) -> f64 {
        self.before + self.slope_before * self.steps_past_middle(index)
    }

    /// The new course at the value at `index`.
    pub fn course_after(&self, index: usize) -> f64 {
        self.after + self.slope_after * self.steps_past_middle(index)
    }

    fn steps_past_middle(&self, index: usize) -> f64 {
        index as f64 - self.index as f64 - (self.reach as f64 - 1.0) / 2.0
    }
}

/// The changes of a series, oldest first; `season` is its number of values per cycle, if it has one.
///
/// Empty for fewer than [`MIN_LENGTH`] values, a constant series, or a value that is not finite.
pub fn change_points(values: &[f64], season: Option<usize>, options: &Options) -> Vec<ChangePoint> {
    if values.len() < MIN_LENGTH || values.iter().any(|value| !value.is_finite()) {
        return Vec::new();
    }
    let adjusted = season::adjusted(values, season, options.season_strength);
    let Some((scaled, scale)) = standardised(&adjusted) else { return Vec::new() };
    let found = Segmentation::of(&scaled, options);
    place::describe(&found, &adjusted, scale)
}

/// The values with mean 0 and variance 1, and the standard deviation they had; `None` if they are constant.
fn standardised(values: &[f64]) -> Option<(Vec<f64>, f64)> {
    let n = values.len() as f64;
    // Divided by the largest first, so that the squares of huge values do not overflow.
    let largest = values.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
    if largest <= f64::MIN_POSITIVE {
        return None;
    }
    let shares: Vec<f64> = values.iter().map(|value| value / largest).collect();
    let mean = shares.iter().sum::<f64>() / n;
    let variance = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let deviation = variance.sqrt();
    // What is left of a constant after subtracting its mean is rounding.
    if deviation <= 1e-12 {
        return None;
    }
    Some((shares.iter().map(|share| (share - mean) / deviation).collect(), deviation * largest))
}
