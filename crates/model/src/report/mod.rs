//! The report: a tree of sections, blocks and figures, free of language and layout.
//!
//! `transform` makes it, `report` renders it, the ledger keeps it. Text is a [`Message`]: a key of the
//! locale files with typed arguments, so that one stored report renders in every language.

mod block;
mod chart;
mod figure;
mod message;
mod told;
mod within;

pub use block::{Block, Cell, Column, Comparison, Row, Scorecard, Table, Verdict};
pub use chart::{Across, Chart, ChartKind, Mark, MarkKind, Place, Series, Tick};
pub use figure::{Figure, Fmt};
pub use message::{Argument, Message};
pub use told::{Correction, Part, Restated, Told};
pub use within::Within;

use crate::{
    id::{DatasetId, JobId, SectionId},
    label::Label,
    period::Period,
    quality::{QualityNote, SourceNote},
    slice::{Members, Slice, SliceProblem},
};
use chrono::NaiveDateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The version of the stored form.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that one run has to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The version of this form; see [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The job that made it.
    pub job: JobId,
    /// Its headline.
    pub title: Label,
    /// Whose figures these are.
    pub organisation: Label,
    /// Who answers for it: a team or a role, never a mail address.
    pub owner: String,
    /// The scheduled moment, local to `zone`.
    pub as_of: NaiveDateTime,
    /// The IANA time zone of `as_of` and of every day in the report.
    pub zone: String,
    /// The period it reports.
    pub period: Period,
    /// The members that all its figures are within; none for a report on everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slice: Vec<Within>,
    /// The statements that matter most, best first; at most a handful.
    pub headlines: Vec<Finding>,
    /// Its sections in order.
    pub sections: Vec<Section>,
    /// Remarks on the input.
    pub notes: Vec<QualityNote>,
    /// Where the figures come from.
    pub sources: Vec<SourceNote>,
    /// Totals of periods that were over, so that a later report can say which of them have changed since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Told>,
    /// That it is sent once more, and why; none for a report that readers see for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// Identifies plan and data: the same fingerprint means the same figures.
    pub fingerprint: String,
}

impl Report {
    /// Which rows it speaks of.
    ///
    /// # Errors
    /// When it names a member that is none; it is not taken for a report on everything.
    pub fn slice(&self) -> Result<Slice, SliceProblem> {
        if self.slice.is_empty() {
            return Ok(Slice::All);
        }
        let members = self.slice.iter().map(|one| (one.dimension.clone(), one.member.clone()));
        Members::new(members.collect()).map(Slice::Of)
    }
}

/// One topic of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name in the job file.
    pub id: SectionId,
    /// The analysis that made it: `scorecard`, `trend`, `targets`, `channels`, `satisfaction`, `benchmark` …
    pub kind: String,
    /// Its heading.
    pub title: Label,
    /// The period it speaks of.
    pub period: Period,
    /// The datasets that it rests on.
    #[serde(default)]
    pub datasets: BTreeSet<DatasetId>,
    /// Its statements: conclusion, number, comparison, cause.
    pub findings: Vec<Finding>,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// One statement of an analysis.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Whether it is good news.
    pub verdict: Verdict,
    /// What it says.
    pub message: Message,
    /// How much it matters among findings, 0 to 100; headlines are the highest.
    pub weight: u32,
}
