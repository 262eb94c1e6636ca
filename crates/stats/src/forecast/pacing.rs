//! Are we where we ought to be at this day of the period?
//!
//! Method: the share of a period's total that past periods had reached after the same part of their days; the curve
//! of the running period from its own days and the forecast of the rest, which knows the weekdays.

use crate::quantile::quantile;

/// Past periods without which no curve is drawn.
const FEWEST: usize = 3;

/// The share of the total reached after each day of a period, over past periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Median share (0 to 1) after 1, 2, … days.
    pub median: Vec<f64>,
    /// Lower quartile of the shares.
    pub lower: Vec<f64>,
    /// Upper quartile of the shares.
    pub upper: Vec<f64>,
    /// Past periods that count.
    pub periods: usize,
}

/// The curve for a period of `days` days from the daily values of past periods, which may differ in length.
///
/// Periods without a total above zero, or with values that are not numbers, do not count. `None` for fewer than three
/// that do, or for no days.
pub fn curve(past: &[&[f64]], days: usize) -> Option<Curve> {
    let shares: Vec<Vec<f64>> = past.iter().filter_map(|period| shares(period)).collect();
    if shares.len() < FEWEST || days == 0 {
        return None;
    }
    let level = |share: f64| -> Option<Vec<f64>> {
        (1..=days)
            .map(|day| {
                let elapsed = day as f64 / days as f64;
                let reached: Vec<f64> = shares.iter().map(|curve| at(curve, elapsed)).collect();
                quantile(&reached, share)
            })
            .collect()
    };
    let periods = shares.len();
    Some(Curve { median: level(0.5)?, lower: level(0.25)?, upper: level(0.75)?, periods })
}

/// The curve of the running period: days that are over, then the expected values of the days to come.
///
/// `None` if the expected total is not above zero.
pub fn running(done: &[f64], rest: &[f64]) -> Option<Vec<f64>> {
    let days: Vec<f64> = done.iter().chain(rest).copied().collect();
    shares(&days)
}

/// What each remaining day must bring on average: (target − so far) / days left.
///
/// At or below zero when the target is reached already. `None` when no day is left or a number is not one.
pub fn needed_rate(so_far: f64, target: f64, days_left: usize) -> Option<f64> {
    let missing = target - so_far;
    (days_left > 0 && missing.is_finite()).then(|| missing / days_left as f64)
}

/// Shares of the total after each day.
fn shares(days: &[f64]) -> Option<Vec<f64>> {
    let total: f64 = days.iter().sum();
    if !total.is_finite() || total <= 0.0 {
        return None;
    }
    let mut sum = 0.0;
    let reached = days.iter().map(|day| {
        sum += day;
        sum / total
    });
    Some(reached.collect())
}

/// The share reached after a part of the days, between whole days in a straight line.
fn at(curve: &[f64], elapsed: f64) -> f64 {
    let place = elapsed * curve.len() as f64;
    let whole = (place + 1e-9).floor() as usize;
    let before = if whole == 0 { 0.0 } else { curve[whole - 1] };
    let after = curve[whole.min(curve.len() - 1)];
    before + (place - whole as f64).max(0.0) * (after - before)
}
