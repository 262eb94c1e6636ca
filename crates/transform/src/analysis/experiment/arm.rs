//! One version's sums of one outcome.

use super::spec::Kind;
use stats::experiment::{Covaried, Sample};

/// One person's outcome.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    /// What is added up; 1 or 0 of a rate.
    pub(super) value: f64,
    /// What a ratio is per.
    pub(super) per: f64,
}

/// The sums over the people of a version.
#[derive(Debug, Clone)]
pub(super) struct Arm {
    kind: Kind,
    /// People.
    pub(super) units: u64,
    /// People whose days are not over.
    pub(super) waiting: u64,
    /// People with an unknown value.
    pub(super) unknown: u64,
    /// Sums of value, value squared, per, per squared, value times per.
    pub(super) sums: [f64; 5],
    /// Sums of the same outcome before, its squares, and its products with the outcome.
    before: Option<[f64; 3]>,
}

impl Arm {
    pub(super) fn new(kind: Kind, covaried: bool) -> Self {
        let before = (covaried && kind != Kind::Ratio).then_some([0.0; 3]);
        Self { kind, units: 0, waiting: 0, unknown: 0, sums: [0.0; 5], before }
    }

    /// Adds a person, with what the same person did before.
    pub(super) fn add(&mut self, now: Sums, earlier: Sums) {
        self.units += 1;
        let Sums { value, per } = now;
        let added = [value, value * value, per, per * per, value * per];
        self.sums.iter_mut().zip(added).for_each(|(sum, one)| *sum += one);
        if let Some(before) = &mut self.before {
            let added = [earlier.value, earlier.value * earlier.value, earlier.value * value];
            before.iter_mut().zip(added).for_each(|(sum, one)| *sum += one);
        }
    }

    /// The sample as it is.
    pub(super) fn sample(&self) -> Sample {
        let units = self.units as f64;
        let [sum, squares, base, base_squares, products] = self.sums;
        match self.kind {
            Kind::Rate => Sample::Rate { units, hits: sum },
            Kind::Mean => Sample::Mean { units, sum, squares },
            Kind::Ratio => Sample::Ratio { units, sum, squares, base, base_squares, products },
        }
    }

    /// The sums with those of the same people before, where they are known.
    pub(super) fn covaried(&self) -> Option<Covaried> {
        let [before, before_squares, products] = self.before?;
        let units = self.units as f64;
        let (sum, squares) = (self.sums[0], self.sums[1]);
        Some(Covaried { units, sum, squares, before, before_squares, products })
    }
}
