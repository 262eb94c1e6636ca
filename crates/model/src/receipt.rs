//! Receipts: the proof of what happened to one delivery.

use crate::{
    edition::EditionKind,
    id::{JobId, RunId},
    label::Locale,
    slice::Slice,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What makes a delivery the same delivery: a second attempt has the same key and is refused once sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryKey {
    /// The job.
    pub job: JobId,
    /// The scheduled moment of the report, local to the job's zone.
    pub as_of: NaiveDateTime,
    /// Report or notice.
    pub kind: EditionKind,
    /// The channel's name in the job file.
    pub channel: String,
    /// Who gets it: an address, or a folder.
    pub recipient: String,
    /// Counts deliberate corrections of the same report; 0 is the first.
    pub revision: u32,
}

impl DeliveryKey {
    /// How it goes: `email`, `folder`, or what sort of notice it is; the text that tells notices apart is left out.
    pub fn way(&self) -> &str {
        self.channel.split('-').next().unwrap_or_default()
    }
}

/// How far a delivery got.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not accepted yet; may be tried again.
    Pending,
    /// Claimed: the first byte may have left.
    Sending,
    /// Accepted by the channel.
    Sent,
    /// Refused for good.
    Failed,
    /// Broke after the last byte: may or may not have arrived. Never repeated without a person's word.
    Unknown,
}

impl DeliveryState {
    /// Whether somebody has it, or may have it: what it says can no longer be taken back.
    pub fn may_be_read(self) -> bool {
        match self {
            Self::Sent | Self::Unknown => true,
            Self::Failed | Self::Pending | Self::Sending => false,
        }
    }
}

/// The record of one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// What was delivered to whom.
    pub key: DeliveryKey,
    /// The name that stood beside the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language it went out in.
    pub locale: Locale,
    /// The rows that it spoke of.
    #[serde(default, skip_serializing_if = "Slice::is_all")]
    pub slice: Slice,
    /// How far it got.
    pub state: DeliveryState,
    /// The run that last touched it.
    pub run: RunId,
    /// The message id, or the published file.
    pub reference: String,
    /// The content's fingerprint.
    pub content: String,
    /// What it said, whatever it looked like; none in receipts of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gist: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// The channel's last word when it was not accepted.
    pub detail: Option<String>,
    /// What keeps it is none of the recipient's: a password, a certificate. No planner tries it again by itself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_person: bool,
    /// The fingerprint of the message, its signature apart; none where no mail was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<String>,
    /// When it last changed.
    pub changed: DateTime<Utc>,
}

impl Receipt {
    /// Whether a relay has put it off: it may be tried again by itself, no person is needed.
    pub fn is_put_off(&self) -> bool {
        self.state == DeliveryState::Pending && !self.needs_person
    }

    /// Whether the relay let nobody in, as it is set up: what keeps it is none of its reader's, and stays until a person
    /// has mended it.
    pub fn is_shut_out(&self) -> bool {
        self.needs_person && matches!(self.state, DeliveryState::Failed | DeliveryState::Pending)
    }

    /// Whether a later one among `all` says what it was to say: a later revision for the same reader, or a notice with
    /// other reasons that arrived. That a report is held is no news once readers have got it.
    pub fn is_overtaken(&self, all: &[Self]) -> bool {
        let of_moment =
            |other: &&Self| (&other.key.job, other.key.as_of) == (&self.key.job, self.key.as_of);
        let to_him = |other: &Self| other.key.recipient == self.key.recipient;
        let arrived =
            |other: &Self| other.state == DeliveryState::Sent && other.changed > self.changed;
        let is_later = |other: &Self| match (self.key.kind, other.key.kind) {
            (EditionKind::Notice, EditionKind::Notice) => {
                to_him(other) && arrived(other) && other.key.way() == self.key.way()
            }
            (EditionKind::Notice, EditionKind::Report) => {
                let is_of_it = self.key.way() == "notice" && other.key.way() == "email";
                is_of_it && arrived(other) && other.key.revision >= self.key.revision
            }
            (EditionKind::Report, EditionKind::Report) => {
                to_him(other)
                    && other.key.channel == self.key.channel
                    && other.key.revision > self.key.revision
            }
            (EditionKind::Report, EditionKind::Notice) => false,
        };
        all.iter().filter(of_moment).any(is_later)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
