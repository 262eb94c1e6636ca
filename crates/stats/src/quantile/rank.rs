//! Where one value stands among others.

use statrs::distribution::{ContinuousCDF, Normal};
use std::cmp::Ordering;

/// A percentile rank with its interval, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    /// The share of others below, and half of the share equal.
    pub rank: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// The percentile rank of `value` among `others`, 0 to 1: the share below it and half of the share equal to it.
///
/// `None` when there are no others, or one is not a number.
pub fn percentile_rank(value: f64, others: &[f64]) -> Option<f64> {
    Some(below(value, others)? / others.len() as f64)
}

/// The percentile rank of `value` among `others` with the Wilson interval of the share of the population below it.
///
/// `value` is taken as given; `others`, which do not contain it, as a random sample of m peers. The count of peers
/// below, with half of those equal, is treated as binomial. `None` as for [`percentile_rank`] and [`wilson`].
pub fn percentile_rank_interval(value: f64, others: &[f64], confidence: f64) -> Option<Rank> {
    let below = below(value, others)?;
    let count = others.len() as f64;
    let (low, high) = wilson(below, count, confidence)?;
    Some(Rank { rank: below / count, low, high })
}

/// The score interval of a share of `hits` among `trials`: Wilson (1927), *Probable Inference, the Law of Succession,
/// and Statistical Inference*, JASA 22, 209–212. Hits may be halves.
///
/// `None` for no trials, hits outside 0 to `trials`, or a confidence that is not between 0 and 1.
pub fn wilson(hits: f64, trials: f64, confidence: f64) -> Option<(f64, f64)> {
    let possible = trials > 0.0 && trials.is_finite() && (0.0..=trials).contains(&hits);
    let asked = confidence > 0.0 && confidence < 1.0;
    if !(possible && asked) {
        return None;
    }
    let critical = Normal::standard().inverse_cdf((1.0 + confidence) / 2.0);
    let square = critical * critical;
    let share = hits / trials;
    let centre = (hits + square / 2.0) / (trials + square);
    let spread = share * (1.0 - share) * trials + square / 4.0;
    let half = critical * spread.sqrt() / (trials + square);
    Some(((centre - half).max(0.0), (centre + half).min(1.0)))
}

fn below(value: f64, others: &[f64]) -> Option<f64> {
    if others.is_empty() || value.is_nan() {
        return None;
    }
    let mut below = 0.0;
    for other in others {
        below += match other.partial_cmp(&value)? {
            Ordering::Less => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Greater => 0.0,
        };
    }
    Some(below)
}
