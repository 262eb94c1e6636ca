//! What exactly somebody got.
//!
//! Rule: every sending counts, also one that was made once more. What is shown is the copy in the letter book; where there
//! is none, the mail is rendered anew from the stored report and shown only if it is the same, byte for byte.

use crate::{
    afresh,
    earlier::Telling,
    error::RunError,
    ledger::{Entry, Ledger, Letter, doubt},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use job::JobPlan;
use model::{
    context::RunContext,
    edition::{Edition, EditionKind},
    id::JobId,
    receipt::{DeliveryState, Receipt},
};

/// A mail that left for somebody.
#[derive(Debug, Clone)]
pub struct Sending {
    /// What is known of it.
    pub receipt: Receipt,
    /// When the run began by which it left.
    pub left: DateTime<Utc>,
}

/// What somebody got of a job, or may have got, on a day of a zone, in the order of sending.
///
/// # Errors
/// When the ledger cannot be read.
pub fn sendings(
    ledger: &Ledger,
    job: &JobId,
    (to, on, zone): (&str, NaiveDate, Tz),
) -> Result<Vec<Sending>, RunError> {
    let mailbox = to.to_lowercase();
    let entries = ledger.letters().of(job, &mailbox).unwrap_or_else(|error| {
        tracing::warn!(%error, "what was sent more than once is shown once");
        Vec::new()
    });
    let receipts = ledger.receipts_of(job, &mailbox)?;
    let is_of = |entry: &Entry, receipt: &Receipt| {
        let (one, other) = (&entry.receipt, receipt);
        one.wire.is_some() && (&one.wire, &one.run) == (&other.wire, &other.run)
    };
    let mut sendings: Vec<Sending> = Vec::new();
    for entry in &entries {
        let current = receipts.iter().find(|receipt| is_of(entry, receipt));
        // A receipt that was opened again says nothing of the mail that left before.
        if current.is_some_and(|one| one.state.may_be_read() || one.state == DeliveryState::Sending)
        {
            continue;
        }
        let mut receipt = entry.receipt.clone();
        if receipt.state == DeliveryState::Sending {
            doubt(&mut receipt);
        }
        sendings.push(Sending { receipt, left: entry.left });
    }
    for receipt in receipts {
        let entry = entries.iter().find(|entry| is_of(entry, &receipt));
        let left = entry.map_or(receipt.changed, |entry| entry.left);
        sendings.push(Sending { receipt, left });
    }
    sendings.retain(|one| {
        one.receipt.state.may_be_read() && one.left.with_timezone(&zone).date_naive() == on
    });
    sendings
        .sort_by(|one, other| (one.left, &one.receipt.key).cmp(&(other.left, &other.receipt.key)));
    Ok(sendings)
}

/// The copy of a mail that left; `None` where there is none any more.
pub fn copy(ledger: &Ledger, receipt: &Receipt) -> Option<Letter> {
    let read = ledger.letters().letter(receipt);
    read.unwrap_or_else(|error| {
        tracing::warn!(%error, "the copy of a mail cannot be read");
        None
    })
}

/// A mail made again, without the signature that it may have left with; `None` where it would be another one. `plan` is the
/// job's for the moment of the receipt.
///
/// # Errors
/// When the ledger cannot be read or the stored report cannot be rendered.
pub fn made_again(
    plan: &JobPlan,
    cx: &RunContext,
    ledger: &Ledger,
    receipt: &Receipt,
) -> Result<Option<Letter>, RunError> {
    if receipt.key.kind == EditionKind::Notice {
        // What was said to owners is in no stored report.
        return Ok(None);
    }
    let telling = Telling::of(plan, ledger, receipt.key.as_of)?;
    for stored in telling.reports(&receipt.slice) {
        let mut known = plan.deliver.route.readers();
        let reader = known.find(|one| one.mailbox.address.mailbox() == receipt.key.recipient);
        let layout = reader.and_then(|reader| reader.layout.as_deref());
        let readers = plan.report.within(layout, &[receipt.locale].into());
        let editions =
            report::render(&readers, &stored.report, &afresh::release(&stored.reservations))?;
        let same = editions.value.into_iter().find(|one| one.fingerprint == receipt.content);
        if let Some(edition) = same {
            let message = deliver::message_as_sent(&plan.deliver, &edition, receipt, cx)?;
            let Edition { subject, mail_text: text, .. } = edition;
            return Ok(message.map(|message| Letter { message, subject, text }));
        }
    }
    Ok(None)
}
