//! The cross-correlation function.

use super::pairs_of_numbers;

/// The correlation of one series with a later value of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LagCorrelation {
    /// By how many periods the second series is later; negative if it is earlier.
    pub lag: i64,
    /// The coefficient, −1 to 1.
    pub coefficient: f64,
}

/// The correlation of `a` at t with `b` at t + lag, for lags from −`most` to `most`.
///
/// Both series are centred and scaled as wholes, as in R's `ccf`, whose lag has the other sign: Venables and Ripley
/// (2002), *Modern Applied Statistics with S*, 14.1. `None` as for [`super::pearson`], and if `most` is not below the
/// length.
pub fn cross_correlation(a: &[f64], b: &[f64], most: usize) -> Option<Vec<LagCorrelation>> {
    if !pairs_of_numbers(a, b) || most >= a.len() {
        return None;
    }
    let (a, b) = (super::unit(a)?, super::unit(b)?);
    let most = i64::try_from(most).ok()?;
    let at = |lag: i64| LagCorrelation { lag, coefficient: product_at(&a, &b, lag) };
    Some((-most..=most).map(at).collect())
}

fn product_at(a: &[f64], b: &[f64], lag: i64) -> f64 {
    let shift = lag.unsigned_abs() as usize;
    let (earlier, later) = if lag >= 0 { (a, b) } else { (b, a) };
    earlier.iter().zip(&later[shift..]).map(|(earlier, later)| earlier * later).sum()
}
