//! `[deliver]` of a job file, and the plan made of it.

use crate::{
    channel::{
        ChannelPlan,
        email::EmailSpec,
        folder::{FolderPlan, FolderSpec},
    },
    error::DeliverError,
    mailbox::{Mailbox, Recipient, RecipientSpec, Validity},
    relay::Relay,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use model::{
    edition::{AttachmentKind, EditionKind},
    id::{AudienceId, JobId},
    label::Locale,
    receipt::DeliveryKey,
    slice::Slice,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// The folder below the state folder that is used when a job names no channel.
const OUTBOX: &str = "outbox";

/// The name of the folder channel in the keys of deliveries.
pub(crate) const FOLDER: &str = "folder";

/// The sender of messages in a folder when the job sends no mail.
const NOBODY: &str = "reports@tidings.invalid";

/// Who gets the report.
///
/// Without any channel the report is published in the state folder's `outbox/`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Folders in which the report is published.
    #[serde(default)]
    pub folder: Vec<FolderSpec>,
    /// Mails.
    #[serde(default)]
    pub email: Vec<EmailSpec>,
    /// Who is told by mail, without figures, when the report was held back.
    #[serde(default)]
    pub owner: Vec<RecipientSpec>,
}

/// What a job file does not say itself.
#[derive(Debug, Clone, Copy)]
pub struct Outside<'a> {
    /// The relays of `tidings.toml` by name.
    pub relays: &'a BTreeMap<String, Relay>,
    /// The readers of each audience.
    pub audiences: &'a BTreeMap<AudienceId, Vec<Recipient>>,
    /// The state folder; relative folders lie in it.
    pub state: &'a Path,
}

/// Who gets the report and how, resolved; the same for every run of the job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Route {
    /// Who is told when the report was held back.
    pub owners: Vec<Recipient>,
    /// The channels.
    pub channels: Vec<ChannelPlan>,
}

/// What one run delivers, fully resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeliverPlan {
    /// The job.
    pub job: JobId,
    /// The scheduled moment, local to the job's zone.
    pub as_of: NaiveDateTime,
    /// The same moment; the date of published messages.
    pub moment: DateTime<Utc>,
    /// Counts deliberate corrections; a new revision is delivered to everybody again.
    pub revision: u32,
    /// Who gets it and how.
    pub route: Route,
}

impl Spec {
    /// Resolves and checks `[deliver]`.
    ///
    /// # Errors
    /// Every problem of the section at once.
    pub fn lower(&self, outside: &Outside<'_>) -> Result<Route, Vec<DeliverError>> {
        let mut problems = Vec::new();
        let owners = recipients(&self.owner, "deliver.owner", &mut problems);
        let mut emails = Vec::new();
        for email in &self.email {
            match email.lower(outside) {
                Ok(email) => emails.push(email),
                Err(found) => problems.extend(found),
            }
        }
        let sender = emails.first().map_or_else(nobody, |email| email.from.clone());
        let by_default = [FolderSpec::default()];
        let nothing_named = self.folder.is_empty() && self.email.is_empty();
        let folders = if nothing_named { &by_default[..] } else { &self.folder };
        let folder = |spec: &FolderSpec| {
            let below = spec.path.clone().unwrap_or_else(|| OUTBOX.into());
            ChannelPlan::Folder(FolderPlan {
                path: outside.state.join(below),
                from: sender.clone(),
                attachments: spec.attachments.clone(),
            })
        };
        let channels = folders.iter().map(folder);
        let channels = channels
            .chain(emails.into_iter().map(|email| ChannelPlan::Email(Box::new(email))))
            .collect();
        let route = Route { owners, channels };
        problems.extend(route.check().err());
        if problems.is_empty() { Ok(route) } else { Err(problems) }
    }
}

impl Route {
    /// The same for those readers only whom `serves` names.
    #[must_use]
    pub fn only(&self, serves: impl Fn(&Recipient) -> bool) -> Self {
        let mut route = self.clone();
        for channel in &mut route.channels {
            if let ChannelPlan::Email(email) = channel {
                email.to.retain(&serves);
            }
        }
        route
    }

    /// The mail channels alone, with one reader.
    #[must_use]
    pub fn mail_to(&self, address: &str) -> Self {
        let mailbox = address.to_lowercase();
        self.only(|reader| reader.mailbox.address.mailbox() == mailbox).without_folders()
    }

    /// The mail channels alone.
    #[must_use]
    pub fn without_folders(mut self) -> Self {
        self.channels.retain(|channel| matches!(channel, ChannelPlan::Email(_)));
        self
    }

    /// The folders in which the report is published.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.channels.iter().filter_map(|channel| match channel {
            ChannelPlan::Folder(folder) => Some(folder.path.as_path()),
            ChannelPlan::Email(_) => None,
        })
    }

    /// Everybody who gets the report by mail.
    pub fn readers(&self) -> impl Iterator<Item = &Recipient> {
        self.channels.iter().flat_map(|channel| match channel {
            ChannelPlan::Email(email) => email.to.as_slice(),
            ChannelPlan::Folder(_) => &[],
        })
    }

    /// Whether a delivery is to somebody who is still named here on the day of its report. Folders stay.
    pub fn names(&self, key: &DeliveryKey) -> bool {
        let is_theirs = |one: &Recipient| {
            one.mailbox.address.mailbox() == key.recipient && one.valid.holds(key.as_of.date())
        };
        match (key.kind, key.channel.as_str()) {
            (_, FOLDER) => true,
            (EditionKind::Notice, _) => self.owners.iter().any(is_theirs),
            (EditionKind::Report, _) => self.readers().any(is_theirs),
        }
    }

    /// Whether the report on everything is delivered to somebody or into a folder.
    pub fn serves_all(&self) -> bool {
        let is_folder = |channel: &ChannelPlan| matches!(channel, ChannelPlan::Folder(_));
        self.channels.iter().any(is_folder) || self.readers().any(|reader| reader.slice.is_all())
    }

    /// What any of the channels attaches.
    pub fn attachments(&self) -> BTreeSet<AttachmentKind> {
        let of = |channel: &ChannelPlan| match channel {
            ChannelPlan::Email(email) => email.attachments.clone(),
            ChannelPlan::Folder(folder) => folder.attachments.clone(),
        };
        let own = self.readers().filter_map(|reader| reader.attachments.clone()).flatten();
        self.channels.iter().flat_map(of).chain(own).collect()
    }

    /// The same for a job of that layout: who names it has none of his own.
    #[must_use]
    pub fn in_layout(mut self, layout: Option<&str>) -> Self {
        for channel in &mut self.channels {
            if let ChannelPlan::Email(email) = channel {
                let own = email.to.iter_mut().filter(|reader| reader.layout.as_deref() == layout);
                own.for_each(|reader| reader.layout = None);
            }
        }
        self
    }

    /// The layouts that readers have of their own, each with the languages in which it is read.
    pub fn layouts(&self) -> BTreeMap<&str, BTreeSet<Locale>> {
        let mut layouts: BTreeMap<&str, BTreeSet<Locale>> = BTreeMap::new();
        for reader in self.readers() {
            if let Some(layout) = &reader.layout {
                layouts.entry(layout).or_default().insert(reader.locale);
            }
        }
        layouts
    }

    /// Refuses to serve anybody twice and to send in the clear.
    pub(crate) fn check(&self) -> Result<(), DeliverError> {
        let mut folders = BTreeSet::new();
        let mut readers: BTreeMap<String, Vec<Validity>> = BTreeMap::new();
        for channel in &self.channels {
            match channel {
                ChannelPlan::Email(email) => {
                    email.relay.check()?;
                    for (index, to) in email.to.iter().enumerate() {
                        // Somebody may change from one slice to another, on a day.
                        let others = readers.entry(to.mailbox.address.mailbox()).or_default();
                        if others.iter().any(|other| other.meets(&to.valid)) {
                            let place = format!("recipient {} of `deliver.email`", index + 1);
                            return Err(DeliverError::Duplicate { place });
                        }
                        others.push(to.valid);
                    }
                }
                ChannelPlan::Folder(folder) => {
                    if !folders.insert(&folder.path) {
                        let place = "a folder of `deliver.folder`".to_owned();
                        return Err(DeliverError::Duplicate { place });
                    }
                }
            }
        }
        let mut seen = BTreeSet::new();
        for (index, owner) in self.owners.iter().enumerate() {
            if !seen.insert(owner.mailbox.address.mailbox()) {
                let place = format!("recipient {} of `deliver.owner`", index + 1);
                return Err(DeliverError::Duplicate { place });
            }
        }
        Ok(())
    }
}

/// Checks recipients; problems are collected and name the place only.
pub(crate) fn recipients(
    specs: &[RecipientSpec],
    section: &str,
    problems: &mut Vec<DeliverError>,
) -> Vec<Recipient> {
    let mut checked = Vec::new();
    for (index, spec) in specs.iter().enumerate() {
        let place = format!("recipient {} of `{section}`", index + 1);
        match Mailbox::new(&spec.address, spec.name.as_deref(), &place) {
            Ok(mailbox) => checked.push(Recipient {
                mailbox,
                locale: spec.locale,
                slice: Slice::All,
                valid: Validity::default(),
                layout: None,
                attachments: None,
            }),
            Err(problem) => problems.push(problem),
        }
    }
    checked
}

fn nobody() -> Mailbox {
    let address = NOBODY.parse().expect("the address is plain");
    Mailbox { address, name: Some("Tidings".to_owned()) }
}
