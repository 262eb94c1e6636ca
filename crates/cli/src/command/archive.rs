//! `tidings archive`.

use crate::{
    args::ArchiveArgs,
    exit::{Exit, Invalid},
    output,
};
use anyhow::Result;
use std::path::PathBuf;

/// Makes the index of a folder of published reports anew.
pub(crate) fn run(args: &ArchiveArgs) -> Result<Exit> {
    let folder = args.folder.as_path();
    if !folder.is_dir() {
        let problem =
            format!("`{}` is no folder; say where reports are published", folder.display());
        return Err(Invalid(problem).into());
    }
    let templates = match &args.templates {
        Some(templates) => templates.clone(),
        None => super::preview::find_templates(folder).ok_or_else(|| {
            Invalid("no folder `report-templates` here or above; say --templates".into())
        })?,
    };
    let months = run::archive::rebuild(folder, &templates)?;
    let index: PathBuf = folder.join("index.html");
    let text = match months {
        0 => format!("`{}` has no published report\n", folder.display()),
        1 => format!("{} (1 month)\n", index.display()),
        _ => format!("{} ({months} months)\n", index.display()),
    };
    output::say(&text)?;
    Ok(Exit::Fine)
}
