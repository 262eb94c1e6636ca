//! Editions: one rendering of a report, ready for an inbox, and the decision that lets it go.

use crate::{label::Locale, quality::QualityNote, slice::Slice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The gate's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// Fresh, complete, plausible.
    Send,
    /// May go out, with these remarks shown on top.
    SendMarked(Vec<QualityNote>),
    /// Must not go out: the owner gets a notice with these reasons and no figure is mailed.
    Hold(Vec<QualityNote>),
}

/// What an edition is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EditionKind {
    /// The report, for its audience.
    Report,
    /// The plain word to the owner that a report was held; carries no figures.
    Notice,
}

/// One rendering of a report in one locale.
#[derive(Debug, Clone, PartialEq)]
pub struct Edition {
    /// Report or notice.
    pub kind: EditionKind,
    /// Its language.
    pub locale: Locale,
    /// The rows that it speaks of; a notice speaks of none and is for all.
    pub slice: Slice,
    /// The subject line; one line of text.
    pub subject: String,
    /// The self-contained page with interactive charts; empty for a notice.
    pub page: String,
    /// The HTML part of the mail, which refers to `images` by `cid:`.
    pub mail_html: String,
    /// The text part of the mail.
    pub mail_text: String,
    /// The pictures of the mail.
    pub images: Vec<InlineImage>,
    /// Identifies the content; the same report renders to the same fingerprint.
    pub fingerprint: String,
}

/// A picture within a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// Its content id, without angle brackets.
    pub content_id: String,
    /// Its file name.
    pub file_name: String,
    /// The PNG file.
    pub png: Vec<u8>,
}
