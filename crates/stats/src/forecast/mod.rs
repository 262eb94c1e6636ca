//! Forecasts of one series: mean, honest bounds, sample paths, and the proof by back-test.
//!
//! Answers: where will this go, how sure is that, and will the total reach the target?
//! Method: several classical methods are blended (`recipe`), known effects are taken off first and put on again
//! (`effects`), and the spread is corrected by what the same procedure missed in the past (`backtest`). The choice of
//! methods and the figures are in `docs/decisions/0011-forecasts.md`.
//! Not for: series with gaps, which the caller closes or cuts off first; quantities that are counted in ones and twos.

mod arima;
mod backtest;
mod ces;
mod effects;
mod ets;
mod member;
pub mod pacing;
pub mod paths;
mod recipe;
mod seasonal;
mod spread;
#[cfg(test)]
mod tests;
mod theta;

pub use self::backtest::Backtest;
pub use self::effects::{Effect, EffectSize};
use self::spread::Spread;

/// What is to be forecast.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The values so far, evenly spaced, oldest first.
    pub history: &'a [f64],
    /// Lengths of the seasons in steps, such as `[7, 365]` for days; those without enough history are left out.
    pub seasons: &'a [usize],
    /// Steps to forecast.
    pub horizon: usize,
    /// What is known to act on certain steps, past and future.
    pub effects: &'a [Effect],
    /// Past horizons to test on, at most; each costs as much as the forecast itself.
    pub origins: usize,
}

impl<'a> Request<'a> {
    /// A request without known effects, tested on three past horizons.
    pub fn new(history: &'a [f64], seasons: &'a [usize], horizon: usize) -> Request<'a> {
        Request { history, seasons, horizon, effects: &[], origins: 3 }
    }
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Fewer values than the methods need: at least twelve, and as many as are to be forecast.
    TooShort {
        /// Values there are.
        have: usize,
        /// Values there must be.
        need: usize,
    },
    /// A value is not a number, or not finite, or too large to be squared.
    NotFinite {
        /// Its place in the history.
        place: usize,
    },
    /// An effect does not cover history and horizon exactly.
    EffectLength {
        /// Its place among the effects.
        effect: usize,
    },
    /// No step is to be forecast.
    NoHorizon,
    /// No method gave numbers.
    NoMethod,
}

/// The future of one series, in its own units.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The expected value of each step.
    pub mean: Vec<f64>,
    /// Lower and upper bound of each step that hold the value in 80 of 100 cases.
    pub bounds80: Vec<(f64, f64)>,
    /// Lower and upper bound of each step that hold the value in 95 of 100 cases.
    pub bounds95: Vec<(f64, f64)>,
    /// The methods blended, as their authors name them.
    pub methods: Vec<String>,
    /// The seasons that the history was long enough for, ascending.
    pub seasons: Vec<usize>,
    /// How the same procedure did on the past; `None` if the history is too short for one past horizon with
    /// the same seasons.
    pub backtest: Option<Backtest>,
    /// What each known effect was worth, in the order of the request.
    pub effects: Vec<EffectSize>,
    spread: Spread,
}

/// Forecasts a series, or says why not.
pub fn forecast(request: &Request<'_>) -> Result<Forecast, Refusal> {
    check(request)?;
    let tested = backtest::run(request);
    let plain = ahead(request)?;
    let widening = tested.as_ref().map_or(1.0, |tested| tested.widening);
    let spread = plain.spread.widened(widening);
    Ok(Forecast {
        mean: spread.means(),
        bounds80: spread.bounds(0.8),
        bounds95: spread.bounds(0.95),
        methods: plain.methods,
        seasons: plain.seasons,
        backtest: tested.map(|tested| tested.backtest),
        effects: plain.effects,
        spread,
    })
}

impl Forecast {
    /// The value of each step that is not exceeded with the probability `share`, between 0 and 1.
    pub fn quantile(&self, share: f64) -> Option<Vec<f64>> {
        (share > 0.0 && share < 1.0).then(|| self.spread.quantile(share))
    }

    /// `count` possible futures, each with one value per step; the same seed gives the same futures.
    ///
    /// The steps of a path belong together: sums over a path vary as the total will.
    pub fn paths(&self, count: usize, seed: u64) -> Vec<Vec<f64>> {
        self.spread.paths(count, seed)
    }
}

/// A forecast that has not been tested on the past.
struct Ahead {
    methods: Vec<String>,
    seasons: Vec<usize>,
    effects: Vec<EffectSize>,
    spread: Spread,
}

/// Effects off, methods blended, effects on again.
fn ahead(request: &Request<'_>) -> Result<Ahead, Refusal> {
    let known = effects::estimate(request.history, request.seasons, request.effects);
    let plain = known.removed(request.history, request.effects);
    let seasons = recipe::usable(request.seasons, plain.len());
    let blend = recipe::cook(&plain, &seasons, request.horizon).ok_or(Refusal::NoMethod)?;
    let mut methods: Vec<String> = blend.member.name.split(" + ").map(str::to_owned).collect();
    methods.dedup();
    let future = request.history.len()..request.history.len() + request.horizon;
    let effect = future.map(|step| known.at(step, request.effects)).collect();
    let floor = request.history.iter().all(|value| *value >= 0.0).then_some(0.0);
    let spread = Spread::new(blend.member, blend.shape, effect, floor);
    Ok(Ahead { methods, seasons, effects: known.sizes, spread })
}

/// What every request must fulfil.
fn check(request: &Request<'_>) -> Result<(), Refusal> {
    // Squares of larger values do not fit into a double.
    const LARGEST: f64 = 1e120;
    if request.horizon == 0 {
        return Err(Refusal::NoHorizon);
    }
    let is_usable = |value: &f64| value.is_finite() && value.abs() < LARGEST;
    if let Some(place) = request.history.iter().position(|value| !is_usable(value)) {
        return Err(Refusal::NotFinite { place });
    }
    let (have, need) = (request.history.len(), recipe::SHORTEST.max(request.horizon));
    if have < need {
        return Err(Refusal::TooShort { have, need });
    }
    let covered = have + request.horizon;
    match request.effects.iter().position(|effect| effect.acts.len() != covered) {
        Some(effect) => Err(Refusal::EffectLength { effect }),
        None => Ok(()),
    }
}
