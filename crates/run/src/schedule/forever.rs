//! The loop behind `tidings schedule run`.
//!
//! Rule: one job at a time, in the order in which moments come; the clock is asked again after every
//! nap, so a machine that slept or whose clock was set wakes up to the truth. A moment that has to wait
//! keeps no other job waiting; one that is tried again keeps nothing waiting.

use super::{
    catch_up::{LATEST_START, outstanding},
    fires::{Slot, fires, last_instant},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use job::schedule::SchedulePlan;
use model::id::JobId;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tracing::{error, info, warn};

/// The longest nap; how late a stop or a changed clock is noticed.
const NAP: Duration = Duration::from_secs(1);

/// More moments than this are not missed by an outage: the clock is wrong, or the machine was put away.
const MANY: usize = 31;

/// A job with its schedule.
#[derive(Debug, Clone)]
pub struct Scheduled {
    /// The job.
    pub job: JobId,
    /// When it runs.
    pub plan: SchedulePlan,
    /// The last moment that is dealt with, from the ledger, on the schedule's clock.
    pub last: Option<NaiveDateTime>,
    /// Moments that are dealt with, and of which relays put something off: each is handed out once more.
    pub open: Vec<Slot>,
}

/// How long the loop goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// Until it is stopped. A job that never ran starts with its next moment.
    Forever,
    /// Until nothing is due and nothing waits for its data. Whoever starts it wakes it for the moments, so a job that never
    /// ran starts with the moment of the last hour; what is to be tried again is left for the next time that it is woken.
    WhileDue,
}

/// What became of a moment that was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It is over, however it ended.
    Done,
    /// It has to wait; to be handed out again at this instant.
    Later(DateTime<Utc>),
    /// It is dealt with, and what relays put off is tried again at this instant.
    Again(DateTime<Utc>),
}

/// Runs every job at its moments until `stop` is set, which is looked at between runs and naps.
///
/// `execute` must record its own failures: a moment that is [`Handled::Done`] is never handed out again.
pub fn run_jobs(
    jobs: &[Scheduled],
    stay: Stay,
    stop: &AtomicBool,
    now: impl Fn() -> DateTime<Utc>,
    mut sleep: impl FnMut(Duration),
    mut execute: impl FnMut(&JobId, Slot) -> Handled,
) {
    let started = now();
    let mut watched: Vec<Watched<'_>> =
        jobs.iter().map(|job| Watched::from(job, stay, started)).collect();
    while !stop.load(Ordering::Relaxed) {
        if let Some((index, slot)) = next_due(&mut watched, now()) {
            let one = &mut watched[index];
            info!(job = %one.scheduled.job, as_of = %slot.as_of, "scheduled moment");
            let handled = execute(&one.scheduled.job, slot);
            one.note(slot, handled, stay);
            continue;
        }
        let Some(next) = watched.iter().filter_map(|one| one.wakes(stay, now())).min() else {
            if stay == Stay::Forever {
                warn!("no schedule has a moment left");
            }
            return;
        };
        // Short naps: a stop, or a clock that was set, must not wait for the next moment.
        while now() < next && !stop.load(Ordering::Relaxed) {
            sleep((next - now()).to_std().unwrap_or_default().min(NAP));
        }
    }
}

/// A job that the loop looks after.
struct Watched<'a> {
    scheduled: &'a Scheduled,
    /// Moments up to here are over.
    handled: DateTime<Utc>,
    /// The moment that has to wait, and until when.
    waiting: Option<(Slot, DateTime<Utc>)>,
    /// The moments that are dealt with and tried again, and when.
    again: Vec<(Slot, DateTime<Utc>)>,
}

impl<'a> Watched<'a> {
    fn from(scheduled: &'a Scheduled, stay: Stay, started: DateTime<Utc>) -> Self {
        let never_ran = match stay {
            Stay::Forever => started,
            Stay::WhileDue => started - LATEST_START,
        };
        let last = scheduled.last.map(|last| last_instant(last, scheduled.plan.zone));
        Self {
            scheduled,
            handled: last.unwrap_or(never_ran),
            waiting: None,
            again: scheduled.open.iter().map(|slot| (*slot, started)).collect(),
        }
    }

    /// Notes what became of a moment that was handed out.
    fn note(&mut self, slot: Slot, handled: Handled, stay: Stay) {
        let is_again = self.again.iter().any(|(other, _)| *other == slot);
        self.again.retain(|(other, _)| *other != slot);
        match handled {
            Handled::Later(at) if is_again => self.again.push((slot, at)),
            Handled::Later(at) => self.waiting = Some((slot, at)),
            Handled::Done | Handled::Again(_) if !is_again => {
                (self.handled, self.waiting) = (slot.at, None);
            }
            Handled::Done | Handled::Again(_) => {}
        }
        if let (Handled::Again(at), Stay::Forever) = (handled, stay) {
            self.again.push((slot, at));
        }
    }

    /// The moment to hand out now: one that is tried again, or the next.
    fn due(&mut self, now: DateTime<Utc>) -> Option<Slot> {
        let again = self.again.iter().filter(|(_, at)| *at <= now).map(|(slot, _)| *slot);
        again.min_by_key(|slot| slot.at).or_else(|| self.next(now))
    }

    /// The moment to hand out now for the first time; what the rule of the job drops is over.
    fn next(&mut self, now: DateTime<Utc>) -> Option<Slot> {
        if let Some((slot, again)) = self.waiting {
            return (again <= now).then_some(slot);
        }
        let Scheduled { job, plan, .. } = self.scheduled;
        let due = outstanding(plan, self.handled, now);
        if let Some(last) = due.dropped.last() {
            let (first, missed) = (due.dropped[0].as_of, due.dropped.len());
            if missed > MANY {
                error!(%job, missed, %first, last = %last.as_of, "very many moments were missed; is the clock right?");
            } else {
                warn!(%job, missed, %first, last = %last.as_of, "missed moments are not made up for");
            }
            self.handled = last.at;
        }
        due.run.first().copied()
    }

    /// When there is something to do next.
    fn wakes(&self, stay: Stay, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = match (self.waiting, stay) {
            (Some((_, again)), _) => Some(again),
            (None, Stay::WhileDue) => None,
            (None, Stay::Forever) => {
                let next = fires(&self.scheduled.plan, now.max(self.handled), 1);
                next.first().map(|slot| slot.at)
            }
        };
        self.again.iter().map(|(_, at)| *at).chain(next).min()
    }
}

/// The earliest moment of all jobs that is to be handed out now.
fn next_due(watched: &mut [Watched<'_>], now: DateTime<Utc>) -> Option<(usize, Slot)> {
    let mut earliest: Option<(usize, Slot)> = None;
    for (index, one) in watched.iter_mut().enumerate() {
        let Some(slot) = one.due(now) else { continue };
        // Jobs of the same moment keep the order in which they were given.
        if earliest.is_none_or(|(_, best)| slot.at < best.at) {
            earliest = Some((index, slot));
        }
    }
    earliest
}
