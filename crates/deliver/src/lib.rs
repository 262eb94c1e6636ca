//! Editions to inboxes: who gets what, through which channel, and the proof of it.
//!
//! Rule: at most once. All that is to be mailed is written down before any of it leaves, so that whoever a killed run did
//! not come to is owed his mail. A delivery is claimed in the [`ReceiptBook`] before anything leaves, marked as
//! [`Sending`](model::receipt::DeliveryState::Sending) before the first byte of a message, and settled
//! by the relay's own word. What can no longer be known is
//! [`Unknown`](model::receipt::DeliveryState::Unknown) and never repeated without a person's word.

mod address;
mod audience;
mod channel;
mod error;
mod handshake;
mod lint;
mod mailbox;
mod message;
mod plan;
mod receipts;
mod relay;
mod shelf;
mod signature;

#[cfg(test)]
mod tests;

pub use address::{Address, AddressProblem};
pub use audience::WITHHELD;
pub use channel::{
    ChannelPlan,
    email::{Doubtful, EmailPlan, EmailSpec},
    folder::{FolderPlan, FolderSpec},
};
pub use error::{Blame, DeliverError, Retry};
pub use handshake::{Handshake, handshake};
pub use lint::lint;
pub use mailbox::{Mailbox, MailboxSpec, Recipient, RecipientSpec, Validity};
pub use message::MESSAGE_KEY;
pub use plan::{DeliverPlan, Outside, Route, Spec};
pub use receipts::{BookError, Claim, Mail, ReceiptBook};
pub use relay::{Login, Relay, RelaySpec, Timeouts, Tls};
pub use shelf::Shelf;
pub use signature::{Dkim, DkimSpec};

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

/// The message of a receipt, byte for byte but for the signature, from the edition that it was made of; `None` when it
/// would be another one now, or went by no mail channel of the plan.
///
/// # Errors
/// When the edition cannot be put on the wire.
pub fn message_as_sent(
    plan: &DeliverPlan,
    edition: &Edition,
    receipt: &Receipt,
    cx: &RunContext,
) -> Result<Option<Vec<u8>>, DeliverError> {
    let Some(secret) = cx.secrets.get(MESSAGE_KEY) else { return Ok(None) };
    let mailboxes = mailboxes_of(plan, receipt);
    for channel in &plan.route.channels {
        let ChannelPlan::Email(email) = channel else { continue };
        // What the reader had of a correction's report before is no part of its receipt.
        let corrected = || (0..receipt.key.revision).map(Some).chain([None]);
        let makings =
            mailboxes.iter().flat_map(|to| corrected().map(move |corrects| (to, corrects)));
        for (to, corrects) in makings {
            let composed = email.letter_of(edition, (receipt, corrects), (to, secret)).compose()?;
            if receipt.wire == Some(composed.print) {
                return Ok(Some(composed.bytes));
            }
        }
    }
    Ok(None)
}

/// The mailboxes that a receipt may be of: the one it names, and the plan's, since receipts of older versions have no name.
fn mailboxes_of(plan: &DeliverPlan, receipt: &Receipt) -> Vec<Mailbox> {
    let recipient = &receipt.key.recipient;
    let Ok(address) = recipient.parse() else { return Vec::new() };
    let mut named = plan.route.readers().chain(&plan.route.owners);
    let named = named.find(|one| one.mailbox.address.mailbox() == *recipient);
    let mut mailboxes = vec![Mailbox { address, name: receipt.name.clone() }];
    mailboxes.extend(named.map(|one| one.mailbox.clone()).filter(|one| *one != mailboxes[0]));
    mailboxes
}

/// Mails `notices` of deliveries that failed or are in doubt to the owners, through the first relay; each text of them
/// once. Nothing where nobody owns the job or nothing is mailed.
///
/// # Errors
/// As [`deliver`].
pub fn tell_owners(
    plan: &DeliverPlan,
    notices: &Vec<Edition>,
    receipts: &dyn ReceiptBook,
    cx: &RunContext,
) -> Result<Vec<Receipt>, DeliverError> {
    let Some(round) = audience::troubles(plan, notices)?.filter(|_| cx.send) else {
        return Ok(Vec::new());
    };
    let pause = &mut std::thread::sleep;
    let mut desk = channel::Desk::new(plan, (notices, receipts), &[], (cx, pause));
    round.channel.as_channel().carry(&round.parcels, &mut desk)
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
    let earlier = &earlier;
    let mut desk = channel::Desk::new(plan, (editions, receipts), earlier, (cx, pause));
    let mut delivered = Warned::clean(Vec::new());
    let (mut withheld, mut ways) = (Vec::new(), Vec::new());
    for round in rounds {
        let (open, others) = audience::divide(round.parcels, earlier, editions.editions());
        delivered.value.extend(others.iter().map(|parcel| desk.withhold(parcel)));
        withheld.extend(others);
        ways.push((round.channel, open));
    }
    // What is mailed has been published before, and who is to get it is written down.
    let is_mail = |way: &(&ChannelPlan, _)| matches!(way.0, ChannelPlan::Email(_));
    let (mails, folders): (Vec<_>, Vec<_>) = ways.into_iter().partition(is_mail);
    for (channel, parcels) in folders {
        delivered.value.extend(channel.as_channel().carry(&parcels, &mut desk)?);
    }
    desk.announce(&mails.iter().flat_map(|(_, parcels)| parcels).collect::<Vec<_>>())?;
    for (channel, parcels) in mails {
        delivered.value.extend(channel.as_channel().carry(&parcels, &mut desk)?);
    }
    delivered.notes.extend(audience::remark(&withheld, earlier));
    delivered.notes.extend(desk.remark());
    Ok(delivered)
}
