//! What a peer of our size and group would be expected to have.
//!
//! Method: ln(value) = level of the group + slope · ln(size) where all peers have values above zero, so that nothing
//! negative is ever expected; else value = level + slope · ln(size). Fitted to the peers by Huber's estimator (1964),
//! *Robust Estimation of a Location Parameter*, with the usual constant 1.345 and the scale by the median absolute
//! deviation. Each peer is compared with a fit that leaves it out, as we are; so the percentile compares like with like.
//! Not for: groups of which we are the only member, and sizes smaller or larger than those of all peers; nothing is
//! expected there.

use crate::least_squares::least_squares;
use crate::peer::suppression::FEWEST_PEERS;
use crate::quantile::{percentile_rank, quantile};

/// The fewest different sizes that show what size does: through two goes any line.
const FEWEST_SIZES: usize = 3;

/// Distances below this share of the values are rounding, not distance.
const ROUNDING: f64 = 1e-9;

/// Huber's constant: 95 % as efficient as least squares if the errors are normal.
const HUBER: f64 = 1.345;

/// One member of a peer group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peer {
    /// Its size, positive: sessions, revenue, outlets.
    pub size: f64,
    /// The group it belongs to, by any number: its trade, its country.
    pub group: u32,
    /// Its value of the metric.
    pub value: f64,
}

/// Our value beside what our size and group let expect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expectation {
    /// The expected value, in the metric's unit, by the peers alone.
    pub expected: f64,
    /// Ours minus the expected.
    pub residual: f64,
    /// The share of peers with a smaller residual and half of those with the same, 0 to 1; of values above zero the
    /// residuals are relative to what was expected.
    pub percentile: f64,
    /// By how much the expected value rises when our size doubles.
    pub per_doubling: f64,
    /// How many peers the percentile is taken among.
    pub peers: usize,
}

/// What the peers let expect of one of our size and group; `peers` are the others, without us.
///
/// `None` with fewer than [`FEWEST_PEERS`] peers to compare with or too few for the groups, if nobody else is in our
/// group, with fewer than three sizes, if we are smaller or larger than all, or if a size is not positive or a value
/// not finite.
pub fn expectation(own: &Peer, peers: &[Peer]) -> Option<Expectation> {
    let usable = |peer: &Peer| peer.size.is_finite() && peer.size > 0.0 && peer.value.is_finite();
    if !usable(own) || !peers.iter().all(usable) || peers.len() < FEWEST_PEERS {
        return None;
    }
    let mut sizes: Vec<f64> = peers.iter().map(|peer| peer.size).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    if sizes.len() < FEWEST_SIZES || !(sizes[0]..=sizes[sizes.len() - 1]).contains(&own.size) {
        return None;
    }
    let scale = Scale::of(peers);
    let peers: Vec<Peer> =
        peers.iter().map(|peer| Peer { value: scale.of_value(peer.value), ..*peer }).collect();
    let line = Line::fit(&peers)?;
    let level = line.at(own)?;
    let rounding = scale.rounding(&peers);
    let distance = |residual: f64| if residual.abs() <= rounding { 0.0 } else { residual };
    let residuals: Vec<f64> = (0..peers.len())
        .filter_map(|left_out| {
            let mut others = peers.clone();
            let peer = others.remove(left_out);
            Some(distance(peer.value - Line::fit(&others)?.at(&peer)?))
        })
        .collect();
    if residuals.len() < FEWEST_PEERS {
        return None;
    }
    let residual = distance(scale.of_value(own.value) - level);
    let expected = scale.value_of(level);
    Some(Expectation {
        expected,
        residual: if residual == 0.0 { 0.0 } else { own.value - expected },
        percentile: percentile_rank(residual, &residuals)?,
        per_doubling: scale.value_of(level + line.slope * std::f64::consts::LN_2) - expected,
        peers: residuals.len(),
    })
}

/// What the line is fitted to.
#[derive(Clone, Copy, PartialEq)]
enum Scale {
    Values,
    Logarithms,
}

impl Scale {
    /// By the peers alone, so that our own value does not choose.
    fn of(peers: &[Peer]) -> Scale {
        match peers.iter().all(|peer| peer.value > 0.0) {
            true => Scale::Logarithms,
            false => Scale::Values,
        }
    }

    fn of_value(self, value: f64) -> f64 {
        match self {
            Scale::Values => value,
            // Nothing, and less than nothing, is below all that is above zero.
            Scale::Logarithms if value <= 0.0 => f64::NEG_INFINITY,
            Scale::Logarithms => value.ln(),
        }
    }

    fn value_of(self, level: f64) -> f64 {
        match self {
            Scale::Values => level,
            Scale::Logarithms => level.exp(),
        }
    }

    /// The largest distance between scaled values that is only rounding.
    fn rounding(self, scaled: &[Peer]) -> f64 {
        match self {
            Scale::Values => {
                ROUNDING * scaled.iter().fold(0.0f64, |most, peer| most.max(peer.value.abs()))
            }
            Scale::Logarithms => ROUNDING,
        }
    }
}

/// A level for each group, in the order of their numbers, and one slope.
struct Line {
    groups: Vec<u32>,
    levels: Vec<f64>,
    slope: f64,
}

impl Line {
    fn fit(peers: &[Peer]) -> Option<Line> {
        let mut groups: Vec<u32> = peers.iter().map(|peer| peer.group).collect();
        groups.sort_unstable();
        groups.dedup();
        // One value more than coefficients would fit any noise; two leave something to judge by.
        if peers.len() < groups.len() + 3 {
            return None;
        }
        let mut columns: Vec<Vec<f64>> = groups
            .iter()
            .map(|group| peers.iter().map(|peer| f64::from(peer.group == *group)).collect())
            .collect();
        columns.push(peers.iter().map(|peer| peer.size.ln()).collect());
        let values: Vec<f64> = peers.iter().map(|peer| peer.value).collect();
        let mut levels = robust(&columns, &values)?;
        let slope = levels.pop()?;
        Some(Line { groups, levels, slope })
    }

    fn at(&self, peer: &Peer) -> Option<f64> {
        let place = self.groups.binary_search(&peer.group).ok()?;
        Some(self.levels[place] + self.slope * peer.size.ln())
    }
}

/// Huber's estimator by reweighted least squares.
fn robust(columns: &[Vec<f64>], values: &[f64]) -> Option<Vec<f64>> {
    let mut coefficients = least_squares(columns, values)?.coefficients;
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    for _ in 0..100 {
        let residuals: Vec<f64> = (0..values.len())
            .map(|row| {
                let pairs = columns.iter().zip(&coefficients);
                values[row] - pairs.map(|(column, weight)| column[row] * weight).sum::<f64>()
            })
            .collect();
        let sizes: Vec<f64> = residuals.iter().map(|residual| residual.abs()).collect();
        let scale = 1.4826 * quantile(&sizes, 0.5)?;
        if scale <= 1e-12 * largest {
            break;
        }
        let roots: Vec<f64> =
            sizes.iter().map(|size| (HUBER * scale / size.max(HUBER * scale)).sqrt()).collect();
        let weigh = |list: &[f64]| list.iter().zip(&roots).map(|(x, root)| x * root).collect();
        let weighted: Vec<Vec<f64>> = columns.iter().map(|column| weigh(column)).collect();
        let next = least_squares(&weighted, &weigh(values))?.coefficients;
        let moved = next.iter().zip(&coefficients).any(|(a, b)| (a - b).abs() > 1e-10 * b.abs());
        coefficients = next;
        if !moved {
            break;
        }
    }
    Some(coefficients)
}

#[cfg(test)]
mod tests {
    use super::robust;

    #[test]
    fn the_line_is_that_of_a_published_robust_fit() {
        // Belgian telephone calls, 1950 to 1973, in tens of millions, six of them minutes by mistake. Venables and
        // Ripley (2002), *Modern Applied Statistics with S*, 6.5: Huber's estimator gives −102.622 + 2.041 · year after
        // at most fifty steps; ours goes on until nothing moves, to −102.530 + 2.040 · year.
        let calls = [
            4.4, 4.7, 4.7, 5.9, 6.6, 7.3, 8.1, 8.8, 10.6, 12.0, 13.5, 14.9, 16.1, 21.2, 119.0,
            124.0, 142.0, 159.0, 182.0, 212.0, 43.0, 24.0, 27.0, 29.0,
        ];
        let years: Vec<f64> = (50..74).map(f64::from).collect();
        let found = robust(&[vec![1.0; 24], years], &calls).expect("a line");
        assert!((found[0] + 102.622).abs() < 0.1, "{found:?}");
        assert!((found[1] - 2.041).abs() < 0.002, "{found:?}");
    }
}
