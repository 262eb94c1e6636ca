//! What the operator hears of scheduled runs: heartbeat, metrics, the digest at its time.
//!
//! Rule: nothing of it fails a run; what does not get through is a line of the log.

use super::digest;
use crate::{
    exit::Exit,
    workplace::{Jobs, Workplace},
};
use anyhow::Result;
use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use job::{
    Job, JobPlan, Layers,
    schedule::{Around, SchedulePlan, Spec},
};
use model::{
    calendar::{Calendar, Holidays},
    id::{JobId, RunId},
    run::{Outcome, RunRecord, Stage},
};
use run::{
    Progress,
    operator::{self, DIGEST, DigestPlan, Heartbeat},
    schedule::{Scheduled, Slot, fires},
};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// The watch over one scheduler.
pub(super) struct Watch<'a> {
    place: &'a Workplace,
    heartbeat: Heartbeat,
    zones: BTreeMap<JobId, Tz>,
}

impl<'a> Watch<'a> {
    /// Over these jobs; the zones of the others of `jobs/` are looked up for the metrics.
    pub(super) fn over(place: &'a Workplace, jobs: &[(PathBuf, Job)]) -> Self {
        let operator = &place.settings.operator;
        let mut zones = BTreeMap::new();
        if operator.metrics.is_some() {
            let layers = Layers {
                data: None,
                state: place.settings.state.clone(),
                relays: place.settings.relays.clone(),
            };
            // A faulty job is a matter of `check`; its moment has no line then.
            let others = Workplace::jobs(&[]).unwrap_or_default();
            let others = others.iter().filter_map(|path| job::load(path, &layers).ok());
            zones.extend(others.map(|job| (job.id, job.calendar.zone)));
        }
        zones.extend(jobs.iter().map(|(_, job)| (job.id.clone(), job.calendar.zone)));
        Self { place, heartbeat: Heartbeat::of(operator.ping.as_deref()), zones }
    }

    /// Who tells that a run begins.
    pub(super) fn beginning(&self, plan: &JobPlan, run: &RunId) -> Beginning<'_> {
        let said = format!("{} as of {}: run {run} begins", plan.job, plan.as_of.naive_local());
        Beginning { heartbeat: &self.heartbeat, run: run.clone(), said }
    }

    /// A run has ended. What the gate held did run: its owner is told by a notice.
    pub(super) fn ended(&self, record: &RunRecord) {
        let is_well = match record.outcome {
            Outcome::AlreadyDelivered | Outcome::Delivered | Outcome::Held | Outcome::NotSent => {
                true
            }
            Outcome::Failed | Outcome::Open | Outcome::PartlyDelivered => false,
        };
        let RunRecord { job, as_of, run, outcome, .. } = record;
        let said = format!("{job} as of {as_of}: run {run} ended: {outcome:?}");
        self.heartbeat.ended(is_well, Some(run), &said);
    }

    /// All that a moment brought with it has ended, and so did the corrections of earlier reports.
    pub(super) fn settled(&self, job: &JobId, corrections: Exit) {
        if !matches!(corrections, Exit::Fine | Exit::Held) {
            let said = format!("{job}: somebody lacks a correction; see the log");
            self.heartbeat.ended(false, None, &said);
        }
        self.write_metrics();
    }

    /// There was no run for a fault of the job or of the machine.
    pub(super) fn failed(&self, job: &JobId) {
        self.heartbeat.ended(false, None, &format!("{job}: the run could not begin; see the log"));
    }

    /// Writes down what a collector of metrics reads.
    pub(super) fn write_metrics(&self) {
        let Some(path) = &self.place.settings.operator.metrics else { return };
        let written = self.place.ledger().and_then(|ledger| {
            Ok(operator::publish(path, &operator::exposition(&ledger, &self.zones)?)?)
        });
        if let Err(error) = written {
            tracing::warn!(error = %format!("{error:#}"), path = %path.display(), "the metrics were not written");
        }
    }

    /// The digest as one more thing that comes at a time, where that is declared.
    pub(super) fn digest(&self) -> Result<Option<Scheduled>> {
        let Some(plan) = &self.place.settings.operator.digest else { return Ok(None) };
        let Some(at) = plan.at else { return Ok(None) };
        let id = JobId::new(DIGEST);
        let Some(line) = daily(plan) else { return Ok(None) };
        let ledger = self.place.ledger()?;
        let last = ledger.last_moment(&id, plan.zone, self.place.now)?;
        let put_off = last.map(|last| ledger.put_off(&id, last, &|_| true)).transpose()?;
        // In the ledger a digest stands under its day.
        let last = last.map(|last| last.date().and_time(at));
        // One that relays put off is mailed once more while it is the newest.
        let is_open = put_off.is_some_and(|open| !open.is_empty());
        let open = last.filter(|_| is_open).map(|last| newest(&line, last, self.place.now));
        let open = open.flatten().into_iter().collect();
        Ok(Some(Scheduled { job: id, plan: line, last, open }))
    }

    /// Mails the digest of the day of a moment.
    pub(super) fn mail_digest(&self, jobs: &Jobs, at: DateTime<Utc>) -> Exit {
        let Some(plan) = &self.place.settings.operator.digest else { return Exit::Fine };
        let day = at.with_timezone(&plan.zone).date_naive();
        match digest::of(self.place, plan, day, jobs, true) {
            Ok((_, record)) => record.map_or(Exit::Fine, |record| Exit::of_outcome(record.outcome)),
            Err(error) => {
                tracing::error!(error = %format!("{error:#}"), "the digest was not sent");
                Exit::of(&error)
            }
        }
    }
}

/// The moment of a schedule on the day of `last`, where no later one is due yet.
fn newest(plan: &SchedulePlan, last: NaiveDateTime, now: DateTime<Utc>) -> Option<Slot> {
    let before = last.date().and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(2);
    let passed = fires(plan, before, 5).into_iter().take_while(|slot| slot.at <= now);
    passed.last().filter(|slot| slot.as_of.date() == last.date())
}

/// The schedule of the digest: each day at its time.
fn daily(plan: &DigestPlan) -> Option<SchedulePlan> {
    let at = plan.at?;
    let holidays = Holidays::default();
    let calendar = Calendar { zone: plan.zone, ..Calendar::default() };
    let line = Spec::line(&at.format("%-M %-H * * *").to_string());
    line.lower(&Around { calendar, holidays: &holidays, events: &[] }).ok()
}

/// Tells that a run begins when its first stage does: a moment that another process runs is nobody's news.
pub(super) struct Beginning<'a> {
    heartbeat: &'a Heartbeat,
    run: RunId,
    said: String,
}

impl Progress for Beginning<'_> {
    fn begins(&self, stage: Stage) {
        if stage == Stage::Extract {
            self.heartbeat.begins(&self.run, &self.said);
        }
    }

    fn ended(&self, _: Stage, _: Duration) {}
}
