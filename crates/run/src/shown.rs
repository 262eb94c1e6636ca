//! What exactly somebody got.
//!
//! Rule: every sending counts, also one that was made once more. What is shown is the copy in the letter book; where there
//! is none, the mail is rendered anew from the stored report and shown only if it is the same, byte for byte.

use crate::{
    afresh,
    earlier::Telling,
    error::RunError,
    ledger::{Ledger, Letter, doubt},
    resend,
};
use chrono::{DateTime, NaiveDate, Utc};
use job::JobPlan;
use model::{
    context::RunContext,
    edition::{Edition, EditionKind},
    receipt::{DeliveryState, Receipt},
};
use report::ReportPlan;

/// A mail that left for somebody.
#[derive(Debug, Clone)]
pub struct Sending {
    /// What is known of it.
    pub receipt: Receipt,
    /// When it left.
    pub left: DateTime<Utc>,
}

/// What somebody got of a job, or may have got, on a day of the job's zone, in the order of sending.
///
/// # Errors
/// When the ledger cannot be read.
pub fn sendings(
    ledger: &Ledger,
    plan: &JobPlan,
    (to, on): (&str, NaiveDate),
) -> Result<Vec<Sending>, RunError> {
    let zone = plan.as_of.timezone();
    let to = resend::reader(plan, to).map_or(to, |reader| reader.mailbox.address.as_str());
    let entries = ledger.letters().of(&plan.job, to).unwrap_or_else(|error| {
        tracing::warn!(%error, "what was sent more than once is shown once");
        Vec::new()
    });
    let receipts = ledger.receipts_of(&plan.job, to)?;
    let is_current = |one: &Receipt| {
        receipts.iter().any(|receipt| one.wire.is_some() && receipt.wire == one.wire)
    };
    let mut sendings: Vec<Sending> = Vec::new();
    for entry in entries.iter().filter(|entry| !is_current(&entry.receipt)) {
        let mut receipt = entry.receipt.clone();
        if receipt.state == DeliveryState::Sending {
            doubt(&mut receipt);
        }
        sendings.push(Sending { receipt, left: entry.left });
    }
    for receipt in receipts {
        let entry = entries
            .iter()
            .find(|entry| receipt.wire.is_some() && entry.receipt.wire == receipt.wire);
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

/// What exactly left; `None` where there is no copy of it and it cannot be made again. `plan` is the job's for the moment of
/// the receipt.
///
/// # Errors
/// When the ledger cannot be read or the stored report cannot be rendered.
pub fn letter(
    plan: &JobPlan,
    cx: &RunContext,
    ledger: &Ledger,
    receipt: &Receipt,
) -> Result<Option<Letter>, RunError> {
    match ledger.letters().letter(receipt) {
        Ok(Some(letter)) => return Ok(Some(letter)),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the copy of a mail cannot be read"),
    }
    if receipt.key.kind == EditionKind::Notice {
        // What was said to owners is in no stored report.
        return Ok(None);
    }
    let telling = Telling::of(plan, ledger, receipt.key.as_of)?;
    for stored in telling.reports(&receipt.slice) {
        let locales = vec![receipt.locale];
        let readers = ReportPlan { locales, ..plan.report.clone() };
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
