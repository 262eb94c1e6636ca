//! Non-seasonal ARIMA, the orders chosen stepwise by corrected AIC.
//!
//! Method: Hyndman and Khandakar (2008), *Automatic time series forecasting*, Journal of Statistical Software 27(3);
//! differences by the KPSS test (Kwiatkowski et al. 1992) at 5 %; conditional sum of squares, with autoregressive and
//! moving-average parts kept inside the unit circle through partial autocorrelations (Monahan 1984).

use super::member::Member;
use crate::simplex::{self, FLAT};

/// Highest order of either part.
const MOST: usize = 5;

/// Orders of a candidate: autoregressive, moving-average, and whether a constant is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Order {
    p: usize,
    q: usize,
    constant: bool,
}

/// A fitted candidate.
pub(super) struct Fit {
    order: Order,
    /// Weights of past values.
    pub ar: Vec<f64>,
    ma: Vec<f64>,
    /// The mean of the series, or of its differences.
    pub constant: f64,
    /// One-step errors, oldest first.
    pub errors: Vec<f64>,
    score: f64,
    parameters: usize,
}

/// The forecast; `None` for fewer than ten values.
pub(super) fn forecast(series: &[f64], horizon: usize) -> Option<Member> {
    if series.len() < 10 {
        return None;
    }
    let mut levels = vec![series.to_vec()];
    while levels.len() <= 2 && is_unsteady(levels.last().expect("one level at least")) {
        let last = levels.last().expect("one level at least");
        levels.push(last.windows(2).map(|pair| pair[1] - pair[0]).collect());
    }
    let differences = levels.len() - 1;
    let steady = levels.pop().expect("one level at least");
    let best = search(&steady, differences)?;
    let squares: f64 = best.errors.iter().map(|error| error * error).sum();
    let freedom = (best.errors.len() as f64 - best.parameters as f64).max(1.0);
    let deviation = (squares / freedom).sqrt().max(1e-12);
    let surprises = best.errors.iter().map(|error| error / deviation).collect();
    let name = format!("ARIMA({},{differences},{})", best.order.p, best.order.q);
    let lasts: Vec<f64> =
        levels.iter().map(|level| *level.last().expect("levels are not empty")).collect();
    Some(Member::from_simulation(name, surprises, horizon, |shocks| {
        let mut values = steady.clone();
        let mut errors = vec![0.0; steady.len() - best.errors.len()];
        errors.extend(&best.errors);
        for shock in shocks {
            let error = shock * deviation;
            values.push(expected(&values, &errors, &best.ar, &best.ma, best.constant) + error);
            errors.push(error);
        }
        let mut future = values.split_off(steady.len());
        for last in lasts.iter().rev() {
            let mut sum = *last;
            for value in &mut future {
                sum += *value;
                *value = sum;
            }
        }
        future
    }))
}

/// The value expected after `values`.
fn expected(values: &[f64], errors: &[f64], ar: &[f64], ma: &[f64], constant: f64) -> f64 {
    let mut sum = constant;
    for (weight, value) in ar.iter().zip(values.iter().rev()) {
        sum += weight * (value - constant);
    }
    for (weight, error) in ma.iter().zip(errors.iter().rev()) {
        sum += weight * error;
    }
    sum
}

/// One model with a mean and without differences.
#[cfg(test)]
pub(super) fn estimate(values: &[f64], p: usize, q: usize) -> Option<Fit> {
    fit(values, Order { p, q, constant: true })
}

/// Whether the KPSS test with a level, and a window of 3√n/13 lags, refuses stationarity at 5 %.
fn is_unsteady(values: &[f64]) -> bool {
    const CRITICAL: f64 = 0.463;
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let rest: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let mut sum = 0.0;
    let squares: f64 = rest
        .iter()
        .map(|value| {
            sum += value;
            sum * sum
        })
        .sum();
    let lags = (3.0 * count.sqrt() / 13.0) as usize;
    let product =
        |lag: usize| rest.iter().zip(&rest[lag..]).map(|(a, b)| a * b).sum::<f64>() / count;
    let variance = product(0)
        + (1..=lags)
            .map(|lag| 2.0 * (1.0 - lag as f64 / (lags as f64 + 1.0)) * product(lag))
            .sum::<f64>();
    variance > 1e-20 && squares / (count * count) / variance > CRITICAL
}

/// The stepwise search: from the best of four starts to a neighbour as long as it improves.
fn search(steady: &[f64], differences: usize) -> Option<Fit> {
    let may_drift = differences < 2;
    let order = |p, q| Order { p, q, constant: may_drift };
    let mut tried: Vec<Order> = Vec::new();
    let mut best: Option<Fit> = None;
    let mut consider = |order: Order, best: &mut Option<Fit>| -> bool {
        if order.p > MOST || order.q > MOST || tried.contains(&order) {
            return false;
        }
        tried.push(order);
        let found = fit(steady, order);
        match (found, &best) {
            (Some(fit), Some(old)) if fit.score >= old.score => false,
            (Some(fit), _) => {
                *best = Some(fit);
                true
            }
            (None, _) => false,
        }
    };
    for (p, q) in [(2, 2), (0, 0), (1, 0), (0, 1)] {
        consider(order(p, q), &mut best);
    }
    if may_drift {
        consider(Order { p: 0, q: 0, constant: false }, &mut best);
    }
    while let Some(Order { p, q, constant }) = best.as_ref().map(|fit| fit.order) {
        let mut near: Vec<Order> = Vec::new();
        let steps: [(i8, i8); 8] =
            [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)];
        for (by_p, by_q) in steps {
            let moved = |from: usize, by: i8| from.checked_add_signed(isize::from(by));
            if let (Some(p), Some(q)) = (moved(p, by_p), moved(q, by_q)) {
                near.push(Order { p, q, constant });
            }
        }
        if may_drift {
            near.push(Order { p, q, constant: !constant });
        }
        if !near.into_iter().any(|order| consider(order, &mut best)) {
            break;
        }
    }
    best
}

/// Weights whose polynomial has its roots outside the unit circle, from partial autocorrelations in (−1, 1).
pub(super) fn from_partials(partials: &[f64]) -> Vec<f64> {
    let mut weights: Vec<f64> = Vec::with_capacity(partials.len());
    for &partial in partials {
        let before = weights.clone();
        for (index, weight) in weights.iter_mut().enumerate() {
            *weight -= partial * before[before.len() - 1 - index];
        }
        weights.push(partial);
    }
    weights
}

/// One-step errors, given what came before the series is at its mean.
fn residuals(values: &[f64], ar: &[f64], ma: &[f64], constant: f64, errors: &mut Vec<f64>) {
    errors.clear();
    for place in 0..values.len() {
        let mut sum = constant;
        for (lag, weight) in ar.iter().enumerate().take(place) {
            sum += weight * (values[place - 1 - lag] - constant);
        }
        for (lag, weight) in ma.iter().enumerate().take(place) {
            sum += weight * errors[place - 1 - lag];
        }
        errors.push(values[place] - sum);
    }
}

/// Conditional least squares for one candidate; `None` if the series is too short or the result useless.
fn fit(values: &[f64], order: Order) -> Option<Fit> {
    let Order { p, q, constant } = order;
    let parameters = p + q + usize::from(constant) + 1;
    let count = values.len();
    if count < parameters + 3 + p {
        return None;
    }
    let mean = if constant { values.iter().sum::<f64>() / count as f64 } else { 0.0 };
    let spread =
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count as f64).sqrt();
    let mut begin = vec![0.1; p + q];
    let (mut lower, mut upper) = (vec![-0.98; p + q], vec![0.98; p + q]);
    if constant {
        begin.push(0.0);
        lower.push(-3.0);
        upper.push(3.0);
    }
    let read = |point: &[f64]| {
        let ar = from_partials(&point[..p]);
        let ma: Vec<f64> = from_partials(&point[p..p + q]).into_iter().map(|x| -x).collect();
        (ar, ma, if constant { mean + spread * point[p + q] } else { 0.0 })
    };
    let mut errors = Vec::with_capacity(count);
    let mut squares_at = |point: &[f64]| {
        let (ar, ma, constant) = read(point);
        residuals(values, &ar, &ma, constant, &mut errors);
        // The first errors lack their past and are left out.
        errors[p..].iter().map(|error| error * error).sum::<f64>() / (count - p) as f64
    };
    let (point, squares) = if begin.is_empty() {
        (Vec::new(), squares_at(&[]))
    } else {
        let search = simplex::Search {
            start: &begin,
            lower: &lower,
            upper: &upper,
            evaluations: 100 * begin.len(),
            flat: FLAT,
        };
        simplex::minimise(&search, |point| (squares_at(point) + 1e-20).ln())
    };
    let squares = if begin.is_empty() { (squares + 1e-20).ln() } else { squares };
    // A candidate at the border of the allowed region is a difference in disguise.
    if point[..p + q].iter().any(|partial| partial.abs() > 0.979) {
        return None;
    }
    let (ar, ma, constant) = read(&point);
    let mut errors = Vec::new();
    residuals(values, &ar, &ma, constant, &mut errors);
    let (n, k) = (count as f64, parameters as f64);
    let score = n * squares + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0);
    Some(Fit { order, ar, ma, constant, errors, score, parameters })
}
