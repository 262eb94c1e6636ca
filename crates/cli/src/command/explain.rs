//! `tidings explain`.

use crate::{args::Format, exit::Exit, output, workplace::Workplace};
use anyhow::Result;
use std::path::Path;

/// Shows what a run would do.
pub(crate) fn run(
    place: &Workplace,
    job: &Path,
    as_of: Option<&str>,
    format: Format,
) -> Result<Exit> {
    let plan = place.plan(job, as_of)?;
    let explanation = job::explain::explain(&plan);
    match format {
        Format::Text => output::say(&explanation.text())?,
        Format::Json => output::say_json(&explanation)?,
    }
    Ok(Exit::Fine)
}
