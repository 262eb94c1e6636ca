//! A delivery once more at a person's word.
//!
//! Rule: what is sent again are the figures that were sent: the stored report with the reservations that stood on top of
//! it, under the same message id. It looks as job and templates have it now.

use crate::{
    afresh::{self, Afresh},
    earlier::Telling,
    error::RunError,
    gone, held,
    ledger::Ledger,
    spool::Spool,
    stage::{Progress, Run},
    told::Told,
};
use deliver::{Recipient, Shelf as _};
use job::JobPlan;
use model::{
    context::RunContext,
    edition::EditionKind,
    id::RunId,
    receipt::{DeliveryState, Receipt},
    run::{Outcome, RunRecord},
    slice::Slice,
};

/// Sends the report of a run to one of its readers again, whatever became of the first delivery.
///
/// # Errors
/// [`RunError::NoReader`] for somebody whom the job does not name, [`RunError::NothingTold`] for a run that sent nothing,
/// [`RunError::NotTheirs`] for one that told nothing of the reader's slice, [`RunError::NoReport`] when the stored report
/// is gone, [`RunError::SliceGone`] when the data have no rows of the slice any more,
/// [`RunError::CorrectionHeld`] and [`RunError::OnHold`] when figures are held back, [`RunError::Superseded`] when it was
/// corrected since, [`RunError::OtherFigures`] when the reader has those of
/// another run; and when the ledger cannot be written.
pub fn resend(
    plan: &JobPlan,
    record: &RunRecord,
    to: &str,
    cx: &RunContext,
    ledger: &Ledger,
    progress: &dyn Progress,
) -> Result<RunRecord, RunError> {
    let known = ledger.receipts(&record.job, record.as_of)?;
    let reader = reader(plan, to).ok_or_else(|| no_reader(plan, to, &known))?;
    if !reached_somebody(record, &known) {
        let is_told =
            |one: &Receipt| one.key.kind == EditionKind::Report && one.state.may_be_read();
        if known.iter().any(is_told) {
            return Err(RunError::NotTheirs { to: to.to_owned(), run: record.run.to_string() });
        }
        let (job, as_of) = (record.job.to_string(), record.as_of.to_string());
        return Err(RunError::NothingTold { job, as_of });
    }
    let telling = Telling::by(record);
    let run = record.run.to_string();
    let Some(stored) = telling.delivered(&reader.slice, None) else {
        let told_others = telling.slices().iter().any(|slice| telling.report(slice).is_some());
        return Err(match told_others {
            true => RunError::NotTheirs { to: to.to_owned(), run },
            false => RunError::NoReport { run },
        });
    };
    if let Some(hold) = ledger.held(&plan.job)? {
        return Err(RunError::OnHold { job: plan.job.to_string(), reason: hold.reason });
    }
    let runs = ledger.of_moments(&plan.job, (record.as_of, record.as_of))?;
    let runs: Vec<RunRecord> = runs.into_iter().map(|run| run.record).collect();
    if let Some(newer) = gone::latest(&runs).filter(|newer| gone::lacks(newer, &reader.slice)) {
        let (to, newer) = (to.to_owned(), newer.run.to_string());
        return Err(RunError::SliceGone { to, run, newer });
    }
    if let Some(newer) = held::correction(&runs).filter(|run| held::is_on(run, &reader.slice)) {
        let (to, newer) = (to.to_owned(), newer.run.to_string());
        return Err(RunError::CorrectionHeld { to, run, newer });
    }
    let revision = stored.report.correction.as_ref().map_or(0, |one| one.revision);
    if let Some(newer) = corrected_since(plan, &known, &reader.slice, revision) {
        let made = Telling::of_correction(plan, ledger, newer.key.revision)?;
        let newer = made.run().unwrap_or(&newer.run).to_string();
        return Err(RunError::Superseded { to: to.to_owned(), run, newer });
    }
    let mut plan = plan.clone();
    plan.deliver.route = plan.deliver.route.mail_to(to);
    plan.deliver.revision = revision;
    let told = Told {
        slice: reader.slice.clone(),
        path: stored.path,
        release: afresh::release(&stored.reservations),
    };
    let mut run = Run::open(&plan, cx, ledger, progress)?;
    let result = again(&plan, &told, (&record.run, to, cx), ledger, &mut run);
    run.close(result)
}

fn again(
    plan: &JobPlan,
    told: &Told,
    (of, to, cx): (&RunId, &str, &RunContext),
    ledger: &Ledger,
    run: &mut Run<'_>,
) -> Result<Outcome, RunError> {
    let known = ledger.receipts(&plan.job, plan.deliver.as_of)?;
    let mailbox = to.to_lowercase();
    let theirs = known.into_iter().filter(|receipt| {
        (receipt.key.kind, receipt.key.revision) == (EditionKind::Report, plan.deliver.revision)
            && receipt.key.recipient == mailbox
            && cx.send
    });
    let theirs: Vec<Receipt> = theirs.collect();
    let ready = |spool: &Spool| {
        // Of older versions only the run tells what a receipt is of.
        let is_rendered = |receipt: &Receipt| {
            let is_by_it = receipt.gist.is_none() && receipt.run == *of;
            is_by_it || spool.editions().iter().any(|edition| edition.says_what_was_said(receipt))
        };
        let differs = |receipt: &Receipt| receipt.state.may_be_read() && !is_rendered(receipt);
        if theirs.iter().any(differs) {
            let (to, run) = (to.to_owned(), of.to_string());
            return Err(RunError::OtherFigures { to, run });
        }
        for receipt in &theirs {
            ledger.reopen_one(&receipt.key, cx.now)?;
        }
        Ok(())
    };
    let told = std::slice::from_ref(told);
    let result = Afresh { plan, told, cx, ledger, tells_owners: false }.deliver(run, ready);
    // Who had it still has it, whatever became of the second mail.
    for receipt in theirs.iter().filter(|receipt| receipt.state == DeliveryState::Sent) {
        ledger.keep_sent(receipt)?;
    }
    result
}

/// The last delivery by which readers of a slice were told later figures than those of a revision, or are to be told them.
fn corrected_since<'k>(
    plan: &JobPlan,
    known: &'k [Receipt],
    slice: &Slice,
    revision: u32,
) -> Option<&'k Receipt> {
    let is_of_slice = |receipt: &&Receipt| {
        reader(plan, &receipt.key.recipient).is_some_and(|reader| reader.slice == *slice)
    };
    let newer = known.iter().filter(|receipt| {
        receipt.key.kind == EditionKind::Report && receipt.key.revision > revision
    });
    newer.filter(is_of_slice).max_by_key(|receipt| receipt.key.revision)
}

/// Whether somebody has, or may have, the report of a run, whatever became of the run after that.
fn reached_somebody(record: &RunRecord, known: &[Receipt]) -> bool {
    if matches!(record.outcome, Outcome::Delivered | Outcome::PartlyDelivered) {
        return true;
    }
    let theirs = |one: &Receipt| one.run == record.run && one.key.kind == EditionKind::Report;
    known.iter().any(|receipt| theirs(receipt) && receipt.state.may_be_read())
}

/// The reader with an address.
fn reader<'a>(plan: &'a JobPlan, to: &str) -> Option<&'a Recipient> {
    let mut readers = plan.deliver.route.readers();
    let mailbox = to.to_lowercase();
    readers.find(|reader| reader.mailbox.address.mailbox() == mailbox)
}

/// So many readers are named.
const MOST_NAMED: usize = 10;

/// What is said to whoever wants somebody served who is no reader.
fn no_reader(plan: &JobPlan, to: &str, known: &[Receipt]) -> RunError {
    let has_it = |one: &&Receipt| {
        let key = &one.key;
        (key.kind, key.way()) == (EditionKind::Report, "email") && one.state.may_be_read()
    };
    let mut served: Vec<&str> =
        known.iter().filter(has_it).map(|one| &*one.key.recipient).collect();
    served.sort_unstable();
    served.dedup();
    let add = "name new readers in the job or its audience";
    let help = match (served.len(), served.contains(&to)) {
        (_, true) => format!("it had the report and was taken out of the job since; {add}"),
        (0, _) => format!("nobody has this report by mail; {add}"),
        (count, _) => {
            let named = served[..count.min(MOST_NAMED)].join(", ");
            let more = if count > MOST_NAMED { ", …" } else { "" };
            format!("it never had this report; {count} have it by mail: {named}{more}; {add}")
        }
    };
    RunError::NoReader {
        address: to.to_owned(),
        job: plan.job.to_string(),
        as_of: plan.as_of.naive_local().to_string(),
        help,
    }
}
