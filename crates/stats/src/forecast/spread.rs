//! From the deviations of a blend to bounds and sample paths that agree with each other.
//!
//! Method: the surprises of a path are drawn from the past ones and share one random scale, √(ν/χ²ν): a multivariate
//! Student distribution, as the true variance of a single series is never known. Bounds are Student quantiles of the
//! same spread.

use statrs::distribution::{ContinuousCDF as _, StudentsT};

use super::member::Member;
use crate::random::Random;

/// How the errors of a blend are distributed, chosen once per recipe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// Factor on the deviations that the methods claim.
    pub width: f64,
    /// Degrees of freedom of the Student distribution.
    pub freedom: u32,
    /// Share of the variance that all steps have in common: trends that turn out wrong.
    pub common: f64,
    /// Where the middle of the distribution lies beside the mean, in units of the distribution.
    pub lean: f64,
}

impl Shape {
    pub(super) const NORMAL: Shape = shape(1.0, 100, 0.0, 0.0);
    pub(super) const UNSEASONAL: Shape = shape(0.75, 4, 0.0, 0.0);
    pub(super) const SHORT: Shape = shape(0.95, 6, 0.3, 0.0);
    pub(super) const LONG: Shape = shape(0.66, 4, 0.0, 0.18);
    pub(super) const SEVERAL: Shape = shape(0.95, 6, 0.0, 0.0);
}

const fn shape(width: f64, freedom: u32, common: f64, lean: f64) -> Shape {
    Shape { width, freedom, common, lean }
}

/// The distribution of the future of one series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spread {
    member: Member,
    shape: Shape,
    /// What the known effects do to each step: a factor and a difference.
    effect: Vec<(f64, f64)>,
    /// What no value goes below.
    floor: Option<f64>,
}

impl Spread {
    pub(super) fn new(
        member: Member,
        shape: Shape,
        effect: Vec<(f64, f64)>,
        floor: Option<f64>,
    ) -> Spread {
        Spread { member, shape, effect, floor }
    }

    /// The same spread, wider or narrower by a factor.
    pub(super) fn widened(mut self, factor: f64) -> Spread {
        self.shape.width *= factor;
        self
    }

    fn bounded(&self, value: f64) -> f64 {
        self.floor.map_or(value, |floor| value.max(floor))
    }

    /// The expected value of each step.
    pub(super) fn means(&self) -> Vec<f64> {
        self.member
            .mean
            .iter()
            .zip(&self.effect)
            .map(|(mean, effect)| self.bounded(mean * effect.0 + effect.1))
            .collect()
    }

    /// The unit of each step's Student distribution.
    pub(super) fn units(&self) -> Vec<f64> {
        let deviations = self.member.deviations();
        deviations.iter().zip(&self.effect).map(|(x, e)| x * e.0 * self.shape.width).collect()
    }

    /// Central bounds at a level between 0 and 1.
    pub(super) fn bounds(&self, level: f64) -> Vec<(f64, f64)> {
        let tail = (1.0 - level) / 2.0;
        self.quantile(tail).into_iter().zip(self.quantile(1.0 - tail)).collect()
    }

    /// The value of each step that is not exceeded with the probability `share`.
    pub(super) fn quantile(&self, share: f64) -> Vec<f64> {
        let place = self.shape.lean + point(self.shape.freedom, share);
        (self.member.mean.iter().zip(&self.effect))
            .zip(self.units())
            .map(|((mean, effect), unit)| self.bounded(mean * effect.0 + effect.1 + place * unit))
            .collect()
    }

    /// Degrees of freedom of the Student distribution.
    pub(super) fn freedom(&self) -> u32 {
        self.shape.freedom
    }

    /// Possible futures.
    pub(super) fn paths(&self, count: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut random = Random::new(seed);
        let deviations = self.member.deviations();
        (0..count).map(|_| self.path(&deviations, &mut random)).collect()
    }

    fn path(&self, deviations: &[f64], random: &mut Random) -> Vec<f64> {
        let Shape { width, freedom, common, lean } = self.shape;
        let squares: f64 = (0..freedom).map(|_| random.normal().powi(2)).sum();
        let scale = width * (f64::from(freedom) / squares.max(1e-9)).sqrt();
        let shared = scale * common.sqrt() * random.normal() + width * lean;
        let surprises = &self.member.surprises;
        let own = scale * (1.0 - common).sqrt();
        let shocks: Vec<f64> =
            deviations.iter().map(|_| own * surprises[random.below(surprises.len())]).collect();
        (self.member.mean.iter().zip(&self.effect))
            .zip(self.member.response.iter().zip(deviations))
            .map(|((mean, effect), (row, deviation))| {
                let moved: f64 = row.iter().zip(&shocks).map(|(weight, x)| weight * x).sum();
                self.bounded((mean + moved + shared * deviation) * effect.0 + effect.1)
            })
            .collect()
    }
}

/// The quantile of the Student distribution at `share`.
pub(super) fn point(freedom: u32, share: f64) -> f64 {
    StudentsT::new(0.0, 1.0, f64::from(freedom))
        .expect("the degrees of freedom are above zero")
        .inverse_cdf(share)
}
