//! Queries: each kind is one file with its struct and its SQL text.

mod cube;
pub mod sql;

pub use cube::CubeQuery;

use serde::{Deserialize, Serialize};

/// A question to an engine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// Aggregates per window and slice.
    Cube(CubeQuery),
}
