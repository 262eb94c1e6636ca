//! Exponential smoothing: fifteen state space models, the best by corrected AIC.
//!
//! Method: Hyndman, Koehler, Snyder and Grose (2002), *A state space framework for automatic forecasting using
//! exponential smoothing methods*, International Journal of Forecasting 18, 439–454; maximum likelihood over weights,
//! level and slope; the seasonal start comes from a classical decomposition.

mod recursion;

use self::recursion::{Form, Kind, State, Trend, Weights};
use super::member::Member;
use super::seasonal;
use crate::simplex::{self, FLAT};

/// Which models may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    /// Values in a season; 1 when there is none.
    pub season: usize,
    /// Whether multiplicative models are tried; they need values above zero.
    pub multiplicative: bool,
}

/// A fitted model.
struct Fit {
    kind: Kind,
    weights: Weights,
    state: State,
    errors: Vec<f64>,
    deviation: f64,
    score: f64,
}

/// The forecast of the best model; `None` if the series is too short for any.
pub(super) fn forecast(series: &[f64], choice: Choice, horizon: usize) -> Option<Member> {
    let best = kinds(series, choice)
        .into_iter()
        .filter_map(|kind| fit(series, kind, choice.season))
        .min_by(|a, b| a.score.total_cmp(&b.score))?;
    let surprises = best.errors.iter().map(|error| error / best.deviation).collect();
    Some(Member::from_simulation(best.kind.name(), surprises, horizon, |shocks| {
        let errors: Vec<f64> = shocks.iter().map(|shock| shock * best.deviation).collect();
        recursion::simulate(best.kind, &best.weights, &best.state, &errors)
    }))
}

/// The models to try, without those of infinite variance (additive error with a multiplicative season).
fn kinds(series: &[f64], choice: Choice) -> Vec<Kind> {
    let positive = series.iter().all(|value| *value > 0.0);
    let forms: &[Form] = if positive && choice.multiplicative {
        &[Form::Additive, Form::Multiplicative]
    } else {
        &[Form::Additive]
    };
    let mut seasons = vec![None];
    if choice.season > 1 && series.len() >= 2 * choice.season + 2 {
        seasons.extend(forms.iter().copied().map(Some));
    }
    let mut found = Vec::new();
    for &error in forms {
        for &season in &seasons {
            if error == Form::Additive && season == Some(Form::Multiplicative) {
                continue;
            }
            for trend in [Trend::None, Trend::Linear, Trend::Damped] {
                found.push(Kind { error, trend, season });
            }
        }
    }
    found
}

/// Maximum likelihood for one model; `None` if the series has too few values for its parameters.
fn fit(series: &[f64], kind: Kind, season: usize) -> Option<Fit> {
    let parameters = count(kind, season);
    if series.len() < parameters + 3 {
        return None;
    }
    let first = start(series, kind, season);
    let free = Free::of(kind, &first);
    let search = simplex::Search {
        start: &free.start,
        lower: &free.lower,
        upper: &free.upper,
        evaluations: 120 * free.start.len(),
        flat: FLAT,
    };
    let mut scratch = first.clone();
    let (point, likelihood) = simplex::minimise(&search, |point| {
        scratch.season.copy_from_slice(&first.season);
        scratch.next = first.next;
        let weights = read(kind, point, &mut scratch);
        recursion::run(kind, &weights, &mut scratch, series, |_| {})
    });
    let mut state = first;
    let weights = read(kind, &point, &mut state);
    let mut errors = Vec::with_capacity(series.len());
    recursion::run(kind, &weights, &mut state, series, |error| errors.push(error));
    let (n, p) = (series.len() as f64, parameters as f64);
    let squares = errors.iter().map(|error| error * error).sum::<f64>();
    let deviation = (squares / (n - p)).sqrt().max(1e-12);
    let score = likelihood + 2.0 * p + 2.0 * p * (p + 1.0) / (n - p - 1.0);
    score.is_finite().then_some(Fit { kind, weights, state, errors, deviation, score })
}

/// What the search may move, in the order in which `read` takes it: level weight, level, share of it that moves the
/// slope, slope, share of the rest that moves the season, damping.
#[derive(Default)]
struct Free {
    start: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl Free {
    fn of(kind: Kind, first: &State) -> Free {
        let mut free = Free::default();
        let reach = 1.0 + first.level.abs();
        free.push(if kind.season.is_some() { 0.15 } else { 0.4 }, 1e-4, 0.9999);
        free.push(first.level, first.level - reach, first.level + reach);
        if kind.trend != Trend::None {
            free.push(0.1, 1e-4, 0.9999);
            free.push(first.slope, first.slope - reach, first.slope + reach);
        }
        if kind.season.is_some() {
            free.push(0.1, 1e-4, 0.9999);
        }
        if kind.trend == Trend::Damped {
            free.push(0.95, 0.8, 0.98);
        }
        free
    }

    fn push(&mut self, start: f64, lower: f64, upper: f64) {
        self.start.push(start);
        self.lower.push(lower);
        self.upper.push(upper);
    }
}

/// The weights at a point of the search; level and slope go into the state.
fn read(kind: Kind, point: &[f64], state: &mut State) -> Weights {
    let mut rest = point[2..].iter().copied();
    let mut next = || rest.next().expect("the point has a coordinate for each free parameter");
    let level = point[0];
    state.level = point[1];
    state.slope = 0.0;
    let mut weights = Weights { level, slope: 0.0, season: 0.0, damping: 1.0 };
    if kind.trend != Trend::None {
        weights.slope = level * next();
        state.slope = next();
    }
    if kind.season.is_some() {
        weights.season = (1.0 - level) * next();
    }
    if kind.trend == Trend::Damped {
        weights.damping = next();
    }
    weights
}

/// Parameters of a model, its starting values and the deviation of its surprises counted.
fn count(kind: Kind, season: usize) -> usize {
    let trend = match kind.trend {
        Trend::None => 0,
        Trend::Linear => 2,
        Trend::Damped => 3,
    };
    3 + trend + if kind.season.is_some() { season } else { 0 }
}

/// Starting values: season by classical decomposition, level and slope by a line through the first values.
fn start(series: &[f64], kind: Kind, season: usize) -> State {
    let terms = match kind.season {
        None => Vec::new(),
        Some(form) => seasonal::classical(series, season, form == Form::Multiplicative),
    };
    let span = (2 * season).max(10).min(series.len());
    let cleared: Vec<f64> = series[..span]
        .iter()
        .enumerate()
        .map(|(index, value)| match kind.season {
            None => *value,
            Some(Form::Additive) => value - terms[index % season],
            Some(Form::Multiplicative) => value / terms[index % season].max(1e-2),
        })
        .collect();
    let mean = cleared.iter().sum::<f64>() / span as f64;
    let (level, slope) = match kind.trend {
        Trend::None => (mean, 0.0),
        Trend::Linear | Trend::Damped => {
            let slope = seasonal::slope(&cleared);
            (mean - slope * (span as f64 + 1.0) / 2.0, slope)
        }
    };
    State { level, slope, season: terms, next: 0 }
}
