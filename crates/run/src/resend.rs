//! A delivery once more at a person's word, and what exactly somebody got.
//!
//! Rule: what is sent again is what was sent: the stored report with the reservations that stood on top of it, under the
//! same message id. Rendering is repeated, not stored, so it is held against the fingerprint in the receipt.

use crate::{
    earlier::Telling,
    error::RunError,
    ledger::Ledger,
    spool,
    stage::{Progress, Run},
    told::Told,
};
use chrono::NaiveDate;
use deliver::{Recipient, Shelf as _};
use job::JobPlan;
use model::{
    context::RunContext,
    edition::{Edition, EditionKind, Release},
    quality::QualityNote,
    receipt::{DeliveryState, Receipt},
    run::{Outcome, RunRecord, Stage},
};
use report::ReportPlan;

/// Sends the report of a run to one of its readers again, whatever became of the first delivery.
///
/// # Errors
/// [`RunError::NoReader`] for somebody whom the job does not name, [`RunError::NothingTold`] for a run that sent nothing,
/// [`RunError::NoReport`] when the stored report is gone, [`RunError::OtherFigures`] when the reader has those of another
/// run; and when the ledger cannot be written.
pub fn resend(
    plan: &JobPlan,
    record: &RunRecord,
    to: &str,
    cx: &RunContext,
    ledger: &Ledger,
    progress: &dyn Progress,
) -> Result<RunRecord, RunError> {
    let reader = reader(plan, to)?;
    if !reached_somebody(record, ledger)? {
        let (job, as_of) = (record.job.to_string(), record.as_of.to_string());
        return Err(RunError::NothingTold { job, as_of });
    }
    let stored = Telling::by(record).report(&reader.slice);
    let stored = stored.ok_or_else(|| RunError::NoReport { run: record.run.to_string() })?;
    let mut plan = plan.clone();
    plan.deliver.route = plan.deliver.route.mail_to(to);
    plan.deliver.revision = stored.report.correction.as_ref().map_or(0, |one| one.revision);
    let told = Told {
        slice: reader.slice.clone(),
        path: stored.path,
        release: release(&stored.reservations),
    };
    let mut run = Run::open(&plan, cx, ledger, progress)?;
    let result = again(&plan, &told, (to, cx), ledger, &mut run);
    run.close(result)
}

fn again(
    plan: &JobPlan,
    told: &Told,
    (to, cx): (&str, &RunContext),
    ledger: &Ledger,
    run: &mut Run<'_>,
) -> Result<Outcome, RunError> {
    let told = std::slice::from_ref(told);
    let editions = run.stage(Stage::Render, || spool::render(plan, cx, told, &[]))?;
    let known = ledger.receipts(&plan.job, plan.deliver.as_of)?;
    let theirs = known.into_iter().filter(|receipt| {
        (receipt.key.kind, receipt.key.revision) == (EditionKind::Report, plan.deliver.revision)
            && receipt.key.recipient == to
            && cx.send
    });
    let theirs: Vec<Receipt> = theirs.collect();
    let differs = |receipt: &&Receipt| {
        let mut editions = editions.value.editions().iter();
        let same = editions.any(|edition| edition.fingerprint == receipt.content);
        may_be_read(receipt) && !same
    };
    if theirs.iter().find(differs).is_some() {
        let run = cx.run.to_string();
        return Err(RunError::OtherFigures { to: to.to_owned(), run });
    }
    for receipt in &theirs {
        ledger.reopen_one(&receipt.key, cx.now)?;
    }
    let receipts = run.stage(Stage::Deliver, || {
        Ok(deliver::deliver(&plan.deliver, &editions.value, ledger, cx)?)
    })?;
    // Who had it still has it, whatever became of the second mail.
    for receipt in theirs.iter().filter(|receipt| receipt.state == DeliveryState::Sent) {
        ledger.keep_sent(receipt)?;
    }
    run.notes(receipts.notes);
    Ok(crate::outcome(cx, (false, false), &receipts.value))
}

/// Whether somebody has, or may have, the report of a run, whatever became of the run after that.
fn reached_somebody(record: &RunRecord, ledger: &Ledger) -> Result<bool, RunError> {
    if matches!(record.outcome, Outcome::Delivered | Outcome::PartlyDelivered) {
        return Ok(true);
    }
    let known = ledger.receipts(&record.job, record.as_of)?;
    let theirs = |one: &Receipt| one.run == record.run && one.key.kind == EditionKind::Report;
    Ok(known.iter().any(|receipt| theirs(receipt) && may_be_read(receipt)))
}

fn may_be_read(receipt: &Receipt) -> bool {
    matches!(receipt.state, DeliveryState::Sent | DeliveryState::Unknown)
}

/// The reader with an address.
fn reader<'a>(plan: &'a JobPlan, to: &str) -> Result<&'a Recipient, RunError> {
    let mut readers = plan.deliver.route.readers();
    let found = readers.find(|reader| reader.mailbox.address.as_str() == to);
    found.ok_or_else(|| RunError::NoReader {
        address: to.to_owned(),
        job: plan.job.to_string(),
        as_of: plan.as_of.naive_local().to_string(),
    })
}

pub(crate) fn release(reservations: &[QualityNote]) -> Release {
    match reservations {
        [] => Release::Send,
        notes => Release::SendMarked(notes.to_vec()),
    }
}

/// A delivery, with the message if it can still be made byte for byte.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What the ledger knows of it.
    pub receipt: Receipt,
    /// The edition and the message; `None` when job, readers or templates are others now.
    pub message: Option<(Edition, Vec<u8>)>,
}

/// The receipts of what somebody got of a job, or may have got, on a day of the job's zone, in the order of sending.
///
/// # Errors
/// When the ledger cannot be read.
pub fn receipts_of(
    ledger: &Ledger,
    plan: &JobPlan,
    (to, on): (&str, NaiveDate),
) -> Result<Vec<Receipt>, RunError> {
    let zone = plan.as_of.timezone();
    let mut receipts = ledger.receipts_of(&plan.job, to)?;
    receipts.retain(|receipt| {
        matches!(receipt.state, DeliveryState::Sent | DeliveryState::Unknown)
            && receipt.changed.with_timezone(&zone).date_naive() == on
    });
    receipts.sort_by_key(|receipt| receipt.changed);
    Ok(receipts)
}

/// What exactly went out under a receipt; `plan` is the job's for the moment of the receipt.
///
/// # Errors
/// When the ledger cannot be read or the stored report cannot be rendered.
pub fn sent(
    plan: &JobPlan,
    cx: &RunContext,
    ledger: &Ledger,
    receipt: Receipt,
) -> Result<Sent, RunError> {
    let (telling, slice) = (Telling::of(plan, ledger, receipt.key.as_of)?, receipt.slice.clone());
    for stored in telling.reports(&slice) {
        let locales = vec![receipt.locale];
        let readers = ReportPlan { locales, ..plan.report.clone() };
        let editions = report::render(&readers, &stored.report, &release(&stored.reservations))?;
        let same = editions.value.into_iter().find(|one| one.fingerprint == receipt.content);
        if let Some(edition) = same {
            let bytes = deliver::message_as_sent(&plan.deliver, &edition, &receipt, cx)?;
            return Ok(Sent { receipt, message: bytes.map(|bytes| (edition, bytes)) });
        }
    }
    Ok(Sent { receipt, message: None })
}
