//! Runs.
//!
//! Rule: they stand in the order in which they were written: a clock may have been wrong.

use super::{Ledger, LedgerError, places, slots, sqlite};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use deliver::WITHHELD;
use model::{
    id::{JobId, RunId},
    run::{Outcome, RunRecord, Stage},
};
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// A run as the ledger knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    /// What it has written of itself.
    pub record: RunRecord,
    /// The stage it entered last.
    pub stage: Option<Stage>,
    /// Whether it is still open and nobody is at it: it was killed.
    pub died: bool,
}

/// The runs of a job that reached readers, in the words of [`Outcome`]; some of them were killed or failed after that.
const TOLD: &str = "job = ?1 AND (outcome IN ('delivered', 'partly_delivered') \
                    OR (outcome IN ('open', 'failed') AND EXISTS (SELECT 1 FROM receipts \
                        WHERE receipts.run = runs.run AND kind = 'report' \
                        AND state IN ('sent', 'unknown', 'sending'))))";

/// A row as it is read, before its texts are parsed.
pub(super) type Raw = (String, Option<String>, String);

impl Ledger {
    /// Writes a run down before it does anything.
    ///
    /// # Errors
    /// When the ledger cannot be written, or holds this run.
    pub fn open_run(&self, record: &RunRecord) -> Result<(), LedgerError> {
        self.change(|step| {
            step.execute(
                "INSERT INTO runs (run, job, as_of, started, outcome, record)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    record.run.as_str(),
                    record.job.as_str(),
                    stamp(record.as_of),
                    instant(record.started),
                    sqlite::word(&record.outcome),
                    sqlite::json(record),
                ],
            )?;
            Ok(())
        })
    }

    /// Writes down that a run enters a stage.
    ///
    /// # Errors
    /// When the ledger cannot be written, or does not hold this run.
    pub fn enter_stage(
        &self,
        run: &RunId,
        stage: Stage,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        self.change(|step| {
            let changed = step.execute(
                "UPDATE runs SET stage = ?2 WHERE run = ?1",
                params![run.as_str(), sqlite::word(&stage)],
            )?;
            slots::touch(step, run, now)?;
            expect_one(changed, run)
        })
    }

    /// Writes down what a run has become, whether it goes on or has ended.
    ///
    /// # Errors
    /// When the ledger cannot be written, or does not hold this run.
    pub fn update_run(&self, record: &RunRecord) -> Result<(), LedgerError> {
        self.change(|step| {
            let changed = step.execute(
                "UPDATE runs SET outcome = ?2, record = ?3 WHERE run = ?1",
                params![record.run.as_str(), sqlite::word(&record.outcome), sqlite::json(record),],
            )?;
            expect_one(changed, &record.run)
        })
    }

    /// The latest runs, of one job or of all, latest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn runs(&self, job: Option<&JobId>, limit: usize) -> Result<Vec<StoredRun>, LedgerError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|step| {
            let mut query = step.prepare(
                "SELECT record, stage, run FROM runs WHERE ?1 IS NULL OR job = ?1
                 ORDER BY rowid DESC LIMIT ?2",
            )?;
            let rows = query.query_map(params![job.map(JobId::as_str), limit], raw)?;
            let rows: Vec<Raw> = rows.collect::<Result<_, _>>()?;
            rows.into_iter().map(|row| self.stored(step, row)).collect()
        })
    }

    /// The latest moment of a job before `as_of` of which a report reached readers.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_told(
        &self,
        job: &JobId,
        as_of: NaiveDateTime,
    ) -> Result<Option<NaiveDateTime>, LedgerError> {
        self.read(|step| {
            let query = format!("SELECT max(as_of) FROM runs WHERE {TOLD} AND as_of < ?2");
            let found: Option<String> =
                step.query_row(&query, params![job.as_str(), stamp(as_of)], |row| row.get(0))?;
            found.map(|at| sqlite::parse("run", &sqlite::json(&at))).transpose()
        })
    }

    /// The latest run of the latest moment of a job of which a report reached readers.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn latest_told(&self, job: &JobId) -> Result<Option<RunRecord>, LedgerError> {
        // Stamps sort as text, so the end of time is the last year of four digits.
        let end = NaiveDate::from_ymd_opt(9999, 12, 31)
            .unwrap_or(NaiveDate::MAX)
            .and_time(NaiveTime::MIN);
        let Some(last) = self.last_told(job, end)? else { return Ok(None) };
        Ok(self.told(job, (last, last))?.into_iter().next())
    }

    /// The runs of a job that reached readers, of moments from `first` to `last`; the latest moment first, and of each
    /// moment the latest run first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn told(
        &self,
        job: &JobId,
        (first, last): (NaiveDateTime, NaiveDateTime),
    ) -> Result<Vec<RunRecord>, LedgerError> {
        self.read(|step| {
            let mut query = step.prepare(&format!(
                "SELECT record FROM runs WHERE {TOLD} AND as_of BETWEEN ?2 AND ?3
                 ORDER BY as_of DESC, rowid DESC"
            ))?;
            let rows = query
                .query_map(params![job.as_str(), stamp(first), stamp(last)], |row| {
                    row.get::<_, String>(0)
                })?;
            let rows: Vec<String> = rows.collect::<Result<_, _>>()?;
            let mut told = Vec::new();
            for row in &rows {
                let record = places::found(sqlite::parse("run", row)?, &self.state);
                if told_somebody(step, &record)? {
                    told.push(record);
                }
            }
            Ok(told)
        })
    }

    /// One run.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn run(&self, run: &RunId) -> Result<Option<StoredRun>, LedgerError> {
        self.read(|step| {
            let query = "SELECT record, stage, run FROM runs WHERE run = ?1";
            let row = step.query_row(query, [run.as_str()], raw).optional()?;
            row.map(|row| self.stored(step, row)).transpose()
        })
    }

    pub(super) fn stored(
        &self,
        step: &Transaction<'_>,
        (record, stage, run): Raw,
    ) -> Result<StoredRun, LedgerError> {
        let record = places::found(sqlite::parse("run", &record)?, &self.state);
        let stage = stage.map(|word| sqlite::parse("stage", &format!("\"{word}\""))).transpose()?;
        let died = record.outcome == Outcome::Open && !slots::is_at_work(step, &run, &self.this)?;
        Ok(StoredRun { record, stage, died })
    }
}

/// Whether a run that withheld mails sent any.
fn told_somebody(step: &Transaction<'_>, record: &RunRecord) -> Result<bool, LedgerError> {
    if !record.notes.iter().any(|note| note.message.key == WITHHELD) {
        return Ok(true);
    }
    let query = "SELECT EXISTS (SELECT 1 FROM receipts WHERE run = ?1 AND kind = 'report' \
                 AND channel = 'email' AND state IN ('sent', 'unknown', 'sending'))";
    Ok(step.query_row(query, [record.run.as_str()], |row| row.get(0))?)
}

pub(super) fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn expect_one(changed: usize, run: &RunId) -> Result<(), LedgerError> {
    if changed == 1 { Ok(()) } else { Err(LedgerError::NoRun(run.to_string())) }
}

/// A local moment as it is stored; sorts like the moment.
pub(super) fn stamp(moment: NaiveDateTime) -> String {
    moment.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// An instant as it is stored; sorts like the instant.
pub(super) fn instant(moment: DateTime<Utc>) -> String {
    moment.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
