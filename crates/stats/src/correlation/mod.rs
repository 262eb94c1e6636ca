//! Do two figures go together?
//!
//! Answers: how closely, with which interval, and could it be chance?
//! Rule: a pair with a value that is not finite makes the whole `None`; a coefficient that the data cannot give (a
//! constant list, too few pairs) is `None` too. Levels of series that both have a trend go together without any tie:
//! ask [`crate::lead`] about series.

mod cross;
mod multiple;
mod rank;
#[cfg(test)]
mod tests;

use statrs::distribution::{ContinuousCDF as _, Normal, StudentsT};

pub use self::cross::{LagCorrelation, cross_correlation};
pub use self::multiple::{benjamini_hochberg, holm};
pub(crate) use self::rank::mid_ranks;
pub use self::rank::{kendall, spearman};

/// A coefficient of correlation and its test against none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// The coefficient, −1 to 1.
    pub coefficient: f64,
    /// The two-sided probability of one at least as far from zero if there is no correlation.
    pub p: f64,
    /// How many pairs there were.
    pub pairs: usize,
}

/// Pearson's coefficient with the test by Student's t on n − 2 degrees of freedom.
///
/// `None` for fewer than three pairs, lists of different lengths, values that are not finite, or a constant list.
pub fn pearson(x: &[f64], y: &[f64]) -> Option<Correlation> {
    if !pairs_of_numbers(x, y) {
        return None;
    }
    let coefficient = moment(x, y)?;
    Some(Correlation { coefficient, p: student_p(coefficient, x.len())?, pairs: x.len() })
}

/// The interval of Pearson's coefficient at `level` (0.95) by Fisher's transformation, R. A. Fisher (1921), Metron 1.
///
/// `None` for fewer than four pairs, a coefficient outside −1 to 1, or a level outside 0 to 1.
pub fn pearson_interval(coefficient: f64, pairs: usize, level: f64) -> Option<(f64, f64)> {
    let usable = coefficient.abs() <= 1.0 && level > 0.0 && level < 1.0;
    if !usable || pairs < 4 {
        return None;
    }
    let reach = Normal::standard().inverse_cdf((1.0 + level) / 2.0) / ((pairs - 3) as f64).sqrt();
    let middle = coefficient.atanh();
    Some(((middle - reach).tanh(), (middle + reach).tanh()))
}

fn pairs_of_numbers(x: &[f64], y: &[f64]) -> bool {
    x.len() == y.len() && x.len() >= 3 && x.iter().chain(y).all(|value| value.is_finite())
}

/// The product-moment coefficient; `None` if a list is constant.
fn moment(x: &[f64], y: &[f64]) -> Option<f64> {
    let (x, y) = (unit(x)?, unit(y)?);
    Some(x.iter().zip(&y).map(|(x, y)| x * y).sum::<f64>().clamp(-1.0, 1.0))
}

/// The deviations from the mean, scaled to length one; `None` if they are no more than rounding, or one is not finite.
pub(crate) fn unit(values: &[f64]) -> Option<Vec<f64>> {
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let spread = values.iter().fold(0.0f64, |most, value| most.max((value - mean).abs()));
    if spread <= 1e-14 * largest {
        return None;
    }
    // Scaled before it is squared, so that large figures do not overflow.
    let scaled: Vec<f64> = values.iter().map(|value| (value - mean) / spread).collect();
    let length = scaled.iter().map(|value| value * value).sum::<f64>().sqrt();
    Some(scaled.iter().map(|value| value / length).collect())
}

/// The two-sided tail of t = r √((n−2) / (1−r²)).
fn student_p(coefficient: f64, pairs: usize) -> Option<f64> {
    let freedom = (pairs - 2) as f64;
    let rest = 1.0 - coefficient * coefficient;
    if rest <= 0.0 {
        return Some(0.0);
    }
    let t = coefficient.abs() * (freedom / rest).sqrt();
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
    Some((2.0 * student.sf(t)).min(1.0))
}
