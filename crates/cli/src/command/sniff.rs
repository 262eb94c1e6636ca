//! `tidings sniff`.

use crate::{
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::{Context, Result};
use std::path::Path;

/// Proposes a contract for a file.
pub(crate) fn run(
    place: &Workplace,
    file: &Path,
    sheet: Option<&str>,
    out: Option<&Path>,
) -> Result<Exit> {
    let name = place.below_data(file).to_string_lossy().replace('\\', "/");
    let proposal = extract::sniff::propose(file, &name, sheet)
        .map_err(|reason| Invalid(format!("`{}`: {reason}", file.display())))?;
    match out {
        None => output::say(&proposal.toml)?,
        Some(path) => {
            publish::file(path, proposal.toml.as_bytes())
                .with_context(|| format!("`{}` cannot be written", path.display()))?;
            output::say(&format!("{}: read it before you accept it\n", path.display()))?;
        }
    }
    Ok(Exit::Fine)
}
