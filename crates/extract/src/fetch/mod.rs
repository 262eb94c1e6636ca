//! Fetching: rows that lie beyond the data folder are brought into the landing folder first, and are read from there
//! like those of any other file.
//!
//! Rule: what was fetched is kept as it came, so that a changed contract is read anew without asking again, and a
//! night costs what it brings.

mod database;
mod download;
mod landing;
mod objects;
mod singer;

pub use database::{DatabaseSpec, OverlapSpec, ParameterSpec};
pub use download::DownloadSpec;
pub(crate) use landing::Landing;
pub use objects::ObjectsSpec;
pub use singer::SingerSpec;

use crate::contract::{Contract, Origin};
use chrono::NaiveDate;
use model::{context::RunContext, quality::Severity, report::Argument, secret::Secret};

/// Something worth knowing about what was fetched; the dataset is named by whoever tells it.
pub(crate) struct Remark {
    pub(crate) severity: Severity,
    pub(crate) key: &'static str,
    pub(crate) arguments: Vec<(&'static str, Argument)>,
}

/// Brings what is new of a dataset that lies elsewhere; nothing where its rows are files of the data folder.
///
/// # Errors
/// Why it could not be fetched, in one sentence for the owner of the data; what was fetched before still counts.
pub(crate) fn fetch(
    contract: &Contract,
    today: NaiveDate,
    cx: &RunContext,
) -> Result<Vec<Remark>, String> {
    let Some(origin) = contract.source.origin() else { return Ok(Vec::new()) };
    let mut landing = Landing::open_to_add(contract, &cx.state)?;
    match origin {
        Origin::Database(spec) => database::fetch(spec, contract, &mut landing, cx),
        Origin::Download(spec) => download::fetch(spec, &mut landing, today, cx),
        Origin::Objects(spec) => objects::fetch(spec, &mut landing, cx),
        Origin::Singer(spec) => singer::fetch(spec, contract, &mut landing, cx),
    }
}

/// Whether a text refers to a secret instead of being a value.
fn is_reference(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}

/// The secret behind a reference.
///
/// # Errors
/// A reference that the run did not resolve.
fn secret<'a>(reference: &str, cx: &'a RunContext) -> Result<&'a Secret, String> {
    let found = cx.secrets.get(reference);
    found.ok_or_else(|| format!("the secret `{reference}` is not known to this run"))
}

/// The ending under which the copy of a file is kept: it tells how the file is packed.
fn ending(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let endings: Vec<&str> = file.rsplit('.').take(2).collect();
    let is_plain = |ending: &&str| {
        (1..=8).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let plain: Vec<&str> = endings.into_iter().take_while(is_plain).collect();
    if plain.is_empty() {
        "copy".to_owned()
    } else {
        plain.into_iter().rev().collect::<Vec<_>>().join(".")
    }
}
