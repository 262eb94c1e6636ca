//! What is known about how good the input was.

use crate::{id::DatasetId, period::DateRange};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A result with the remarks made on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Warned<T> {
    /// The result.
    pub value: T,
    /// The remarks, in the order in which they were made.
    pub notes: Vec<QualityNote>,
}

impl<T> Warned<T> {
    /// A result without remarks.
    pub fn clean(value: T) -> Self {
        Self { value, notes: Vec::new() }
    }
}

/// How much a remark matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Figures stand, but the reader should know.
    Warning,
    /// Figures must not be mailed.
    Error,
}

/// A remark on the input or on the rendering, shown in the report's footer and kept in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct QualityNote {
    /// How much it matters.
    pub severity: Severity,
    /// The message, with its numbers already in it as arguments.
    pub message: crate::report::Message,
    /// The dataset it is about, if one.
    pub dataset: Option<DatasetId>,
}

/// What became of the rows of a dataset: `read = accepted + quarantined + superseded`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
pub struct RowCounts {
    /// Rows found in the sources.
    pub read: u64,
    /// Rows that satisfied the contract and count.
    pub accepted: u64,
    /// Rows that broke the contract.
    pub quarantined: u64,
    /// Rows replaced by another row with the same natural key, or by another copy of the same file.
    pub superseded: u64,
}

impl RowCounts {
    /// Whether no row got lost.
    pub fn reconcile(&self) -> bool {
        self.read == self.accepted + self.quarantined + self.superseded
    }

    /// The share of rows in quarantine, 0 to 1; `None` when nothing was read.
    pub fn quarantined_share(&self) -> Option<f64> {
        (self.read > 0).then(|| self.quarantined as f64 / self.read as f64)
    }

    /// The sums of both.
    pub fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            accepted: self.accepted + other.accepted,
            quarantined: self.quarantined + other.quarantined,
            superseded: self.superseded + other.superseded,
        }
    }
}

/// What a report says about one of its sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceNote {
    /// The dataset.
    pub dataset: DatasetId,
    /// What became of its rows.
    pub rows: RowCounts,
    /// The first and the day after the last business day with rows.
    pub covers: Option<DateRange>,
    /// Days within the reported period on which rows were expected and none came.
    pub missing: Vec<NaiveDate>,
    /// Identifies the rows that were used.
    pub fingerprint: String,
}
