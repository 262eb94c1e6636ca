//! What an operator asks of the ledger: what ran lately, what is open, how much there is.

use super::{Ledger, LedgerError, receipts, runs, runs::StoredRun, slots, sqlite};
use chrono::{DateTime, NaiveDateTime, Utc};
use model::{
    edition::EditionKind,
    id::JobId,
    receipt::{DeliveryState, Receipt},
};
use rusqlite::params;
use std::collections::{BTreeMap, btree_map::Entry};

impl Ledger {
    /// The jobs that ever ran, in the order of their names.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn jobs(&self) -> Result<Vec<JobId>, LedgerError> {
        self.read(|step| {
            let mut query = step.prepare("SELECT DISTINCT job FROM runs ORDER BY job")?;
            let rows = query.query_map([], |row| row.get::<_, String>(0))?;
            Ok(rows.map(|row| row.map(JobId::new)).collect::<Result<_, _>>()?)
        })
    }

    /// The runs of a job that started since an instant, and those of its latest moment however old; latest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn recent(&self, job: &JobId, since: DateTime<Utc>) -> Result<Vec<StoredRun>, LedgerError> {
        self.read(|step| {
            let mut query = step.prepare(
                "SELECT record, stage, run FROM runs WHERE job = ?1 AND (started >= ?2 OR as_of =
                     (SELECT max(as_of) FROM runs WHERE job = ?1 AND outcome <> 'not_sent'))
                 ORDER BY rowid DESC",
            )?;
            let rows = query.query_map(params![job.as_str(), runs::instant(since)], runs::raw)?;
            let rows: Vec<runs::Raw> = rows.collect::<Result<_, _>>()?;
            rows.into_iter().map(|row| self.stored(step, row)).collect()
        })
    }

    /// The runs of a job of the moments from `first` to `last`; latest start first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn of_moments(
        &self,
        job: &JobId,
        (first, last): (NaiveDateTime, NaiveDateTime),
    ) -> Result<Vec<StoredRun>, LedgerError> {
        self.read(|step| {
            let mut query = step.prepare(
                "SELECT record, stage, run FROM runs WHERE job = ?1 AND as_of BETWEEN ?2 AND ?3
                 ORDER BY rowid DESC",
            )?;
            let span = params![job.as_str(), runs::stamp(first), runs::stamp(last)];
            let rows: Vec<runs::Raw> =
                query.query_map(span, runs::raw)?.collect::<Result<_, _>>()?;
            rows.into_iter().map(|row| self.stored(step, row)).collect()
        })
    }

    /// The moments of a job within a span whose scheduled run has not come to all of its corrections, the earliest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn corrections_open(
        &self,
        job: &JobId,
        (first, last): (NaiveDateTime, NaiveDateTime),
    ) -> Result<Vec<NaiveDateTime>, LedgerError> {
        self.read(|step| {
            let mut query = step.prepare(
                "SELECT DISTINCT as_of FROM runs WHERE job = ?1 AND as_of BETWEEN ?2 AND ?3
                 AND json_extract(record, '$.corrections_open') ORDER BY as_of",
            )?;
            let span = params![job.as_str(), runs::stamp(first), runs::stamp(last)];
            let rows: Vec<String> =
                query.query_map(span, |row| row.get::<_, String>(0))?.collect::<Result<_, _>>()?;
            rows.iter().map(|row| sqlite::parse("run", &sqlite::json(row))).collect()
        })
    }

    /// The deliveries of a job that were not accepted and that nobody is at, in the order of their keys; one that a later
    /// revision to the same reader, or a later notice, took the place of is none.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn open_deliveries(&self, job: &JobId) -> Result<Vec<Receipt>, LedgerError> {
        self.read(|step| {
            let mut query = step.prepare(
                "SELECT receipt FROM receipts AS open WHERE job = ?1 AND state <> 'sent' AND NOT EXISTS
                     (SELECT 1 FROM receipts AS later WHERE later.job = open.job
                      AND later.as_of = open.as_of AND later.kind = open.kind
                      AND later.channel = open.channel AND later.recipient = open.recipient
                      AND later.revision > open.revision AND later.state = 'sent')",
            )?;
            let rows = query.query_map([job.as_str()], |row| row.get::<_, String>(0))?;
            let rows: Vec<String> = rows.collect::<Result<_, _>>()?;
            let mut open = Vec::new();
            let mut moments: BTreeMap<NaiveDateTime, Vec<Receipt>> = BTreeMap::new();
            for row in rows {
                let mut receipt: Receipt = sqlite::parse("receipt", &row)?;
                if slots::is_at_work(step, receipt.run.as_str(), &self.this)? {
                    continue;
                }
                if receipt.state == DeliveryState::Sending {
                    receipts::doubt(&mut receipt);
                }
                // Who waits for a correction waits for the report no more.
                let is_notice = receipt.key.kind == EditionKind::Notice;
                let may_be_overtaken = is_notice || receipt.state == DeliveryState::Pending;
                if may_be_overtaken {
                    let as_of = receipt.key.as_of;
                    let all = match moments.entry(as_of) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(place) => place.insert(receipts::all(step, job, as_of)?),
                    };
                    if receipt.is_overtaken(all) {
                        continue;
                    }
                }
                open.push(receipt);
            }
            open.sort_by(|one, other| one.key.cmp(&other.key));
            Ok(open)
        })
    }

    /// How many deliveries of a job are in which state, in the words of [`DeliveryState`].
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn receipt_counts(&self, job: &JobId) -> Result<BTreeMap<String, u64>, LedgerError> {
        self.read(|step| {
            let mut query =
                step.prepare("SELECT state, count(*) FROM receipts WHERE job = ?1 GROUP BY state")?;
            let rows = query.query_map([job.as_str()], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?.into()))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// When the latest run started.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_start(&self) -> Result<Option<DateTime<Utc>>, LedgerError> {
        self.read(|step| {
            let query = "SELECT max(started) FROM runs";
            let found: Option<String> = step.query_row(query, [], |row| row.get(0))?;
            found.map(|at| sqlite::parse("run", &sqlite::json(&at))).transpose()
        })
    }
}
