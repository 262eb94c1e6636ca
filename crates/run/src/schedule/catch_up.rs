//! Which missed moments are made up for.
//!
//! Rule: never a storm. Whatever the clock did, at most `max_catch_up` moments are due at once, and a
//! moment is dropped by the job's stated rule, not by accident.

use super::fires::{Slot, between, last_instant};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use job::schedule::{CatchUp, SchedulePlan};

/// How late a moment may be under [`CatchUp::Skip`], and for a job's first run; covers a busy machine, not an outage.
pub(crate) const LATEST_START: TimeDelta = TimeDelta::hours(1);

/// How far back missed moments are looked for; a clock that is wrong by years costs nothing.
const LOOK_BACK: TimeDelta = TimeDelta::days(400);

/// The outstanding moments, divided by the rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// To be run, in order.
    pub run: Vec<Slot>,
    /// Never to be run, in order; worth a line in the log.
    pub dropped: Vec<Slot>,
}

/// The moments to run now, given the `as_of` of the job's last run.
///
/// A job that never ran starts with its next moment: nothing is due. A last run in the future, after
/// the clock was set back, makes nothing due either.
pub fn due(plan: &SchedulePlan, last_run: Option<NaiveDateTime>, now: DateTime<Utc>) -> Vec<Slot> {
    let Some(last_run) = last_run else {
        return Vec::new();
    };
    outstanding(plan, last_instant(last_run, plan.zone), now).run
}

/// The moments after `since` up to `now`, divided by the job's rule.
pub fn outstanding(plan: &SchedulePlan, since: DateTime<Utc>, now: DateTime<Utc>) -> Due {
    let mut missed = between(plan, since.max(now - LOOK_BACK), now);
    let keep = match plan.catch_up {
        CatchUp::Each => usize::try_from(plan.max_catch_up).unwrap_or(usize::MAX),
        CatchUp::Latest => 1,
        CatchUp::Skip => usize::from(missed.last().is_some_and(|s| now - s.at <= LATEST_START)),
    };
    let run = missed.split_off(missed.len().saturating_sub(keep));
    Due { run, dropped: missed }
}
