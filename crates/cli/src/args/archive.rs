//! Arguments of `archive`.

use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Arguments of `archive`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ArchiveArgs {
    /// The folder in which reports are published, such as `outbox`.
    pub(crate) folder: PathBuf,
    /// The templates; `report-templates` here or above when absent.
    #[arg(long, value_name = "DIR")]
    pub(crate) templates: Option<PathBuf>,
}
