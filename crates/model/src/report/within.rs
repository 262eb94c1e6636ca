//! The slice that a report speaks of, in words for its readers.

use crate::{id::DimensionId, label::Label};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One member that every figure of a report is within.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// The dimension.
    pub dimension: DimensionId,
    /// The member.
    pub member: String,
    /// What the dimension is called.
    pub label: Label,
    /// What the member is called.
    pub name: Label,
}
