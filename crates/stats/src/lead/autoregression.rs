//! Autoregressions, to take a series' own past out of it.

/// A series as a weighted sum of its own past and a remainder.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoregression {
    /// The mean that is taken off first, in the series' unit.
    pub mean: f64,
    /// The weight of each past value, the latest first; empty if none helps.
    pub weights: Vec<f64>,
}

impl Autoregression {
    /// Fits by the method of Burg (1975), the order from 0 to `most` chosen by the criterion of Akaike (1974).
    ///
    /// `None` if the series is constant, has a value that is not finite, or is not longer than 2 · `most` + 2.
    pub fn fit(series: &[f64], most: usize) -> Option<Autoregression> {
        if series.len() < 2 * most + 3 || series.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let n = series.len() as f64;
        let mean = series.iter().sum::<f64>() / n;
        let mut forward: Vec<f64> = series.iter().map(|value| value - mean).collect();
        let mut backward = forward.clone();
        let mut variance = forward.iter().map(|x| x * x).sum::<f64>() / n;
        let largest = series.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        if variance.sqrt() <= 1e-14 * largest {
            return None;
        }
        let mut weights: Vec<f64> = Vec::new();
        let mut best = (n * variance.ln(), Vec::new());
        for order in 1..=most {
            let Some(reflection) = reflection(&forward[1..], &backward) else { break };
            let turned: Vec<f64> = weights.iter().rev().copied().collect();
            for (weight, other) in weights.iter_mut().zip(turned) {
                *weight -= reflection * other;
            }
            weights.push(reflection);
            variance *= 1.0 - reflection * reflection;
            // A series that its own past determines leaves nothing to choose by.
            if variance <= 0.0 {
                break;
            }
            (forward, backward) = step(&forward, &backward, reflection);
            let criterion = n * variance.ln() + 2.0 * order as f64;
            if criterion < best.0 {
                best = (criterion, weights.clone());
            }
        }
        Some(Autoregression { mean, weights: best.1 })
    }

    /// What a series does beyond its past by these weights: from the first value whose past is whole. The mean of the
    /// series itself is taken off, not that of the one that was fitted.
    pub fn filter(&self, series: &[f64]) -> Vec<f64> {
        let order = self.weights.len();
        let mean = series.iter().sum::<f64>() / series.len() as f64;
        let past = |window: &[f64]| -> f64 {
            let latest_first = window[..order].iter().rev();
            latest_first.zip(&self.weights).map(|(value, weight)| weight * (value - mean)).sum()
        };
        series.windows(order + 1).map(|window| window[order] - mean - past(window)).collect()
    }
}

/// The errors of predicting forwards and backwards with one more past value; each pass loses a value at its end.
fn step(forward: &[f64], backward: &[f64], reflection: f64) -> (Vec<f64>, Vec<f64>) {
    let pairs = || forward[1..].iter().zip(backward);
    let ahead = pairs().map(|(ahead, behind)| ahead - reflection * behind).collect();
    let behind = pairs().map(|(ahead, behind)| behind - reflection * ahead).collect();
    (ahead, behind)
}

/// The reflection coefficient of Burg; `None` if nothing is left to predict.
fn reflection(ahead: &[f64], behind: &[f64]) -> Option<f64> {
    let pairs = || ahead.iter().zip(behind);
    let products: f64 = pairs().map(|(ahead, behind)| ahead * behind).sum();
    let squares: f64 = pairs().map(|(ahead, behind)| ahead * ahead + behind * behind).sum();
    (squares > 0.0).then(|| 2.0 * products / squares)
}
