//! `tidings sniff`.

use crate::{
    args::FileFormat,
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::{Context, Result};
use extract::contract::Format;
use std::path::Path;

/// What is known of the file.
pub(crate) struct Form<'a> {
    pub(crate) format: Option<FileFormat>,
    /// The sheet of a workbook.
    pub(crate) sheet: Option<&'a str>,
}

/// Proposes a contract for a file.
pub(crate) fn run(
    place: &Workplace,
    file: &Path,
    form: Form<'_>,
    out: Option<&Path>,
) -> Result<Exit> {
    let name = place.below_data(file).to_string_lossy().replace('\\', "/");
    let format = form.format.map(|format| match format {
        FileFormat::Csv => Format::Csv,
        FileFormat::JsonLines => Format::JsonLines,
        FileFormat::Parquet => Format::Parquet,
        FileFormat::Spreadsheet => Format::Spreadsheet,
    });
    let proposal = extract::sniff::propose(file, &name, format, form.sheet)
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
