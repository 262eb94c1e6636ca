//! The record of one execution.

use crate::{
    id::{JobId, RunId},
    period::Period,
    quality::{QualityNote, SourceNote},
    slice::Slice,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A step of a run, in order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Sources to datasets.
    Extract,
    /// Queries to answers.
    Compute,
    /// Answers to a report.
    Compose,
    /// The decision before sending.
    Gate,
    /// Report to editions.
    Render,
    /// Editions to inboxes.
    Deliver,
}

impl Stage {
    /// Every stage in order.
    pub const ALL: [Self; 6] =
        [Self::Extract, Self::Compute, Self::Compose, Self::Gate, Self::Render, Self::Deliver];

    /// The stage's verb.
    pub fn word(self) -> &'static str {
        match self {
            Self::Extract => "extract",
            Self::Compute => "compute",
            Self::Compose => "compose",
            Self::Gate => "gate",
            Self::Render => "render",
            Self::Deliver => "deliver",
        }
    }
}

/// How a run ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Still going, or died without a word.
    Open,
    /// Everyone has the report.
    Delivered,
    /// Everyone had it already; nothing was sent.
    AlreadyDelivered,
    /// Rendered, and not sent because nobody asked for that.
    NotSent,
    /// The gate refused it.
    Held,
    /// Some have it, some do not.
    PartlyDelivered,
    /// A stage could not go on.
    Failed,
}

/// One stage of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StageRecord {
    /// Which.
    pub stage: Stage,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// Why it could not go on, if so.
    pub error: Option<String>,
}

/// Where a published file lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Artefact {
    /// `report`, `page`, `message`, `notice`; `unsent` for the report of a run that sent an earlier one again.
    pub kind: String,
    /// The file.
    pub path: String,
}

/// What became of one slice of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SliceRecord {
    /// The slice.
    pub slice: Slice,
    /// The stored report; none when the slice was refused.
    pub report: Option<String>,
    /// Whether its readers get no figures of this run.
    pub held: bool,
    /// What stood on top of their report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reservations: Vec<QualityNote>,
}

/// What happened in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunRecord {
    /// The version of this form.
    pub schema_version: u32,
    /// The run.
    pub run: RunId,
    /// Its job.
    pub job: JobId,
    /// The scheduled moment, local to the job's zone.
    pub as_of: NaiveDateTime,
    /// The reported period.
    pub period: Period,
    /// When it started.
    pub started: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Its stages so far.
    pub stages: Vec<StageRecord>,
    /// What was read.
    pub sources: Vec<SourceNote>,
    /// What was remarked, why it was held, what failed.
    pub notes: Vec<QualityNote>,
    /// What was published.
    pub artefacts: Vec<Artefact>,
    /// What stood on top of the report on everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reservations: Vec<QualityNote>,
    /// The slices of its readers, those who see everything apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slices: Vec<SliceRecord>,
    /// Reports of earlier runs that went out once more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<SliceRecord>,
    /// The revision of the correction that it made, or would have made, had there been anything to correct; 0 for a run
    /// that corrects nobody.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: u32,
    /// Whether it is to be looked at still what it tells otherwise than earlier reports did.
    #[serde(default, skip_serializing_if = "is_false")]
    pub corrections_open: bool,
    /// The held run whose report it was to send at a person's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<RunId>,
    /// Whether it was meant to reach nobody, however it ended.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rehearsal: bool,
    /// The plan's fingerprint.
    pub plan: String,
    /// The report's fingerprint, once composed.
    pub report: Option<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(revision: &u32) -> bool {
    *revision == 0
}
