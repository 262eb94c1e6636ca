//! The dynamic optimised theta model.
//!
//! Method: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), *Models for optimising the theta method and
//! their relationship to state space models*, International Journal of Forecasting 32, 1151–1161, equations 12–16;
//! a season that stands out is taken off by classical decomposition first, as factors where the values allow it.

use super::member::Member;
use super::seasonal;
use crate::simplex::{self, FLAT};

/// Level, mean of the values so far, and the line through them.
#[derive(Debug, Clone, Copy)]
struct State {
    level: f64,
    mean: f64,
    intercept: f64,
    slope: f64,
    seen: f64,
    /// (1 − α) to the power of `seen`.
    fade: f64,
}

impl State {
    fn new(first: f64, start: f64, alpha: f64) -> State {
        let level = alpha * first + (1.0 - alpha) * start;
        State { level, mean: first, intercept: first, slope: 0.0, seen: 1.0, fade: 1.0 - alpha }
    }

    /// The value expected next.
    fn expected(&self, alpha: f64, theta: f64) -> f64 {
        let line =
            self.intercept * self.fade + self.slope * (1.0 - self.fade * (1.0 - alpha)) / alpha;
        self.level + (1.0 - 1.0 / theta) * line
    }

    fn update(&mut self, alpha: f64, value: f64) {
        let seen = self.seen;
        let mean = (seen * self.mean + value) / (seen + 1.0);
        self.slope =
            ((seen - 1.0) * self.slope + 6.0 * (value - self.mean) / (seen + 1.0)) / (seen + 2.0);
        self.intercept = mean - self.slope * (seen + 2.0) / 2.0;
        self.mean = mean;
        self.level = alpha * value + (1.0 - alpha) * self.level;
        self.seen += 1.0;
        self.fade *= 1.0 - alpha;
    }
}

/// Runs the model over the series and hands out its surprises from the second value on.
fn run(series: &[f64], [start, alpha, theta]: [f64; 3], mut surprise: impl FnMut(f64)) -> State {
    let mut state = State::new(series[0], start, alpha);
    for &value in &series[1..] {
        surprise(value - state.expected(alpha, theta));
        state.update(alpha, value);
    }
    state
}

/// The forecast; `None` for fewer than six values.
pub(super) fn forecast(series: &[f64], season: usize, horizon: usize) -> Option<Member> {
    if series.len() < 6 {
        return None;
    }
    let cycle = Season::find(series, season);
    let cleared: Vec<f64> =
        series.iter().enumerate().map(|(index, value)| cycle.off(index, *value)).collect();
    let reach = 10.0 * cleared.iter().fold(1e-3f64, |most, value| most.max(value.abs()));
    let search = simplex::Search {
        start: &[cleared[0] / 2.0, 0.5, 2.0],
        lower: &[-reach, 0.1, 1.0],
        upper: &[reach, 0.99, 1e3],
        evaluations: 400,
        flat: FLAT,
    };
    let (found, _) = simplex::minimise(&search, |point| {
        let (mut squares, mut place) = (0.0, 0);
        run(&cleared, [point[0], point[1], point[2]], |error| {
            place += 1;
            if place > 2 {
                squares += error * error;
            }
        });
        squares
    });
    let (alpha, theta) = (found[1], found[2]);
    let mut errors = Vec::with_capacity(cleared.len());
    let state = run(&cleared, [found[0], alpha, theta], |error| errors.push(error));
    let late = &errors[2..];
    let squares: f64 = late.iter().map(|error| error * error).sum();
    let deviation = (squares / (late.len() as f64 - 1.0).max(1.0)).sqrt().max(1e-12);
    let surprises = late.iter().map(|error| error / deviation).collect();
    Some(Member::from_simulation("DOTM".to_owned(), surprises, horizon, |shocks| {
        let mut state = state;
        shocks
            .iter()
            .enumerate()
            .map(|(step, shock)| {
                let value = state.expected(alpha, theta) + shock * deviation;
                state.update(alpha, value);
                cycle.on(series.len() + step, value)
            })
            .collect()
    }))
}

/// The season that is taken off before the model sees the series.
enum Season {
    None,
    Factors(Vec<f64>),
    Terms(Vec<f64>),
}

impl Season {
    /// Factors where all values are above zero and no factor comes near zero, else terms.
    fn find(series: &[f64], season: usize) -> Season {
        if !seasonal::stands_out(series, season) {
            return Season::None;
        }
        if series.iter().all(|value| *value > 0.0) {
            let factors = seasonal::classical(series, season, true);
            if factors.iter().all(|factor| *factor >= 0.01) {
                return Season::Factors(factors);
            }
        }
        Season::Terms(seasonal::classical(series, season, false))
    }

    fn off(&self, index: usize, value: f64) -> f64 {
        match self {
            Season::None => value,
            Season::Factors(factors) => value / factors[index % factors.len()],
            Season::Terms(terms) => value - terms[index % terms.len()],
        }
    }

    fn on(&self, index: usize, value: f64) -> f64 {
        match self {
            Season::None => value,
            Season::Factors(factors) => value * factors[index % factors.len()],
            Season::Terms(terms) => value + terms[index % terms.len()],
        }
    }
}
