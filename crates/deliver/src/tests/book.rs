//! A receipt book in memory.

use crate::{BookError, Claim, Mail, ReceiptBook};
use chrono::NaiveDateTime;
use model::{
    id::{JobId, RunId},
    receipt::{DeliveryKey, DeliveryState, Receipt},
};
use std::{cell::RefCell, collections::BTreeMap};

/// A book whose runs live until they are said to be dead.
#[derive(Debug, Default)]
pub(super) struct MemoryBook {
    pub(super) receipts: RefCell<BTreeMap<DeliveryKey, Receipt>>,
    pub(super) dead: RefCell<Vec<RunId>>,
    /// Every state that was settled, in order.
    pub(super) history: RefCell<Vec<DeliveryState>>,
    /// A disk that is full: settling this state fails.
    pub(super) broken_at: RefCell<Option<DeliveryState>>,
    /// Every mail that left, with its recipient; nothing is kept where that is broken.
    pub(super) kept: RefCell<Vec<(String, Vec<u8>)>>,
    pub(super) keeps_nothing: RefCell<bool>,
}

impl ReceiptBook for MemoryBook {
    fn claim(&self, wanted: &Receipt) -> Result<Claim, BookError> {
        let mut receipts = self.receipts.borrow_mut();
        let Some(found) = receipts.get_mut(&wanted.key) else {
            receipts.insert(wanted.key.clone(), wanted.clone());
            return Ok(Claim::Granted(wanted.clone()));
        };
        let is_over = found.run == wanted.run || self.dead.borrow().contains(&found.run);
        Ok(match found.state {
            DeliveryState::Pending if is_over => {
                *found = Receipt { attempts: found.attempts, ..wanted.clone() };
                Claim::Granted(found.clone())
            }
            DeliveryState::Sending if is_over => {
                found.state = DeliveryState::Unknown;
                Claim::Unknown(found.clone())
            }
            DeliveryState::Pending | DeliveryState::Sending => Claim::Held(found.clone()),
            DeliveryState::Sent => Claim::Sent(found.clone()),
            DeliveryState::Failed => Claim::Failed(found.clone()),
            DeliveryState::Unknown => Claim::Unknown(found.clone()),
        })
    }

    fn announce(&self, wanted: &[Receipt]) -> Result<(), BookError> {
        let mut receipts = self.receipts.borrow_mut();
        for receipt in wanted {
            receipts.entry(receipt.key.clone()).or_insert_with(|| receipt.clone());
        }
        Ok(())
    }

    fn settle(&self, receipt: &Receipt) -> Result<(), BookError> {
        if *self.broken_at.borrow() == Some(receipt.state) {
            return Err(BookError::new("no space left on device"));
        }
        self.history.borrow_mut().push(receipt.state);
        self.receipts.borrow_mut().insert(receipt.key.clone(), receipt.clone());
        Ok(())
    }

    fn reopen(&self, doubtful: &Receipt) -> Result<(), BookError> {
        if let Some(found) = self.receipts.borrow_mut().get_mut(&doubtful.key)
            && found.state == DeliveryState::Unknown
        {
            found.state = DeliveryState::Pending;
        }
        Ok(())
    }

    fn keep(&self, receipt: &Receipt, mail: &Mail<'_>) -> Result<(), BookError> {
        if *self.keeps_nothing.borrow() {
            return Err(BookError::new("no space left on device"));
        }
        let copy = (receipt.key.recipient.clone(), mail.message.to_vec());
        self.kept.borrow_mut().push(copy);
        Ok(())
    }

    fn known(&self, job: &JobId, as_of: NaiveDateTime) -> Result<Vec<Receipt>, BookError> {
        let receipts = self.receipts.borrow();
        let fits = |receipt: &&Receipt| (&receipt.key.job, receipt.key.as_of) == (job, as_of);
        Ok(receipts.values().filter(fits).cloned().collect())
    }
}
