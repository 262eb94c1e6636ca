//! How a job stands: what ran, what is due, and what waits for a person.
//!
//! Rule: looked at are the runs and deliveries of the last 14 days, and those of the latest moment however old. What a
//! later run or revision has mended is nothing to look at.

use super::fate::{self, Fate, Moment};
use crate::{
    gone,
    ledger::{Ledger, LedgerError, StoredRun},
    left::Left,
    schedule::{LATEST_START, fires, last_instant, outstanding},
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use job::{Job, schedule::SchedulePlan};
use model::{
    id::{DatasetId, JobId, RunId},
    quality::QualityNote,
    receipt::Receipt,
    run::{Outcome, RunRecord},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How far back a matter is looked for.
const LOOK_BACK: TimeDelta = TimeDelta::days(14);

/// How one job stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JobStatus {
    /// The job.
    pub job: JobId,
    /// Whether it has a schedule; else it is run by hand, or by something else.
    pub is_scheduled: bool,
    /// The zone of its wall clock.
    pub zone: String,
    /// Its last run.
    pub last: Option<LastRun>,
    /// The latest moment for which a report reached readers: its own, or the last good one in its place.
    pub last_sent: Option<NaiveDateTime>,
    /// The next moment.
    pub next: Option<NaiveDateTime>,
    /// Moments that are due and not sent.
    pub due: Vec<DueMoment>,
    /// How many missed moments its rule does not make up for.
    pub dropped: usize,
    /// Moments that were held or failed, the latest first.
    pub open: Vec<Moment>,
    /// Slices whose readers have a report of which the data have no rows any more, the latest moment first.
    pub gone: Vec<Gone>,
    /// The moment whose run was killed, or failed, before all that it tells otherwise than earlier reports was corrected.
    pub left: Option<NaiveDateTime>,
    /// Moments whose reports are gone from the state folder, so that it is not known whether they are to be corrected.
    pub lost: BTreeSet<NaiveDateTime>,
    /// Deliveries that are pending, refused or in doubt.
    pub deliveries: Vec<Receipt>,
    /// Moments whose pending deliveries are not tried again by themselves: the next edition is due.
    pub given_up: Vec<NaiveDateTime>,
    /// The same of those who are no readers any more: nobody waits for these.
    pub former: Vec<Receipt>,
    /// Why a person holds its reports back, if one does.
    pub on_hold: Option<String>,
    /// Rows in quarantine in the latest run.
    pub quarantined: BTreeMap<DatasetId, u64>,
}

/// A run in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastRun {
    /// Its name.
    pub run: RunId,
    /// Its moment.
    pub as_of: NaiveDateTime,
    /// When it started.
    pub started: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it was killed.
    pub killed: bool,
}

/// A slice of which the data have no rows any more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gone {
    /// The moment of the report that its readers have.
    pub as_of: NaiveDateTime,
    /// What is to be said.
    pub note: QualityNote,
}

/// A moment that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueMoment {
    /// On the wall clock of the job.
    pub as_of: NaiveDateTime,
    /// The instant.
    pub at: DateTime<Utc>,
    /// Until when its run may wait for data.
    pub waits_until: Option<DateTime<Utc>>,
    /// Whether it should have been run long ago.
    pub late: bool,
}

impl JobStatus {
    /// Whether somebody has to do something.
    pub fn needs_a_person(&self) -> bool {
        let late = self.due.iter().any(|moment| moment.late);
        let is_left = self.left.is_some() || !self.lost.is_empty();
        late || is_left
            || !self.open.is_empty()
            || !self.gone.is_empty()
            || !self.deliveries.is_empty()
    }
}

/// How a job stands.
///
/// # Errors
/// When the ledger cannot be read.
pub fn status(job: &Job, ledger: &Ledger, now: DateTime<Utc>) -> Result<JobStatus, LedgerError> {
    let schedule = job.schedule.as_ref();
    let zone = job.calendar.zone;
    let runs = ledger.recent(&job.id, now - LOOK_BACK)?;
    let real = || runs.iter().filter(|run| !fate::is_rehearsal(&run.record));
    let last = real().next();
    let working = real().find(|run| run.record.outcome == Outcome::Open && !run.died);
    let working = working.map(|run| run.record.as_of);
    let wall = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
    let last_moment = ledger.last_moment(&job.id, zone, now)?;
    let since = last_moment.and_then(|local| zone.from_local_datetime(&local).earliest());
    let outstanding = schedule.map(|plan| {
        let on_its_clock = |at: DateTime<Tz>| at.with_timezone(&plan.zone).naive_local();
        let since = since.map(|at| last_instant(on_its_clock(at), plan.zone));
        // A job that never ran starts with the moment of the last hour.
        outstanding(plan, since.unwrap_or(now - LATEST_START), now)
    });
    let outstanding = outstanding.unwrap_or_default();
    let is_working = |moment: &DueMoment| working == Some(moment.as_of);
    let due = outstanding
        .run
        .iter()
        .filter_map(|slot| Some(due_moment(schedule?, slot.at, wall(slot.at), now)));
    let latest = last.map(|run| run.record.as_of);
    let recent =
        |receipt: &Receipt| receipt.changed >= now - LOOK_BACK || Some(receipt.key.as_of) == latest;
    let not_accepted = ledger.open_deliveries(&job.id)?.into_iter().filter(recent);
    let (deliveries, former) = not_accepted.partition(|receipt| job.route.names(&receipt.key));
    let last_dealt = last_moment.and_then(|local| zone.from_local_datetime(&local).earliest());
    let given_up = last_dealt.map(|moment| crate::given_up(job, moment, ledger, now));
    let given_up = given_up.transpose()?.unwrap_or_default();
    let left = last_moment.filter(|_| working.is_none());
    let left = left.map(|moment| Left::of(job, moment, ledger)).transpose()?.unwrap_or_default();
    Ok(JobStatus {
        job: job.id.clone(),
        is_scheduled: schedule.is_some(),
        zone: zone.to_string(),
        last: last.map(|run| LastRun {
            run: run.record.run.clone(),
            as_of: run.record.as_of,
            started: run.record.started,
            outcome: run.record.outcome,
            killed: run.died,
        }),
        last_sent: ledger.last_delivered(&job.id)?,
        next: schedule.and_then(|plan| Some(wall(fires(plan, now, 1).first()?.at))),
        due: due.filter(|moment| !is_working(moment)).collect(),
        dropped: outstanding.dropped.len(),
        open: open(&runs, job, ledger)?,
        gone: gone(&runs, job),
        left: left.first,
        lost: left.lost,
        deliveries,
        given_up: given_up.into_iter().map(|(slot, _)| wall(slot.at)).collect(),
        former,
        on_hold: ledger.held(&job.id)?.map(|hold| hold.reason),
        quarantined: last.map(|run| quarantined(&run.record)).unwrap_or_default(),
    })
}

fn due_moment(
    plan: &SchedulePlan,
    at: DateTime<Utc>,
    as_of: NaiveDateTime,
    now: DateTime<Utc>,
) -> DueMoment {
    let waits_until = plan.ready.as_ref().map(|ready| at + ready.wait());
    let late = now - waits_until.unwrap_or(at) > LATEST_START;
    DueMoment { as_of, at, waits_until: waits_until.filter(|until| *until > now), late }
}

/// The runs of each moment, the latest first.
fn by_moment(runs: &[StoredRun]) -> BTreeMap<NaiveDateTime, Vec<&StoredRun>> {
    let mut moments: BTreeMap<NaiveDateTime, Vec<&StoredRun>> = BTreeMap::new();
    for run in runs {
        moments.entry(run.record.as_of).or_default().push(run);
    }
    moments
}

fn gone(runs: &[StoredRun], job: &Job) -> Vec<Gone> {
    let of = |(as_of, runs): (NaiveDateTime, Vec<&StoredRun>)| {
        gone::still(&runs, job).into_iter().map(move |note| Gone { as_of, note })
    };
    by_moment(runs).into_iter().rev().flat_map(of).collect()
}

/// The moments whose readers have nothing, or of which some slices are held.
fn open(runs: &[StoredRun], job: &Job, ledger: &Ledger) -> Result<Vec<Moment>, LedgerError> {
    let mut open = Vec::new();
    for (as_of, runs) in by_moment(runs).into_iter().rev() {
        let receipts = ledger.receipts(&job.id, as_of)?;
        let fate = fate::of(&runs, &receipts, &|key| job.route.names(key));
        let is_unserved = matches!(fate, Some(Fate::Failed { error: None, killed: false, .. }));
        let nobody_waits = receipts.iter().all(|receipt| !job.route.names(&receipt.key));
        if is_unserved && nobody_waits && !receipts.is_empty() {
            continue;
        }
        if let Some(fate @ (Fate::Held { .. } | Fate::Failed { .. })) = fate {
            open.push(Moment { as_of, fate });
        }
    }
    Ok(open)
}

/// The rows of a run that broke their contract, by dataset.
pub(super) fn quarantined(record: &RunRecord) -> BTreeMap<DatasetId, u64> {
    let sources = record.sources.iter().filter(|source| source.rows.quarantined > 0);
    sources.map(|source| (source.dataset.clone(), source.rows.quarantined)).collect()
}
