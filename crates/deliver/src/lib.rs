//! Editions to inboxes: who gets what, through which channel, and the proof of it.
//!
//! Rule: at most once. A delivery is claimed in the [`ReceiptBook`] before anything leaves, marked as
//! [`Sending`](model::receipt::DeliveryState::Sending) before the first byte of a message, and settled
//! by the relay's own word. What can no longer be known is
//! [`Unknown`](model::receipt::DeliveryState::Unknown) and never repeated without a person's word.

mod address;
mod audience;
mod channel;
mod error;
mod handshake;
mod mailbox;
mod message;
mod plan;
mod receipts;
mod relay;
mod shelf;

#[cfg(test)]
mod tests;

pub use address::{Address, AddressProblem};
pub use channel::{
    ChannelPlan,
    email::{EmailPlan, EmailSpec},
    folder::{FolderPlan, FolderSpec},
};
pub use error::{Blame, DeliverError, Retry};
pub use handshake::{Handshake, handshake};
pub use mailbox::{Mailbox, MailboxSpec, Recipient, RecipientSpec, Validity};
pub use plan::{DeliverPlan, Outside, Route, Spec};
pub use receipts::{BookError, Claim, ReceiptBook};
pub use relay::{Login, Relay, RelaySpec, Timeouts, Tls};
pub use shelf::Shelf;

use model::{context::RunContext, edition::Edition, quality::Warned, receipt::Receipt};
use std::time::Duration;

/// Delivers `editions` by `plan` and returns a receipt for every delivery of the plan, old or new.
///
/// A repeated call for a delivered report sends nothing and returns the receipts it finds. Nothing is
/// done when the context says that nothing is to be sent.
///
/// # Errors
/// When the plan and the editions do not fit together, before anything leaves; or when a file cannot be
/// published or the receipt book cannot be written, at once and without another message leaving. A
/// recipient who could not be served is not an error but a receipt.
pub fn deliver(
    plan: &DeliverPlan,
    editions: &dyn Shelf,
    receipts: &dyn ReceiptBook,
    cx: &RunContext,
) -> Result<Warned<Vec<Receipt>>, DeliverError> {
    deliver_with(plan, editions, receipts, cx, &mut std::thread::sleep)
}

/// The message of a receipt, byte for byte, from the edition that it was made of; `None` when it would be another one
/// now, or went by no mail channel of the plan.
///
/// # Errors
/// When the edition cannot be put on the wire.
pub fn message_as_sent(
    plan: &DeliverPlan,
    edition: &Edition,
    receipt: &Receipt,
) -> Result<Option<Vec<u8>>, DeliverError> {
    for channel in &plan.route.channels {
        let ChannelPlan::Email(email) = channel else { continue };
        let Some(letter) = email.letter_of(edition, receipt) else { continue };
        let message = letter.compose()?;
        if receipt.wire == Some(message::print(&message)) {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

/// [`deliver`] with the pauses between two tries handed out to `pause`.
///
/// # Errors
/// As [`deliver`].
pub fn deliver_with(
    plan: &DeliverPlan,
    editions: &dyn Shelf,
    receipts: &dyn ReceiptBook,
    cx: &RunContext,
    pause: &mut dyn FnMut(Duration),
) -> Result<Warned<Vec<Receipt>>, DeliverError> {
    if !cx.send {
        return Ok(Warned::clean(Vec::new()));
    }
    let rounds = audience::rounds(plan, editions.editions())?;
    let earlier = receipts.known(&plan.job, plan.as_of)?;
    let mut desk = channel::Desk { plan, editions, receipts, cx, pause };
    let mut delivered = Warned::clean(Vec::new());
    for round in rounds {
        let (open, withheld) = audience::divide(round.parcels, &earlier);
        delivered.notes.extend(audience::remark(&withheld));
        delivered.value.extend(withheld.into_iter().map(|parcel| desk.withhold(&parcel, &earlier)));
        delivered.value.extend(round.channel.as_channel().carry(&open, &mut desk)?);
    }
    Ok(delivered)
}
