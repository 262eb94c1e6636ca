//! Coefficients of rank: Spearman's rho and Kendall's tau-b.

use statrs::distribution::{ContinuousCDF as _, Normal};

use super::{Correlation, moment, pairs_of_numbers, student_p};

/// Spearman's coefficient: Pearson's of the mid-ranks, with the test by Student's t on n − 2 degrees of freedom.
///
/// `None` as for [`super::pearson`].
pub fn spearman(x: &[f64], y: &[f64]) -> Option<Correlation> {
    if !pairs_of_numbers(x, y) {
        return None;
    }
    let coefficient = moment(&mid_ranks(x), &mid_ranks(y))?;
    Some(Correlation { coefficient, p: student_p(coefficient, x.len())?, pairs: x.len() })
}

/// Kendall's tau-b with the normal test corrected for ties: Kendall (1975), *Rank Correlation Methods*, chapters 3
/// and 4; the same as R's `cor.test(method = "kendall", exact = FALSE)`.
///
/// `None` as for [`super::pearson`].
pub fn kendall(x: &[f64], y: &[f64]) -> Option<Correlation> {
    if !pairs_of_numbers(x, y) {
        return None;
    }
    let mut score = 0i64;
    for later in 1..x.len() {
        for earlier in 0..later {
            score += sign(x[later] - x[earlier]) * sign(y[later] - y[earlier]);
        }
    }
    let n = x.len() as f64;
    let (ties_x, ties_y) = (ties(x), ties(y));
    let pairs = n * (n - 1.0) / 2.0;
    let tied = |ties: &[f64]| ties.iter().map(|t| t * (t - 1.0) / 2.0).sum::<f64>();
    let untied = (pairs - tied(&ties_x)) * (pairs - tied(&ties_y));
    if untied <= 0.0 {
        return None;
    }
    let z = score as f64 / score_variance(n, &ties_x, &ties_y).sqrt();
    Some(Correlation {
        coefficient: (score as f64 / untied.sqrt()).clamp(-1.0, 1.0),
        p: (2.0 * Normal::standard().sf(z.abs())).min(1.0),
        pairs: x.len(),
    })
}

fn score_variance(n: f64, ties_x: &[f64], ties_y: &[f64]) -> f64 {
    let cubic = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
    let sum = |ties: &[f64], term: &dyn Fn(f64) -> f64| ties.iter().map(|t| term(*t)).sum::<f64>();
    let square = |t: f64| t * (t - 1.0);
    let third = |t: f64| t * (t - 1.0) * (t - 2.0);
    let plain = (cubic(n) - sum(ties_x, &cubic) - sum(ties_y, &cubic)) / 18.0;
    let both = sum(ties_x, &square) * sum(ties_y, &square) / (2.0 * square(n));
    let triple = sum(ties_x, &third) * sum(ties_y, &third) / (9.0 * third(n));
    plain + both + triple
}

fn sign(difference: f64) -> i64 {
    i64::from(difference > 0.0) - i64::from(difference < 0.0)
}

/// The sizes of the groups of equal values.
fn ties(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a == b).map(|tie| tie.len() as f64).collect()
}

/// The ranks from 1, equal values sharing the mean of theirs.
pub(crate) fn mid_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for tie in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let rank = first as f64 + (tie.len() as f64 + 1.0) / 2.0;
        for place in tie {
            ranks[*place] = rank;
        }
        first += tie.len();
    }
    ranks
}
