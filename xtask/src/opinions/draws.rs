//! Seeded inputs, the same on every platform: sums and products of whole numbers only.

use crate::sample_data::rng::Rng;

/// A stream of draws for one case.
pub(super) struct Draws(Rng);

impl Draws {
    /// The stream of this name.
    pub(super) fn named(name: &str) -> Draws {
        Draws(Rng::named(20_261_121, name))
    }

    /// A whole number from `low` to `high`.
    pub(super) fn whole(&mut self, low: i64, high: i64) -> i64 {
        self.0.between(low, high)
    }

    /// An index below `count`.
    pub(super) fn index(&mut self, count: usize) -> usize {
        self.0.below(count as u64) as usize
    }

    /// True in `share` of a thousand draws.
    pub(super) fn happens(&mut self, share: u64) -> bool {
        self.0.per_mille(share)
    }

    /// From 0 to 1 in steps of a millionth.
    pub(super) fn share(&mut self) -> f64 {
        self.0.below(1_000_001) as f64 / 1e6
    }

    /// Nearly normal with variance 1: twelve shares less six.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    /// So many of them.
    pub(super) fn normals(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.normal()).collect()
    }
}
