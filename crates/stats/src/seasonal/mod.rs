//! Seasonal adjustment: a series taken apart into season, trend and remainder.
//!
//! Answers: what is left of a series when its seasons are gone, and how strong are season and trend?
//! Method: STL of Cleveland, Cleveland, McRae and Terpenning (1990), *STL: A Seasonal-Trend Decomposition Procedure
//! Based on Loess*, Journal of Official Statistics 6, 3–73, with the settings of R's `stl`; for several seasons MSTL of
//! Bandara, Hyndman and Bergmeir (2021), arXiv:2107.13462.
//! Not for: effects of moving holidays and trading days, which X-13ARIMA-SEATS estimates and STL does not; and
//! multiplicative seasons: give logarithms.

mod mstl;
mod stl;
mod strength;
#[cfg(test)]
mod tests;

pub use mstl::{MultiDecomposition, Season, adjusted, mstl, mstl_robust};
pub use stl::{Decomposition, Options, SeasonalSpan, stl};
pub use strength::strength;

/// Whether the values are numbers of a size that sums and squares can hold.
fn is_usable(series: &[f64]) -> bool {
    series.iter().all(|x| x.abs() < 1e150)
}
