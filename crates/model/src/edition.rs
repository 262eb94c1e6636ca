//! Editions: one rendering of a report, ready for an inbox, and the decision that lets it go.

use crate::{
    archive::Summary, label::Locale, quality::QualityNote, receipt::Receipt, slice::Slice,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

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
    /// The page with interactive charts, whole with `page_files` beside it; empty for a notice.
    pub page: String,
    /// What the page refers to.
    pub page_files: Vec<PageFile>,
    /// What the archive says of it; empty for a slice, of which it says nothing.
    pub summary: Summary,
    /// The HTML part of the mail, which refers to `images` by `cid:`.
    pub mail_html: String,
    /// The text part of the mail.
    pub mail_text: String,
    /// The pictures of the mail.
    pub images: Vec<InlineImage>,
    /// What the mail has to say, by which both of its parts are checked.
    pub outline: Outline,
    /// The same report in other forms, of which a channel takes those it is asked for.
    pub attachments: Vec<Attachment>,
    /// The layout of it, where its readers have one of their own.
    pub layout: Option<String>,
    /// Identifies the content; the same report renders to the same fingerprint.
    pub fingerprint: String,
    /// Identifies what it says, whatever it looks like: the figures of a report, the reasons of a notice.
    pub gist: Option<String>,
}

impl Edition {
    /// Whether it says what was delivered by a receipt.
    pub fn says_what_was_said(&self, receipt: &Receipt) -> bool {
        match (&self.gist, &receipt.gist) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.fingerprint == receipt.content,
        }
    }

    /// Those of its attachments that are wanted.
    pub fn attached(&self, wanted: &BTreeSet<AttachmentKind>) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|attachment| wanted.contains(&attachment.kind))
    }
}

/// What a mail has to say, whatever its templates make of it; kept by no ledger and no archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// What stands before the first section, the sections, and what stands behind them, in their order.
    pub passages: Vec<Passage>,
    /// The charts that the mail shows as pictures.
    pub charts: Vec<Pictured>,
}

/// A stretch of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// Its heading; none for what stands before the first one.
    pub title: Option<String>,
    /// Every text with a meaning of its own – a sentence, a cell, a key figure – in the order of reading.
    pub lines: Vec<String>,
}

/// A chart that is shown as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictured {
    /// Its heading.
    pub title: String,
    /// The content ids of its renderings.
    pub pictures: Vec<String>,
    /// The figures that it shows, as the table of its numbers has them.
    pub figures: Vec<String>,
}

/// A file that a page refers to, in the same folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageFile {
    /// Its file name.
    pub file_name: &'static str,
    /// The file.
    pub bytes: &'static [u8],
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

/// The form of an attachment.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum AttachmentKind {
    /// All figures as one flat table of text.
    Csv,
    /// The report on paper, with real text.
    Pdf,
    /// A workbook: a sheet per section, typed cells.
    Xlsx,
}

impl AttachmentKind {
    /// Every form, in the order in which a message has them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Pdf, Self::Xlsx];

    /// The ending of its file name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl fmt::Display for AttachmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ending())
    }
}

impl FromStr for AttachmentKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.ending() == text);
        found.ok_or_else(|| format!("unknown attachment `{text}`; use csv, pdf or xlsx"))
    }
}

/// A file that goes with a mail, or lies beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its form.
    pub kind: AttachmentKind,
    /// Its file name: letters, digits, `-`, `_` and `.`.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
}
