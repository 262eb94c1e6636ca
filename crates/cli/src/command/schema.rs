//! `tidings schema`.

use crate::{exit::Exit, output};
use anyhow::Result;
use std::path::Path;

/// Prints or writes the JSON Schemas.
pub(crate) fn run(out: Option<&Path>) -> Result<Exit> {
    let schemas = job::schema::all();
    let Some(folder) = out else {
        output::say_json(&schemas)?;
        return Ok(Exit::Fine);
    };
    for (name, schema) in schemas {
        let path = folder.join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema)?);
        run::preview::write(&path, text.as_bytes())?;
        output::say(&format!("{}\n", path.display()))?;
    }
    Ok(Exit::Fine)
}
