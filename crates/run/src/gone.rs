//! Slices whose readers have a report of which the data have no rows any more.
//!
//! Rule: there is nothing to correct it with, and nobody gets an empty one. The owners are told by mail, once for each such
//! list; `status` says it until a later run of the moment finds rows, or nobody reads the slice any more. What those
//! readers have is not sent to them again.

use crate::{
    error::RunError,
    in_hand::InHand,
    ledger::{Ledger, StoredRun},
    operator::is_rehearsal,
    preview::stored_report,
    stage::Run,
};
use job::{Job, JobPlan};
use model::{
    context::RunContext,
    edition::EditionKind,
    quality::{QualityNote, Severity},
    report::{Argument, Message, Told},
    run::RunRecord,
    slice::{Members, Slice},
};
use std::{collections::BTreeSet, path::Path};

/// The remark on such a slice.
pub(crate) const GONE: &str = "correction.slice_gone";

/// The slices whose readers have a report of the plan's moment, or may have it.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) fn had(plan: &JobPlan, ledger: &Ledger) -> Result<BTreeSet<Slice>, RunError> {
    let receipts = ledger.receipts(&plan.job, plan.as_of.naive_local())?;
    let have = receipts
        .into_iter()
        .filter(|one| one.key.kind == EditionKind::Report && one.state.may_be_read());
    Ok(have.map(|receipt| receipt.slice).collect())
}

/// That a slice has no rows any more.
pub(crate) fn note(plan: &JobPlan, members: &Members) -> QualityNote {
    let reported = plan.transform.period(plan.transform.grain, false);
    let message = Message::new(GONE)
        .with("slice", Argument::Text(members.to_string()))
        .with("period", Argument::Period(reported))
        .with("date", Argument::Date(plan.as_of.date_naive()));
    QualityNote { severity: Severity::Error, message, dataset: None }
}

/// The remarks of a record on such slices.
fn notes(record: &RunRecord) -> impl Iterator<Item = &QualityNote> {
    record.notes.iter().filter(|note| is_gone(note))
}

/// Whether a remark is on such a slice.
pub fn is_gone(note: &QualityNote) -> bool {
    note.message.key == GONE
}

/// Whether a record speaks of such a slice.
pub(crate) fn is_any(record: &RunRecord) -> bool {
    notes(record).next().is_some()
}

fn is_of(note: &QualityNote, slice: &Slice) -> bool {
    matches!(note.message.arguments.get("slice"), Some(Argument::Text(text)) if *text == slice.to_string())
}

/// The latest run of a moment that looked at the data.
pub(crate) fn latest(runs: &[RunRecord]) -> Option<&RunRecord> {
    runs.iter().find(|record| speaks(record))
}

/// Whether a run found no rows of a slice whose readers had a report.
pub(crate) fn lacks(record: &RunRecord, slice: &Slice) -> bool {
    notes(record).any(|note| is_of(note, slice))
}

/// Whether a run looked at the data, and was meant to reach somebody.
fn speaks(record: &RunRecord) -> bool {
    !is_rehearsal(record) && !record.sources.is_empty()
}

/// What the latest run of a moment found to be gone that somebody still reads; `runs` are those of the moment, the latest
/// first.
pub(crate) fn still(runs: &[&StoredRun], job: &Job) -> Vec<QualityNote> {
    let latest = runs.iter().find(|run| speaks(&run.record));
    let is_read =
        |note: &&QualityNote| job.route.readers().any(|reader| is_of(note, &reader.slice));
    latest.map(|run| notes(&run.record).filter(is_read).cloned().collect()).unwrap_or_default()
}

/// Whether a run refused a slice of which a report of an earlier moment tells figures of later days than its last rows.
pub(crate) fn concerns(record: &RunRecord, in_hand: &InHand) -> bool {
    let refused = record.slices.iter().filter(|one| one.held && one.report.is_none());
    refused.into_iter().any(|one| {
        let reason = record.notes.iter().find(|note| is_of(note, &one.slice));
        let last = reason.and_then(|note| match note.message.arguments.get("last") {
            Some(Argument::Period(last)) => Some(last.days),
            _ => None,
        });
        let is_past = |told: &Told| last.is_none_or(|last| told.period.days.start >= last.end);
        let is_figure = |told: &Told| told.value.is_some_and(|value| value.to_f64() != 0.0);
        let versions = in_hand.versions(&one.slice).into_iter();
        versions
            .flat_map(|version| version.stored.report.told)
            .any(|told| told.shown && is_past(&told) && is_figure(&told))
    })
}

/// Tells the owners, if a run found any. That they could not be told is no reason to keep others waiting.
pub(crate) fn tell_if_any(plan: &JobPlan, run: &Run<'_>, ledger: &Ledger, cx: &RunContext) {
    if let Err(error) = tell(plan, run, ledger, cx) {
        tracing::error!(error = %error.chain(), "the owners could not be told of slices without rows");
    }
}

fn tell(plan: &JobPlan, run: &Run<'_>, ledger: &Ledger, cx: &RunContext) -> Result<(), RunError> {
    let record = run.record();
    let gone: Vec<QualityNote> = notes(record).cloned().collect();
    let kinds = ["report", "unsent"];
    let whole = record.artefacts.iter().find(|one| kinds.contains(&one.kind.as_str()));
    let Some(whole) = whole.filter(|_| !gone.is_empty()) else { return Ok(()) };
    let report = stored_report(Path::new(&whole.path))?;
    let notices = report::slices_gone(&plan.report, &report, &gone)?;
    deliver::tell_owners(&plan.deliver, &notices.value, ledger, cx)?;
    Ok(())
}
