//! Runs that were killed in the middle of their deliveries.
//!
//! Rule: in whose name something was claimed, that run was to reach readers, so it was no rehearsal; whom it did not reach
//! is owed what the others have, until a later run of the moment came to an end.

use super::{Ledger, LedgerError, runs, sqlite};
use chrono::{DateTime, NaiveDateTime, Utc};
use model::{
    edition::EditionKind,
    id::{JobId, RunId},
    receipt::Receipt,
    run::RunRecord,
};
use rusqlite::{Transaction, params};

/// What a run was to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// The report itself.
    Report,
    /// A correction of it.
    Correction,
}

impl Meant {
    pub(crate) fn by(record: &RunRecord) -> Self {
        if record.revision > 0 { Self::Correction } else { Self::Report }
    }
}

/// Whether a report, or a correction, was claimed in the name of a run; `receipts` are those of its moment.
pub(crate) fn has_begun(run: &RunId, receipts: &[Receipt]) -> bool {
    receipts.iter().any(|one| one.run == *run && one.key.kind == EditionKind::Report)
}

impl Ledger {
    /// The moments of a job within a span of which deliveries were broken off, and when that run had started, the earliest
    /// moment first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn broken_off(
        &self,
        job: &JobId,
        span: (NaiveDateTime, NaiveDateTime),
        meant: Meant,
    ) -> Result<Vec<(NaiveDateTime, DateTime<Utc>)>, LedgerError> {
        self.read(|step| {
            let mut query = step.prepare(
                "SELECT record, stage, run FROM runs WHERE job = ?1 AND as_of BETWEEN ?2 AND ?3
                 AND outcome = 'open' AND EXISTS (SELECT 1 FROM receipts
                     WHERE receipts.run = runs.run AND kind = 'report')
                 ORDER BY as_of, started",
            )?;
            let span = params![job.as_str(), runs::stamp(span.0), runs::stamp(span.1)];
            let rows: Vec<runs::Raw> =
                query.query_map(span, runs::raw)?.collect::<Result<_, _>>()?;
            let mut broken: Vec<(NaiveDateTime, DateTime<Utc>)> = Vec::new();
            for row in rows {
                let run = self.stored(step, row)?;
                let record = &run.record;
                let is_meant = run.died && Meant::by(record) == meant;
                if is_meant && !came_to_an_end(step, record)? {
                    broken.push((record.as_of, record.started));
                }
            }
            broken.dedup_by_key(|(as_of, _)| *as_of);
            Ok(broken)
        })
    }
}

/// Whether a later run of the same moment that was meant for the same did.
fn came_to_an_end(step: &Transaction<'_>, record: &RunRecord) -> Result<bool, LedgerError> {
    let mut query = step.prepare(
        "SELECT record FROM runs WHERE job = ?1 AND as_of = ?2 AND started >= ?3
         AND outcome IN ('already_delivered', 'delivered', 'partly_delivered', 'held')",
    )?;
    let of = params![record.job.as_str(), runs::stamp(record.as_of), runs::instant(record.started)];
    let rows: Vec<String> = query.query_map(of, |row| row.get(0))?.collect::<Result<_, _>>()?;
    for row in rows {
        let later: RunRecord = sqlite::parse("run", &row)?;
        if Meant::by(&later) == Meant::by(record) {
            return Ok(true);
        }
    }
    Ok(false)
}
