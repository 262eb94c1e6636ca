//! The local engine: polars over the lake.
//!
//! Method: read the needed columns of the parts that touch the windows, join each row to its windows by
//! day, mask every aggregate's argument by its filter, and aggregate once per grouping set.

mod aggregate;
pub mod compile;
mod first_seen;
mod scan;

use crate::{CubeAnswer, Engine, EngineError, Query, Tables};
use std::path::PathBuf;

/// The local engine.
#[derive(Debug, Clone, Default)]
pub struct PolarsEngine {
    /// Where indexes of seen entities are kept between runs; nothing is kept when absent.
    pub indexes: Option<PathBuf>,
}

impl Engine for PolarsEngine {
    fn ask(&self, query: &Query, tables: &Tables) -> Result<CubeAnswer, EngineError> {
        match query {
            Query::Cube(cube) => aggregate::cube(self, cube, tables),
        }
    }
}

#[cfg(test)]
mod tests;
