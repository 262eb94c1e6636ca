//! One season: STL.

use super::{is_usable, strength};
use stlrs::Stl;

/// How fast the shape of a season may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeasonalSpan {
    /// Not at all: each season is the mean of its values less the trend.
    #[default]
    Periodic,
    /// It is smoothed over this many cycles: at least 3, better 7 or more, odd.
    Cycles(usize),
}

/// How a series is taken apart; the default is that of R's `stl(x, "periodic")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// How fast the season may change.
    pub season: SeasonalSpan,
    /// Values over which the trend is smoothed; `None` is the least odd number above 1.5·period/(1 − 1.5/span).
    pub trend: Option<usize>,
    /// Whether odd values are weighed down: 15 outer rounds of one inner round instead of two inner rounds alone.
    pub robust: bool,
}

/// A series taken apart: value = seasonal + trend + remainder, in units of the values.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// What recurs in each cycle.
    pub seasonal: Vec<f64>,
    /// What lasts longer than a cycle.
    pub trend: Vec<f64>,
    /// What is left.
    pub remainder: Vec<f64>,
    /// How much each value counted in the last round, 0 to 1; all 1 unless the fit was robust.
    pub weights: Vec<f64>,
}

impl Decomposition {
    /// How much of the detrended series is season, 0 to 1: Hyndman and Athanasopoulos, *Forecasting: Principles and
    /// Practice* (3rd edition), 4.3; `None` where nothing varies.
    pub fn strength_of_season(&self) -> Option<f64> {
        strength(&self.seasonal, &self.remainder, self.rounding())
    }

    /// How much of the seasonally adjusted series is trend, 0 to 1: as for the season.
    pub fn strength_of_trend(&self) -> Option<f64> {
        strength(&self.trend, &self.remainder, self.rounding())
    }

    /// What rounding alone may leave of values of this size.
    fn rounding(&self) -> f64 {
        let parts = self.seasonal.iter().chain(&self.trend).chain(&self.remainder);
        1e-13 * parts.fold(0.0, |most: f64, x| most.max(x.abs()))
    }
}

/// Takes a series with one season of `period` values apart by STL.
///
/// `None` for a period below 2, fewer than two full cycles (R asks for more than two), a span of fewer than 3 cycles,
/// and values that are not finite or beyond 1e150.
pub fn stl(series: &[f64], period: usize, options: Options) -> Option<Decomposition> {
    let windows = Windows::of(series.len(), period, options)?;
    if series.len() / 2 < period || !is_usable(series) {
        return None;
    }
    let (inner, outer) = if options.robust { (1, 15) } else { (2, 0) };
    let fit = Stl::params()
        .seasonal_length(windows.season)
        .seasonal_degree(0)
        .seasonal_jump(windows.season.div_ceil(10))
        .trend_length(windows.trend)
        .trend_degree(1)
        .trend_jump(windows.trend.div_ceil(10))
        .low_pass_length(windows.low_pass)
        .low_pass_degree(1)
        .low_pass_jump(windows.low_pass.div_ceil(10))
        .inner_loops(inner)
        .outer_loops(outer)
        .fit(series, period)
        .ok()?;
    let (mut seasonal, trend, _, weights) = fit.into_parts();
    if options.season == SeasonalSpan::Periodic {
        replace_by_means(&mut seasonal, period);
    }
    let rest = series.iter().zip(&seasonal).zip(&trend);
    let remainder = rest.map(|((value, season), trend)| value - season - trend).collect();
    Some(Decomposition { seasonal, trend, remainder, weights })
}

/// Numbers of values over which each part is smoothed.
struct Windows {
    season: usize,
    trend: usize,
    low_pass: usize,
}

impl Windows {
    /// The windows of R's `stl`; `None` for settings that make no sense.
    fn of(count: usize, period: usize, options: Options) -> Option<Self> {
        let season = match options.season {
            SeasonalSpan::Periodic => 10 * count + 1,
            SeasonalSpan::Cycles(cycles) => cycles,
        };
        if period < 2 || season < 3 {
            return None;
        }
        let usual = 1.5 * period as f64 / (1.0 - 1.5 / season as f64);
        let trend = options.trend.unwrap_or(next_odd(usual.ceil() as usize));
        (trend >= 3).then_some(Self { season, trend, low_pass: next_odd(period) })
    }
}

fn next_odd(number: usize) -> usize {
    number + usize::from(number.is_multiple_of(2))
}

/// Puts the mean of its season in each value's place.
fn replace_by_means(seasonal: &mut [f64], period: usize) {
    for season in 0..period {
        let values = seasonal.iter().skip(season).step_by(period);
        let count = values.len();
        let mean = values.sum::<f64>() / count as f64;
        seasonal.iter_mut().skip(season).step_by(period).for_each(|value| *value = mean);
    }
}
