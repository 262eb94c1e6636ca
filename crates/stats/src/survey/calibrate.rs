//! Weights that agree with known totals of any columns.
//!
//! Method: linear calibration (the generalised regression estimator), Deville and Särndal (1992), *Calibration
//! Estimators in Survey Sampling*, JASA 87, 376–382: w = d (1 + x′λ) with Σ w x = t.

use super::sample::Sample;
use crate::least_squares::least_squares;

impl Sample {
    /// The sample with weights that agree with the population's `totals` of `columns`, as near as can be to the old
    /// ones; some may become negative. A column of ones calibrates to the size of the population. Standard errors
    /// know of the last adjustment only.
    ///
    /// `None` without columns, for lists of another length, a value that is not finite, columns that follow from
    /// others, totals that cannot be met, or a sample with weights that are negative already.
    pub fn calibrated(&self, columns: &[Vec<f64>], totals: &[f64]) -> Option<Self> {
        let people = self.weights.len();
        let sound = |list: &[f64]| list.iter().all(|x| x.is_finite());
        let fits = columns.iter().all(|column| column.len() == people && sound(column));
        let shaped = !columns.is_empty() && columns.len() == totals.len() && sound(totals);
        if !shaped || !fits || self.weights.iter().any(|weight| *weight < 0.0) {
            return None;
        }
        // Columns of like size: scores and counts may stand side by side.
        let lengths: Vec<f64> =
            columns.iter().map(|column| dot(column, column, &self.weights).sqrt()).collect();
        let scaled: Vec<Vec<f64>> = columns
            .iter()
            .zip(&lengths)
            .map(|(column, length)| column.iter().map(|x| x / length).collect())
            .collect();
        let products: Vec<Vec<f64>> = scaled
            .iter()
            .map(|one| scaled.iter().map(|other| dot(one, other, &self.weights)).collect())
            .collect();
        let ones = vec![1.0; people];
        let wanted: Vec<f64> = (0..columns.len())
            .map(|k| totals[k] / lengths[k] - dot(&scaled[k], &ones, &self.weights))
            .collect();
        let factors = least_squares(&products, &wanted)?.coefficients;
        let weight = |row: usize| {
            let pull: f64 = scaled.iter().zip(&factors).map(|(x, factor)| x[row] * factor).sum();
            self.weights[row] * (1.0 + pull)
        };
        let weights: Vec<f64> = (0..people).map(weight).collect();
        let is_met = |(column, total): (&Vec<f64>, &f64)| {
            let size = dot(column, column, &self.weights).sqrt().max(total.abs());
            (dot(column, &ones, &weights) - total).abs() <= 1e-7 * size
        };
        let met = columns.iter().zip(totals).all(is_met);
        met.then(|| self.adjusted(weights, columns.to_vec()))
    }
}

/// Σ w x y.
fn dot(one: &[f64], other: &[f64], weights: &[f64]) -> f64 {
    one.iter().zip(other).zip(weights).map(|((x, y), weight)| weight * x * y).sum()
}
