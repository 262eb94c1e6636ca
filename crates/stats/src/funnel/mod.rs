//! How far people come on a way of ordered steps, within a window.
//!
//! Answers: how many reach each step, where do they leave, how long does a step take, what does the largest leak cost?
//! Rule: a person counts at a step only if every step before it was taken in order within the window, so that counts
//! never rise. The window opens with the first step and includes its end.
//! Not for: ways without an order; count each step by itself.

mod chains;
mod counts;
mod progress;
mod rates;
#[cfg(test)]
mod tests;

pub use self::counts::{Funnel, Leak, Passage, Wait, funnel};
pub use self::progress::{Progress, Rules, progress};
pub use self::rates::{Rate, clopper_pearson, rate};

/// The most steps a funnel can have.
pub const MOST_STEPS: usize = 32;

/// The steps that one event counts for, as a set; an event may count for several or for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Steps(u32);

impl Steps {
    /// The set of these steps, counted from 0; `None` if one is not below [`MOST_STEPS`].
    pub fn of(steps: &[usize]) -> Option<Self> {
        let mut bits = 0;
        for step in steps {
            if *step >= MOST_STEPS {
                return None;
            }
            bits |= 1u32 << step;
        }
        Some(Self(bits))
    }

    /// Whether a step is in the set.
    pub fn holds(self, step: usize) -> bool {
        step < MOST_STEPS && self.0 >> step & 1 == 1
    }

    /// Whether a step below `count` is in the set.
    fn holds_any(self, count: usize) -> bool {
        (0..count).any(|step| self.holds(step))
    }
}

/// Something a person did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// When, in any one unit.
    pub time: f64,
    /// The steps it counts for.
    pub steps: Steps,
}
