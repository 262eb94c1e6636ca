//! One person's way through the steps.
//!
//! Method: the modes are those of ClickHouse's `windowFunnel`, against whose test 00632_aggregation_window_funnel they
//! are checked. A later start replaces an earlier one at every step both have reached, which loses nothing: its window
//! ends later. Events at the same time are taken in the order of the steps they count for, so that the order of rows
//! does not matter.

use super::chains::Chains;
use super::{Event, MOST_STEPS};

/// What else must hold for a step to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// Once the first step is taken, an event of no step, a step too early, or the first step anew after the second
    /// ends the way.
    pub order: bool,
    /// A step other than the first, taken again, ends the way.
    pub deduplication: bool,
    /// Each step must be later than the one before.
    pub increase: bool,
    /// One event counts for one step only.
    pub once: bool,
    /// With `order`, the first step anew opens another way beside the one begun.
    pub reentry: bool,
}

impl Rules {
    /// Other events may lie between the steps.
    pub const LOOSE: Self =
        Self { order: false, deduplication: false, increase: false, once: false, reentry: false };
    /// Nothing else may lie between the steps.
    pub const STRICT: Self =
        Self { order: true, deduplication: false, increase: false, once: false, reentry: false };
}

/// How far one person came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// When each step was taken, as many as were reached; on the latest start that came this far.
    pub times: Vec<f64>,
}

impl Progress {
    /// The number of steps reached, 0 for none.
    pub fn level(&self) -> usize {
        self.times.len()
    }
}

/// How far one person's events lead through `steps` steps within `window`, in any order of events.
///
/// `None` for no steps or more than [`MOST_STEPS`], a window that is negative or not a number, or a time that is not
/// finite. The window may be infinite.
pub fn progress(events: &[Event], steps: usize, window: f64, rules: Rules) -> Option<Progress> {
    let usable = (1..=MOST_STEPS).contains(&steps) && window >= 0.0;
    if !usable || events.iter().any(|event| !event.time.is_finite()) {
        return None;
    }
    let mut sorted = events.to_vec();
    sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
    let mut chains = Chains::new(steps, window, rules);
    for group in sorted.chunk_by(|a, b| a.time >= b.time) {
        if !chains.take(group) {
            break;
        }
    }
    Some(Progress { times: chains.deepest() })
}
