//! Fetching: rows that lie beyond the data folder are brought into the landing folder first, and are read from there
//! like those of any other file.
//!
//! Rule: what was fetched is kept as it came, so that a changed contract is read anew without asking again, and a
//! night costs what it brings.

mod database;
mod landing;

pub use database::{DatabaseSpec, OverlapSpec, ParameterSpec};
pub(crate) use landing::Landing;

use crate::contract::{Contract, Origin};
use model::context::RunContext;

/// Brings what is new of a dataset that lies elsewhere; nothing where its rows are files of the data folder.
///
/// # Errors
/// Why it could not be fetched, in one sentence for the owner of the data; what was fetched before still counts.
pub(crate) fn fetch(contract: &Contract, cx: &RunContext) -> Result<(), String> {
    let Some(origin) = contract.source.origin() else { return Ok(()) };
    let mut landing = Landing::open_to_add(contract, &cx.state)?;
    match origin {
        Origin::Database(spec) => database::fetch(spec, contract, &mut landing, cx),
    }
}
