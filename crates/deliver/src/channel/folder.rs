//! The folder channel: the message and the page as files.
//!
//! Rule: the same inputs give the same bytes; the message is dated by the scheduled moment, not by the
//! clock. Publishing again is harmless, so a folder is never in doubt.

use super::{Channel, Desk};
use crate::{
    audience::Parcel, error::DeliverError, mailbox::Mailbox, message::Letter, plan::DeliverPlan,
    receipts::Claim,
};
use model::{
    edition::{Edition, EditionKind},
    receipt::{DeliveryState, Receipt},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tracing::info;

/// Publishes the report as files: `<path>/<job>/<moment>/<job>.<locale>.eml` and `.html`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderSpec {
    /// The folder, relative to the state folder; `outbox` when absent.
    #[serde(default)]
    pub path: Option<PathBuf>,
}

/// The folder channel, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FolderPlan {
    /// The folder.
    pub path: PathBuf,
    /// The sender named in the message.
    pub from: Mailbox,
}

impl FolderPlan {
    /// Where the message of an edition is published; the page lies beside it.
    pub(crate) fn message_file(&self, plan: &DeliverPlan, edition: &Edition) -> PathBuf {
        let job = file_word(plan.job.as_str());
        let mut stamp = plan.as_of.format("%Y-%m-%dT%H%M").to_string();
        if plan.revision > 0 {
            stamp.push_str(&format!(".r{}", plan.revision));
        }
        let name = match edition.kind {
            EditionKind::Notice => format!("{job}.{}.notice.eml", edition.locale),
            EditionKind::Report => format!("{job}.{}.eml", edition.locale),
        };
        self.path.join(&job).join(stamp).join(name)
    }

    fn letter<'a>(&'a self, parcel: &'a Parcel<'_>, plan: &DeliverPlan) -> Letter<'a> {
        Letter {
            key: &parcel.key,
            edition: parcel.edition,
            from: &self.from,
            reply_to: None,
            to: None,
            date: plan.moment,
        }
    }

    fn publish(&self, parcel: &Parcel<'_>, desk: &Desk<'_>) -> Result<(), DeliverError> {
        let file = self.message_file(desk.plan, parcel.edition);
        let edition = desk.edition(parcel)?;
        if !edition.page.is_empty() {
            put(&file.with_extension("html"), edition.page.as_bytes())?;
        }
        let letter = Letter { edition: &edition, ..self.letter(parcel, desk.plan) };
        put(&file, &letter.compose()?)
    }
}

impl Channel for FolderPlan {
    fn check(&self, parcels: &[Parcel<'_>], plan: &DeliverPlan) -> Result<(), DeliverError> {
        parcels.iter().try_for_each(|parcel| self.letter(parcel, plan).check())
    }

    fn carry(
        &self,
        parcels: &[Parcel<'_>],
        desk: &mut Desk<'_>,
    ) -> Result<Vec<Receipt>, DeliverError> {
        let mut receipts = Vec::new();
        for parcel in parcels {
            let mut receipt = match desk.claim(parcel, &parcel.key.recipient)? {
                Claim::Granted(receipt) => receipt,
                // Published with other figures and mailed to nobody yet: the newer figures replace it.
                Claim::Sent(receipt) if receipt.content != parcel.edition.fingerprint => {
                    Receipt { run: desk.cx.run.clone(), ..receipt }
                }
                Claim::Failed(receipt)
                | Claim::Held(receipt)
                | Claim::Sent(receipt)
                | Claim::Unknown(receipt) => {
                    receipts.push(receipt);
                    continue;
                }
            };
            self.publish(parcel, desk)?;
            receipt.attempts += 1;
            receipt.content.clone_from(&parcel.edition.fingerprint);
            desk.settle(&mut receipt, DeliveryState::Sent, None)?;
            receipts.push(receipt);
        }
        info!(channel = "folder", deliveries = receipts.len(), "published");
        Ok(receipts)
    }
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), DeliverError> {
    publish::file(path, bytes)
        .map_err(|source| DeliverError::Publish { path: path.to_owned(), source })
}

/// A job's name as a file name: nothing that could lead out of the folder.
fn file_word(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' };
    text.chars().map(plain).collect()
}
