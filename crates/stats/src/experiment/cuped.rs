//! Less noise through what was known before the trial.

use super::compare::{self, Comparison, Scale};
use super::sample::{Estimate, covariance};

/// The sums of a metric and of the same units' covariate from before the trial, over one arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Covaried {
    /// Units.
    pub units: f64,
    /// The sum of the metric.
    pub sum: f64,
    /// Its sum of squares.
    pub squares: f64,
    /// The sum of the covariate.
    pub before: f64,
    /// Its sum of squares.
    pub before_squares: f64,
    /// The sum of products of the two.
    pub products: f64,
}

/// Compares means adjusted by what the covariate explains: Deng, Xu, Kohavi and Walker (2013), *Improving the
/// Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment Data*, WSDM. One slope for both arms.
///
/// `None` as for [`super::compare()`], or if the covariate does not vary. The covariate must be older than the trial.
pub fn cuped(
    control: &Covaried,
    version: &Covaried,
    scale: Scale,
    level: f64,
) -> Option<Comparison> {
    let adjusted = cuped_estimates(&[*control, *version])?;
    compare::estimates(&adjusted[0], &adjusted[1], scale, level)
}

/// The adjusted mean of each arm, with one slope for all of them, and the variance of a unit around it.
///
/// `None` for no arms, an arm with fewer than two units, or a covariate that does not vary.
pub fn cuped_estimates(arms: &[Covaried]) -> Option<Vec<Estimate>> {
    let (mut together, mut spread) = (0.0, 0.0);
    for arm in arms {
        let freedom = arm.units - 1.0;
        together += freedom * covariance(arm.units, arm.sum, arm.before, arm.products)?;
        spread += freedom * covariance(arm.units, arm.before, arm.before, arm.before_squares)?;
    }
    let slope = together / spread;
    if spread <= 0.0 || !slope.is_finite() {
        return None;
    }
    let (before, units) =
        arms.iter().fold((0.0, 0.0), |(b, n), arm| (b + arm.before, n + arm.units));
    let usual = before / units;
    let adjusted = |arm: &Covaried| -> Option<Estimate> {
        let own = covariance(arm.units, arm.sum, arm.sum, arm.squares)?;
        let before = covariance(arm.units, arm.before, arm.before, arm.before_squares)?;
        let both = covariance(arm.units, arm.sum, arm.before, arm.products)?;
        let mean = arm.sum / arm.units - slope * (arm.before / arm.units - usual);
        let variance = (own - 2.0 * slope * both + slope * slope * before).max(0.0);
        Some(Estimate { units: arm.units, mean, variance })
    };
    arms.iter().map(adjusted).collect()
}
