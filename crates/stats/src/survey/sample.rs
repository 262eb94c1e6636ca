//! Means and totals of a weighted sample with strata and clusters.
//!
//! Method: linearisation, Särndal, Swensson and Wretman (1992), *Model Assisted Survey Sampling*, 5.5 and 6.6; the
//! variance between clusters within strata with the finite-population correction, as in Lumley (2004), *Analysis
//! of Complex Survey Samples*, Journal of Statistical Software 9(8). After raking or calibration the values are first
//! freed of what the control totals explain (residuals by the weights before).

use super::weights::effective;
use crate::least_squares::least_squares;

/// People asked, each with the number of people he or she stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub(super) weights: Vec<f64>,
    /// The weights before the last adjustment to control totals.
    pub(super) base: Vec<f64>,
    /// The columns whose totals were adjusted to.
    pub(super) controls: Vec<Vec<f64>>,
    strata: Vec<usize>,
    clusters: Vec<usize>,
    population: Option<Vec<f64>>,
}

/// An estimate for the population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean or the total, in the unit of the values.
    pub value: f64,
    /// Its standard error; `None` where a stratum has one cluster only, which tells of no variance.
    pub standard_error: Option<f64>,
    /// The people asked.
    pub people: usize,
    /// The number of unweighted answers these are worth (Kish).
    pub effective: f64,
}

impl Sample {
    /// A sample without strata in which everybody was drawn alone from a large population.
    ///
    /// `None` without weights, or for one that is not finite or not above 0.
    pub fn new(weights: &[f64]) -> Option<Self> {
        let sound = weights.iter().all(|weight| weight.is_finite() && *weight > 0.0);
        (sound && !weights.is_empty()).then(|| Self {
            weights: weights.to_vec(),
            base: weights.to_vec(),
            controls: Vec::new(),
            strata: vec![0; weights.len()],
            clusters: (0..weights.len()).collect(),
            population: None,
        })
    }

    /// The same people, drawn within these strata; `None` for a list of another length.
    pub fn with_strata(mut self, strata: &[usize]) -> Option<Self> {
        self.strata = strata.to_vec();
        (strata.len() == self.weights.len()).then_some(self)
    }

    /// The same people, drawn in these clusters; `None` for a list of another length.
    pub fn with_clusters(mut self, clusters: &[usize]) -> Option<Self> {
        self.clusters = clusters.to_vec();
        (clusters.len() == self.weights.len()).then_some(self)
    }

    /// The same people, each with the number of clusters (people, if drawn alone) that his or her stratum has in the
    /// population; `None` for a list of another length or a number that is not above 0.
    pub fn with_population(mut self, population: &[f64]) -> Option<Self> {
        let sound = population.iter().all(|count| count.is_finite() && *count > 0.0);
        self.population = Some(population.to_vec());
        (sound && population.len() == self.weights.len()).then_some(self)
    }

    /// The number of people each stands for.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The mean of `values` over the population; `None` for a list of another length or a value that is not finite.
    pub fn mean(&self, values: &[f64]) -> Option<Estimate> {
        let total = self.sum(values)?;
        let size: f64 = self.weights.iter().sum();
        let mean = total / size;
        let influence: Vec<f64> = values.iter().map(|value| (value - mean) / size).collect();
        self.estimate(mean, &influence)
    }

    /// The total of `values` over the population; `None` as for [`Sample::mean`].
    pub fn total(&self, values: &[f64]) -> Option<Estimate> {
        self.estimate(self.sum(values)?, values)
    }

    /// The same sample under other weights that follow from control totals of these columns.
    pub(super) fn adjusted(&self, weights: Vec<f64>, controls: Vec<Vec<f64>>) -> Self {
        Self { base: self.weights.clone(), weights, controls, ..self.clone() }
    }

    fn sum(&self, values: &[f64]) -> Option<f64> {
        let sound = values.len() == self.weights.len() && values.iter().all(|x| x.is_finite());
        sound.then(|| values.iter().zip(&self.weights).map(|(x, weight)| x * weight).sum())
    }

    fn estimate(&self, value: f64, influence: &[f64]) -> Option<Estimate> {
        // A calibrated weight may be negative; what the answers are worth is told by its size.
        let sizes: Vec<f64> = self.weights.iter().map(|weight| weight.abs()).collect();
        let standard_error = self.variance(influence).map(f64::sqrt);
        let people = self.weights.len();
        let effective = effective(&sizes)?;
        value.is_finite().then_some(Estimate { value, standard_error, people, effective })
    }

    /// The variance of the weighted sum of `influence`.
    fn variance(&self, influence: &[f64]) -> Option<f64> {
        let rest = self.unexplained(influence)?;
        let mut rows: Vec<usize> = (0..rest.len()).collect();
        rows.sort_by_key(|row| (self.strata[*row], self.clusters[*row]));
        let mut variance = 0.0;
        for stratum in rows.chunk_by(|a, b| self.strata[*a] == self.strata[*b]) {
            let clusters = stratum.chunk_by(|a, b| self.clusters[*a] == self.clusters[*b]);
            let sums: Vec<f64> = clusters
                .map(|rows| rows.iter().map(|row| self.weights[*row] * rest[*row]).sum())
                .collect();
            let count = sums.len() as f64;
            if count < 2.0 {
                return None;
            }
            let mean = sums.iter().sum::<f64>() / count;
            let squares: f64 = sums.iter().map(|sum| (sum - mean).powi(2)).sum();
            let drawn = match &self.population {
                Some(population) => (count / population[stratum[0]]).min(1.0),
                None => 0.0,
            };
            variance += (1.0 - drawn) * count / (count - 1.0) * squares;
        }
        Some(variance)
    }

    /// What the controls leave of `values`, by the weights before the adjustment.
    fn unexplained(&self, values: &[f64]) -> Option<Vec<f64>> {
        if self.controls.is_empty() {
            return Some(values.to_vec());
        }
        let scaled = |list: &[f64]| -> Vec<f64> {
            list.iter().zip(&self.base).map(|(x, weight)| x * weight.sqrt()).collect()
        };
        let columns: Vec<Vec<f64>> = self.controls.iter().map(|column| scaled(column)).collect();
        let fit = least_squares(&columns, &scaled(values))?;
        let mut rest = values.to_vec();
        for (column, coefficient) in self.controls.iter().zip(fit.coefficients) {
            for (rest, x) in rest.iter_mut().zip(column) {
                *rest -= coefficient * x;
            }
        }
        Some(rest)
    }
}
