//! Complex exponential smoothing.
//!
//! Method: Svetunkov, Kourentzes and Ord (2022), *Complex exponential smoothing*, Naval Research Logistics 69,
//! 1108–1123; without season, with simple, partial and full season, the best by corrected AIC. The start is a simple
//! guess, improved by running the model forwards, backwards and forwards again.

use super::member::Member;
use super::seasonal;
use crate::simplex::{self, FLAT};

/// How the season enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Season {
    None,
    Simple,
    Partial,
    Full,
}

/// Two complex pairs of states; each ring holds one cycle (or one value), `next` is the place of the next step.
#[derive(Debug, Clone)]
struct State {
    level: Vec<[f64; 2]>,
    season: Vec<[f64; 2]>,
    next: usize,
}

/// The weights: a complex pair for the level, a complex pair (or one real weight) for the season.
type Weights = [f64; 4];

impl State {
    fn expected(&self, kind: Season) -> f64 {
        let level = self.level[self.next % self.level.len()][0];
        match kind {
            Season::None | Season::Simple => level,
            Season::Partial | Season::Full => level + self.season[self.next % self.season.len()][0],
        }
    }

    fn update(&mut self, kind: Season, weights: &Weights, error: f64) {
        let cycle = self.level.len();
        step(&mut self.level[self.next % cycle], weights[0], weights[1], error);
        if kind == Season::Partial || kind == Season::Full {
            let cycle = self.season.len();
            let pair = &mut self.season[self.next % cycle];
            if kind == Season::Full {
                step(pair, weights[2], weights[3], error);
            } else {
                pair[0] += weights[2] * error;
            }
        }
        self.next += 1;
    }

    /// The state seen from the other end of time.
    fn turned(&mut self) {
        for ring in [&mut self.level, &mut self.season] {
            if !ring.is_empty() {
                let place = self.next % ring.len();
                ring.rotate_left(place);
                ring.reverse();
            }
        }
        self.next = 0;
    }
}

fn step(pair: &mut [f64; 2], real: f64, imaginary: f64, error: f64) {
    let [value, potential] = *pair;
    pair[0] = value - (1.0 - imaginary) * potential + (real - imaginary) * error;
    pair[1] = value + (1.0 - real) * potential + (real + imaginary) * error;
}

/// Forwards, backwards, forwards: the surprises of the last run, and the state after it.
fn run(
    series: &[f64],
    kind: Season,
    weights: &Weights,
    mut state: State,
    errors: &mut Vec<f64>,
) -> State {
    let mut pass = |state: &mut State, values: &mut dyn Iterator<Item = &f64>| {
        errors.clear();
        for value in values {
            let error = value - state.expected(kind);
            errors.push(error);
            state.update(kind, weights, error);
        }
    };
    pass(&mut state, &mut series.iter());
    state.turned();
    pass(&mut state, &mut series.iter().rev());
    state.turned();
    pass(&mut state, &mut series.iter());
    state
}

/// The first guess of the states.
fn start(series: &[f64], kind: Season, season: usize) -> State {
    let span = if kind == Season::None { season.max(10) } else { season }.min(series.len());
    let mean = series[..span].iter().sum::<f64>() / span as f64;
    let pair = |value: f64| [value, value / 1.1];
    let level = match kind {
        Season::Simple => series[..season].iter().map(|value| pair(*value)).collect(),
        Season::None | Season::Partial | Season::Full => vec![pair(mean)],
    };
    let terms = match kind {
        Season::None | Season::Simple => Vec::new(),
        Season::Partial | Season::Full => seasonal::classical(series, season, false),
    };
    let second = if kind == Season::Full { 1.0 / 1.1 } else { 0.0 };
    let season = terms.into_iter().map(|term| [term, term * second]).collect();
    State { level, season, next: 0 }
}

/// The forecast of the best of the four; `None` for fewer than eight values.
pub(super) fn forecast(series: &[f64], season: usize, horizon: usize) -> Option<Member> {
    if series.len() < 8 {
        return None;
    }
    let kinds: &[Season] = if season > 1 && series.len() >= 2 * season + 2 {
        &[Season::None, Season::Simple, Season::Partial, Season::Full]
    } else {
        &[Season::None]
    };
    let (kind, weights, _) = kinds
        .iter()
        .filter_map(|&kind| fit(series, kind, season))
        .min_by(|a, b| a.2.total_cmp(&b.2))?;
    let mut errors = Vec::with_capacity(series.len());
    let state = run(series, kind, &weights, start(series, kind, season), &mut errors);
    let squares: f64 = errors.iter().map(|error| error * error).sum();
    let freedom = series.len() as f64 - free(kind) as f64;
    let deviation = (squares / freedom).sqrt().max(1e-12);
    let surprises = errors.iter().map(|error| error / deviation).collect();
    let letter = match kind {
        Season::None => "N",
        Season::Simple => "S",
        Season::Partial => "P",
        Season::Full => "F",
    };
    Some(Member::from_simulation(format!("CES({letter})"), surprises, horizon, |shocks| {
        let mut state = state.clone();
        shocks
            .iter()
            .map(|shock| {
                let error = shock * deviation;
                let value = state.expected(kind) + error;
                state.update(kind, &weights, error);
                value
            })
            .collect()
    }))
}

fn free(kind: Season) -> usize {
    match kind {
        Season::None | Season::Simple => 2,
        Season::Partial => 3,
        Season::Full => 4,
    }
}

/// The weights of the highest likelihood, and the corrected AIC.
fn fit(series: &[f64], kind: Season, season: usize) -> Option<(Season, Weights, f64)> {
    let parameters = free(kind);
    let first = start(series, kind, season);
    let begin = if kind == Season::Partial { [1.3, 1.0, 0.1, 0.0] } else { [1.3, 1.0, 1.3, 1.0] };
    let search = simplex::Search {
        start: &begin[..parameters],
        lower: &[0.01; 4][..parameters],
        upper: &[1.8, 1.9, 1.5, 1.5][..parameters],
        evaluations: 100 * parameters,
        flat: FLAT,
    };
    let count = series.len() as f64;
    let mut errors = Vec::with_capacity(series.len());
    let mut weights: Weights = [0.0; 4];
    let (found, likelihood) = simplex::minimise(&search, |point| {
        weights[..parameters].copy_from_slice(point);
        run(series, kind, &weights, first.clone(), &mut errors);
        let squares: f64 = errors.iter().map(|error| error * error).sum();
        count * (squares + count * 1e-20).ln()
    });
    weights[..parameters].copy_from_slice(&found);
    let p = parameters as f64 + 1.0;
    let score = likelihood + 2.0 * p + 2.0 * p * (p + 1.0) / (count - p - 1.0);
    score.is_finite().then_some((kind, weights, score))
}
