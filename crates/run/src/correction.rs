//! Corrections: readers who were told figures that are others now are told so, under a new revision.
//!
//! Rule: what counts are the totals and members that the sections of the report rest on, of periods that were over
//! (`Report::told`). A report is corrected when one of them has moved by more than the job's threshold; only those get
//! the correction who got the report, and only for the slices that moved.

use crate::{
    Work,
    earlier::Telling,
    error::RunError,
    going_on, gone, held,
    in_hand::{InHand, Version},
    ledger::Ledger,
    lost,
    preview::stored_report,
    stage::{Progress, Run},
    stages,
    told::Told,
};
use chrono::{NaiveDateTime, TimeDelta};
use deliver::DeliverPlan;
use engine::Engine;
use job::{CorrectionPlan, Job, JobPlan};
use model::{
    context::RunContext,
    edition::EditionKind,
    quality::QualityNote,
    receipt::DeliveryKey,
    report::{Correction, Report, Restated},
    run::{Outcome, RunRecord},
    slice::{Members, Slice},
};
use std::{cell::RefCell, collections::BTreeSet};

/// What readers of the moment have.
pub(crate) struct Standing {
    in_hand: InHand,
    /// The last correction, as long as relays put it off for somebody.
    on_its_way: Telling,
    /// The corrections that relays put off, and what they say.
    open: Vec<(DeliveryKey, Slice, Option<Report>)>,
    /// Those of them that do not hold any more.
    stale: RefCell<Vec<DeliveryKey>>,
    /// Those in whose place this one comes, unless it is held.
    replaced: RefCell<Vec<DeliveryKey>>,
    /// Those who read the report no more and have a wrong one.
    former: RefCell<BTreeSet<String>>,
    /// What corrections would take away from readers.
    emptied: RefCell<Vec<QualityNote>>,
    /// The revision that the correction gets.
    revision: u32,
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
        let in_hand = InHand::of(plan, ledger, moment)?;
        if in_hand.is_empty() {
            let (job, as_of) = (plan.job.to_string(), moment.to_string());
            return Err(RunError::NothingTold { job, as_of });
        }
        // A revision that was begun for other figures is not gone on with.
        let receipts = ledger.receipts(&plan.job, moment)?;
        let reports = receipts.iter().filter(|one| one.key.kind == EditionKind::Report);
        let revision = reports.map(|receipt| receipt.key.revision).max().unwrap_or_default();
        let threshold = plan.corrections.map_or(0.0, |corrections| corrections.threshold);
        let (open, not_begun) =
            (going_on::put_off(plan, ledger)?, going_on::not_begun(plan, ledger)?);
        let on_its_way = match open.iter().map(|one| one.key.revision).max() {
            Some(revision) => Telling::of_correction(plan, ledger, revision)?,
            None => Telling::default(),
        };
        let mut says = Vec::new();
        for one in open {
            let telling = Telling::of_correction(plan, ledger, one.key.revision)?;
            let report = telling.report(&one.slice).map(|stored| stored.report);
            says.push((one.key, one.slice, report));
        }
        Ok(Self {
            in_hand,
            on_its_way,
            open: says,
            stale: RefCell::new(not_begun.into_iter().map(|one| one.key).collect()),
            replaced: RefCell::default(),
            former: RefCell::default(),
            emptied: RefCell::default(),
            revision: revision + 1,
            threshold,
        })
    }

    /// The correction of a slice's report; `None` when readers have nothing, or nothing that moved far enough.
    pub(crate) fn correction(
        &self,
        plan: &JobPlan,
        slice: &Slice,
        report: &Report,
    ) -> Option<Correction> {
        let of_slice = self.open.iter().filter(|(_, of, _)| of == slice);
        let holds =
            |says: &Option<Report>| says.as_ref().is_some_and(|says| !self.has_moved(says, report));
        let stale: Vec<DeliveryKey> =
            of_slice.filter(|(_, _, says)| !holds(says)).map(|(key, _, _)| key.clone()).collect();
        let former = self.in_hand.former(slice).into_iter();
        let misled = former.filter(|version| self.has_moved(&version.stored.report, report));
        self.former.borrow_mut().extend(misled.flat_map(|version| version.holders));
        let on_its_way = self.on_its_way.report(slice);
        // A correction that says it already is gone on with.
        if on_its_way.is_some_and(|stored| !self.has_moved(&stored.report, report)) {
            self.stale.borrow_mut().extend(stale);
            return None;
        }
        let mut changed: Vec<Vec<Restated>> = Vec::new();
        for version in self.wrong(slice, report) {
            let before = &version.stored.report;
            changed.push(transform::wrong(&before.told, &report.told));
            self.looks_at(plan, slice, (before, report));
        }
        let given_way = if changed.is_empty() { &self.stale } else { &self.replaced };
        given_way.borrow_mut().extend(stale);
        (!changed.is_empty())
            .then(|| transform::correction(&plan.transform, self.revision, &changed))
    }

    /// Notes what a report takes away from one that readers have, or that relays put off for all of them.
    pub(crate) fn looks_at(&self, plan: &JobPlan, slice: &Slice, (one, now): (&Report, &Report)) {
        let taken = transform::emptied(&plan.transform, slice, (&one.told, &now.told));
        let mut emptied = self.emptied.borrow_mut();
        let taken: Vec<_> = taken.into_iter().filter(|note| !emptied.contains(note)).collect();
        emptied.extend(taken);
    }

    /// Why the corrections wait for a person: they would leave readers nothing where they had figures.
    pub(crate) fn emptied(&self) -> Vec<QualityNote> {
        self.emptied.borrow().clone()
    }

    /// What is left to do once the stages of a correction have ended so: to take back what does not hold any more, to go on
    /// with what still holds, and to say who is not told.
    pub(crate) fn end(
        &self,
        outcome: Outcome,
        plan: &JobPlan,
        (cx, ledger): (&RunContext, &Ledger),
        run: &mut Run<'_>,
    ) -> Result<Outcome, RunError> {
        if outcome != Outcome::Held {
            self.stale.borrow_mut().append(&mut self.replaced.borrow_mut());
        }
        self.withdraw(cx, ledger)?;
        run.notes(going_on::untold(self.former.borrow().len()));
        run.notes(lost::note(self.in_hand.lost()));
        match outcome {
            Outcome::AlreadyDelivered => going_on::deliver(plan, cx, ledger, run),
            // Nothing but slices without rows: what is on its way to others still goes.
            Outcome::Held if !held::has_report(run.record()) => {
                match going_on::deliver(plan, cx, ledger, run)? {
                    Outcome::AlreadyDelivered => Ok(Outcome::Held),
                    other => Ok(other),
                }
            }
            other => Ok(other),
        }
    }

    /// Takes back what relays put off and what does not hold any more.
    fn withdraw(&self, cx: &RunContext, ledger: &Ledger) -> Result<(), RunError> {
        for key in self.stale.take().iter().filter(|_| cx.send) {
            if ledger.withdraw(key)? {
                tracing::info!(job = %key.job, revision = key.revision, "a correction that was put off does not hold any more");
            }
        }
        Ok(())
    }

    /// The revision that the correction gets.
    pub(crate) fn revision(&self) -> u32 {
        self.revision
    }

    fn has_moved(&self, before: &Report, now: &Report) -> bool {
        has_moved(&transform::wrong(&before.told, &now.told), self.threshold)
    }

    /// The reports in readers' hands of which figures have moved far enough, and what else their readers may have.
    fn wrong(&self, slice: &Slice, report: &Report) -> Vec<Version> {
        self.in_hand.wrong(slice, report, |before, now| self.has_moved(before, now))
    }

    /// The slices that somebody has a report on and nobody reads any more: whether that is wrong is looked at, too.
    pub(crate) fn former_slices(&self) -> BTreeSet<&Members> {
        self.in_hand.former_slices()
    }

    /// Whether relays put off readers of a slice, so that a report on it was made.
    pub(crate) fn is_waited_for(&self, slice: &Slice) -> bool {
        self.in_hand.is_owed(slice)
    }

    /// The deliveries of a correction: to those who have a wrong report, and to those who are owed one, for the slices that
    /// are corrected.
    ///
    /// # Errors
    /// When a stored report cannot be read.
    pub(crate) fn deliveries(
        &self,
        plan: DeliverPlan,
        told: &[Told],
        cx: &RunContext,
    ) -> Result<DeliverPlan, RunError> {
        let mut wrong: BTreeSet<(Slice, String)> = BTreeSet::new();
        for one in told {
            let report = stored_report(&one.path)?;
            let holders = self.wrong(&one.slice, &report).into_iter().flat_map(|one| one.holders);
            wrong.extend(holders.map(|holder| (one.slice.clone(), holder)));
        }
        let route = plan.route.only(|reader| {
            let (slice, address) = (&reader.slice, reader.mailbox.address.mailbox());
            let is_wrong = wrong.contains(&(slice.clone(), address.clone()));
            let is_told = told.iter().any(|told| told.slice == *slice);
            is_wrong || is_told && self.in_hand.owes(&address, slice)
        });
        // It is dated when it goes: a mail of days ago would stand below what it corrects.
        Ok(DeliverPlan { route, revision: self.revision, moment: cx.now, ..plan })
    }
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
    if cx.send {
        ledger.let_in(&plan.job, plan.as_of.naive_local(), cx.now)?;
    }
    let work = Work { standing: Some(&standing), ..Work::new(plan, engine, cx, ledger) };
    run.corrects(standing.revision);
    let result = stages(work, &mut run);
    let result = result.and_then(|outcome| standing.end(outcome, plan, (cx, ledger), &mut run));
    run.close(result)
}

/// Whether one of the figures moved by more than a share.
fn has_moved(changed: &[Restated], threshold: f64) -> bool {
    changed.iter().any(|restated| restated.exceeds(threshold))
}

/// The moments of a job whose readers have figures that a run now tells otherwise, or whose correction a relay put off,
/// the earliest first; none for a job without `[corrections]`.
///
/// # Errors
/// When the ledger cannot be read; [`RunError::Report`] when a report that the run made cannot be.
pub fn due(job: &Job, record: &RunRecord, ledger: &Ledger) -> Result<Vec<NaiveDateTime>, RunError> {
    let corrections = job::plan_at(job, record.as_of).and_then(|plan| plan.corrections);
    let Some(CorrectionPlan { threshold, within_days }) = corrections else {
        return Ok(Vec::new());
    };
    let new = Telling::by(record).made()?;
    let first = record.as_of - TimeDelta::days(within_days.into());
    let mut moments: Vec<NaiveDateTime> =
        ledger.told(&job.id, (first, record.as_of))?.iter().map(|told| told.as_of).collect();
    moments.sort();
    moments.dedup();
    let serves = |key: &DeliveryKey| job.route.names(key);
    let put_off = ledger.corrections_put_off(&job.id, (first, record.as_of), &serves)?;
    let mut due = Vec::new();
    for moment in moments.into_iter().filter(|moment| *moment <= record.as_of) {
        // Whoever reads its report on the day of that moment: he may have left, or moved, since.
        let Some(plan) = job::plan_at(job, moment) else { continue };
        let in_hand = InHand::of(&plan, ledger, moment)?;
        let moved = |before: &Report, now: &Report| {
            has_moved(&transform::wrong(&before.told, &now.told), threshold)
        };
        let differs =
            |(slice, report): &(Slice, Report)| !in_hand.wrong(slice, report, moved).is_empty();
        let runs = ledger.of_moments(&job.id, (moment, moment))?;
        // A correction that is held is looked at again: what it says may not hold any more.
        let is_held = held::correction(runs.iter().map(|run| &run.record)).is_some();
        let is_wrong = || new.iter().any(differs) || gone::concerns(record, &in_hand);
        if is_held || put_off.contains(&moment) || is_wrong() {
            due.push(moment);
        }
    }
    Ok(due)
}
