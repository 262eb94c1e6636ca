//! Reports that readers have and that are gone from the state folder.
//!
//! Rule: what nobody can read any more cannot be held against the data, so it is said, not passed over.

use crate::{error::RunError, in_hand::InHand, ledger::Ledger};
use chrono::{NaiveDateTime, TimeDelta};
use job::Job;
use model::{
    quality::{QualityNote, Severity},
    report::{Argument, Message},
    run::RunRecord,
};

/// The remark on such reports.
pub const LOST: &str = "correction.report_lost";

/// That so many have one, if any has.
pub(crate) fn note(count: usize) -> Vec<QualityNote> {
    let message = Message::new(LOST).with("count", Argument::Count(count as i64));
    let note = QualityNote { severity: Severity::Warning, message, dataset: None };
    Vec::from_iter((count > 0).then_some(note))
}

/// The moments whose reports a run corrects and that cannot be looked at, the earliest first, as far as they are corrected
/// by the `latest` moment still; none for a job without `[corrections]`.
///
/// # Errors
/// When the ledger cannot be read.
pub fn lost(
    job: &Job,
    record: &RunRecord,
    latest: NaiveDateTime,
    ledger: &Ledger,
) -> Result<Vec<NaiveDateTime>, RunError> {
    let corrections = job::plan_at(job, record.as_of).and_then(|plan| plan.corrections);
    let Some(corrections) = corrections else { return Ok(Vec::new()) };
    let first = record.as_of.max(latest) - TimeDelta::days(corrections.within_days.into());
    let told = ledger.told(&job.id, (first, record.as_of))?;
    let mut moments: Vec<NaiveDateTime> = told.iter().map(|told| told.as_of).collect();
    moments.sort();
    moments.dedup();
    let mut lost = Vec::new();
    for moment in moments {
        let Some(plan) = job::plan_at(job, moment) else { continue };
        if InHand::of(&plan, ledger, moment)?.lost() > 0 {
            lost.push(moment);
        }
    }
    Ok(lost)
}
