//! Receipts, and the rules by which they change.
//!
//! Rule: pending → sending → sent, failed, pending or unknown. Only a person leads out of failed and
//! unknown, by [`Ledger::resolve`]. A run that delivers holds its job's slot, so a receipt in the hands
//! of a run without one is left over from a run that died.

use super::{Ledger, LedgerError, runs::stamp, slots, sqlite};
use chrono::{DateTime, NaiveDateTime, Utc};
use deliver::{BookError, Claim, Mail, ReceiptBook};
use model::{
    edition::EditionKind,
    id::JobId,
    receipt::{DeliveryKey, DeliveryState, Receipt},
};
use rusqlite::{OptionalExtension, Row, Transaction, params};

const OF_KEY: &str = "job = ?1 AND as_of = ?2 AND kind = ?3 AND channel = ?4 AND recipient = ?5 \
                      AND revision = ?6";

/// What a person says of a delivery that is in doubt or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It arrived: a recipient, or the log of a mail server, says so.
    Arrived,
    /// It is to be sent again, under the same message id.
    Again,
}

impl Word {
    /// Whether it can be said of a delivery in this state.
    pub fn is_about(self, state: DeliveryState) -> bool {
        match state {
            DeliveryState::Failed => self == Self::Again,
            DeliveryState::Unknown => true,
            DeliveryState::Pending | DeliveryState::Sending | DeliveryState::Sent => false,
        }
    }
}

impl Ledger {
    /// Every receipt of one report, in the order of their keys. Deliveries that a dead run left in the
    /// middle are shown as what they are: unknown.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn receipts(&self, job: &JobId, as_of: NaiveDateTime) -> Result<Vec<Receipt>, LedgerError> {
        self.read(|step| self.seen(step, job, as_of))
    }

    /// Every receipt of a job for one recipient, in the order of their keys; what a dead run left is unknown.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn receipts_of(&self, job: &JobId, recipient: &str) -> Result<Vec<Receipt>, LedgerError> {
        self.read(|step| {
            let mut query =
                step.prepare("SELECT receipt FROM receipts WHERE job = ?1 AND recipient = ?2")?;
            let rows = query.query_map(params![job.as_str(), recipient], text)?;
            let rows: Vec<String> = rows.collect::<Result<_, _>>()?;
            let mut receipts: Vec<Receipt> =
                rows.iter().map(|row| sqlite::parse("receipt", row)).collect::<Result<_, _>>()?;
            receipts.sort_by(|one, other| one.key.cmp(&other.key));
            self.doubted(step, receipts)
        })
    }

    /// The scheduled moment of the latest report of a job that reached somebody.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_delivered(&self, job: &JobId) -> Result<Option<NaiveDateTime>, LedgerError> {
        self.read(|step| {
            let query =
                "SELECT max(as_of) FROM receipts WHERE job = ?1 AND kind = ?2 AND state = ?3";
            let report = sqlite::word(&EditionKind::Report);
            let sent = sqlite::word(&DeliveryState::Sent);
            let found: Option<String> =
                step.query_row(query, params![job.as_str(), report, sent], |row| row.get(0))?;
            found.map(|at| sqlite::parse("receipt", &sqlite::json(&at))).transpose()
        })
    }

    /// A person's word that a relay which let nobody in is mended: what it refused of a moment for that is pending again.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn let_in(
        &self,
        job: &JobId,
        as_of: NaiveDateTime,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        self.change(|step| {
            let shut_out = |one: &Receipt| one.is_shut_out() && one.state == DeliveryState::Failed;
            for mut receipt in all(step, job, as_of)?.into_iter().filter(shut_out) {
                receipt.state = DeliveryState::Pending;
                receipt.changed = now;
                write(step, &receipt)?;
            }
            Ok(())
        })
    }

    /// A person's word on what is in doubt or refused of a report, for one recipient or for all; returns what changed.
    /// It is looked up and changed in one step, so that a run cannot come between.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn resolve(
        &self,
        job: &JobId,
        as_of: NaiveDateTime,
        (to, word): (Option<&str>, Word),
        now: DateTime<Utc>,
    ) -> Result<Vec<Receipt>, LedgerError> {
        let meant = |receipt: &Receipt| {
            word.is_about(receipt.state)
                && to.is_none_or(|to| receipt.key.recipient.eq_ignore_ascii_case(to))
        };
        let resolved = self.change(|step| {
            let mut resolved = Vec::new();
            for mut receipt in self.seen(step, job, as_of)?.into_iter().filter(meant) {
                match word {
                    // It arrived when it left, not when somebody said so.
                    Word::Arrived => receipt.state = DeliveryState::Sent,
                    Word::Again => {
                        receipt.state = DeliveryState::Pending;
                        receipt.changed = now;
                    }
                }
                receipt.needs_person = false;
                write(step, &receipt)?;
                resolved.push(receipt);
            }
            Ok(resolved)
        })?;
        // What is to be sent again may have arrived all the same.
        resolved
            .iter()
            .filter(|one| one.state == DeliveryState::Sent)
            .for_each(|one| self.became(one));
        Ok(resolved)
    }

    /// A person's word that one delivery is to be made again, whatever became of it; says whether there is one.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn reopen_one(&self, key: &DeliveryKey, now: DateTime<Utc>) -> Result<bool, LedgerError> {
        self.change(|step| {
            let Some(mut receipt) = find(step, key)? else { return Ok(false) };
            if slots::is_at_work(step, receipt.run.as_str(), &self.this)? {
                return Ok(false);
            }
            receipt.state = DeliveryState::Pending;
            receipt.needs_person = false;
            receipt.changed = now;
            write(step, &receipt)?;
            Ok(true)
        })
    }

    /// Writes back that a delivery had arrived before it was made once more; a second one that arrived too stays.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub(crate) fn keep_sent(&self, before: &Receipt) -> Result<(), LedgerError> {
        self.change(|step| {
            let Some(now) = find(step, &before.key)? else { return Ok(()) };
            if now.state == DeliveryState::Sent {
                return Ok(());
            }
            let detail = now.detail.map(|said| format!("not sent once more: {said}"));
            write(step, &Receipt { detail, attempts: now.attempts, ..before.clone() })
        })
    }

    /// Takes back a delivery that a relay put off, for what it says does not hold any more; whether there was one.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn withdraw(&self, key: &DeliveryKey) -> Result<bool, LedgerError> {
        self.change(|step| {
            let pending = find(step, key)?.is_some_and(|one| one.state == DeliveryState::Pending);
            if pending {
                let kind = sqlite::word(&key.kind);
                let query = format!("DELETE FROM receipts WHERE {OF_KEY}");
                step.execute(
                    &query,
                    params![
                        key.job.as_str(),
                        stamp(key.as_of),
                        kind,
                        key.channel,
                        key.recipient,
                        key.revision
                    ],
                )?;
            }
            Ok(pending)
        })
    }

    /// Tells the letter book what became of a mail. The receipt is right whatever the book says.
    fn became(&self, receipt: &Receipt) {
        if let Err(error) = self.letters.settle(receipt) {
            tracing::debug!(%error, "the letter book does not know what became of a mail");
        }
    }

    fn seen(
        &self,
        step: &Transaction<'_>,
        job: &JobId,
        as_of: NaiveDateTime,
    ) -> Result<Vec<Receipt>, LedgerError> {
        self.doubted(step, all(step, job, as_of)?)
    }

    /// The same receipts; what a dead run left in the middle is unknown.
    fn doubted(
        &self,
        step: &Transaction<'_>,
        mut receipts: Vec<Receipt>,
    ) -> Result<Vec<Receipt>, LedgerError> {
        for receipt in receipts.iter_mut().filter(|one| one.state == DeliveryState::Sending) {
            if !slots::is_at_work(step, receipt.run.as_str(), &self.this)? {
                doubt(receipt);
            }
        }
        Ok(receipts)
    }

    fn claim_receipt(&self, wanted: &Receipt) -> Result<Claim, LedgerError> {
        self.change(|step| {
            if !slots::is_at_work(step, wanted.run.as_str(), &self.this)? {
                return Err(LedgerError::NoSlot(wanted.run.to_string()));
            }
            slots::touch(step, &wanted.run, wanted.changed)?;
            let Some(mut found) = find(step, &wanted.key)? else {
                write(step, wanted)?;
                return Ok(Claim::Granted(wanted.clone()));
            };
            let is_ours = found.run == wanted.run;
            let is_held = !is_ours && slots::is_at_work(step, found.run.as_str(), &self.this)?;
            Ok(match found.state {
                DeliveryState::Failed => Claim::Failed(found),
                DeliveryState::Sent => Claim::Sent(found),
                DeliveryState::Unknown => Claim::Unknown(found),
                DeliveryState::Pending | DeliveryState::Sending if is_held => Claim::Held(found),
                DeliveryState::Pending => {
                    let granted = Receipt { attempts: found.attempts, ..wanted.clone() };
                    write(step, &granted)?;
                    Claim::Granted(granted)
                }
                DeliveryState::Sending => {
                    doubt(&mut found);
                    found.changed = wanted.changed;
                    write(step, &found)?;
                    Claim::Unknown(found)
                }
            })
        })
    }

    fn announce_receipts(&self, wanted: &[Receipt]) -> Result<(), LedgerError> {
        let Some(first) = wanted.first() else { return Ok(()) };
        self.change(|step| {
            if !slots::is_at_work(step, first.run.as_str(), &self.this)? {
                return Err(LedgerError::NoSlot(first.run.to_string()));
            }
            for receipt in wanted {
                if find(step, &receipt.key)?.is_none() {
                    write(step, receipt)?;
                }
            }
            Ok(())
        })
    }

    fn settle_receipt(&self, receipt: &Receipt) -> Result<(), LedgerError> {
        self.change(|step| {
            let found = find(step, &receipt.key)?;
            let from = found.as_ref().map(|found| found.state);
            let is_ours = found.as_ref().is_some_and(|found| found.run == receipt.run);
            let allowed = match (from, receipt.state) {
                // A folder whose files were published anew.
                (Some(DeliveryState::Sent), DeliveryState::Sent) => true,
                (Some(DeliveryState::Pending | DeliveryState::Sending), _) => is_ours,
                _ => false,
            };
            if !allowed {
                let from = from.map_or_else(|| "nothing".to_owned(), |state| sqlite::word(&state));
                return Err(LedgerError::Transition { from, to: sqlite::word(&receipt.state) });
            }
            slots::touch(step, &receipt.run, receipt.changed)?;
            write(step, receipt)
        })
    }
}

impl ReceiptBook for Ledger {
    fn claim(&self, wanted: &Receipt) -> Result<Claim, BookError> {
        self.claim_receipt(wanted).map_err(BookError::new)
    }

    fn announce(&self, wanted: &[Receipt]) -> Result<(), BookError> {
        self.announce_receipts(wanted).map_err(BookError::new)
    }

    fn settle(&self, receipt: &Receipt) -> Result<(), BookError> {
        self.settle_receipt(receipt).map_err(BookError::new)?;
        self.became(receipt);
        Ok(())
    }

    fn keep(&self, receipt: &Receipt, mail: &Mail<'_>) -> Result<(), BookError> {
        self.letters.keep(receipt, mail).map_err(BookError::new)
    }

    fn reopen(&self, doubtful: &Receipt) -> Result<(), BookError> {
        let reopened = self.change(|step| match find(step, &doubtful.key)? {
            Some(found) if found.state == DeliveryState::Unknown => {
                write(step, &Receipt { state: DeliveryState::Pending, ..found })
            }
            _ => Ok(()),
        });
        reopened.map_err(BookError::new)
    }

    fn known(&self, job: &JobId, as_of: NaiveDateTime) -> Result<Vec<Receipt>, BookError> {
        self.receipts(job, as_of).map_err(BookError::new)
    }
}

/// What a run left in the middle is in doubt, and says why.
pub(crate) fn doubt(receipt: &mut Receipt) {
    receipt.state = DeliveryState::Unknown;
    receipt.detail.get_or_insert_with(|| "the run ended before the relay answered".to_owned());
}

/// Every receipt of one report as it is written, in the order of their keys.
pub(super) fn all(
    step: &Transaction<'_>,
    job: &JobId,
    as_of: NaiveDateTime,
) -> Result<Vec<Receipt>, LedgerError> {
    let mut query = step.prepare("SELECT receipt FROM receipts WHERE job = ?1 AND as_of = ?2")?;
    let rows = query.query_map(params![job.as_str(), stamp(as_of)], text)?;
    let rows: Vec<String> = rows.collect::<Result<_, _>>()?;
    let receipts = rows.iter().map(|row| sqlite::parse("receipt", row));
    let mut receipts: Vec<Receipt> = receipts.collect::<Result<_, _>>()?;
    receipts.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(receipts)
}

pub(super) fn find(
    step: &Transaction<'_>,
    key: &DeliveryKey,
) -> Result<Option<Receipt>, LedgerError> {
    let query = format!("SELECT receipt FROM receipts WHERE {OF_KEY}");
    let kind = sqlite::word(&key.kind);
    let key =
        params![key.job.as_str(), stamp(key.as_of), kind, key.channel, key.recipient, key.revision];
    let found = step.query_row(&query, key, text).optional()?;
    found.map(|receipt| sqlite::parse("receipt", &receipt)).transpose()
}

fn write(step: &Transaction<'_>, receipt: &Receipt) -> Result<(), LedgerError> {
    let key = &receipt.key;
    step.execute(
        "INSERT INTO receipts
             (job, as_of, kind, channel, recipient, revision, state, run, receipt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (job, as_of, kind, channel, recipient, revision)
         DO UPDATE SET state = excluded.state, run = excluded.run, receipt = excluded.receipt",
        params![
            key.job.as_str(),
            stamp(key.as_of),
            sqlite::word(&key.kind),
            key.channel,
            key.recipient,
            key.revision,
            sqlite::word(&receipt.state),
            receipt.run.as_str(),
            sqlite::json(receipt),
        ],
    )?;
    Ok(())
}

pub(super) fn text(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}
