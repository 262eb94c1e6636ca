//! What became of each source file.

use crate::{contract::Contract, drift::Seen, error::ExtractError, stamp::Stamp};
use chrono::NaiveDate;
use engine::Part;
use model::{quality::Severity, report::Message};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The version of the stored form.
const SCHEMA_VERSION: u32 = 5;

/// What became of the source files of a dataset, by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Catalogue {
    schema_version: u32,
    /// The contract's fingerprint; under another one nothing here counts.
    contract: String,
    pub(crate) files: BTreeMap<String, Loaded>,
}

/// What every stored form has.
#[derive(Deserialize)]
struct Versioned {
    schema_version: u32,
}

/// What became of one source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Loaded {
    /// As long as it stays, the content is not hashed again.
    pub(crate) stamp: Option<Stamp>,
    /// Identifies the content, with what the file's name says about it.
    pub(crate) content: String,
    pub(crate) read: u64,
    pub(crate) quarantined: u64,
    /// Records that count as a person corrected them.
    pub(crate) corrected: u64,
    /// Identifies the corrections that it was read with; empty when there were none.
    pub(crate) corrections: String,
    /// Its rows in the lake, one part per period.
    pub(crate) parts: Vec<Part>,
    /// Exact sums of the columns that control totals speak of, in smallest units.
    pub(crate) sums: BTreeMap<String, String>,
    /// What readers of the report should know of the file.
    pub(crate) remarks: Vec<(Severity, Message)>,
    /// Why the file could not be read at all.
    pub(crate) unreadable: Option<String>,
    /// The day of the run that first read this content.
    pub(crate) since: NaiveDate,
    /// What is known of its columns.
    pub(crate) seen: Seen,
    /// What was last seen before it.
    pub(crate) before: Option<Seen>,
}

impl Loaded {
    /// A file of which nothing was read yet.
    pub(crate) fn unread(content: &str) -> Self {
        Self {
            stamp: None,
            content: content.to_owned(),
            read: 0,
            quarantined: 0,
            corrected: 0,
            corrections: String::new(),
            parts: Vec::new(),
            sums: BTreeMap::new(),
            remarks: Vec::new(),
            unreadable: None,
            since: NaiveDate::MIN,
            seen: Seen::default(),
            before: None,
        }
    }
}

impl Catalogue {
    /// The file of a dataset's catalogue.
    pub(crate) fn path(state: &Path, contract: &Contract) -> PathBuf {
        folder(state, contract).join("catalogue.json")
    }

    /// The catalogue under `contract`; an empty one when there is none or it is of another contract.
    pub(crate) fn open(state: &Path, contract: &Contract) -> Result<Self, ExtractError> {
        let empty = Self {
            schema_version: SCHEMA_VERSION,
            contract: contract.fingerprint.clone(),
            files: BTreeMap::new(),
        };
        let path = Self::path(state, contract);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(empty),
            Err(_) => {
                return Err(ExtractError::Catalogue { dataset: contract.id.clone(), path });
            }
        };
        let damaged =
            |_| ExtractError::Catalogue { dataset: contract.id.clone(), path: path.clone() };
        let Versioned { schema_version } = serde_json::from_str(&text).map_err(damaged)?;
        if schema_version != SCHEMA_VERSION {
            // Of another form: all files are read anew.
            return Ok(empty);
        }
        let kept: Self = serde_json::from_str(&text).map_err(damaged)?;
        Ok(if kept.contract == contract.fingerprint { kept } else { empty })
    }

    pub(crate) fn publish(&self, state: &Path, contract: &Contract) -> Result<(), ExtractError> {
        let path = Self::path(state, contract);
        let text = serde_json::to_vec(self).expect("a catalogue always serializes");
        publish::file(&path, &text).map_err(|source| ExtractError::Write { path, source })
    }
}

/// The lake folder of a dataset under a contract. Contracts do not share folders, so that two jobs with
/// different ideas of a dataset never see each other's rows.
pub(crate) fn folder(state: &Path, contract: &Contract) -> PathBuf {
    state.join("lake").join(contract.id.as_str()).join(&contract.fingerprint)
}
