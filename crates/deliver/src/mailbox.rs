//! Senders and recipients.

use crate::{address::Address, error::DeliverError};
use chrono::NaiveDate;
use model::{edition::AttachmentKind, label::Locale, slice::Slice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An address with an optional name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MailboxSpec {
    /// The address. Example: `"reports@example.com"`.
    pub address: String,
    /// The name shown beside it. Example: `"Sales Reports"`.
    #[serde(default)]
    pub name: Option<String>,
}

/// Somebody who gets the report, and in which language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientSpec {
    /// The address. Example: `"ceo@example.com"`.
    pub address: String,
    /// The name shown beside it.
    #[serde(default)]
    pub name: Option<String>,
    /// The language: `en` or `zh-CN`.
    pub locale: Locale,
}

/// A checked address with an optional name of one line.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Mailbox {
    /// The address.
    pub address: Address,
    /// The name shown beside it.
    pub name: Option<String>,
}

/// Somebody who gets the report, and in which language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipient {
    /// Where to.
    pub mailbox: Mailbox,
    /// The language of the edition.
    pub locale: Locale,
    /// What he may see.
    pub slice: Slice,
    /// On which days he gets it.
    pub valid: Validity,
    /// The layout of his mail, where it is another one than the job's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    /// What goes with his mail, where it is not what goes with those of his channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<BTreeSet<AttachmentKind>>,
}

/// Days on which somebody gets a report; every day when both ends are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Validity {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

impl Validity {
    /// Whether a day is one of them.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether there is a day that is one of both.
    pub fn meets(&self, other: &Self) -> bool {
        let ends_before = |one: &Self, other: &Self| {
            one.to.zip(other.from).is_some_and(|(last, first)| last < first)
        };
        !ends_before(self, other) && !ends_before(other, self)
    }
}

impl Mailbox {
    /// Checks an address and a name; `place` says where they stand, e.g. ``recipient 2 of `deliver.email` ``.
    ///
    /// # Errors
    /// When the address is not a plain mailbox or the name is not one line.
    pub fn new(address: &str, name: Option<&str>, place: &str) -> Result<Self, DeliverError> {
        let address = address
            .parse()
            .map_err(|problem| DeliverError::Address { place: place.to_owned(), problem })?;
        if let Some(name) = name {
            one_line(name, &format!("name of {place}"))?;
        }
        Ok(Self { address, name: name.map(str::to_owned) })
    }
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The name is as personal as the address.
        self.address.fmt(f)
    }
}

/// The longest header text taken; folding cannot break a longer word without a space.
const LONGEST_LINE: usize = 500;

/// Refuses text that would not stay one header line, or that would show as something else.
pub(crate) fn one_line(text: &str, what: &str) -> Result<(), DeliverError> {
    let reorders = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || reorders(c);
    let problem = if text.trim().is_empty() {
        "is empty"
    } else if text.chars().any(breaks) {
        "holds a line break or another control character"
    } else if text.chars().count() > LONGEST_LINE {
        "is longer than 500 characters"
    } else {
        return Ok(());
    };
    Err(DeliverError::Line { what: what.to_owned(), problem })
}
