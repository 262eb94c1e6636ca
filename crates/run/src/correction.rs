//! Corrections: readers who were told figures that are others now are told so, under a new revision.
//!
//! Rule: what counts are the totals that the report told of periods that were over (`Report::told`). A report is
//! corrected when one of them has moved by more than the job's threshold; only those get the correction who got the
//! report, and only for the slices that moved.

use crate::{
    Work,
    earlier::Telling,
    error::RunError,
    ledger::Ledger,
    spool,
    stage::{Progress, Run},
    stages,
    told::Told,
};
use chrono::{NaiveDateTime, TimeDelta};
use deliver::DeliverPlan;
use engine::Engine;
use job::{CorrectionPlan, JobPlan};
use model::{
    context::RunContext,
    edition::EditionKind,
    receipt::{DeliveryState, Receipt},
    report::{Correction, Report, Restated},
    run::{Outcome, RunRecord, Stage},
    slice::Slice,
};
use std::collections::BTreeSet;

/// What readers of the moment have, and who they are.
pub(crate) struct Standing {
    telling: Telling,
    /// The revision that the correction gets.
    revision: u32,
    /// Who got the report.
    served: BTreeSet<String>,
    /// The share by which a figure must have moved.
    threshold: f64,
}

impl Standing {
    /// Looks it up.
    ///
    /// # Errors
    /// When nobody was told anything of the moment, and when the ledger cannot be read.
    pub(crate) fn of(plan: &JobPlan, ledger: &Ledger) -> Result<Self, RunError> {
        let moment = plan.as_of.naive_local();
        let telling = Telling::of(plan, ledger, moment)?;
        if telling.is_empty() {
            let (job, as_of) = (plan.job.to_string(), moment.to_string());
            return Err(RunError::NothingTold { job, as_of });
        }
        let (mut revision, mut served) = (0, BTreeSet::new());
        for receipt in ledger.receipts(&plan.job, moment)? {
            if receipt.key.kind != EditionKind::Report {
                continue;
            }
            let may_be_read = matches!(receipt.state, DeliveryState::Sent | DeliveryState::Unknown);
            if may_be_read {
                served.insert(receipt.key.recipient);
            }
            // A revision that was begun for other figures is not gone on with.
            revision = receipt.key.revision.max(revision);
        }
        let threshold = plan.corrections.map_or(0.0, |corrections| corrections.threshold);
        Ok(Self { telling, revision: revision + 1, served, threshold })
    }

    /// The correction of a slice's report; `None` when readers have nothing, or nothing that moved far enough.
    pub(crate) fn correction(
        &self,
        plan: &JobPlan,
        slice: &Slice,
        report: &Report,
    ) -> Option<Correction> {
        let stored = self.telling.report(slice)?;
        let changed = transform::compare(&stored.report.told, &report.told);
        has_moved(&changed, self.threshold)
            .then(|| transform::correction(&plan.transform, self.revision, &changed))
    }

    /// Delivers the last correction to those for whom a relay put it off: what it says still holds.
    fn go_on(
        &self,
        plan: &JobPlan,
        cx: &RunContext,
        ledger: &Ledger,
        run: &mut Run<'_>,
    ) -> Result<Outcome, RunError> {
        let known = ledger.receipts(&plan.job, plan.as_of.naive_local())?;
        let open = put_off(&known);
        let Some(revision) = open.iter().map(|one| one.key.revision).max().filter(|_| cx.send)
        else {
            return Ok(Outcome::AlreadyDelivered);
        };
        let told = self.telling.slices().into_iter().filter_map(|slice| {
            let is_it = |one: &Correction| one.revision == revision;
            let all = || self.telling.reports(&slice);
            let stored = all().find(|one| one.report.correction.as_ref().is_some_and(is_it))?;
            let release = crate::resend::release(&stored.reservations);
            Some(Told { slice, path: stored.path, release })
        });
        let told: Vec<Told> = told.collect();
        let waits = |address: &str| {
            open.iter().any(|one| (one.key.revision, &*one.key.recipient) == (revision, address))
        };
        let route = plan.deliver.route.only(|reader| waits(reader.mailbox.address.as_str()));
        let deliver = DeliverPlan { route, revision, moment: cx.now, ..plan.deliver.clone() };
        let plan = JobPlan { deliver, ..plan.clone() };
        let editions = run.stage(Stage::Render, || spool::render(&plan, cx, &told, &[]))?;
        let receipts = run.stage(Stage::Deliver, || {
            Ok(deliver::deliver(&plan.deliver, &editions.value, ledger, cx)?)
        })?;
        run.notes(receipts.notes);
        Ok(crate::outcome(cx, (false, false), &receipts.value))
    }

    /// The deliveries of a correction: to those who have the report, for the slices that are corrected.
    pub(crate) fn deliveries(
        &self,
        plan: DeliverPlan,
        told: &[Told],
        cx: &RunContext,
    ) -> DeliverPlan {
        let route = plan.route.only(|reader| {
            told.iter().any(|told| told.slice == reader.slice)
                && self.served.contains(reader.mailbox.address.as_str())
        });
        // It is dated when it goes: a mail of days ago would stand below what it corrects.
        DeliverPlan { route, revision: self.revision, moment: cx.now, ..plan }
    }
}

/// Corrections that a relay put off.
fn put_off(receipts: &[Receipt]) -> Vec<&Receipt> {
    let open = |one: &&Receipt| {
        let is_correction = one.key.kind == EditionKind::Report && one.key.revision > 0;
        is_correction && one.state == DeliveryState::Pending && !one.needs_person
    };
    receipts.iter().filter(open).collect()
}

fn has_moved(changed: &[Restated], threshold: f64) -> bool {
    changed.iter().any(|restated| restated.exceeds(threshold))
}

/// Runs a plan again for readers who have its report: what has changed since goes to them as a correction; if nothing
/// moved by more than the job's threshold, nothing is sent.
///
/// # Errors
/// As [`crate::run`]; [`RunError::NothingTold`] when nobody got the report.
pub fn correct(
    plan: &JobPlan,
    engine: &dyn Engine,
    cx: &RunContext,
    ledger: &Ledger,
    progress: &dyn Progress,
) -> Result<RunRecord, RunError> {
    let standing = Standing::of(plan, ledger)?;
    let mut run = Run::open(plan, cx, ledger, progress)?;
    let work = Work { standing: Some(&standing), ..Work::new(plan, engine, cx, ledger) };
    let result = stages(work, &mut run).and_then(|outcome| match outcome {
        Outcome::AlreadyDelivered => standing.go_on(plan, cx, ledger, &mut run),
        other => Ok(other),
    });
    run.close(result)
}

/// The moments of a job whose readers have figures that a run now tells otherwise, or whose correction a relay put off,
/// the earliest first; none for a job without `[corrections]`.
///
/// # Errors
/// When the ledger cannot be read.
pub fn due(
    plan: &JobPlan,
    record: &RunRecord,
    ledger: &Ledger,
) -> Result<Vec<NaiveDateTime>, RunError> {
    let Some(CorrectionPlan { threshold, within_days }) = plan.corrections else {
        return Ok(Vec::new());
    };
    let new = Telling::by(record);
    let new: Vec<(Slice, Report)> = new
        .slices()
        .into_iter()
        .filter_map(|slice| new.report(&slice).map(|stored| (slice, stored.report)))
        .collect();
    let first = record.as_of - TimeDelta::days(within_days.into());
    let mut moments: Vec<NaiveDateTime> =
        ledger.told(&plan.job, (first, record.as_of))?.iter().map(|told| told.as_of).collect();
    moments.sort();
    moments.dedup();
    let mut due = Vec::new();
    for moment in moments.into_iter().filter(|moment| *moment < record.as_of) {
        let telling = Telling::of(plan, ledger, moment)?;
        let differs = |(slice, report): &(Slice, Report)| {
            let stored = telling.report(slice);
            stored.is_some_and(|stored| {
                has_moved(&transform::compare(&stored.report.told, &report.told), threshold)
            })
        };
        let is_put_off = || -> Result<bool, RunError> {
            Ok(!put_off(&ledger.receipts(&plan.job, moment)?).is_empty())
        };
        if new.iter().any(differs) || is_put_off()? {
            due.push(moment);
        }
    }
    Ok(due)
}
