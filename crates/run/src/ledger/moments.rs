//! Which moments of a schedule are dealt with.
//!
//! Rule: a moment is handed out once, on however many machines its schedule is kept. It is dealt with when a run
//! reached somebody, or began at the moment or after it and came to an end that is no rehearsal; a run that was killed
//! has dealt with nothing, and whom it did not come to was put off. A moment that is dealt with is handed out once more for those whose report relays put off. A
//! correction that they put off is no matter of the moment: its report is out.

use super::{Ledger, LedgerError, Serves, SlotClaim, put_off, runs::stamp, slots, sqlite};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use model::{
    id::{JobId, RunId},
    run::Outcome,
};
use rusqlite::{Transaction, params};

/// How a run of a job ended: moment, start, outcome.
type Ended = (NaiveDateTime, DateTime<Utc>, Outcome);

impl Ledger {
    /// Asks for a moment of a schedule in the name of `run`; `None` when it is dealt with and nobody's report was put off.
    /// Of any number of processes, at once or one after the other, exactly one gets it.
    ///
    /// # Errors
    /// When the ledger cannot be read or written; the moment must not be run then.
    pub fn claim_moment(
        &self,
        job: &JobId,
        as_of: DateTime<Tz>,
        (run, now): (&RunId, DateTime<Utc>),
        serves: Serves<'_>,
    ) -> Result<Option<SlotClaim<'_>>, LedgerError> {
        let local = as_of.naive_local();
        let holder = self.change(|step| {
            for one in ended(step, job, Some(local))? {
                let is_over = deals_with(&one, as_of.to_utc());
                if is_over && !put_off::is_put_off(step, job, local, serves)? {
                    return Ok(None);
                }
            }
            slots::take(step, &self.this, job, local, run, now).map(Some)
        })?;
        Ok(holder.map(|holder| self.claimed(holder, run)))
    }

    /// The latest moment of a job up to `now` that is dealt with, on the wall clock of the job's `zone`, whoever's report
    /// was put off; of a job of which none is, the first that a run began to mail. What was run while the clock was ahead says nothing of the time until then.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_moment(
        &self,
        job: &JobId,
        zone: Tz,
        now: DateTime<Utc>,
    ) -> Result<Option<NaiveDateTime>, LedgerError> {
        let dealt = self.read(|step| {
            for one in ended(step, job, None)? {
                // A moment that no clock showed is none of a schedule; the run counts from its start.
                let moment = zone.from_local_datetime(&one.0).earliest();
                let moment = moment.map_or(one.1, |moment| moment.to_utc());
                if moment <= now && deals_with(&one, moment) {
                    return Ok(Some(one.0));
                }
            }
            Ok(None)
        })?;
        if dealt.is_some() {
            return Ok(dealt);
        }
        let span = (DateTime::UNIX_EPOCH.naive_utc(), now.with_timezone(&zone).naive_local());
        Ok(self.reports_put_off(job, span, &|_| true)?.into_iter().next())
    }

    /// When a moment was first dealt with; nothing where it is not.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn dealt_with_since(
        &self,
        job: &JobId,
        as_of: DateTime<Tz>,
    ) -> Result<Option<DateTime<Utc>>, LedgerError> {
        self.read(|step| {
            let runs = ended(step, job, Some(as_of.naive_local()))?;
            let dealt = runs.iter().filter(|run| deals_with(run, as_of.to_utc()));
            Ok(dealt.map(|run| run.1).min())
        })
    }
}

/// Whether a run deals with its moment.
fn deals_with((_, started, outcome): &Ended, moment: DateTime<Utc>) -> bool {
    match outcome {
        Outcome::AlreadyDelivered | Outcome::Delivered | Outcome::PartlyDelivered => true,
        Outcome::Failed | Outcome::Held => *started >= moment,
        // One that is at work holds the slot of the job; one that was killed has dealt with nothing.
        Outcome::NotSent | Outcome::Open => false,
    }
}

/// The runs of a job, of one moment or of all, latest moment first.
fn ended(
    step: &Transaction<'_>,
    job: &JobId,
    as_of: Option<NaiveDateTime>,
) -> Result<Vec<Ended>, LedgerError> {
    let mut query = step.prepare(
        "SELECT as_of, started, outcome FROM runs WHERE job = ?1 AND (?2 IS NULL OR as_of = ?2)
         AND NOT (outcome = 'held' AND coalesce(json_extract(record, '$.rehearsal'), 0))
         ORDER BY as_of DESC, started DESC",
    )?;
    let rows = query.query_map(params![job.as_str(), as_of.map(stamp)], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let rows: Vec<(String, String, String)> = rows.collect::<Result<_, _>>()?;
    let read = |(as_of, started, outcome): (String, String, String)| {
        Ok((
            sqlite::parse("run", &sqlite::json(&as_of))?,
            sqlite::parse("run", &sqlite::json(&started))?,
            sqlite::parse("run", &sqlite::json(&outcome))?,
        ))
    };
    rows.into_iter().map(read).collect()
}
