//! The record of a run, stage by stage.

use crate::{
    context,
    error::RunError,
    late::Decision,
    ledger::{self, Ledger, SlotClaim, SlotGuard},
    room, sources,
    told::Told,
};
use deliver::DeliverPlan;
use extract::Extracted;
use job::JobPlan;
use model::{
    context::RunContext,
    edition::{AttachmentKind, Release},
    id::RunId,
    quality::{QualityNote, Severity},
    receipt::{DeliveryKey, DeliveryState, Receipt},
    report::{Message, Report},
    run::{Artefact, Outcome, RunRecord, SliceRecord, Stage, StageRecord},
    slice::Slice,
};
use publish::rehearsal::reached;
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use transform::{Earlier, Quality};

/// The version of stored run records.
const SCHEMA_VERSION: u32 = 1;

/// Someone who watches a run.
pub trait Progress {
    /// A stage begins.
    fn begins(&self, stage: Stage);
    /// A stage has ended.
    fn ended(&self, stage: Stage, took: Duration);
}

/// Nobody watches.
impl Progress for () {
    fn begins(&self, _: Stage) {}
    fn ended(&self, _: Stage, _: Duration) {}
}

/// A run that is under way.
pub(crate) struct Run<'a> {
    record: RunRecord,
    ledger: &'a Ledger,
    progress: &'a dyn Progress,
    /// The state folder.
    state: PathBuf,
    /// Why some slices are held back.
    held: Vec<QualityNote>,
    /// Held until the run is over: no second process runs the same moment meanwhile.
    _slot: SlotGuard<'a>,
}

impl<'a> Run<'a> {
    /// Claims the job and writes the open run down.
    pub(crate) fn open(
        plan: &JobPlan,
        cx: &RunContext,
        ledger: &'a Ledger,
        progress: &'a dyn Progress,
    ) -> Result<Self, RunError> {
        Self::open_as(plan, cx, ledger, progress, None)
    }

    /// The same for a run that sends what another one held, at a person's word.
    pub(crate) fn open_as(
        plan: &JobPlan,
        cx: &RunContext,
        ledger: &'a Ledger,
        progress: &'a dyn Progress,
        released: Option<&RunId>,
    ) -> Result<Self, RunError> {
        let claim = ledger.claim_slot(&plan.job, plan.as_of.naive_local(), &cx.run, cx.now)?;
        let record = RunRecord { released: released.cloned(), ..blank(plan, cx) };
        Self::begin(plan, (cx, record), ledger, progress, claim)
    }

    /// The same for a moment of the schedule; `None` when it is dealt with.
    pub(crate) fn open_scheduled(
        plan: &JobPlan,
        cx: &RunContext,
        ledger: &'a Ledger,
        progress: &'a dyn Progress,
    ) -> Result<Option<Self>, RunError> {
        let serves = |key: &DeliveryKey| plan.deliver.route.names(key);
        let claim = ledger.claim_moment(&plan.job, plan.as_of, (&cx.run, cx.now), &serves)?;
        let Some(claim) = claim else { return Ok(None) };
        let corrections_open = plan.corrections.is_some();
        let record = RunRecord { corrections_open, ..blank(plan, cx) };
        Self::begin(plan, (cx, record), ledger, progress, claim).map(Some)
    }

    fn begin(
        plan: &JobPlan,
        (cx, record): (&RunContext, RunRecord),
        ledger: &'a Ledger,
        progress: &'a dyn Progress,
        claim: SlotClaim<'a>,
    ) -> Result<Self, RunError> {
        let slot = match claim {
            SlotClaim::Granted(slot) => slot,
            SlotClaim::Held { as_of: theirs, .. } => {
                let (job, as_of) = (plan.job.to_string(), theirs.to_string());
                return Err(RunError::Busy { job, as_of });
            }
        };
        if cx.send {
            ledger::refuse_older(ledger)?;
        }
        sweep(plan, ledger, cx);
        ledger.open_run(&record)?;
        reached("run row created");
        let state = cx.state.clone();
        Ok(Self { record, ledger, progress, state, held: Vec::new(), _slot: slot })
    }

    /// Does one stage and records how it went.
    pub(crate) fn stage<T>(
        &mut self,
        stage: Stage,
        work: impl FnOnce() -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let span = tracing::info_span!("stage", stage = stage.word());
        let _entered = span.enter();
        self.progress.begins(stage);
        if self.record.stages.iter().all(|known| known.stage != stage) {
            self.ledger.enter_stage(&self.record.run, stage, context::now())?;
        }
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        self.progress.ended(stage, took);
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let error = result.as_ref().err().map(|error| self.said(error));
        let failed = error.is_some();
        // A stage that is done for slice after slice is one stage; only its first pass and its failure are news.
        match self.record.stages.iter_mut().find(|known| known.stage == stage) {
            Some(known) => {
                tracing::debug!(milliseconds, failed, "stage over");
                known.milliseconds = known.milliseconds.saturating_add(milliseconds);
                known.error = error;
            }
            None => {
                tracing::info!(milliseconds, failed, "stage over");
                self.record.stages.push(StageRecord { stage, milliseconds, error });
                self.ledger.update_run(&self.record)?;
            }
        }
        if failed {
            self.ledger.update_run(&self.record)?;
        }
        result
    }

    /// An error with its causes, and what to do where something cannot be written.
    fn said(&self, error: &RunError) -> String {
        format!("[{}] {}", error.code(), room::told(error, &self.state))
    }

    pub(crate) fn sources(&mut self, extracted: &Extracted) {
        self.record.sources = sources::notes(extracted);
    }

    pub(crate) fn quality(&self, extracted: &Extracted, earlier: Option<Earlier>) -> Quality {
        let (notes, sources) = (extracted.notes.clone(), self.record.sources.clone());
        Quality { notes, sources, earlier }
    }

    pub(crate) fn composed(&mut self, slice: &Slice, report: &Report, path: &Path) {
        if !slice.is_all() {
            let path = Some(path.display().to_string());
            self.record.slices.push(SliceRecord {
                slice: slice.clone(),
                report: path,
                held: false,
                reservations: Vec::new(),
            });
            return;
        }
        self.artefact("report", path);
        self.record.report = Some(report.fingerprint.clone());
        self.record.sources.clone_from(&report.sources);
        self.record.notes.clone_from(&report.notes);
    }

    /// It looks whether readers are to be corrected.
    pub(crate) fn corrects(&mut self, revision: u32) {
        self.record.revision = revision;
    }

    /// Stored reports that go out once more.
    pub(crate) fn again(&mut self, told: &[Told]) {
        for one in told {
            let path = one.path.display().to_string();
            let reservations = match &one.release {
                Release::SendMarked(notes) => notes.clone(),
                Release::Hold(_) | Release::Send => Vec::new(),
            };
            let (slice, report) = (one.slice.clone(), Some(path));
            self.record.again.push(SliceRecord { slice, report, held: false, reservations });
        }
    }

    /// A report that nobody gets: its readers have the same figures.
    pub(crate) fn unchanged(&mut self, slice: &Slice, report: &Report, path: &Path) {
        if slice.is_all() {
            self.artefact("unsent", path);
            self.record.report = Some(report.fingerprint.clone());
        }
    }

    /// The stored report on everything, where nobody gets it.
    pub(crate) fn unsent(&self) -> Option<PathBuf> {
        let unsent = self.record.artefacts.iter().find(|one| one.kind == "unsent");
        unsent.map(|one| PathBuf::from(&one.path))
    }

    /// What goes out to the readers of a slice, with the reasons why it is held or marked in the record.
    pub(crate) fn decided(&mut self, slice: &Slice, decision: &Decision) {
        let is_late = |note: &&QualityNote| note.message.key.starts_with("late.");
        let told: Vec<&QualityNote> = match &decision.release {
            Release::Hold(reasons) => reasons.iter().collect(),
            Release::Send => Vec::new(),
            Release::SendMarked(notes) => notes.iter().filter(is_late).collect(),
        };
        for note in told {
            if !self.record.notes.contains(note) {
                self.record.notes.push(note.clone());
            }
        }
        if let Some(known) = self.record.slices.iter_mut().find(|known| &known.slice == slice) {
            if let Release::Hold(reasons) = &decision.release {
                known.held = true;
                self.held.extend(reasons.iter().cloned());
            }
            if let Release::SendMarked(notes) = &decision.release {
                known.reservations.clone_from(notes);
            }
            if let Some(instead) = &decision.instead {
                known.report = Some(instead.path.display().to_string());
            }
            return;
        }
        if let Release::SendMarked(notes) = &decision.release {
            self.record.reservations.clone_from(notes);
        }
        let Some(instead) = &decision.instead else { return };
        // What readers were told is the earlier report: the next one is held against that.
        for artefact in self.record.artefacts.iter_mut().filter(|one| one.kind == "report") {
            artefact.kind = "unsent".to_owned();
        }
        self.artefact("report", &instead.path);
        self.record.report = Some(instead.report.fingerprint.clone());
    }

    /// The readers of a slice get nothing, for a reason.
    pub(crate) fn refused(&mut self, slice: &Slice, reason: QualityNote) {
        self.gone(slice, reason.clone());
        self.held.push(reason);
    }

    /// There is nothing to tell the readers of a slice, who have a report already.
    pub(crate) fn gone(&mut self, slice: &Slice, reason: QualityNote) {
        self.record.slices.push(SliceRecord {
            slice: slice.clone(),
            report: None,
            held: true,
            reservations: Vec::new(),
        });
        self.record.notes.push(reason);
    }

    /// What is written down so far.
    pub(crate) fn record(&self) -> &RunRecord {
        &self.record
    }

    /// Why some slices are held back, though the report on everything is not.
    pub(crate) fn held(&self) -> Vec<QualityNote> {
        let mut held = self.held.clone();
        held.dedup();
        held
    }

    /// The deliveries of a plan to those whose slice is not held back.
    pub(crate) fn deliveries(&mut self, plan: &JobPlan) -> DeliverPlan {
        let route = &plan.deliver.route;
        if !route.serves_all() && route.readers().next().is_none() {
            let message = Message::new("quality.nobody");
            self.notes(vec![QualityNote { severity: Severity::Warning, message, dataset: None }]);
        }
        let held = |slice: &Slice| {
            self.record.slices.iter().any(|known| known.held && &known.slice == slice)
        };
        let route = route.only(|reader| !held(&reader.slice));
        DeliverPlan { route, ..plan.deliver.clone() }
    }

    pub(crate) fn notes(&mut self, notes: Vec<QualityNote>) {
        self.record.notes.extend(notes);
    }

    pub(crate) fn artefact(&mut self, kind: &str, path: &Path) {
        let path = path.display().to_string();
        self.record.artefacts.push(Artefact { kind: kind.to_owned(), path });
    }

    /// What channels published into folders.
    pub(crate) fn delivered(&mut self, receipts: &[Receipt]) {
        let published = receipts.iter().filter(|receipt| receipt.state == DeliveryState::Sent);
        for receipt in published.filter(|receipt| receipt.reference.ends_with(".eml")) {
            let message = PathBuf::from(&receipt.reference);
            self.artefact("message", &message);
            let page = message.with_extension("html");
            if page.exists() {
                self.artefact("page", &page);
            }
            let attached = AttachmentKind::ALL.map(|kind| message.with_extension(kind.ending()));
            for file in attached.iter().filter(|file| file.exists()) {
                self.artefact("attachment", file);
            }
        }
    }

    /// Ends the record; a failed stage is an outcome, not an error.
    pub(crate) fn close(
        mut self,
        result: Result<Outcome, RunError>,
    ) -> Result<RunRecord, RunError> {
        self.record.outcome = match result {
            Ok(outcome) => outcome,
            Err(RunError::Ledger(error)) => return Err(RunError::Ledger(error)),
            Err(error) => {
                tracing::error!(error = %self.said(&error), "run failed");
                Outcome::Failed
            }
        };
        self.ledger.update_run(&self.record)?;
        reached("run closed");
        Ok(self.record)
    }
}

/// The record of a run in which nothing has happened yet.
fn blank(plan: &JobPlan, cx: &RunContext) -> RunRecord {
    RunRecord {
        schema_version: SCHEMA_VERSION,
        run: cx.run.clone(),
        job: plan.job.clone(),
        as_of: plan.as_of.naive_local(),
        period: plan.period,
        started: cx.now,
        outcome: Outcome::Open,
        stages: Vec::new(),
        sources: Vec::new(),
        notes: Vec::new(),
        artefacts: Vec::new(),
        reservations: Vec::new(),
        again: Vec::new(),
        corrections_open: false,
        released: None,
        rehearsal: !cx.send,
        revision: 0,
        slices: Vec::new(),
        plan: plan.fingerprint.clone(),
        report: None,
    }
}

/// Clears away the drafts of files that killed runs left. One that stays is only in the way of nobody.
fn sweep(plan: &JobPlan, ledger: &Ledger, cx: &RunContext) {
    if let Err(error) = ledger.letters().sweep(cx.now) {
        tracing::warn!(%error, "copies of mails that are too old are not let go");
    }
    let folders = plan.deliver.route.folders().map(|folder| folder.join(plan.job.as_str()));
    for folder in std::iter::once(cx.state.clone()).chain(folders) {
        match publish::sweep(&folder) {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "drafts that a killed run left are cleared away"),
            Err(error) => {
                tracing::warn!(%error, "drafts that a killed run left are not cleared away")
            }
        }
    }
}
