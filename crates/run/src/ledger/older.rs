//! Whether a ledger is a copy from before mails that have left.
//!
//! Rule: the letter book knows what left; a ledger that does not would send it once more. A copy made between two runs does
//! not know the later one; one made in the middle of a run lacks the receipts of what that run mailed afterwards.

use super::{Ledger, LedgerError, receipts};
use crate::error::RunError;
use chrono::{DateTime, Utc};
use model::{
    id::RunId,
    receipt::{DeliveryState, Receipt},
    run::Outcome,
};

impl Ledger {
    /// A run that mailed what the ledger does not know of, and when: then the ledger is a copy from before it, and what has
    /// been sent since would be sent again.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn lacks(&self) -> Result<Option<(RunId, DateTime<Utc>)>, LedgerError> {
        // What was mailed since it was brought back hides nothing.
        for (run, left) in self.letters.runs() {
            let is_behind = match self.run(&run)? {
                None => true,
                // A run that has ended had settled all that it mailed.
                Some(stored) if stored.record.outcome != Outcome::Open => false,
                Some(_) => self.is_behind(&run)?,
            };
            if is_behind {
                return Ok(Some((run, left)));
            }
        }
        Ok(None)
    }

    /// Whether a run mailed something whose receipt is gone, or is as it was before. A letter's receipt is written down after
    /// the ledger's, so the letters are read first.
    fn is_behind(&self, run: &RunId) -> Result<bool, LedgerError> {
        let arrived = self.letters.receipts_by(run).into_iter();
        let arrived: Vec<Receipt> = arrived.filter(|one| one.state.may_be_read()).collect();
        self.read(|step| {
            for letter in &arrived {
                // What a person wants to be sent again is pending since he said so.
                let is_before = |own: &Receipt| {
                    own.state == DeliveryState::Pending && own.changed <= letter.changed
                };
                if receipts::find(step, &letter.key)?.as_ref().is_none_or(is_before) {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}

/// Refuses a ledger that does not know of mails that have left.
///
/// # Errors
/// [`RunError::OlderLedger`], and when the ledger cannot be read.
pub fn refuse_older(ledger: &Ledger) -> Result<(), RunError> {
    match ledger.lacks()? {
        None => Ok(()),
        Some((run, left)) => {
            Err(RunError::OlderLedger { run: run.to_string(), left: left.to_string() })
        }
    }
}
