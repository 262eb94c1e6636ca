//! Corrections that scheduled runs did not come to: they were killed, or a correction failed at a stage.
//!
//! Rule: a scheduled run is marked from its beginning until all that it tells otherwise than earlier reports is corrected;
//! whatever is run, resent or held by hand meanwhile leaves the mark, and so does a report that could not be looked at.

use crate::{
    corrections_due,
    error::RunError,
    held,
    ledger::{Ledger, LedgerError},
    lost,
    operator::is_rehearsal,
    put_off::CORRECTED,
};
use chrono::NaiveDateTime;
use job::Job;
use model::run::{Outcome, RunRecord, Stage};
use std::collections::BTreeSet;

/// The runs that tell what is to be corrected still, the earliest moment first: of each moment up to `last` whose scheduled
/// run was killed, or failed, before all that it tells otherwise than earlier reports was corrected, the latest run that
/// looked at the data. Of a report that is held, slices are not looked at until the moment is run again.
///
/// # Errors
/// When the ledger cannot be read.
pub fn corrections_left(
    job: &Job,
    last: NaiveDateTime,
    ledger: &Ledger,
) -> Result<Vec<RunRecord>, LedgerError> {
    let mut left = Vec::new();
    if job.spec.corrections.is_none() {
        return Ok(left);
    }
    for moment in ledger.corrections_open(&job.id, (last - CORRECTED, last))? {
        let runs = ledger.of_moments(&job.id, (moment, moment))?;
        left.extend(runs.into_iter().map(|run| run.record).find(looked_at_all));
    }
    Ok(left)
}

/// What is left to correct.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// The first moment whose run tells something otherwise than earlier reports, and these are not corrected.
    pub(crate) first: Option<NaiveDateTime>,
    /// The moments whose reports are gone from the state folder: whether they are wrong is not known.
    pub(crate) lost: BTreeSet<NaiveDateTime>,
}

impl Left {
    /// What there is up to a moment.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of(job: &Job, last: NaiveDateTime, ledger: &Ledger) -> Result<Self, LedgerError> {
        let mut left = Self::default();
        for record in corrections_left(job, last, ledger)? {
            let lost = match lost::lost(job, &record, last, ledger) {
                Err(RunError::Ledger(error)) => return Err(error),
                lost => lost.unwrap_or_default(),
            };
            // What cannot be looked at is not done.
            let is_wrong =
                corrections_due(job, &record, ledger).map_or(true, |due| !due.is_empty());
            left.first = left.first.or(is_wrong.then_some(record.as_of));
            left.lost.extend(lost);
        }
        Ok(left)
    }
}

/// Writes down that a run, and those of its moment before it, have left no correction to do; nothing for one that did not
/// look at all data, and for a job that corrects nothing, for it may have been told so by mistake.
///
/// # Errors
/// When the ledger cannot be written.
pub fn corrections_done(job: &Job, record: &RunRecord, ledger: &Ledger) -> Result<(), LedgerError> {
    if !looked_at_all(record) || job.spec.corrections.is_none() {
        return Ok(());
    }
    for run in ledger.of_moments(&record.job, (record.as_of, record.as_of))? {
        if run.record.corrections_open {
            ledger.update_run(&RunRecord { corrections_open: false, ..run.record })?;
        }
    }
    Ok(())
}

/// Whether a run made the report of its moment, and those of slices; not one that sent stored ones again, or corrected it.
fn looked_at_all(record: &RunRecord) -> bool {
    let is_edition =
        !is_rehearsal(record) && record.revision == 0 && record.outcome != Outcome::Open;
    let is_made = !record.sources.is_empty() && record.report.is_some();
    let is_broken =
        record.stages.iter().any(|stage| stage.stage < Stage::Deliver && stage.error.is_some());
    is_edition && is_made && !is_broken && !held::is_whole(record)
}
