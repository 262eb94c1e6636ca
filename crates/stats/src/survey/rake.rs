//! Weights that agree with known totals of several margins.
//!
//! Method: iterative proportional fitting, Deming and Stephan (1940), *On a Least Squares Adjustment of a Sampled
//! Frequency Table When the Expected Marginal Totals Are Known*, Annals of Mathematical Statistics 11, 427–444.

use super::sample::Sample;
use super::weights::trimmed;
use crate::least_squares::least_squares;

/// The classes of one margin and how many people the population has in each.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    /// The class of each person asked, counted from 0.
    pub classes: Vec<usize>,
    /// The people of each class in the population.
    pub totals: Vec<f64>,
}

impl Margin {
    fn fits(&self, people: usize) -> bool {
        let known = self.classes.iter().all(|class| *class < self.totals.len());
        let sound = self.totals.iter().all(|total| total.is_finite() && *total > 0.0);
        self.classes.len() == people && known && sound
    }

    /// 1 for whoever is in the class.
    fn column(&self, class: usize) -> Vec<f64> {
        self.classes.iter().map(|own| if *own == class { 1.0 } else { 0.0 }).collect()
    }

    /// The weighted number of people in each class.
    fn found(&self, weights: &[f64]) -> Vec<f64> {
        let mut found = vec![0.0; self.totals.len()];
        for (class, weight) in self.classes.iter().zip(weights) {
            found[*class] += weight;
        }
        found
    }

    /// Whether the weights agree with the totals, as far as these agree with those of other margins.
    fn is_met(&self, weights: &[f64]) -> bool {
        let found = self.found(weights);
        found.iter().zip(&self.totals).all(|(sum, total)| (sum / total - 1.0).abs() <= 1e-5)
    }

    /// Scales the weights to the totals; `None` if a class has nobody.
    fn scale(&self, weights: &mut [f64]) -> Option<()> {
        let found = self.found(weights);
        if found.iter().any(|sum| *sum <= 0.0) {
            return None;
        }
        for (class, weight) in self.classes.iter().zip(weights) {
            *weight *= self.totals[*class] / found[*class];
        }
        Some(())
    }
}

/// Rounds after which margins are taken for contradictory.
const MOST_ROUNDS: usize = 10_000;
/// The relative change in one round below which a weight stands.
const SETTLED: f64 = 1e-12;

impl Sample {
    /// The sample with weights that agree with every margin; standard errors know of the last adjustment only.
    ///
    /// `None` without margins, for lists of another length, a class without people or with a total that is not above 0,
    /// margins whose totals differ by more than a millionth, margins that no weights can meet, or a sample with weights
    /// that are negative already.
    pub fn raked(&self, margins: &[Margin]) -> Option<Self> {
        let people = self.weights.len();
        let size: f64 = margins.first()?.totals.iter().sum();
        let agrees = |one: &Margin| (one.totals.iter().sum::<f64>() - size).abs() <= 1e-6 * size;
        let is_positive = self.weights.iter().all(|weight| *weight > 0.0);
        if !is_positive || !margins.iter().all(|one| one.fits(people) && agrees(one)) {
            return None;
        }
        let mut weights = self.weights.clone();
        for _ in 0..MOST_ROUNDS {
            let before = weights.clone();
            for margin in margins {
                margin.scale(&mut weights)?;
            }
            let moved = |(new, old): (&f64, &f64)| (new / old - 1.0).abs() > SETTLED;
            if !weights.iter().zip(&before).any(moved) {
                // Margins that contradict each other settle too: in a circle, each met in its turn.
                let met = margins.iter().all(|margin| margin.is_met(&weights));
                return met.then(|| self.adjusted(weights, controls(margins)));
            }
        }
        None
    }

    /// The sample with no weight above `cap` times the mean weight; what was adjusted to totals before holds roughly
    /// only, so standard errors no longer gain from it. `None` as for [`trimmed`].
    pub fn trimmed(&self, cap: f64) -> Option<Self> {
        Some(self.adjusted(trimmed(&self.weights, cap)?, Vec::new()))
    }
}

/// The classes of all margins as columns, without those that follow from others.
fn controls(margins: &[Margin]) -> Vec<Vec<f64>> {
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for margin in margins {
        for class in 0..margin.totals.len() {
            columns.push(margin.column(class));
            if least_squares(&columns, &columns[0]).is_none() {
                columns.pop();
            }
        }
    }
    columns
}
