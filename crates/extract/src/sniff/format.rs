//! Which format a file is of: as it is declared, by its name, or by the name of the one file in its archive.

use crate::{
    contract::Format,
    source::{Found, format_of, name_within},
};
use std::path::Path;

/// The file, and why the contract has to declare its format, if it has to.
pub(super) fn of(
    file: &Path,
    name: &str,
    declared: Option<Format>,
) -> Result<(Found, Option<String>), String> {
    let path = file.to_path_buf();
    let of = |format| Found { name: name.into(), path, format, day: None, is_batch: false };
    let by_name = format_of(name);
    if let Some(format) = declared {
        let why = "as it was told to the proposal".to_owned();
        return Ok((of(format), (by_name != Some(format)).then_some(why)));
    }
    if let Some(format) = by_name {
        return Ok((of(format), None));
    }
    let unknown = "say which it is with --format; its contract has to declare it as `format`";
    if !name.to_lowercase().ends_with(".zip") {
        return Err(format!("its ending tells no format: {unknown}"));
    }
    let found = of(Format::Csv);
    let within = name_within(&found)?;
    match format_of(&within) {
        Some(format) => {
            let why = format!("the file in the archive is called `{within}`");
            Ok((Found { format, ..found }, Some(why)))
        }
        None => Err(format!("the ending of `{within}` in it tells no format: {unknown}")),
    }
}
