//! Queries: each kind is one file with its struct; `sql` writes them as text.

mod comment;
mod cube;
pub mod sql;
mod trail;

pub use comment::CommentQuery;
pub use cube::CubeQuery;
pub use trail::{Acts, TrailQuery, Zone};

use serde::{Deserialize, Serialize};

/// A question to an engine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// What comments are about.
    Comments(Box<CommentQuery>),
    /// Aggregates per window and slice.
    Cube(CubeQuery),
    /// What each person did, in order.
    Trails(TrailQuery),
}
