//! Does one series move before another?
//!
//! Answers: which of two series is ahead, by how many periods, and how sure is that?
//! Method: jumps are cut to the size of usual changes ([`without_jumps`]), series are differenced where needed, the
//! autoregression of the leader filters both, and the largest cross-correlation counts if it holds after correction over
//! lags and pairs and is there, with one sign, in both halves: Box, Jenkins, Reinsel and Ljung (2016), *Time Series
//! Analysis*, 12.1. To move before is not to cause.
//! Not for: series with a season; they are adjusted first.

mod autoregression;
mod finder;
mod granger;
mod jumps;
mod stationary;
#[cfg(test)]
mod tests;

pub use self::autoregression::Autoregression;
pub use self::finder::{
    Finding, LEAST_HISTORY, Lead, Relation, SHARED_TREND, STABLE, SharedTrend, Sooner,
    WITHOUT_STRETCH, leads, leads_among,
};
pub use self::granger::{Granger, granger};
pub use self::jumps::{FARTHEST_CHANGE, without_jumps};
pub use self::stationary::{KPSS_CRITICAL, differences, is_stationary, kpss};
