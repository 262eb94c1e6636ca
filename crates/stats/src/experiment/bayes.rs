//! How sure may one be that the version is better, and what does a wrong choice cost?

use statrs::distribution::{Continuous as _, ContinuousCDF as _};
use statrs::function::gamma::ln_gamma;

use super::compare::Comparison;
use super::sample::Sample;
use super::{is_open_share, normal};

/// Cells for one standard deviation of the narrower belief.
const CELLS: f64 = 100.0;
/// Standard deviations around each mean that are looked at.
const REACH: f64 = 9.0;
/// The most cells that are looked at.
const MOST_CELLS: f64 = 400_000.0;

/// What was believed about a difference before the trial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// Nothing.
    Flat,
    /// A normal belief.
    Normal {
        /// The expected difference.
        mean: f64,
        /// Its variance.
        variance: f64,
    },
}

/// What is believed about a difference after the trial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    /// The expected difference, version less control.
    pub difference: f64,
    /// Its standard deviation.
    pub error: f64,
    /// The probability that the version is above the control.
    pub chance: f64,
    /// What is lost on average by keeping the control.
    pub loss_of_keeping: f64,
    /// What is lost on average by taking the version.
    pub loss_of_taking: f64,
}

impl Belief {
    /// The same about a metric that should be low: `chance` becomes that of being below, and the losses turn.
    #[must_use]
    pub fn turned(self) -> Belief {
        Belief {
            chance: 1.0 - self.chance,
            loss_of_keeping: self.loss_of_taking,
            loss_of_taking: self.loss_of_keeping,
            ..self
        }
    }

    /// The interval that holds the difference with probability `level`; `None` if that is not between 0 and 1.
    pub fn interval(&self, level: f64) -> Option<(f64, f64)> {
        let reach =
            is_open_share(level).then(|| normal().inverse_cdf((1.0 + level) / 2.0) * self.error)?;
        Some((self.difference - reach, self.difference + reach))
    }
}

/// The normal belief after a comparison.
///
/// `None` if the prior's variance is not above zero.
pub fn belief(comparison: &Comparison, prior: Prior) -> Option<Belief> {
    let own = comparison.error.powi(-2);
    let (difference, error) = match prior {
        Prior::Flat => (comparison.difference, comparison.error),
        Prior::Normal { mean, variance } => {
            let weight = own + 1.0 / variance;
            let mixed = (comparison.difference * own + mean / variance) / weight;
            (variance > 0.0 && mixed.is_finite()).then_some((mixed, weight.sqrt().recip()))?
        }
    };
    let z = difference / error;
    let chance = normal().cdf(z);
    let loss_of_keeping = difference * chance + error * normal().pdf(z);
    let loss_of_taking = loss_of_keeping - difference;
    Some(Belief { difference, error, chance, loss_of_keeping, loss_of_taking })
}

/// The belief about two rates, each with a beta prior `(hits, misses)`, by integration of the two densities on one
/// grid; differences in points.
///
/// `None` if a sample is no rate, cannot be, or the prior is not above zero.
pub fn rates_belief(control: &Sample, version: &Sample, prior: (f64, f64)) -> Option<Belief> {
    let control = Beta::after(control, prior)?;
    let version = Beta::after(version, prior)?;
    let least = (control.mean - REACH * control.deviation)
        .min(version.mean - REACH * version.deviation)
        .max(0.0);
    let most = (control.mean + REACH * control.deviation)
        .max(version.mean + REACH * version.deviation)
        .min(1.0);
    let finest = control.deviation.min(version.deviation) / CELLS;
    let cells = ((most - least) / finest).ceil().min(MOST_CELLS) as usize;
    let width = (most - least) / cells as f64;
    let own = version.cells(least, width, cells);
    let other = control.cells(least, width, cells);
    let (mut below_own, mut below_other, mut chance, mut loss) = (0.0, 0.0, 0.0, 0.0);
    for (own, other) in own.iter().zip(&other) {
        let (middle_own, middle_other) = (below_own + own / 2.0, below_other + other / 2.0);
        chance += own * middle_other;
        // E max(control − version, 0) is the integral of P(version below x) · P(control above x).
        loss += middle_own * (1.0 - middle_other) * width;
        below_own += own;
        below_other += other;
    }
    let difference = version.mean - control.mean;
    Some(Belief {
        difference,
        error: control.deviation.hypot(version.deviation),
        chance: chance.clamp(0.0, 1.0),
        loss_of_keeping: (loss + difference).max(0.0),
        loss_of_taking: loss,
    })
}

/// A beta distribution.
struct Beta {
    hits: f64,
    misses: f64,
    mean: f64,
    deviation: f64,
}

impl Beta {
    fn after(sample: &Sample, prior: (f64, f64)) -> Option<Beta> {
        let Sample::Rate { units, hits } = *sample else { return None };
        sample.estimate()?;
        let (hits, misses) = (hits + prior.0, units - hits + prior.1);
        let all = hits + misses;
        let mean = hits / all;
        let deviation = (mean * (1.0 - mean) / (all + 1.0)).sqrt();
        let told = prior.0 > 0.0 && prior.1 > 0.0 && deviation > 0.0;
        told.then_some(Beta { hits, misses, mean, deviation })
    }

    /// The probability of each cell by the density in its middle; they add up to one.
    fn cells(&self, least: f64, width: f64, count: usize) -> Vec<f64> {
        let scale = ln_gamma(self.hits + self.misses) - ln_gamma(self.hits) - ln_gamma(self.misses);
        let weigh = |k: usize| {
            let x = least + width * (k as f64 + 0.5);
            (scale + (self.hits - 1.0) * x.ln() + (self.misses - 1.0) * (-x).ln_1p()).exp()
        };
        let weights: Vec<f64> = (0..count).map(weigh).collect();
        let all: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / all).collect()
    }
}
