//! The folder channel: the message, the page and the attachments as files.
//!
//! Rule: the same inputs give the same bytes; the message is dated by the scheduled moment, not by the
//! clock. Publishing again is harmless, so a folder is never in doubt; what it replaces is kept (`versions`).

use super::{Channel, Desk, versions};
use crate::{
    audience::Parcel, error::DeliverError, mailbox::Mailbox, message::Letter, plan::DeliverPlan,
    receipts::Claim,
};
use model::{
    archive::{ENTRY_VERSION, Entry},
    edition::{AttachmentKind, Edition, EditionKind},
    id::JobId,
    receipt::{DeliveryState, Receipt},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use tracing::info;

/// Publishes the report as files: `<path>/<job>/<moment>/<job>.<locale>.eml`, `.html` and the attachments. The index of
/// all that the folder has is `<path>/index.html`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderSpec {
    /// The folder, relative to the state folder; `outbox` when absent.
    #[serde(default)]
    pub path: Option<PathBuf>,
    /// What goes with the message and lies beside it: `csv`, `pdf`, `xlsx`. Example: `["xlsx"]`.
    #[serde(default)]
    pub attachments: BTreeSet<AttachmentKind>,
}

/// The folder channel, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FolderPlan {
    /// The folder.
    pub path: PathBuf,
    /// The sender named in the message.
    pub from: Mailbox,
    /// What goes with the message and lies beside it.
    pub attachments: BTreeSet<AttachmentKind>,
}

impl FolderPlan {
    /// The folder of a job's editions, within the channel's.
    pub fn job_folder(job: &JobId) -> String {
        file_word(job.as_str())
    }

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
            attachments: &self.attachments,
            date: plan.moment,
            secret: None,
            signer: None,
            corrects: None,
        }
    }

    /// Publishes an edition whole, as the next version of it.
    fn publish(&self, parcel: &Parcel<'_>, desk: &Desk<'_>) -> Result<(), DeliverError> {
        let message = self.message_file(desk.plan, parcel.edition);
        let edition = desk.edition(parcel)?;
        let version = versions::make_room(&message)?;
        let mut files = Vec::new();
        let mut put = |ending: &str, bytes: &[u8]| -> Result<(), DeliverError> {
            let path = message.with_extension(ending);
            versions::put(&path, bytes)?;
            files.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
            Ok(())
        };
        let folder = message.parent().unwrap_or(Path::new(""));
        for file in &edition.page_files {
            versions::put_page_file(folder, file)?;
        }
        if !edition.page.is_empty() {
            put("html", edition.page.as_bytes())?;
        }
        for attachment in edition.attached(&self.attachments) {
            put(attachment.kind.ending(), &attachment.bytes)?;
        }
        let letter = Letter { edition: &edition, ..self.letter(parcel, desk.plan) };
        put("eml", &letter.compose()?.bytes)?;
        files.extend(edition.page_files.iter().map(|file| file.file_name.to_owned()));
        if edition.kind == EditionKind::Report {
            let earlier = (0..desk.plan.revision).map(|revision| {
                let plan = DeliverPlan { revision, ..desk.plan.clone() };
                self.message_file(&plan, parcel.edition)
            });
            versions::correct(&earlier.collect::<Vec<_>>(), &message)?;
        }
        let entry = Entry {
            schema_version: ENTRY_VERSION,
            job: desk.plan.job.clone(),
            as_of: desk.plan.as_of,
            locale: edition.locale,
            kind: edition.kind,
            revision: desk.plan.revision,
            version,
            summary: edition.summary.clone(),
            files,
            content: edition.fingerprint.clone(),
        };
        versions::seal(&message, &entry)
    }

    /// Whether the edition lies in the folder as it is, whole.
    fn has(&self, parcel: &Parcel<'_>, plan: &DeliverPlan) -> Result<bool, DeliverError> {
        let entry = versions::entry(&self.message_file(plan, parcel.edition))?;
        Ok(entry.is_some_and(|entry| entry.content == parcel.edition.fingerprint))
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
                // Published with other figures and mailed to nobody yet, or not wholly: it is published anew.
                Claim::Sent(receipt) if !self.has(parcel, desk.plan)? => {
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
            receipt.gist.clone_from(&parcel.edition.gist);
            desk.settle(&mut receipt, DeliveryState::Sent, None)?;
            receipts.push(receipt);
        }
        info!(channel = "folder", deliveries = receipts.len(), "published");
        Ok(receipts)
    }
}

/// A job's name as a file name: nothing that could lead out of the folder.
fn file_word(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' };
    text.chars().map(plain).collect()
}
