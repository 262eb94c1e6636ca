//! The loop behind `tidings schedule`.
//!
//! Rule: one job at a time, in the order in which moments come; the clock is asked again after every
//! nap, so a machine that slept or whose clock was set wakes up to the truth.

use super::{
    catch_up::outstanding,
    fires::{Slot, fires, last_instant},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use job::schedule::SchedulePlan;
use model::id::JobId;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tracing::{info, warn};

/// The longest nap; how late a stop or a changed clock is noticed.
const NAP: Duration = Duration::from_secs(1);

/// A job with its schedule.
#[derive(Debug, Clone)]
pub struct Scheduled {
    /// The job.
    pub job: JobId,
    /// When it runs.
    pub plan: SchedulePlan,
    /// The `as_of` of its last run, from the ledger; a job that never ran starts with its next moment.
    pub last: Option<NaiveDateTime>,
}

/// Runs every job at its moments until `stop` is set, which is looked at between runs and naps.
///
/// `execute` must record its own failures: a moment is handed out once, whatever became of it.
pub fn run_forever(
    jobs: &[Scheduled],
    stop: &AtomicBool,
    now: impl Fn() -> DateTime<Utc>,
    mut sleep: impl FnMut(Duration),
    mut execute: impl FnMut(&JobId, Slot),
) {
    let started = now();
    let mut handled: Vec<DateTime<Utc>> = jobs.iter().map(|job| start_of(job, started)).collect();
    while !stop.load(Ordering::Relaxed) {
        if let Some((index, slot)) = next_due(jobs, &mut handled, now()) {
            let Scheduled { job, .. } = &jobs[index];
            info!(%job, as_of = %slot.as_of, "scheduled moment");
            handled[index] = slot.at;
            execute(job, slot);
            continue;
        }
        let Some(next) = next_fire(jobs, &handled, now()) else {
            warn!("no schedule has a moment left");
            return;
        };
        // Short naps: a stop, or a clock that was set, must not wait for the next moment.
        while now() < next && !stop.load(Ordering::Relaxed) {
            sleep((next - now()).to_std().unwrap_or_default().min(NAP));
        }
    }
}

/// Moments up to here count as handled when the loop starts.
fn start_of(scheduled: &Scheduled, started: DateTime<Utc>) -> DateTime<Utc> {
    scheduled.last.map_or(started, |last| last_instant(last, scheduled.plan.zone))
}

/// The earliest outstanding moment of all jobs; what the rules drop is marked as handled.
fn next_due(
    jobs: &[Scheduled],
    handled: &mut [DateTime<Utc>],
    now: DateTime<Utc>,
) -> Option<(usize, Slot)> {
    let mut earliest: Option<(usize, Slot)> = None;
    for (index, Scheduled { job, plan, .. }) in jobs.iter().enumerate() {
        let due = outstanding(plan, handled[index], now);
        if let Some(last) = due.dropped.last() {
            let (first, missed) = (due.dropped[0].as_of, due.dropped.len());
            warn!(%job, missed, %first, last = %last.as_of, "missed moments are not made up for");
            handled[index] = last.at;
        }
        let Some(slot) = due.run.first() else {
            continue;
        };
        // Jobs of the same moment keep the order in which they were given.
        if earliest.is_none_or(|(_, best)| slot.at < best.at) {
            earliest = Some((index, *slot));
        }
    }
    earliest
}

fn next_fire(
    jobs: &[Scheduled],
    handled: &[DateTime<Utc>],
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let next = |(job, handled): (&Scheduled, &DateTime<Utc>)| {
        fires(&job.plan, now.max(*handled), 1).first().map(|slot| slot.at)
    };
    jobs.iter().zip(handled).filter_map(next).min()
}
