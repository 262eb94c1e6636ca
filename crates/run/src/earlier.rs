//! What readers were told last: the delivered report of the moment before.

use crate::{error::RunError, ledger::Ledger};
use job::JobPlan;
use model::report::Report;
use std::fs;
use transform::Earlier;

/// The totals of the latest delivered report of an earlier moment, unless there is none or it is gone.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) fn told(plan: &JobPlan, ledger: &Ledger) -> Result<Option<Earlier>, RunError> {
    let Some(record) = ledger.last_told(&plan.job, plan.as_of.naive_local())? else {
        return Ok(None);
    };
    let stored = record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let text: Option<Vec<u8>> = stored.and_then(|artefact| fs::read(&artefact.path).ok());
    let report = text.and_then(|text| serde_json::from_slice::<Report>(&text).ok());
    if report.is_none() {
        tracing::warn!(run = %record.run, "its report is gone: what has changed since is not told");
    }
    Ok(report.map(|report| Earlier { as_of: report.as_of, told: report.told }))
}
