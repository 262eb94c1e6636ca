//! The built program.

use anyhow::Context as _;
use std::path::PathBuf;

/// Where it is: beside this one, or above the folder of a test.
///
/// # Errors
/// When it was not built.
pub fn path() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("tidings"));
    beside
        .into_iter()
        .find(|path| path.is_file())
        .context("no program `tidings`; run `cargo build --workspace`")
}
