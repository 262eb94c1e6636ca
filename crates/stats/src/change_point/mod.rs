//! Where a series broke: new levels and new trends, each with the interval of its place.
//!
//! Answers: since when is this figure different, by how much, and does it still hold?
//! Method: the exact segmentation into stretches, each flat or a straight line, at the least sum of squares plus a
//! price per change and per slope (optimal partitioning: Jackson et al. 2005, IEEE Signal Processing Letters 12(2),
//! 105–108), a season fitted beside it. A change stays only if it improves the fit by a multiple of the noise, which
//! is raised for autocorrelation φ by a power of (1 + φ)/(1 − φ). The interval of a place holds the places whose sum
//! of squares is within the critical value of Hansen (2000), Econometrica 68(3), 575–603.
//! Settings and what was measured: docs/decisions/0014-change-points.md.
//! Not for: one to three odd values in a row, which are set aside; a change of spread at the same level; a season that
//! itself changes.

mod follow;
mod odd;
mod place;
mod season;
mod segment;
#[cfg(test)]
mod tests;

pub use self::follow::{Holding, certain_change_points, new_since, still_holding};

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
    /// How many robust deviations from its neighbours make a value odd, so that it is not taken for a change.
    pub odd_beyond: f64,
    /// The price of a column of the season, in units of ln(n): 1 is BIC.
    pub wave_price: f64,
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
            odd_beyond: 8.0,
            wave_price: 1.0,
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
    let Some(scaled) = Scaled::of(values) else { return Vec::new() };
    let adjusted = season::adjust(&scaled.values, season, options);
    place::describe(&adjusted.found, scaled.mean, scaled.deviation)
}

/// Values with mean 0 and variance 1, and what they had before.
#[derive(Debug)]
struct Scaled {
    values: Vec<f64>,
    mean: f64,
    deviation: f64,
}

impl Scaled {
    /// `None` for too few values, one that is not finite, or a constant.
    fn of(values: &[f64]) -> Option<Scaled> {
        if values.len() < MIN_LENGTH || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let n = values.len() as f64;
        // Divided by the largest first, so that the squares of huge values do not overflow.
        let largest = values.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
        if largest <= f64::MIN_POSITIVE {
            return None;
        }
        let shares: Vec<f64> = values.iter().map(|value| value / largest).collect();
        let mean = shares.iter().sum::<f64>() / n;
        let squares = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>();
        let deviation = (squares / (n - 1.0)).sqrt();
        // What is left of a constant after subtracting its mean is rounding.
        if deviation <= 1e-12 {
            return None;
        }
        let values = shares.iter().map(|share| (share - mean) / deviation).collect();
        Some(Scaled { values, mean: mean * largest, deviation: deviation * largest })
    }
}
