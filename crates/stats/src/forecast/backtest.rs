//! How the same procedure did on the past, beside seasonal naive.
//!
//! Method: rolling origins one horizon apart, newest first; everything is estimated anew on what was known then.

use super::spread::point;
use super::{Effect, Request, ahead, recipe};

/// Errors of the past, ours and those of repeating the last season.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backtest {
    /// Mean absolute error of our forecasts, in the units of the series.
    pub ours: f64,
    /// Mean absolute error of seasonal naive (Hyndman and Athanasopoulos, *Forecasting*, 5.2) at the same steps.
    pub naive: f64,
    /// Mean of actual minus forecast, in the units of the series: above zero when we forecast too low.
    pub bias: f64,
    /// Past horizons tested.
    pub origins: usize,
    /// Share of the tested values within their 95 % bounds, before the bounds were corrected by this test.
    pub coverage: f64,
}

impl Backtest {
    /// Whether our forecasts were closer than seasonal naive.
    pub fn beats_naive(&self) -> bool {
        self.ours < self.naive
    }
}

/// A back-test, and the factor on the spread that follows from it.
pub(super) struct Tested {
    pub backtest: Backtest,
    pub widening: f64,
}

/// Past horizons that the pooled setting counts as, when it is weighed against the series' own errors.
const WEIGHT_OF_POOLED: f64 = 6.0;

/// Tests the procedure on as many past horizons as asked for and possible.
pub(super) fn run(request: &Request<'_>) -> Option<Tested> {
    let (count, horizon) = (request.history.len(), request.horizon);
    let mut sums = Sums::default();
    for back in 1..=request.origins {
        let Some(cut) = count.checked_sub(back * horizon) else { break };
        let has_seasons = recipe::usable(request.seasons, cut).len()
            == recipe::usable(request.seasons, count).len();
        if cut < recipe::SHORTEST.max(horizon) || !has_seasons || !sums.take_in(request, cut) {
            break;
        }
    }
    (sums.origins > 0).then(|| sums.tested(horizon))
}

/// What adds up over origins and steps.
#[derive(Debug, Default)]
struct Sums {
    ours: f64,
    naive: f64,
    bias: f64,
    within: f64,
    /// Squared errors in units of the spread, and what they ought to be.
    squares: f64,
    expected: f64,
    origins: usize,
}

impl Sums {
    /// Forecasts what came after the first `cut` values; false if that was refused.
    fn take_in(&mut self, request: &Request<'_>, cut: usize) -> bool {
        let horizon = request.horizon;
        let effects: Vec<Effect> = (request.effects.iter())
            .map(|effect| Effect { acts: effect.acts[..cut + horizon].to_vec() })
            .collect();
        let history = &request.history[..cut];
        let past = Request { history, effects: &effects, ..*request };
        let Ok(then) = ahead(&past) else { return false };
        // The shortest season is the one a reader would repeat.
        let season = recipe::usable(request.seasons, cut).first().copied().unwrap_or(1);
        let (means, middles) = (then.spread.means(), then.spread.quantile(0.5));
        let (bounds, units) = (then.spread.bounds(0.95), then.spread.units());
        let freedom = then.spread.freedom();
        let limit = point(freedom, 0.975);
        let typical = typical_square(freedom, limit);
        for (step, value) in request.history[cut..cut + horizon].iter().enumerate() {
            let (low, high) = bounds[step];
            self.ours += (value - means[step]).abs();
            self.bias += value - means[step];
            self.naive += (value - history[cut - season + step % season]).abs();
            self.within += f64::from(u8::from(low <= *value && *value <= high));
            let error = (value - middles[step]).abs();
            let score = if units[step] > 0.0 { error / units[step] } else { typical.sqrt() };
            // One wild value is not to set the width: scores are cut where hardly any should be.
            self.squares += score.min(limit).powi(2);
            self.expected += typical;
        }
        self.origins += 1;
        true
    }

    fn tested(&self, horizon: usize) -> Tested {
        let tested = (self.origins * horizon) as f64;
        let backtest = Backtest {
            ours: self.ours / tested,
            naive: self.naive / tested,
            bias: self.bias / tested,
            origins: self.origins,
            coverage: self.within / tested,
        };
        // Steps of one horizon go wrong together, so that an origin counts as one observation of the variance.
        let own = self.origins as f64;
        let ratio = self.squares / self.expected;
        let variance = (WEIGHT_OF_POOLED + own * ratio) / (WEIGHT_OF_POOLED + own);
        Tested { backtest, widening: variance.sqrt() }
    }
}

/// The mean square of Student values cut at `limit`, from 64 quantiles.
fn typical_square(freedom: u32, limit: f64) -> f64 {
    const POINTS: u32 = 64;
    let share = |place: u32| 0.5 + (f64::from(place) + 0.5) / f64::from(2 * POINTS);
    let squares = (0..POINTS).map(|place| point(freedom, share(place)).min(limit).powi(2));
    squares.sum::<f64>() / f64::from(POINTS)
}
