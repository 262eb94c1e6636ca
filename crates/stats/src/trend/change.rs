//! Is the newest value of a series a real move?
//!
//! The change from a comparable earlier value is held against the changes of the same kind in the history. Rule: of
//! series that are nothing but noise, at most one in twenty may be called.

use super::theil_sen::median;
use crate::quantile::quantile;

/// Share of pure noise that may be called a move.
pub const LEVEL: f64 = 0.05;

/// Past changes needed before anything is said.
pub const LEAST_CHANGES: usize = 7;

/// What is said about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The value fell by more than noise explains.
    Down,
    /// Noise explains the change.
    NoClearChange,
    /// The value rose by more than noise explains.
    Up,
}

/// The newest value of a series beside what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// What is said.
    pub direction: Move,
    /// The earlier value: the previous period, or the same period of the last cycle.
    pub expected: f64,
    /// Newest minus expected, in units of the values.
    pub size: f64,
    /// Changes of at most this size, up or down, pass for noise.
    pub noise: f64,
    /// Estimated share of pure-noise changes at least as large, 0 to 1; below [`LEVEL`] the change is called.
    pub tail_share: f64,
}

/// Compares `newest` with the value `lag` periods before it: 1 for the previous period, the length of a cycle for the
/// same period of the last cycle (12 for months of a year, 7 for days of a week).
///
/// Method: the past changes over the same lag, less their median, are noise. The change's place among their sizes is
/// its tail share (type 6 of Hyndman and Fan), times 1.3, as overlapping changes share values. Beyond the largest
/// past change the share s is carried on by the slower of two power laws, s·(largest/size)^(4/3) and
/// 1.3·s·(largest/size)², which is what lognormal noise needs where a normal scale calls one in five. Odd values of
/// the history cannot hide a move: ten times the upper quartile of the sizes is always called. A steady trend is no
/// noise: a rise as usual is called a rise.
///
/// `None` for fewer than [`LEAST_CHANGES`] past changes, a lag of 0, values that are not finite, and a history whose
/// changes are all alike. Not for many metrics at once without a correction for their number.
pub fn change(history: &[f64], newest: f64, lag: usize) -> Option<Change> {
    let finite = newest.is_finite() && history.iter().all(|x| x.is_finite());
    let count = history.len().checked_sub(lag)?;
    if lag == 0 || count < LEAST_CHANGES || !finite {
        return None;
    }
    let noise = Noise::of(history.iter().zip(&history[lag..]).map(|(early, late)| late - early))?;
    let expected = history[count];
    let size = newest - expected;
    let tail_share = noise.tail_share(size.abs());
    let direction = match size {
        _ if tail_share >= LEVEL => Move::NoClearChange,
        size if size > 0.0 => Move::Up,
        _ => Move::Down,
    };
    Some(Change { direction, expected, size, noise: noise.band(), tail_share })
}

/// Overlapping changes share values, so that fewer than their number are independent.
const OVERLAP: f64 = 1.3;

/// How fast the tail share falls beyond the largest change seen, in few changes and in many.
const TAIL_OF_FEW: f64 = 4.0 / 3.0;
const TAIL_OF_MANY: f64 = 2.0;

/// What no noise of a usual kind exceeds, in upper quartiles of the sizes: lognormal noise with sigma 1 hardly ever.
const MOST: f64 = 10.0;

/// Sizes of past changes less their median, in rising order.
struct Noise {
    sizes: Vec<f64>,
    /// The size that is called whatever the largest ones were; none where most changes are alike.
    most: Option<f64>,
}

impl Noise {
    fn of(changes: impl Iterator<Item = f64>) -> Option<Self> {
        let changes: Vec<f64> = changes.collect();
        let usual = median(changes.clone())?;
        let mut sizes: Vec<f64> = changes.iter().map(|change| (change - usual).abs()).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let largest = *sizes.last()?;
        // Differences of decimals such as 0.3 - 0.2 and 0.2 - 0.1 are unequal by rounding alone.
        let rounding = 1e-12 * changes.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let upper = quantile(&sizes, 0.75)?;
        let most = (upper > rounding).then_some(MOST * upper);
        (largest.is_finite() && largest > rounding).then_some(Self { sizes, most })
    }

    /// The share of the largest change among those seen and the new one.
    fn least_share(&self) -> f64 {
        1.0 / (self.sizes.len() + 1) as f64
    }

    fn tail_share(&self, size: f64) -> f64 {
        let ranked = self.ranked_share(size);
        let bound = |most: f64| LEVEL * (most / size).powf(TAIL_OF_FEW);
        self.most.map_or(ranked, |most| ranked.min(bound(most)))
    }

    fn ranked_share(&self, size: f64) -> f64 {
        let least = self.least_share();
        let smaller = self.sizes.partition_point(|other| *other <= size);
        let below = if smaller == 0 { 0.0 } else { self.sizes[smaller - 1] };
        let Some(above) = self.sizes.get(smaller) else {
            let few = least * (below / size).powf(TAIL_OF_FEW);
            let many = OVERLAP * least * (below / size).powf(TAIL_OF_MANY);
            return few.max(many);
        };
        let place = smaller as f64 + (size - below) / (above - below);
        (OVERLAP * (1.0 - place * least)).min(1.0)
    }

    /// The size whose tail share is [`LEVEL`].
    fn band(&self) -> f64 {
        let ranked = self.ranked_band();
        self.most.map_or(ranked, |most| ranked.min(most))
    }

    fn ranked_band(&self) -> f64 {
        let least = self.least_share();
        let place = (1.0 - LEVEL / OVERLAP) / least;
        let below = place.floor() as usize;
        let low = self.sizes[below.min(self.sizes.len()) - 1];
        let Some(high) = self.sizes.get(below) else {
            let few = (least / LEVEL).powf(1.0 / TAIL_OF_FEW);
            let many = (OVERLAP * least / LEVEL).powf(1.0 / TAIL_OF_MANY);
            return low * few.max(many);
        };
        low + (place - below as f64) * (high - low)
    }
}

#[cfg(test)]
mod simulations;
#[cfg(test)]
mod tests;
