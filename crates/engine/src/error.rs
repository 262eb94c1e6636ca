//! Why a query cannot be answered.

use model::id::DatasetId;
use std::path::PathBuf;

/// Why a query cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The query names a dataset that was not loaded.
    #[error("dataset `{0}` was not loaded")]
    NoTable(DatasetId),
    /// The dataset cannot be cut down to the slice that is asked for.
    #[error(
        "dataset `{dataset}` has no `{dimension}`, so nothing of it may be told to the readers of a slice"
    )]
    OutOfReach {
        /// The dataset.
        dataset: DatasetId,
        /// The dimension that it lacks.
        dimension: String,
    },
    /// A lake file cannot be read.
    #[error("lake file `{}` cannot be read; delete it and rerun to rebuild it from its source", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: polars::error::PolarsError,
    },
    /// A sum does not fit into 64 bits of its smallest unit.
    #[error(
        "`{aggregate}` over `{dataset}` is too large to be summed exactly; give its column fewer decimals"
    )]
    Overflow {
        /// The dataset.
        dataset: DatasetId,
        /// The aggregate.
        aggregate: String,
    },
    /// The frame engine refused a plan that the checks let through: our fault.
    #[error("the frame engine refused `{what}`")]
    Refused {
        /// What was asked.
        what: String,
        /// What it said.
        source: polars::error::PolarsError,
    },
    /// The answer cache cannot be used.
    #[error("the answer cache cannot be used")]
    Cache(#[from] crate::CacheError),
    /// An index of seen entities cannot be published.
    #[error("`{}` cannot be written", path.display())]
    Publish {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl EngineError {
    /// The stable code, documented in the reference.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTable(_) => "TDG-N01",
            Self::Unreadable { .. } => "TDG-N02",
            Self::Overflow { .. } => "TDG-N03",
            Self::Refused { .. } => "TDG-N04",
            Self::Cache(_) => "TDG-N05",
            Self::Publish { .. } => "TDG-N06",
            Self::OutOfReach { .. } => "TDG-N07",
        }
    }
}
