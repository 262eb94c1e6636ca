//! Movement of ranks.

/// A place before and now, 1 the best, among those present in both periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// The place before.
    pub before: usize,
    /// The place now.
    pub after: usize,
    /// How many were present in both periods.
    pub of: usize,
}

impl Movement {
    /// How many places were gained; negative if they were lost.
    pub fn gained(&self) -> i64 {
        self.before as i64 - self.after as i64
    }
}

/// How each peer moved among those present in both periods; equal values share the better place.
///
/// A peer that is absent from a period, or has no number there, has no movement and moves nobody else. The outer
/// `None`: lists of different lengths.
pub fn rank_movement(
    before: &[Option<f64>],
    after: &[Option<f64>],
    higher_is_better: bool,
) -> Option<Vec<Option<Movement>>> {
    if before.len() != after.len() {
        return None;
    }
    let number = |value: &Option<f64>| value.filter(|value| value.is_finite());
    let both: Vec<Option<(f64, f64)>> =
        before.iter().zip(after).map(|(old, new)| number(old).zip(number(new))).collect();
    let present: Vec<(f64, f64)> = both.iter().flatten().copied().collect();
    let better = |one: f64, other: f64| if higher_is_better { one > other } else { one < other };
    let movement = |(old, new): (f64, f64)| Movement {
        before: 1 + present.iter().filter(|other| better(other.0, old)).count(),
        after: 1 + present.iter().filter(|other| better(other.1, new)).count(),
        of: present.len(),
    };
    Some(both.into_iter().map(|pair| pair.map(movement)).collect())
}
