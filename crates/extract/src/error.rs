//! Why extracting cannot go on.

use model::id::DatasetId;
use std::path::PathBuf;

/// Why extracting cannot go on. Bad rows and bad files are no errors: they are quarantined or noted.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The lake, the catalogue or the quarantine cannot be written.
    #[error("`{}` cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The catalogue of a dataset is damaged.
    #[error("the lake catalogue of `{dataset}` is damaged; delete `{}` to rebuild it", path.display())]
    Catalogue {
        /// The dataset.
        dataset: DatasetId,
        /// The file.
        path: PathBuf,
    },
    /// Corrections of a file are damaged.
    #[error("the corrections in `{}` are damaged; mend the file, or take it away to count without them", path.display())]
    Corrections {
        /// The file.
        path: PathBuf,
    },
    /// The quarantine cannot be read.
    #[error("the quarantine of `{dataset}` cannot be read")]
    Quarantine {
        /// The dataset.
        dataset: DatasetId,
        /// Why.
        source: std::io::Error,
    },
    /// A derived column cannot be computed.
    #[error("dataset `{dataset}`: a derived column cannot be computed")]
    Derive {
        /// The dataset.
        dataset: DatasetId,
        /// What the frame engine said.
        source: polars::error::PolarsError,
    },
    /// A lake file cannot be read back.
    #[error("lake file `{}` cannot be read; delete it and rerun to rebuild it from its source", path.display())]
    Lake {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: polars::error::PolarsError,
    },
    /// A looked-up day cannot be found.
    #[error(transparent)]
    Engine(#[from] engine::EngineError),
    /// Sessions are to be made, and nobody brought the key of visitors.
    #[error(
        "dataset `{dataset}`: the key that hides visitors is missing; this is a fault of the program, please report it"
    )]
    NoVisitorKey {
        /// The dataset.
        dataset: DatasetId,
    },
    /// Rows got lost: our fault, and never to be mailed over.
    #[error("dataset `{dataset}`: {detail}; this is a fault of the program, please report it")]
    Unreconciled {
        /// The dataset.
        dataset: DatasetId,
        /// The counts.
        detail: String,
    },
}

impl ExtractError {
    /// The stable code, documented in the reference.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Write { .. } => "TDG-X01",
            Self::Catalogue { .. } => "TDG-X02",
            Self::Derive { .. } => "TDG-X03",
            Self::Lake { .. } => "TDG-X04",
            Self::Unreconciled { .. } => "TDG-X05",
            Self::NoVisitorKey { .. } => "TDG-X06",
            Self::Corrections { .. } => "TDG-X07",
            Self::Quarantine { .. } => "TDG-X08",
            Self::Engine(error) => error.code(),
        }
    }
}
