//! The mail channel.
//!
//! Rule: one message and one transaction per recipient, so that nobody sees the others and every
//! recipient has a state of his own. What a relay puts off is tried again in a later round, after
//! everybody else had a turn.

use super::{
    Channel, Desk,
    session::{Door, Session, Verdict},
};
use crate::{
    audience::Parcel,
    error::DeliverError,
    mailbox::{Mailbox, MailboxSpec, Recipient, RecipientSpec},
    message::{Composed, Letter, MESSAGE_KEY, to_lettre},
    plan::{DeliverPlan, Outside, recipients},
    receipts::{Claim, Mail},
    relay::Relay,
};
use chrono::{DateTime, Utc};
use lettre::message::dkim::DkimConfig;
use model::{
    context::RunContext,
    edition::{AttachmentKind, Edition},
    id::AudienceId,
    receipt::{DeliveryState, Receipt},
    secret::Secret,
};
use publish::rehearsal::reached;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tracing::{debug, error, info, warn};

/// Mails the report to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailSpec {
    /// The sender. Example: `{ address = "reports@example.com", name = "Sales Reports" }`.
    pub from: MailboxSpec,
    /// Where answers go, if not to the sender.
    #[serde(default)]
    pub reply_to: Option<MailboxSpec>,
    /// Who gets the report on everything. Example: `[{ address = "ceo@example.com", locale = "zh-CN" }]`.
    #[serde(default)]
    pub to: Vec<RecipientSpec>,
    /// A file of `audiences/` with further readers, each with the slice that he may see. Example: `"regions"`.
    #[serde(default)]
    pub audience: Option<String>,
    /// The relay, by its name in `tidings.toml`.
    #[serde(default = "main_relay")]
    pub relay: String,
    /// What goes with the mail: `csv`, `pdf`, `xlsx`. Example: `["xlsx"]`.
    #[serde(default)]
    pub attachments: BTreeSet<AttachmentKind>,
    /// What a later run does with a delivery that is in doubt.
    #[serde(default)]
    pub doubtful: Doubtful,
}

/// What a later run does with a delivery whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Doubtful {
    /// Sends it once more, under the same message id: somebody may get it twice, nobody goes without.
    Again,
    /// Leaves it to a person: somebody may go without until then, nobody gets it twice.
    #[default]
    Ask,
}

/// How often in a row a relay may let nobody in, or answer nothing, in a round.
const DOORS: u32 = 2;

fn main_relay() -> String {
    "main".to_owned()
}

/// The mail channel, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmailPlan {
    /// The sender.
    pub from: Mailbox,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<Mailbox>,
    /// Who gets it.
    pub to: Vec<Recipient>,
    /// The relay.
    pub relay: Relay,
    /// What goes with the mail.
    pub attachments: BTreeSet<AttachmentKind>,
    /// What a later run does with a delivery that is in doubt.
    pub doubtful: Doubtful,
}

impl EmailSpec {
    /// Resolves and checks the channel; every problem at once.
    pub(crate) fn lower(&self, outside: &Outside<'_>) -> Result<EmailPlan, Vec<DeliverError>> {
        let mut problems = Vec::new();
        let mut to = recipients(&self.to, "deliver.email", &mut problems);
        if let Some(audience) = &self.audience {
            match outside.audiences.get(&AudienceId::new(audience)) {
                Some(readers) => to.extend(readers.iter().cloned()),
                None => problems.push(DeliverError::UnknownAudience(audience.clone())),
            }
        } else if self.to.is_empty() {
            problems.push(DeliverError::Nobody);
        }
        let mut mailbox = |spec: &MailboxSpec, place: &str| {
            let checked = Mailbox::new(&spec.address, spec.name.as_deref(), place);
            checked.map_err(|problem| problems.push(problem)).ok()
        };
        let from = mailbox(&self.from, "the sender of `deliver.email`");
        let reply_to = self.reply_to.as_ref();
        let reply_to = reply_to.and_then(|spec| mailbox(spec, "`reply_to` of `deliver.email`"));
        let relay = outside.relays.get(&self.relay).cloned();
        if relay.is_none() {
            problems.push(DeliverError::UnknownRelay(self.relay.clone()));
        }
        match (from, relay) {
            (Some(from), Some(relay)) if problems.is_empty() => {
                let (attachments, doubtful) = (self.attachments.clone(), self.doubtful);
                Ok(EmailPlan { from, reply_to, to, relay, attachments, doubtful })
            }
            _ => Err(problems),
        }
    }
}

impl EmailPlan {
    fn letter<'a>(&'a self, parcel: &'a Parcel<'_>, seal: Option<&'a Seal<'_>>) -> Letter<'a> {
        Letter {
            key: &parcel.key,
            edition: parcel.edition,
            from: &self.from,
            reply_to: self.reply_to.as_ref(),
            to: parcel.to.map(|to| &to.mailbox),
            attachments: parcel.to.map_or(&self.attachments, |to| self.attached_to(to)),
            date: seal.map(|seal| seal.now).unwrap_or_default(),
            secret: seal.map(|seal| seal.secret),
            signer: seal.and_then(|seal| seal.signer.as_ref()),
            corrects: None,
        }
    }

    /// What goes with a reader's mail.
    fn attached_to<'a>(&'a self, reader: &'a Recipient) -> &'a BTreeSet<AttachmentKind> {
        reader.attachments.as_ref().unwrap_or(&self.attachments)
    }

    /// The letter of a receipt to a mailbox; `corrects` is what its reader had of it before.
    pub(crate) fn letter_of<'a>(
        &'a self,
        edition: &'a Edition,
        (receipt, corrects): (&'a Receipt, Option<u32>),
        (to, secret): (&'a Mailbox, &'a Secret),
    ) -> Letter<'a> {
        let reader = self.to.iter().find(|reader| reader.mailbox.address == to.address);
        Letter {
            key: &receipt.key,
            edition,
            from: &self.from,
            reply_to: self.reply_to.as_ref(),
            to: Some(to),
            attachments: reader.map_or(&self.attachments, |reader| self.attached_to(reader)),
            date: receipt.changed,
            secret: Some(secret),
            signer: None,
            corrects,
        }
    }

    fn seal<'a>(&self, cx: &'a RunContext) -> Result<Seal<'a>, DeliverError> {
        let relay = &self.relay;
        let signer = relay
            .dkim
            .as_ref()
            .map(|dkim| dkim.signer(&relay.host, secret(cx, &dkim.key)?))
            .transpose()?;
        Ok(Seal { now: cx.now, secret: secret(cx, MESSAGE_KEY)?, signer })
    }

    fn door(&self, cx: &RunContext) -> Result<Door<'_>, DeliverError> {
        let password = match &self.relay.login {
            None => None,
            Some(login) => Some(secret(cx, &login.password)?),
        };
        let hello = self.relay.hello.as_deref().unwrap_or(self.from.address.domain());
        Door::new(&self.relay, password, hello)
    }
}

fn secret<'a>(cx: &'a RunContext, reference: &str) -> Result<&'a Secret, DeliverError> {
    cx.secrets.get(reference).ok_or_else(|| DeliverError::NoSecret(reference.to_owned()))
}

/// What every letter of a run gets beside its edition.
struct Seal<'a> {
    now: DateTime<Utc>,
    secret: &'a Secret,
    signer: Option<DkimConfig>,
}

impl Channel for EmailPlan {
    fn check(&self, parcels: &[Parcel<'_>], _: &DeliverPlan) -> Result<(), DeliverError> {
        parcels.iter().try_for_each(|parcel| self.letter(parcel, None).check())
    }

    fn carry(
        &self,
        parcels: &[Parcel<'_>],
        desk: &mut Desk<'_>,
    ) -> Result<Vec<Receipt>, DeliverError> {
        let seal = self.seal(desk.cx)?;
        let door = self.door(desk.cx)?;
        let mut trip =
            Trip { plan: self, seal: &seal, door, session: None, shut: (0, None), stopped: None };
        let mut receipts: Vec<Option<Receipt>> = parcels.iter().map(|_| None).collect();
        let mut open: Vec<usize> = (0..parcels.len()).collect();
        for attempt in 0..self.relay.tries.max(1) {
            trip.shut = (0, None);
            if attempt > 0 {
                trip.hang_up();
                (desk.pause)(self.relay.pause_before(attempt));
            }
            let mut again = Vec::new();
            for index in open {
                let (receipt, may_go_again) = trip.visit(&parcels[index], desk)?;
                receipts[index] = Some(receipt);
                again.extend(may_go_again.then_some(index));
            }
            open = again;
            if open.is_empty() || trip.stopped.is_some() {
                break;
            }
        }
        trip.hang_up();
        if let Some((_, reason)) = &trip.stopped {
            error!(relay = %self.relay.host, %reason, "the relay lets nobody in; a person must mend it");
        }
        let receipts: Vec<Receipt> = receipts.into_iter().flatten().collect();
        tell(&receipts);
        Ok(receipts)
    }
}

/// The way through all recipients of a channel, over one connection as long as it holds.
struct Trip<'a> {
    plan: &'a EmailPlan,
    seal: &'a Seal<'a>,
    door: Door<'a>,
    session: Option<Session<'a>>,
    /// How often in a row the relay let nobody in, or answered nothing, in this round, and what it said last.
    shut: (u32, Option<String>),
    /// Why nobody can be served any more.
    stopped: Option<(DeliveryState, String)>,
}

impl<'a> Trip<'a> {
    /// Delivers one parcel, or finds out why not; says also whether a later round may try again.
    fn visit(
        &mut self,
        parcel: &Parcel<'_>,
        desk: &mut Desk<'_>,
    ) -> Result<(Receipt, bool), DeliverError> {
        let corrects = desk.corrects(parcel);
        let letter = Letter { corrects, ..self.plan.letter(parcel, Some(self.seal)) };
        let id = letter.message_id();
        let claim = match desk.claim(parcel, &id)? {
            // Of an earlier run: within one run nothing in doubt is sent twice.
            Claim::Unknown(doubt)
                if self.plan.doubtful == Doubtful::Again && doubt.run != desk.cx.run =>
            {
                desk.receipts.reopen(&doubt)?;
                desk.claim(parcel, &id)?
            }
            claim => claim,
        };
        let mut receipt = match claim {
            Claim::Granted(receipt) => receipt,
            Claim::Failed(receipt)
            | Claim::Held(receipt)
            | Claim::Sent(receipt)
            | Claim::Unknown(receipt) => return Ok((receipt, false)),
        };
        if let Some((state, detail)) = &self.stopped {
            receipt.needs_person = true;
            desk.settle(&mut receipt, *state, Some(detail))?;
            return Ok((receipt, false));
        }
        reached("intent written");
        receipt.attempts += 1;
        let edition = desk.edition(parcel)?;
        let verdict = self.attempt((&letter, edition.as_ref()), &mut receipt, desk)?;
        debug!(?verdict, attempt = receipt.attempts, "tried");
        let (state, detail) = match &verdict {
            Verdict::Later(detail) => (DeliveryState::Pending, Some(detail)),
            Verdict::Refused(detail) => (DeliveryState::Failed, Some(detail)),
            Verdict::Sent => (DeliveryState::Sent, None),
            Verdict::Stop(state, detail) => (*state, Some(detail)),
            Verdict::Unknown(detail) => (DeliveryState::Unknown, Some(detail)),
        };
        receipt.needs_person = matches!(verdict, Verdict::Stop(..));
        desk.settle(&mut receipt, state, detail.map(String::as_str))?;
        reached("verdict written");
        if let Verdict::Stop(state, detail) = &verdict {
            self.stopped = Some((*state, detail.clone()));
        }
        Ok((receipt, matches!(verdict, Verdict::Later(_))))
    }

    fn attempt(
        &mut self,
        (letter, edition): (&Letter<'_>, &Edition),
        receipt: &mut Receipt,
        desk: &Desk<'_>,
    ) -> Result<Verdict, DeliverError> {
        let letter = Letter { edition, ..letter.clone() };
        let Composed { bytes: message, print } = letter.compose()?;
        receipt.wire = Some(print);
        let addresses = to_lettre(letter.from).zip(letter.to.and_then(to_lettre));
        let Some((from, to)) = addresses else {
            return Ok(Verdict::Refused("the address is not accepted by the mail library".into()));
        };
        let reused = self.session.take().and_then(|mut open| open.is_alive().then_some(open));
        let mut session = match reused.map_or_else(|| self.enter(), Ok) {
            Ok(session) => session,
            Err(verdict) => return Ok(verdict),
        };
        let Edition { subject, mail_text: text, .. } = edition;
        let mail = Mail { message: &message, subject, text };
        let mut mark = || desk.leaves(receipt, &mail);
        let verdict = session.send((&from, &to), &message, &mut mark)?;
        self.shut = match session.is_silent() {
            true => (self.shut.0 + 1, Some("the relay answers nothing".to_owned())),
            false => (0, None),
        };
        self.session = Some(session);
        Ok(verdict)
    }

    /// A session; a relay that lets nobody in or answers nothing is left alone until the next round, or each reader would
    /// wait for it.
    fn enter(&mut self) -> Result<Session<'a>, Verdict> {
        if let (DOORS.., Some(said)) = &self.shut {
            return Err(Verdict::Later(said.clone()));
        }
        let entered = self.door.open();
        match &entered {
            Err(Verdict::Later(said)) => self.shut = (self.shut.0 + 1, Some(said.clone())),
            Err(_) => self.shut = (0, None),
            // Whether it answers shows in what is sent.
            Ok(_) => {}
        }
        entered
    }

    fn hang_up(&mut self) {
        if let Some(session) = self.session.take() {
            session.close();
        }
    }
}

fn tell(receipts: &[Receipt]) {
    let count = |state| receipts.iter().filter(|receipt| receipt.state == state).count();
    let (sent, failed) = (count(DeliveryState::Sent), count(DeliveryState::Failed));
    let (pending, unknown) = (count(DeliveryState::Pending), count(DeliveryState::Unknown));
    if sent == receipts.len() {
        info!(channel = "email", sent, "delivered");
    } else {
        warn!(channel = "email", sent, failed, pending, unknown, "not everybody has the report");
    }
}
