//! What became of every moment of a job on a day.
//!
//! Rule: nothing is left out. Each moment of the schedule, and each that was run by hand, is sent, held, failed, under way,
//! still to come, skipped for a reason, or missed. An earlier one whose correction was held on the day, of which a slice was
//! found to have no rows any more, of which a run of the day failed or was killed, or of which a delivery was put off,
//! refused or in doubt on the day, is told beside them.

use super::{
    fate::{self, Fate, Moment, Skip},
    status::{Gone, quarantined},
};
use crate::{
    gone, held,
    ledger::{Ledger, LedgerError, StoredRun},
    left::Left,
    schedule::{LATEST_START, Slot, between, last_instant, outstanding},
    word,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use job::{
    Job,
    schedule::{CatchUp, IfOff, SchedulePlan},
};
use model::{
    id::{DatasetId, JobId},
    label::Label,
    quality::QualityNote,
    receipt::Receipt,
    run::Outcome,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A job's day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JobDay {
    /// The job.
    pub job: JobId,
    /// Its title.
    pub title: Label,
    /// Whether its file has faults: then nothing else is known of it, and no moment of it is run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unreadable: bool,
    /// Moments of earlier days whose correction a run of the day held, and that are held still, of which it found slices
    /// without rows that somebody still reads, of which it could not make a delivery, or could not go on to its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Moment>,
    /// Its moments in order.
    pub moments: Vec<Moment>,
    /// Slices of all these moments whose readers have a report of which the data have no rows any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Gone>,
    /// The moment whose run did not come to correct all that it tells otherwise than earlier reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<NaiveDateTime>,
    /// Moments whose reports are gone from the state folder, so that it is not known whether they are to be corrected.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub lost: BTreeSet<NaiveDateTime>,
    /// That a person holds the job's reports and corrections back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<QualityNote>,
    /// Deliveries of these moments that are pending, refused or in doubt; none of somebody who is no reader any more.
    pub deliveries: Vec<Receipt>,
    /// Rows in quarantine in the day's latest run.
    pub quarantined: BTreeMap<DatasetId, u64>,
}

impl JobDay {
    /// Of a job whose file has faults.
    pub fn unreadable(job: JobId) -> Self {
        Self {
            title: Label::verbatim(job.as_str()),
            job,
            unreadable: true,
            before: Vec::new(),
            moments: Vec::new(),
            gone: Vec::new(),
            deliveries: Vec::new(),
            left: None,
            lost: BTreeSet::new(),
            hold: None,
            quarantined: BTreeMap::new(),
        }
    }
}

/// The day of a job; nothing where it had no moment, and none before it needs a person since.
///
/// # Errors
/// When the ledger cannot be read.
pub fn day(
    job: &Job,
    day: NaiveDate,
    ledger: &Ledger,
    now: DateTime<Utc>,
) -> Result<Option<JobDay>, LedgerError> {
    let zone = job.calendar.zone;
    let mut fates: BTreeMap<NaiveDateTime, Option<Fate>> = BTreeMap::new();
    if let Some(plan) = &job.schedule {
        let last = ledger.last_moment(&job.id, zone, now)?;
        let last = last.and_then(|local| zone.from_local_datetime(&local).earliest());
        let last = last.map(|at| at.to_utc());
        for (slot, off) in slots(plan, day) {
            let as_of = slot.at.with_timezone(&zone).naive_local();
            let fate = off.map_or_else(|| without_run(plan, &slot, last, now), Fate::Skipped);
            fates.insert(as_of, Some(fate));
        }
    }
    let (first, end) = (day.and_time(NaiveTime::MIN), day + chrono::Days::new(1));
    let end = end.and_time(NaiveTime::MIN);
    let span = (
        fates.keys().next().map_or(first, |earliest| first.min(*earliest)),
        fates.keys().next_back().map_or(end, |latest| end.max(*latest)),
    );
    let runs = ledger.of_moments(&job.id, span)?;
    let is_of_the_day = |as_of: &NaiveDateTime| *as_of >= first && *as_of < end;
    for run in &runs {
        if is_of_the_day(&run.record.as_of) {
            fates.entry(run.record.as_of).or_insert(None);
        }
    }
    let mut deliveries = ledger.open_deliveries(&job.id)?;
    deliveries.retain(|receipt| job.route.names(&receipt.key));
    let is_on_day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive() == day;
    let tried = deliveries.iter().filter(|receipt| is_on_day(receipt.changed));
    let tried = tried.map(|receipt| receipt.key.as_of).filter(|as_of| *as_of < first).collect();
    let (before, mut gone) = before(job, (day, tried), first, ledger)?;
    let mut moments = Vec::new();
    for (as_of, without) in fates {
        let own: Vec<_> = runs.iter().filter(|run| run.record.as_of == as_of).collect();
        gone.extend(gone_of(&own, as_of, job));
        let fate = fate::of(&own, &ledger.receipts(&job.id, as_of)?, &|key| job.route.names(key))
            .or(without);
        moments.extend(fate.map(|fate| Moment { as_of, fate }));
    }
    if moments.is_empty() && before.is_empty() {
        return Ok(None);
    }
    let told: BTreeSet<NaiveDateTime> =
        moments.iter().chain(&before).map(|moment| moment.as_of).collect();
    deliveries.retain(|receipt| told.contains(&receipt.key.as_of));
    let latest = runs.iter().find(|run| !fate::is_rehearsal(&run.record));
    let is_at_work = runs.iter().any(|run| run.record.outcome == Outcome::Open && !run.died);
    let last = moments.last().filter(|_| !is_at_work).map(|moment| moment.as_of);
    let left = last.map(|last| Left::of(job, last, ledger)).transpose()?.unwrap_or_default();
    Ok(Some(JobDay {
        job: job.id.clone(),
        unreadable: false,
        title: job.spec.title.clone().unwrap_or_else(|| Label::verbatim(job.id.as_str())),
        deliveries,
        before,
        gone,
        left: left.first,
        lost: left.lost,
        hold: ledger.held(&job.id)?.map(|hold| word::by_person(&hold, job.calendar.zone)),
        quarantined: latest.map(|run| quarantined(&run.record)).unwrap_or_default(),
        moments,
    }))
}

/// The moments before `first`, a day's beginning, of which runs of that day held the report or its correction, or found
/// slices without rows, and that still are so; and these slices. With those of which deliveries were tried on the day and are open.
fn before(
    job: &Job,
    (day, tried): (NaiveDate, BTreeSet<NaiveDateTime>),
    first: NaiveDateTime,
    ledger: &Ledger,
) -> Result<(Vec<Moment>, Vec<Gone>), LedgerError> {
    let zone = job.calendar.zone;
    let (mut moments, mut gone) = (Vec::new(), Vec::new());
    let Some(since) = zone.from_local_datetime(&first).earliest() else {
        return Ok((moments, gone));
    };
    let mut looked_at = tried.clone();
    for run in ledger.recent(&job.id, since.to_utc())? {
        let (record, died) = (run.record, run.died);
        let is_on_day = record.started.with_timezone(&zone).date_naive() == day;
        let is_over = !died && record.outcome != Outcome::Failed;
        let is_held = record.outcome == Outcome::Held && held::has_report(&record);
        let is_open = !is_over || is_held || gone::is_any(&record);
        if is_on_day && record.as_of < first && is_open {
            looked_at.insert(record.as_of);
        }
    }
    for as_of in looked_at {
        let runs = ledger.of_moments(&job.id, (as_of, as_of))?;
        let runs: Vec<_> = runs.iter().collect();
        let fate = fate::of(&runs, &ledger.receipts(&job.id, as_of)?, &|key| job.route.names(key));
        let still = gone_of(&runs, as_of, job);
        let is_open = |fate: &Fate| {
            let is_bad = matches!(fate, Fate::Held { .. } | Fate::Failed { .. });
            is_bad || !still.is_empty() || tried.contains(&as_of)
        };
        moments.extend(fate.filter(is_open).map(|fate| Moment { as_of, fate }));
        gone.extend(still);
    }
    Ok((moments, gone))
}

/// The slices of a moment that have no rows any more; `runs` are those of the moment, the latest first.
fn gone_of(runs: &[&StoredRun], as_of: NaiveDateTime, job: &Job) -> Vec<Gone> {
    gone::still(runs, job).into_iter().map(|note| Gone { as_of, note }).collect()
}

/// The moments of a day of the schedule's clock, and those that are none because their day is off.
fn slots(plan: &SchedulePlan, day: NaiveDate) -> Vec<(Slot, Option<Skip>)> {
    let on_day = |plan: &SchedulePlan| -> Vec<Slot> {
        let start = last_instant(day.and_time(NaiveTime::MIN), plan.zone) - TimeDelta::hours(26);
        let slots = between(plan, start, start + TimeDelta::hours(78));
        slots.into_iter().filter(|slot| slot.as_of.date() == day).collect()
    };
    let mut found: Vec<(Slot, Option<Skip>)> =
        on_day(plan).into_iter().map(|slot| (slot, None)).collect();
    let Some(rule) = plan.if_off else { return found };
    let mut nominal = plan.clone();
    nominal.if_off = None;
    for slot in on_day(&nominal) {
        if found.iter().all(|(known, _)| known.at != slot.at) {
            let name = plan.holidays.holiday(day).cloned();
            let moved = rule != IfOff::Skip;
            found.push((slot, Some(Skip::DayOff { name, moved })));
        }
    }
    found
}

/// What is to be said of a moment of the schedule that was not run.
fn without_run(
    plan: &SchedulePlan,
    slot: &Slot,
    last: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Fate {
    if slot.at > now {
        return Fate::ToCome;
    }
    let dropped = last.is_some_and(|last| {
        let never = outstanding(plan, last, now).dropped;
        last > slot.at || never.iter().any(|one| one.at == slot.at)
    });
    if dropped {
        let rule = match plan.catch_up {
            CatchUp::Each => "each",
            CatchUp::Latest => "latest",
            CatchUp::Skip => "skip",
        };
        return Fate::Skipped(Skip::CatchUp { rule });
    }
    let until = plan.ready.as_ref().map_or(slot.at, |ready| slot.at + ready.wait());
    if until > now {
        return Fate::Waiting { until };
    }
    if now - until > LATEST_START { Fate::Missed } else { Fate::Due }
}
