//! Whole numbers as spans: a year of invoice numbers is a handful of them.

use serde::{Deserialize, Serialize};

/// Numbers, as spans from first to last: in order, apart from each other by at least one number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spans(Vec<(u64, u64)>);

impl Spans {
    /// The numbers of all of `spans`, in any order.
    pub(super) fn of(mut spans: Vec<(u64, u64)>) -> Self {
        spans.sort_unstable();
        let mut merged: Vec<(u64, u64)> = Vec::new();
        for (first, last) in spans {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => {
                    before.1 = before.1.max(last)
                }
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    /// The numbers of both.
    pub(super) fn with(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).copied().collect())
    }

    /// The numbers that `other` has not.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        for &(first, last) in &self.0 {
            let mut next = Some(first);
            let start = other.0.partition_point(|span| span.1 < first);
            for &(from, to) in other.0[start..].iter().take_while(|span| span.0 <= last) {
                if let Some(first) = next.filter(|first| *first < from) {
                    left.push((first, from - 1));
                }
                next = to.checked_add(1).filter(|next| *next <= last);
            }
            left.extend(next.map(|first| (first, last)));
        }
        Self(left)
    }

    /// The numbers below a bound.
    pub(super) fn below(&self, bound: u64) -> Self {
        let under = self.0.iter().take_while(|span| span.0 < bound);
        Self(under.map(|(first, last)| (*first, (*last).min(bound - 1))).collect())
    }

    /// What is left out between two spans, with the first number after it.
    pub(super) fn holes(&self) -> impl Iterator<Item = ((u64, u64), u64)> {
        self.0.windows(2).map(|pair| ((pair[0].1 + 1, pair[1].0 - 1), pair[1].0))
    }

    /// The spans, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().copied()
    }

    /// Whether a number is among them.
    pub(super) fn has(&self, number: u64) -> bool {
        let place = self.0.partition_point(|span| span.1 < number);
        self.0.get(place).is_some_and(|span| span.0 <= number)
    }

    /// The lowest number.
    pub(super) fn first(&self) -> Option<u64> {
        self.0.first().map(|span| span.0)
    }

    /// The highest number.
    pub(super) fn last(&self) -> Option<u64> {
        self.0.last().map(|span| span.1)
    }

    /// How many numbers there are.
    pub(super) fn count(&self) -> u64 {
        let sizes = self.0.iter().map(|(first, last)| (last - first).saturating_add(1));
        sizes.fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(spans: &[(u64, u64)]) -> Spans {
        Spans::of(spans.to_vec())
    }

    #[test]
    fn spans_that_touch_are_one() {
        assert_eq!(spans(&[(5, 6), (1, 2), (3, 3), (9, 9), (8, 9)]).0, [(1, 3), (5, 6), (8, 9)]);
        assert_eq!(spans(&[(u64::MAX, u64::MAX), (0, 0)]).count(), 2);
        assert_eq!(Spans::default().count(), 0);
    }

    #[test]
    fn arithmetic_is_that_of_sets() {
        let some = spans(&[(1, 10), (20, 30), (u64::MAX, u64::MAX)]);
        assert_eq!(
            some.without(&spans(&[(0, 0), (3, 4), (10, 22), (30, 40)])).0,
            [(1, 2), (5, 9), (23, 29), (u64::MAX, u64::MAX)]
        );
        assert_eq!(some.without(&some), Spans::default());
        assert_eq!(some.without(&Spans::default()), some);
        assert_eq!(some.below(25).0, [(1, 10), (20, 24)]);
        assert_eq!(some.below(0), Spans::default());
        let holes: Vec<_> = spans(&[(1, 3), (5, 6), (9, 9)]).holes().collect();
        assert_eq!(holes, [((4, 4), 5), ((7, 8), 9)]);
        assert!(some.has(20) && some.has(10) && !some.has(11) && !some.has(0));
        assert_eq!(spans(&[(1, 2)]).with(&spans(&[(3, 4)])).0, [(1, 4)]);
    }
}
