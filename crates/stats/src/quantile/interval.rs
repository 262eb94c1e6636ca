//! How sure a quantile is.

use statrs::distribution::{Binomial, DiscreteCDF};

/// Two values of a sample between which a quantile of its population lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuantileInterval {
    /// The lower end, a value of the sample.
    pub low: f64,
    /// The upper end, a value of the sample.
    pub high: f64,
    /// The confidence reached, at least the one asked.
    pub confidence: f64,
}

/// The interval of the population's quantile at `share` between two order statistics, for any continuous
/// distribution: Conover (1999), *Practical Nonparametric Statistics*, 3.2; Hahn and Meeker (1991), 5.2.
///
/// The number of values below the quantile is binomial; each tail keeps at most half of 1 − `confidence`. Ties only
/// raise the confidence. `None` where the sample is too small for it, for values that are not numbers, and for shares
/// and confidences that are not between 0 and 1.
pub fn quantile_interval(sample: &[f64], share: f64, confidence: f64) -> Option<QuantileInterval> {
    let asked = [share, confidence].iter().all(|asked| *asked > 0.0 && *asked < 1.0);
    if !asked || sample.is_empty() || sample.iter().any(|x| x.is_nan()) {
        return None;
    }
    let count = sample.len() as u64;
    let below = Binomial::new(share, count).ok()?;
    let tail = (1.0 - confidence) / 2.0;
    // Ranks from 1: the lower tail is P(below < low), the upper one P(below >= high).
    let low = first(count, |rank| below.cdf(rank) > tail)?;
    let high = first(count, |rank| below.sf(rank) <= tail)? + 1;
    if low < 1 || high > count {
        return None;
    }
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let reached = 1.0 - below.cdf(low - 1) - below.sf(high - 1);
    let (low, high) = (sorted[low as usize - 1], sorted[high as usize - 1]);
    Some(QuantileInterval { low, high, confidence: reached })
}

/// The least number up to `count` for which `holds`, which holds for all after it.
fn first(count: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut from, mut to) = (0, count + 1);
    while from < to {
        let middle = (from + to) / 2;
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    (from <= count).then_some(from)
}
