//! Two arms read once, at a horizon fixed beforehand.

use statrs::distribution::{ContinuousCDF as _, StudentsT};
use statrs::function::erf::erfc;

use super::sample::{Estimate, Sample};
use super::{is_open_share, normal, student_quantile};

/// In which unit a difference is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// In the unit of the metric.
    Absolute,
    /// As a share of the control's mean.
    Relative,
}

/// The difference of a version to the control, with its test and interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The version less the control, on the scale asked for.
    pub difference: f64,
    /// Its standard error.
    pub error: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// The statistic of the test: z for rates told in points, else Welch's t.
    pub statistic: f64,
    /// Degrees of freedom of t; `None` for z.
    pub freedom: Option<f64>,
    /// The two-sided probability of such a statistic without a difference.
    pub p: f64,
}

/// Compares `version` with `control`, interval at `level` (0.95).
///
/// Rates in points: z with the pooled rate, Wald's interval with each arm's own. All others: Welch (1947), *The
/// Generalization of "Student's" Problem*, Biometrika 34, 28–35; relative differences by the delta method.
///
/// `None` if an arm has no estimate, nothing varies, the level is not between 0 and 1, or a relative difference is
/// asked to a control at zero.
pub fn compare(control: &Sample, version: &Sample, scale: Scale, level: f64) -> Option<Comparison> {
    let rates = (control, version);
    if let (Sample::Rate { .. }, Sample::Rate { .. }, Scale::Absolute) = (rates.0, rates.1, scale) {
        return points(&control.estimate()?, &version.estimate()?, level);
    }
    estimates(&control.estimate()?, &version.estimate()?, scale, level)
}

/// The same from estimates, such as those that [`super::cuped`] gives: always Welch.
pub(super) fn estimates(
    control: &Estimate,
    version: &Estimate,
    scale: Scale,
    level: f64,
) -> Option<Comparison> {
    let (difference, error) = difference(control, version, scale)?;
    let freedom = welch_freedom(control, version)?;
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
    if !is_open_share(level) {
        return None;
    }
    let statistic = difference / error;
    let reach = student_quantile((1.0 + level) / 2.0, freedom)? * error;
    Some(Comparison {
        difference,
        error,
        low: difference - reach,
        high: difference + reach,
        statistic,
        freedom: Some(freedom),
        p: (2.0 * student.cdf(-statistic.abs())).min(1.0),
    })
}

/// The difference and its standard error; `None` if there is none.
pub(super) fn difference(
    control: &Estimate,
    version: &Estimate,
    scale: Scale,
) -> Option<(f64, f64)> {
    let absolute = version.mean - control.mean;
    let own = version.variance / version.units;
    let other = control.variance / control.units;
    let (difference, variance) = match scale {
        Scale::Absolute => (absolute, own + other),
        Scale::Relative => {
            let ratio = version.mean / control.mean;
            (absolute / control.mean, (own + ratio * ratio * other) / control.mean.powi(2))
        }
    };
    let told = difference.is_finite() && variance.is_finite() && variance > 0.0;
    told.then_some((difference, variance.sqrt()))
}

fn points(control: &Estimate, version: &Estimate, level: f64) -> Option<Comparison> {
    let (difference, error) = difference(control, version, Scale::Absolute)?;
    let units = control.units + version.units;
    let pooled = (control.mean * control.units + version.mean * version.units) / units;
    let spread = pooled * (1.0 - pooled) * (1.0 / control.units + 1.0 / version.units);
    if !is_open_share(level) || spread <= 0.0 {
        return None;
    }
    let statistic = difference / spread.sqrt();
    let reach = normal().inverse_cdf((1.0 + level) / 2.0) * error;
    Some(Comparison {
        difference,
        error,
        low: difference - reach,
        high: difference + reach,
        statistic,
        freedom: None,
        p: erfc(statistic.abs() / std::f64::consts::SQRT_2),
    })
}

/// Degrees of freedom after Welch and Satterthwaite.
fn welch_freedom(control: &Estimate, version: &Estimate) -> Option<f64> {
    let own = version.variance / version.units;
    let other = control.variance / control.units;
    let below = own * own / (version.units - 1.0) + other * other / (control.units - 1.0);
    let freedom = (own + other).powi(2) / below;
    (freedom.is_finite() && freedom > 0.0).then_some(freedom)
}
