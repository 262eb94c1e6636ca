//! Several seasons: MSTL, which is STL for one season after the other, twice.

use super::stl::{Options, SeasonalSpan, stl};
use super::{is_usable, strength};

/// One season of a series with several.
#[derive(Debug, Clone, PartialEq)]
pub struct Season {
    /// Values in one cycle.
    pub period: usize,
    /// What recurs in each cycle, in units of the values.
    pub values: Vec<f64>,
}

/// A series with several seasons taken apart: value = all seasons + trend + remainder, in units of the values.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiDecomposition {
    /// The seasons by rising period; those that the series is too short for are missing.
    pub seasons: Vec<Season>,
    /// What lasts longer than the longest cycle.
    pub trend: Vec<f64>,
    /// What is left.
    pub remainder: Vec<f64>,
}

impl MultiDecomposition {
    /// The series without its seasons: trend and remainder.
    pub fn adjusted(&self) -> Vec<f64> {
        self.trend.iter().zip(&self.remainder).map(|(trend, rest)| trend + rest).collect()
    }

    /// How much the season of `period` explains beside the remainder, 0 to 1: Hyndman and Athanasopoulos,
    /// *Forecasting: Principles and Practice* (3rd edition), 4.3; `None` where it is missing or nothing varies.
    pub fn strength_of_season(&self, period: usize) -> Option<f64> {
        let season = self.seasons.iter().find(|season| season.period == period)?;
        strength(&season.values, &self.remainder, self.rounding())
    }

    /// How much of the seasonally adjusted series is trend, 0 to 1: as for a season.
    pub fn strength_of_trend(&self) -> Option<f64> {
        strength(&self.trend, &self.remainder, self.rounding())
    }

    /// What rounding alone may leave of values of this size.
    fn rounding(&self) -> f64 {
        let parts = self.seasons.iter().flat_map(|season| &season.values).chain(&self.trend);
        1e-13 * parts.fold(0.0, |most: f64, x| most.max(x.abs()))
    }
}

/// Takes a series with seasons of the given periods apart by MSTL, with the settings of R's `forecast::mstl`: spans of
/// 11, 15, 19, … cycles by rising period, two rounds, not robust.
///
/// Periods without two full cycles are left out, as are repeated ones. `None` if no period is left, if one is below 2,
/// and for values that are not finite or beyond 1e150.
pub fn mstl(series: &[f64], periods: &[usize]) -> Option<MultiDecomposition> {
    take_apart(series, periods, false)
}

/// As [`mstl`], with odd values weighed down in each fit.
pub fn mstl_robust(series: &[f64], periods: &[usize]) -> Option<MultiDecomposition> {
    take_apart(series, periods, true)
}

/// The series without its seasons, in units of the values: [`mstl`]'s trend and remainder.
///
/// `None` as for [`mstl`].
pub fn adjusted(series: &[f64], periods: &[usize]) -> Option<Vec<f64>> {
    Some(mstl(series, periods)?.adjusted())
}

fn take_apart(series: &[f64], periods: &[usize], robust: bool) -> Option<MultiDecomposition> {
    if periods.iter().any(|period| *period < 2) || !is_usable(series) {
        return None;
    }
    let mut known: Vec<usize> =
        periods.iter().copied().filter(|period| *period <= series.len() / 2).collect();
    known.sort_unstable();
    known.dedup();
    let mut seasons: Vec<Season> = known
        .iter()
        .map(|period| Season { period: *period, values: vec![0.0; series.len()] })
        .collect();
    let mut left = series.to_vec();
    let mut trend = None;
    // A single season does not change in a second round.
    let rounds = if seasons.len() == 1 { 1 } else { 2 };
    for _ in 0..rounds {
        for (index, season) in seasons.iter_mut().enumerate() {
            add(&mut left, &season.values, 1.0);
            let span = SeasonalSpan::Cycles(7 + 4 * (index + 1));
            let options = Options { season: span, trend: None, robust };
            let fit = stl(&left, season.period, options)?;
            add(&mut left, &fit.seasonal, -1.0);
            season.values = fit.seasonal;
            trend = Some(fit.trend);
        }
    }
    let trend = trend?;
    add(&mut left, &trend, -1.0);
    Some(MultiDecomposition { seasons, trend, remainder: left })
}

fn add(values: &mut [f64], others: &[f64], factor: f64) {
    for (value, other) in values.iter_mut().zip(others) {
        *value += factor * other;
    }
}
