//! Deliveries that relays put off.
//!
//! Rule: what may be tried again by itself is pending, needs no person, is to somebody who is still a reader, and has not
//! been overtaken by a later revision or notice.

use super::{Ledger, LedgerError, receipts, runs::stamp, sqlite};
use chrono::NaiveDateTime;
use model::{
    edition::EditionKind,
    id::JobId,
    receipt::{DeliveryKey, Receipt},
};
use rusqlite::{Transaction, params};

/// Says whether a delivery is to somebody who is still a reader.
pub type Serves<'a> = &'a dyn Fn(&DeliveryKey) -> bool;

impl Ledger {
    /// The deliveries of a moment that relays put off: those that may be tried again by themselves. One that a later one
    /// took the place of is none of them, nor one that `serves` nobody any more.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn put_off(
        &self,
        job: &JobId,
        as_of: NaiveDateTime,
        serves: Serves<'_>,
    ) -> Result<Vec<Receipt>, LedgerError> {
        self.read(|step| put_off(step, job, as_of, serves))
    }

    /// The moments of a job within a span of which relays put corrections off, the earliest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn corrections_put_off(
        &self,
        job: &JobId,
        span: (NaiveDateTime, NaiveDateTime),
        serves: Serves<'_>,
    ) -> Result<Vec<NaiveDateTime>, LedgerError> {
        self.moments_put_off(job, span, serves, is_correction)
    }

    /// The moments of a job within a span whose report itself, or the word that it is held, relays put off, the earliest
    /// first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reports_put_off(
        &self,
        job: &JobId,
        span: (NaiveDateTime, NaiveDateTime),
        serves: Serves<'_>,
    ) -> Result<Vec<NaiveDateTime>, LedgerError> {
        self.moments_put_off(job, span, serves, |one| !is_correction(one))
    }

    fn moments_put_off(
        &self,
        job: &JobId,
        (first, last): (NaiveDateTime, NaiveDateTime),
        serves: Serves<'_>,
        counts: fn(&Receipt) -> bool,
    ) -> Result<Vec<NaiveDateTime>, LedgerError> {
        self.read(|step| {
            let mut query = step.prepare(
                "SELECT DISTINCT as_of FROM receipts WHERE job = ?1 AND as_of BETWEEN ?2 AND ?3
                 AND state = 'pending' ORDER BY as_of",
            )?;
            let span = params![job.as_str(), stamp(first), stamp(last)];
            let rows: Vec<String> =
                query.query_map(span, receipts::text)?.collect::<Result<_, _>>()?;
            let mut moments = Vec::new();
            for row in rows {
                let moment = sqlite::parse("receipt", &sqlite::json(&row))?;
                if put_off(step, job, moment, serves)?.iter().any(counts) {
                    moments.push(moment);
                }
            }
            Ok(moments)
        })
    }
}

/// Whether a report, or word that it is held, may still be delivered to somebody by trying again.
pub(super) fn is_put_off(
    step: &Transaction<'_>,
    job: &JobId,
    as_of: NaiveDateTime,
    serves: Serves<'_>,
) -> Result<bool, LedgerError> {
    Ok(put_off(step, job, as_of, serves)?.iter().any(|one| !is_correction(one)))
}

fn put_off(
    step: &Transaction<'_>,
    job: &JobId,
    as_of: NaiveDateTime,
    serves: Serves<'_>,
) -> Result<Vec<Receipt>, LedgerError> {
    let all = receipts::all(step, job, as_of)?;
    let waits = |one: &&Receipt| one.is_put_off() && serves(&one.key) && !one.is_overtaken(&all);
    Ok(all.iter().filter(waits).cloned().collect())
}

/// Whether a delivery is one of a correction.
pub(crate) fn is_correction(receipt: &Receipt) -> bool {
    receipt.key.kind == EditionKind::Report && receipt.key.revision > 0
}
