//! Does a series rise or fall, how fast, and is its newest value a real move?
//!
//! Answers: is there a trend (`mann_kendall`, `seasonal_mann_kendall`), how steep is it (`theil_sen`,
//! `seasonal_theil_sen`), does one value stand out of the noise (`change`)?
//! Method: ranks and medians, so that no distribution is assumed and single odd values count little.
//! Not for: forecasts, and dates at which a series broke.

mod change;
mod concordance;
mod hamed_rao;
mod mann_kendall;
#[cfg(test)]
mod published;
mod seasonal;
mod theil_sen;

pub use change::{Change, LEAST_CHANGES, LEVEL, Move, change};
pub use hamed_rao::mann_kendall_autocorrelated;
pub use mann_kendall::{MannKendall, mann_kendall};
pub use seasonal::{seasonal_mann_kendall, seasonal_theil_sen};
pub use theil_sen::{Slope, theil_sen, theil_sen_at};
