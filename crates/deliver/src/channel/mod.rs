//! The channels.
//!
//! Rule: a channel delivers what it is handed, one receipt for each parcel, and asks the desk before
//! and after each of them.

mod certificate;
pub(crate) mod email;
pub(crate) mod folder;
mod line;
mod protected;
pub(crate) mod session;
mod stream;
mod versions;

use crate::{
    audience::Parcel,
    error::DeliverError,
    plan::DeliverPlan,
    receipts::{Claim, Mail, ReceiptBook},
    shelf::Shelf,
};
use email::EmailPlan;
use folder::FolderPlan;
use model::{
    context::RunContext,
    edition::Edition,
    quality::{QualityNote, Severity},
    receipt::{DeliveryState, Receipt},
    report::{Argument, Message},
};
use serde::Serialize;
use std::{borrow::Cow, cell::Cell, time::Duration};

/// The longest word of a relay that a receipt keeps.
const LONGEST_DETAIL: usize = 300;

/// A channel, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelPlan {
    /// Mail.
    Email(Box<EmailPlan>),
    /// A folder.
    Folder(FolderPlan),
}

/// What every channel can do.
pub(crate) trait Channel {
    /// Refuses parcels that this channel could never deliver, before anything is claimed.
    fn check(&self, parcels: &[Parcel<'_>], plan: &DeliverPlan) -> Result<(), DeliverError>;

    /// Delivers each parcel at most once and returns one receipt for each, in the same order.
    fn carry(
        &self,
        parcels: &[Parcel<'_>],
        desk: &mut Desk<'_>,
    ) -> Result<Vec<Receipt>, DeliverError>;
}

impl ChannelPlan {
    pub(crate) fn as_channel(&self) -> &dyn Channel {
        match self {
            Self::Email(plan) => plan.as_ref(),
            Self::Folder(plan) => plan,
        }
    }
}

/// What the channels share in one call: the plan, the book and the outside.
pub(crate) struct Desk<'a> {
    pub(crate) plan: &'a DeliverPlan,
    pub(crate) editions: &'a dyn Shelf,
    pub(crate) receipts: &'a dyn ReceiptBook,
    /// The receipts that were in the book before.
    pub(crate) earlier: &'a [Receipt],
    pub(crate) cx: &'a RunContext,
    pub(crate) pause: &'a mut dyn FnMut(Duration),
    /// How many mails left without a copy.
    pub(crate) unkept: Cell<u32>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        plan: &'a DeliverPlan,
        (editions, receipts): (&'a dyn Shelf, &'a dyn ReceiptBook),
        earlier: &'a [Receipt],
        (cx, pause): (&'a RunContext, &'a mut dyn FnMut(Duration)),
    ) -> Self {
        Self { plan, editions, receipts, earlier, cx, pause, unkept: Cell::new(0) }
    }

    /// The edition of a parcel, whole.
    pub(crate) fn edition(&self, parcel: &Parcel<'_>) -> Result<Cow<'a, Edition>, DeliverError> {
        self.editions.whole(parcel.place).map_err(DeliverError::Edition)
    }

    /// Writes down all that is to be mailed before any of it leaves.
    pub(crate) fn announce(&self, parcels: &[&Parcel<'_>]) -> Result<(), DeliverError> {
        let to_come = |parcel: &&Parcel<'_>| {
            let detail = Some("its turn had not come".to_owned());
            Receipt { detail, ..self.blank(parcel, "") }
        };
        Ok(self.receipts.announce(&parcels.iter().map(to_come).collect::<Vec<_>>())?)
    }

    /// Claims a parcel; `reference` is what the receipt will point to.
    pub(crate) fn claim(
        &self,
        parcel: &Parcel<'_>,
        reference: &str,
    ) -> Result<Claim, DeliverError> {
        Ok(self.receipts.claim(&self.blank(parcel, reference))?)
    }

    /// Writes down that a mail leaves, and keeps a copy of it if that can be done.
    pub(crate) fn leaves(
        &self,
        receipt: &mut Receipt,
        mail: &Mail<'_>,
    ) -> Result<(), DeliverError> {
        self.settle(receipt, DeliveryState::Sending, None)?;
        if let Err(error) = self.receipts.keep(receipt, mail) {
            if self.unkept.get() == 0 {
                tracing::error!(%error, "mails cannot be kept as they leave");
            }
            self.unkept.set(self.unkept.get().saturating_add(1));
        }
        Ok(())
    }

    /// What there is to remark on mails without a copy.
    pub(crate) fn remark(&self) -> Option<QualityNote> {
        let count = i64::from(self.unkept.get());
        let message = Message::new("deliver.not_kept").with("deliveries", Argument::Count(count));
        let note = QualityNote { severity: Severity::Warning, message, dataset: None };
        (count > 0).then_some(note)
    }

    /// Writes down how far a parcel has got.
    pub(crate) fn settle(
        &self,
        receipt: &mut Receipt,
        state: DeliveryState,
        detail: Option<&str>,
    ) -> Result<(), DeliverError> {
        receipt.state = state;
        receipt.detail = detail.map(one_line);
        receipt.changed = self.cx.now;
        Ok(self.receipts.settle(receipt)?)
    }

    /// The receipt of a parcel that must not go: the one in the book, or one that says why there is none.
    pub(crate) fn withhold(&self, parcel: &Parcel<'_>) -> Receipt {
        let known = self.earlier.iter().find(|receipt| receipt.key == parcel.key);
        let Some(known) = known else {
            let detail = "others got different figures; a correction needs a new revision";
            return Receipt { detail: Some(detail.into()), ..self.blank(parcel, "") };
        };
        match known.state {
            // What is still to come is what he reads now, whatever he read when it was put off.
            DeliveryState::Pending => Receipt {
                slice: parcel.edition.slice.clone(),
                locale: parcel.edition.locale,
                ..known.clone()
            },
            _ => known.clone(),
        }
    }

    /// The first revision of a parcel's edition that its reader has, if it is a correction: mail programs show both
    /// together.
    pub(crate) fn corrects(&self, parcel: &Parcel<'_>) -> Option<u32> {
        let theirs = self.earlier.iter().filter(|one| {
            let (key, ours) = (&one.key, &parcel.key);
            (key.kind, &key.channel, &key.recipient) == (ours.kind, &ours.channel, &ours.recipient)
                && key.revision < ours.revision
                && one.state.may_be_read()
        });
        theirs.map(|one| one.key.revision).min()
    }

    fn blank(&self, parcel: &Parcel<'_>, reference: &str) -> Receipt {
        Receipt {
            key: parcel.key.clone(),
            name: parcel.to.and_then(|to| to.mailbox.name.clone()),
            locale: parcel.edition.locale,
            slice: parcel.edition.slice.clone(),
            state: DeliveryState::Pending,
            run: self.cx.run.clone(),
            reference: reference.to_owned(),
            content: parcel.edition.fingerprint.clone(),
            gist: parcel.edition.gist.clone(),
            attempts: 0,
            detail: None,
            needs_person: false,
            wire: None,
            changed: self.cx.now,
        }
    }
}

fn one_line(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let line: String = text.chars().map(plain).take(LONGEST_DETAIL).collect();
    match line.trim() {
        "" => "the relay gave no reason".to_owned(),
        said => said.to_owned(),
    }
}
