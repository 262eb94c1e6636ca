//! Deliveries that failed or are in doubt: their owners are told.
//!
//! Rule: who answers for a job hears by mail who has no report and why, once for each such list. What keeps a whole relay
//! from taking anything cannot be told through it; it stands in the record, the log and the exit code.

use crate::{error::RunError, ledger::Ledger, preview::stored_report, told::Told};
use deliver::DeliverPlan;
use job::JobPlan;
use model::{
    context::RunContext,
    edition::EditionKind,
    quality::{QualityNote, Severity},
    receipt::{DeliveryState, Receipt},
    report::{Argument, Message},
};

/// So many deliveries are named; the ledger has all.
const MOST_NAMED: usize = 50;

/// Tells the owners what became of deliveries of reports, if they must know. Whoever got his report has it, told or not:
/// the exit code and the ledger tell of the others all the same.
pub(crate) fn tell_if_any(
    plan: &JobPlan,
    deliveries: &DeliverPlan,
    (told, receipts): (&[Told], &[Receipt]),
    ledger: &Ledger,
    cx: &RunContext,
) {
    if let Err(error) = tell(plan, deliveries, (told, receipts), ledger, cx) {
        tracing::error!(error = %error.chain(), "the owners could not be told of deliveries that failed");
    }
}

fn tell(
    plan: &JobPlan,
    deliveries: &DeliverPlan,
    (told, receipts): (&[Told], &[Receipt]),
    ledger: &Ledger,
    cx: &RunContext,
) -> Result<(), RunError> {
    let reports = receipts.iter().filter(|receipt| receipt.key.kind == EditionKind::Report);
    let troubles: Vec<QualityNote> = reports.filter_map(trouble).take(MOST_NAMED).collect();
    let Some(whole) = told.first().filter(|_| !troubles.is_empty()) else { return Ok(()) };
    let notices = report::undelivered(&plan.report, &stored_report(&whole.path)?, &troubles)?;
    deliver::tell_owners(deliveries, &notices.value, ledger, cx)?;
    Ok(())
}

/// What there is to say of a delivery; nothing of one that is made, or may still be.
fn trouble(receipt: &Receipt) -> Option<QualityNote> {
    let key = match receipt.state {
        DeliveryState::Failed if !receipt.needs_person => "deliver.refused",
        DeliveryState::Unknown => "deliver.unknown",
        _ => return None,
    };
    let message = Message::new(key)
        .with("to", Argument::Text(receipt.key.recipient.clone()))
        .with("detail", Argument::Text(receipt.detail.clone().unwrap_or_default()));
    let message = match receipt.state {
        DeliveryState::Unknown => {
            message.with("reference", Argument::Text(receipt.reference.clone()))
        }
        _ => message,
    };
    Some(QualityNote { severity: Severity::Error, message, dataset: None })
}
