//! What the archive keeps of a published edition, so that it can be found again without being opened.
//!
//! Rule: an entry lies beside its edition and is written last; an edition without an entry is not there yet.

use crate::{
    edition::EditionKind,
    id::{JobId, MetricId},
    label::Locale,
    report::Verdict,
};
use chrono::NaiveDateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the stored form.
pub const ENTRY_VERSION: u32 = 1;

/// The ending of an entry's file name, in place of the edition's own.
pub const ENTRY_ENDING: &str = "entry.json";

/// An edition as it lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version of this form; see [`ENTRY_VERSION`].
    pub schema_version: u32,
    /// The job that made it.
    pub job: JobId,
    /// The scheduled moment, local to the job's zone.
    pub as_of: NaiveDateTime,
    /// Its language.
    pub locale: Locale,
    /// Report or notice.
    pub kind: EditionKind,
    /// Which deliberate correction it is; 0 for none.
    pub revision: u32,
    /// How often this moment was published with other figures, this time included.
    pub version: u32,
    /// What it says, in short.
    pub summary: Summary,
    /// Its files, which lie beside the entry: the page first.
    pub files: Vec<String>,
    /// Identifies the content.
    pub content: String,
}

/// What an edition says, in short.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// The report's headline.
    pub title: String,
    /// Whose figures these are.
    pub organisation: String,
    /// The period that it reports.
    pub period: String,
    /// The statements that matter most.
    pub headlines: Vec<Headline>,
    /// Its key figures, each metric once.
    pub readings: Vec<Reading>,
}

/// A judged statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    /// Whether it is good news.
    pub verdict: Verdict,
    /// What it says.
    pub text: String,
}

/// A key figure as the edition shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The metric.
    pub metric: MetricId,
    /// Its name.
    pub label: String,
    /// Its value.
    pub value: String,
    /// The first comparison: the change, and what with.
    pub change: Option<String>,
}
