//! Where does a change lie: which dimension, and which of its segments?
//!
//! Method: in each dimension the smallest set of segments that covers 80 % of the absolute change; dimensions in the
//! order of their surprise, the Jensen–Shannon divergence between the shares before and after, in bits: Bhagwan et al.
//! (2014), *Adtributor: Revenue Debugging in Advertising Systems*, NSDI 14, 43–55. A change that is proportional
//! everywhere has no surprise, and no segment explains it.
//! Not for: rates; their segments go through [`super::mix_rate`] first.

use super::{all_finite, contributions};

/// The share of the absolute change that a set of segments must cover.
pub const COVERED: f64 = 0.8;

/// The segments of one dimension, in both periods; the sums are those of the whole figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dimension<'a> {
    /// The values before, in the figure's unit.
    pub before: &'a [f64],
    /// The values after.
    pub after: &'a [f64],
}

/// What one dimension says about a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The place of the dimension in the list that was given.
    pub dimension: usize,
    /// The segments that cover the change, largest first; ties by their place.
    pub segments: Vec<usize>,
    /// The share of the absolute change that they cover, 0 to 1.
    pub covered: f64,
    /// The change of these segments together, in the figure's unit.
    pub change: f64,
    /// How far the shares have moved, 0 to 1 bit; `None` if a value is negative or a sum is zero.
    pub surprise: Option<f64>,
}

/// What each dimension says about a change, the most surprising first; ties by fewer segments, then by place.
///
/// A dimension without segments, without any change, or with a value that is not finite is left out.
pub fn drill(dimensions: &[Dimension<'_>]) -> Vec<Explanation> {
    let explained = dimensions.iter().enumerate().map(|(place, one)| explain(place, one));
    let mut found: Vec<Explanation> = explained.flatten().collect();
    found.sort_by(|a, b| {
        let surprise = |one: &Explanation| one.surprise.unwrap_or(-1.0);
        let fewer = a.segments.len().cmp(&b.segments.len());
        surprise(b).total_cmp(&surprise(a)).then(fewer).then(a.dimension.cmp(&b.dimension))
    });
    found
}

fn explain(place: usize, dimension: &Dimension<'_>) -> Option<Explanation> {
    let parts = contributions(dimension.before, dimension.after)?;
    let whole: f64 = parts.iter().map(|part| part.change.abs()).sum();
    if whole == 0.0 || !whole.is_finite() {
        return None;
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // The sort is stable: equal changes keep their place.
    order.sort_by(|a, b| parts[*b].change.abs().total_cmp(&parts[*a].change.abs()));
    let mut covered = 0.0;
    let mut segments = Vec::new();
    for segment in order {
        if covered >= (COVERED - 1e-12) * whole {
            break;
        }
        covered += parts[segment].change.abs();
        segments.push(segment);
    }
    let change = segments.iter().map(|segment| parts[*segment].change).sum();
    let surprise = surprise(dimension.before, dimension.after);
    Some(Explanation { dimension: place, segments, covered: covered / whole, change, surprise })
}

fn surprise(before: &[f64], after: &[f64]) -> Option<f64> {
    let (sum_before, sum_after): (f64, f64) = (before.iter().sum(), after.iter().sum());
    let negative = before.iter().chain(after).any(|value| *value < 0.0);
    if negative || sum_before <= 0.0 || sum_after <= 0.0 || !all_finite(&[sum_before, sum_after]) {
        return None;
    }
    let part = |p: f64, q: f64| if p > 0.0 { p / 2.0 * (2.0 * p / (p + q)).log2() } else { 0.0 };
    let both = before.iter().zip(after).map(|(old, new)| (old / sum_before, new / sum_after));
    Some(both.map(|(p, q)| part(p, q) + part(q, p)).sum::<f64>().max(0.0))
}
