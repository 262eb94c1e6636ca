//! Which segments stand alone, and which are put together.
//!
//! Rule: a segment with fewer answers than the minimum to any question is put together with the other small ones, so
//! that nothing is left to be worked out from the total. Where these have fewer than five answers together, the next
//! smallest joins them. Five is built in and cannot be lowered.

use super::waves::Wave;
use std::{collections::BTreeMap, sync::Arc};

/// The fewest answers of which anything is shown.
pub(super) const FLOOR: usize = 5;

/// A segment's name; `None` is unknown.
pub(super) type Name = Option<Arc<str>>;

/// The segments of a wave.
#[derive(Debug, Default)]
pub(super) struct Segments {
    /// Those shown by their names, most answers first.
    pub alone: Vec<Name>,
    /// Those put together.
    pub others: Vec<Name>,
}

impl Segments {
    pub(super) fn of(wave: &Wave, questions: usize, minimum: usize, rows: usize) -> Self {
        let mut counts: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
        for answer in &wave.answers {
            let found = counts.entry(answer.segment.clone()).or_insert_with(|| vec![0; questions]);
            for (count, score) in found.iter_mut().zip(&answer.scores) {
                *count += usize::from(score.is_some());
            }
        }
        let fewest = |name: &Name| counts[name].iter().copied().min().unwrap_or(0);
        let mut names: Vec<Name> = counts.keys().cloned().collect();
        names.sort_by_key(|name| std::cmp::Reverse(fewest(name)));
        let large = names.iter().filter(|name| fewest(name) >= minimum.max(FLOOR)).count();
        // A place is kept for the others together.
        let place = if names.len() <= rows { rows } else { rows.saturating_sub(1) };
        let others = names.split_off(large.min(place));
        let mut found = Self { alone: names, others };
        let together = |others: &[Name]| {
            let of = |question: usize| -> usize {
                others.iter().map(|name| counts[name][question]).sum()
            };
            (0..questions).map(of).min().unwrap_or(0)
        };
        while !found.others.is_empty() && together(&found.others) < FLOOR {
            let Some(next) = found.alone.pop() else { break };
            found.others.insert(0, next);
        }
        found
    }

    /// Whether there is more than one row to compare.
    pub(super) fn are_several(&self) -> bool {
        self.alone.len() + usize::from(!self.others.is_empty()) > 1
    }
}
