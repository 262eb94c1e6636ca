//! A person's word that a job's reports stay here for now.

use super::{Ledger, LedgerError, runs::instant, sqlite};
use chrono::{DateTime, Utc};
use model::id::JobId;
use rusqlite::{OptionalExtension, params};

/// Since when and why a job's reports are held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why, in a person's words.
    pub reason: String,
}

impl Ledger {
    /// Holds the reports of a job from now on; a hold that is there begins anew, with the new reason.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn hold(&self, job: &JobId, reason: &str, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.change(|step| {
            step.execute(
                "INSERT INTO holds (job, since, reason) VALUES (?1, ?2, ?3)
                 ON CONFLICT (job) DO UPDATE SET since = excluded.since, reason = excluded.reason",
                params![job.as_str(), instant(now), reason],
            )?;
            Ok(())
        })
    }

    /// Lifts the hold of a job; says whether there was one.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn lift(&self, job: &JobId) -> Result<bool, LedgerError> {
        self.change(
            |step| Ok(step.execute("DELETE FROM holds WHERE job = ?1", [job.as_str()])? > 0),
        )
    }

    /// The hold of a job, if a person has put one on it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn held(&self, job: &JobId) -> Result<Option<Hold>, LedgerError> {
        self.read(|step| {
            let query = "SELECT since, reason FROM holds WHERE job = ?1";
            let row = step.query_row(query, [job.as_str()], |row| Ok((row.get(0)?, row.get(1)?)));
            let row: Option<(String, String)> = row.optional()?;
            let parsed = row.map(|(since, reason)| {
                Ok(Hold { since: sqlite::parse("hold", &sqlite::json(&since))?, reason })
            });
            parsed.transpose()
        })
    }
}
