//! Pairs of a series that rise or fall, and how much their balance varies by chance.

use std::cmp::Ordering;

/// What the pairs of one series amount to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Concordance {
    /// Pairs that rise minus pairs that fall.
    pub s: i64,
    /// Variance of `s` if all orders were equally likely, with the correction for ties.
    pub variance: f64,
    /// All pairs.
    pub pairs: i64,
}

/// Counts the pairs of `values` in O(n log n): falling pairs are the exchanges of a merge sort (Knight 1966).
///
/// Variance: Kendall (1975), *Rank Correlation Methods*, as in Gilbert (1987), 16.4. The values are numbers.
pub(super) fn concordance(values: &[f64]) -> Concordance {
    let mut sorted = values.to_vec();
    let mut spare = sorted.clone();
    let falling = sort_counting(&mut sorted, &mut spare);
    let count = values.len() as i64;
    let pairs = count * (count - 1).max(0) / 2;
    let term = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let (mut tied_pairs, mut tied_terms) = (0, 0.0);
    for tie in sorted.chunk_by(|a, b| a.partial_cmp(b) == Some(Ordering::Equal)) {
        let length = tie.len() as i64;
        tied_pairs += length * (length - 1) / 2;
        tied_terms += term(length as f64);
    }
    let s = pairs - tied_pairs - 2 * falling;
    Concordance { s, variance: (term(count as f64) - tied_terms) / 18.0, pairs }
}

/// Sorts `values` and returns how many pairs stood in strictly falling order.
fn sort_counting(values: &mut [f64], spare: &mut [f64]) -> i64 {
    if values.len() < 2 {
        return 0;
    }
    let middle = values.len() / 2;
    let (left, right) = values.split_at_mut(middle);
    let (left_spare, right_spare) = spare.split_at_mut(middle);
    let mut falling = sort_counting(left, left_spare) + sort_counting(right, right_spare);
    let (mut from_left, mut from_right) = (0, 0);
    for place in spare.iter_mut() {
        let take_right = from_right < right.len()
            && (from_left == left.len() || right[from_right] < left[from_left]);
        if take_right {
            *place = right[from_right];
            from_right += 1;
            falling += (left.len() - from_left) as i64;
        } else {
            *place = left[from_left];
            from_left += 1;
        }
    }
    values.copy_from_slice(spare);
    falling
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Draws;

    #[test]
    fn counting_by_merging_agrees_with_counting_by_pairs() {
        let mut draws = Draws::new(7);
        for count in 0..60 {
            let values: Vec<f64> = (0..count).map(|_| draws.below(12) as f64).collect();
            let mut plain = 0;
            for (index, earlier) in values.iter().enumerate() {
                for later in &values[index + 1..] {
                    plain += i64::from(later > earlier) - i64::from(later < earlier);
                }
            }
            assert_eq!(concordance(&values).s, plain, "{values:?}");
        }
    }

    #[test]
    fn both_zeros_are_one_value() {
        assert_eq!(concordance(&[0.0, -0.0, 0.0]), Concordance { s: 0, variance: 0.0, pairs: 3 });
    }
}
