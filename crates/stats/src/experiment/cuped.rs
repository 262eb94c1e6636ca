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
    let arms = [control, version];
    let mut together = 0.0;
    let mut spread = 0.0;
    for arm in arms {
        let freedom = arm.units - 1.0;
        together += freedom * covariance(arm.units, arm.sum, arm.before, arm.products)?;
        spread += freedom * covariance(arm.units, arm.before, arm.before, arm.before_squares)?;
    }
    let slope = together / spread;
    if spread <= 0.0 || !slope.is_finite() {
        return None;
    }
    let usual = (control.before + version.before) / (control.units + version.units);
    let adjusted = |arm: &Covaried| -> Option<Estimate> {
        let own = covariance(arm.units, arm.sum, arm.sum, arm.squares)?;
        let before = covariance(arm.units, arm.before, arm.before, arm.before_squares)?;
        let both = covariance(arm.units, arm.sum, arm.before, arm.products)?;
        let mean = arm.sum / arm.units - slope * (arm.before / arm.units - usual);
        let variance = (own - 2.0 * slope * both + slope * slope * before).max(0.0);
        Some(Estimate { units: arm.units, mean, variance })
    };
    compare::estimates(&adjusted(control)?, &adjusted(version)?, scale, level)
}
