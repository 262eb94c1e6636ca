//! The local engine: polars over the lake.
//!
//! Method: read the needed columns of the parts that touch the windows, join each row to its windows by
//! day, mask every aggregate's argument by its filter, and aggregate once per grouping set.

mod aggregate;
mod batches;
mod comments;
pub mod compile;
mod first_seen;
mod scan;
mod trails;

use crate::{Answer, Engine, EngineError, Query, Tables};
use model::id::DatasetId;
use polars::prelude::LazyFrame;
use std::{collections::BTreeSet, path::PathBuf};

/// The local engine.
#[derive(Debug, Clone, Default)]
pub struct PolarsEngine {
    /// Where indexes of seen entities are kept between runs; nothing is kept when absent.
    pub indexes: Option<PathBuf>,
}

impl Engine for PolarsEngine {
    fn ask(&self, query: &Query, tables: &Tables) -> Result<Answer, EngineError> {
        match query {
            Query::Comments(query) => comments::comments(query, tables).map(Answer::Comments),
            Query::Cube(cube) => aggregate::cube(self, cube, tables).map(Answer::Cube),
            Query::Trails(query) => trails::trails(query, tables).map(Answer::Trails),
        }
    }
}

/// The counted rows of a dataset with the named columns, looked-up ones included.
///
/// # Errors
/// A table that is missing or unreadable.
pub fn rows(
    dataset: &DatasetId,
    names: &BTreeSet<String>,
    tables: &Tables,
) -> Result<LazyFrame, EngineError> {
    scan::rows(dataset, names, None, tables)
}

#[cfg(test)]
mod tests;
