//! Shapley values: the mean effect of a factor over all orders in which the factors may change.
//!
//! Method: subset form, φₖ = Σ over S without k of |S|! (n−|S|−1)! / n! · (v(S ∪ k) − v(S)), v(S) the value with the
//! factors of S after and the others before: Shapley (1953), *A Value for n-Person Games*; for decompositions
//! Shorrocks (2013), Journal of Economic Inequality 11, 99–126.
//! Not for: more than twelve factors; the subsets double with each.

use super::{Decomposition, Method, all_finite, close};

/// The most factors that are shared out exactly: 4,096 subsets.
pub const MOST_FACTORS: usize = 12;

/// The change of any function of factors.
///
/// `None` without factors, with more than [`MOST_FACTORS`], for lists of different lengths, or where a factor or the
/// function is not finite.
pub fn shapley(
    before: &[f64],
    after: &[f64],
    value: &dyn Fn(&[f64]) -> f64,
) -> Option<Decomposition> {
    let count = before.len();
    let fits = count == after.len() && (1..=MOST_FACTORS).contains(&count);
    if !fits || !all_finite(before) || !all_finite(after) {
        return None;
    }
    let values = values_of_subsets(before, after, value);
    if !all_finite(&values) {
        return None;
    }
    let weights = weights(count);
    let mut effects: Vec<f64> =
        (0..count).map(|factor| effect(factor, &values, &weights)).collect();
    let (before, after) = (values[0], *values.last()?);
    close(&mut effects, after - before);
    all_finite(&effects).then_some(Decomposition {
        method: Method::Shapley,
        before,
        after,
        effects,
        segments: Vec::new(),
    })
}

/// The change of a product of factors, by Shapley values; `None` as for [`shapley`].
pub fn shapley_product(before: &[f64], after: &[f64]) -> Option<Decomposition> {
    shapley(before, after, &|factors| factors.iter().product())
}

/// The value for each subset of changed factors; bit k of the place says that factor k has changed.
fn values_of_subsets(before: &[f64], after: &[f64], value: &dyn Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut state = before.to_vec();
    let mut values = Vec::with_capacity(1 << before.len());
    for subset in 0..1usize << before.len() {
        for (factor, place) in state.iter_mut().enumerate() {
            let changed = subset >> factor & 1 == 1;
            *place = if changed { after[factor] } else { before[factor] };
        }
        values.push(value(&state));
    }
    values
}

/// The weight of a subset by its size: 1 / (n · C(n−1, size)).
fn weights(count: usize) -> Vec<f64> {
    let mut choices = 1.0;
    let mut weights = Vec::with_capacity(count);
    for size in 0..count {
        weights.push(1.0 / (count as f64 * choices));
        choices *= (count - 1 - size) as f64 / (size + 1) as f64;
    }
    weights
}

fn effect(factor: usize, values: &[f64], weights: &[f64]) -> f64 {
    let bit = 1usize << factor;
    let without = (0..values.len()).filter(|subset| subset & bit == 0);
    without
        .map(|subset| {
            let size = subset.count_ones() as usize;
            weights[size] * (values[subset | bit] - values[subset])
        })
        .sum()
}
