//! One run of a job at a time.
//!
//! Rule: a launch is skipped rather than doubled. A slot is taken over only from a process that is
//! surely dead, or that ran where we cannot look and has written nothing for a day.

use super::{
    Ledger, LedgerError,
    process::{Life, Process},
    runs::stamp,
    sqlite,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use model::id::{JobId, RunId};
use rusqlite::{OptionalExtension, Transaction, params};
use tracing::warn;

/// After this long without a word, a run on another machine counts as dead.
const SILENCE_SECONDS: i64 = 24 * 60 * 60;

/// The answer to a claim of a slot.
#[derive(Debug)]
pub enum SlotClaim<'a> {
    /// The job is ours until the guard is dropped.
    Granted(SlotGuard<'a>),
    /// Another run of the job is at work.
    Held {
        /// That run.
        run: RunId,
        /// Its scheduled moment.
        as_of: NaiveDateTime,
        /// Its process id.
        pid: u32,
    },
}

/// A slot; given back when dropped.
#[derive(Debug)]
pub struct SlotGuard<'a> {
    ledger: &'a Ledger,
    run: RunId,
}

impl Drop for SlotGuard<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.ledger.release_slot(&self.run) {
            // The slot is free anyway as soon as this process ends.
            warn!(run = %self.run, %error, "the slot of the job was not given back");
        }
    }
}

impl Ledger {
    /// Asks for a job in the name of `run`. Of any number of processes that ask at once exactly one gets
    /// it; what a dead process left is taken over.
    ///
    /// # Errors
    /// When the ledger cannot be written; the job must not be run then.
    pub fn claim_slot(
        &self,
        job: &JobId,
        as_of: NaiveDateTime,
        run: &RunId,
        now: DateTime<Utc>,
    ) -> Result<SlotClaim<'_>, LedgerError> {
        let holder = self.change(|step| take(step, &self.this, job, as_of, run, now))?;
        Ok(self.claimed(holder, run))
    }

    /// The answer to a claim of `run`, which another one may hold.
    pub(super) fn claimed(&self, holder: Option<Held>, run: &RunId) -> SlotClaim<'_> {
        match holder {
            None => SlotClaim::Granted(SlotGuard { ledger: self, run: run.clone() }),
            Some(Held { run, as_of, owner, .. }) => {
                SlotClaim::Held { run, as_of, pid: owner.pid() }
            }
        }
    }

    /// Gives the slot of a run back; what it left in the middle of a delivery is in doubt from now on.
    ///
    /// Dropping the guard does this. To be called by a person only for a run on another machine that is
    /// known to be gone.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn release_slot(&self, run: &RunId) -> Result<(), LedgerError> {
        self.change(|step| {
            step.execute("DELETE FROM slots WHERE run = ?1", [run.as_str()])?;
            Ok(())
        })
    }
}

/// Takes the slot of a job for `run`, or says who holds it.
pub(super) fn take(
    step: &Transaction<'_>,
    this: &Process,
    job: &JobId,
    as_of: NaiveDateTime,
    run: &RunId,
    now: DateTime<Utc>,
) -> Result<Option<Held>, LedgerError> {
    if let Some(held) = find(step, job)? {
        if keeps(&held.owner, this, now.timestamp() - held.touched) {
            return Ok(Some(held));
        }
        let pid = held.owner.pid();
        warn!(%job, run = %held.run, pid, "taken over from a run that died");
    }
    step.execute(
        "INSERT INTO slots (job, as_of, run, owner, touched) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (job) DO UPDATE SET as_of = excluded.as_of, run = excluded.run,
             owner = excluded.owner, touched = excluded.touched",
        params![job.as_str(), stamp(as_of), run.as_str(), sqlite::json(this), now.timestamp()],
    )?;
    Ok(None)
}

/// A slot as it is stored.
pub(super) struct Held {
    run: RunId,
    as_of: NaiveDateTime,
    owner: Process,
    touched: i64,
}

fn find(step: &Transaction<'_>, job: &JobId) -> Result<Option<Held>, LedgerError> {
    let query = "SELECT run, as_of, owner, touched FROM slots WHERE job = ?1";
    let row: Option<(String, String, String, i64)> = step
        .query_row(query, [job.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((run, as_of, owner, touched)) = row else {
        return Ok(None);
    };
    let as_of = sqlite::parse("slot", &sqlite::json(&as_of))?;
    let owner = sqlite::parse("slot", &owner)?;
    Ok(Some(Held { run: RunId::new(run), as_of, owner, touched }))
}

/// Whether a slot stays with its owner after so many seconds without a word.
fn keeps(owner: &Process, this: &Process, silent_for: i64) -> bool {
    match owner.life(this) {
        Life::Alive => true,
        Life::Dead => false,
        Life::Elsewhere => silent_for < SILENCE_SECONDS,
    }
}

/// Whether a run holds a slot and its process is not known to be dead.
pub(super) fn is_at_work(
    step: &Transaction<'_>,
    run: &str,
    this: &Process,
) -> Result<bool, LedgerError> {
    let owner: Option<String> = step
        .query_row("SELECT owner FROM slots WHERE run = ?1", [run], |row| row.get(0))
        .optional()?;
    let Some(owner) = owner else {
        return Ok(false);
    };
    let owner: Process = sqlite::parse("slot", &owner)?;
    Ok(owner.life(this) != Life::Dead)
}

/// Notes a sign of life.
pub(super) fn touch(
    step: &Transaction<'_>,
    run: &RunId,
    now: DateTime<Utc>,
) -> Result<(), LedgerError> {
    let changes = "UPDATE slots SET touched = ?2 WHERE run = ?1";
    step.execute(changes, params![run.as_str(), now.timestamp()])?;
    Ok(())
}
