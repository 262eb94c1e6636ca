//! Corrections: records that a person mended, which are read in place of those that broke their contract.
//!
//! Rule: a correction belongs to one record of one content. It is read by the same contract as the record it stands for,
//! which counts once: as accepted, or as quarantined if the correction breaks the contract too. Corrections lie outside
//! of the lake, so that one that is rebuilt has them again; another content of the file is corrected by none of them.

use crate::{
    contract::{Contract, Format, HeaderlessSpec},
    error::ExtractError,
    quarantine::{private, shown},
    rows::{Batch, Line},
    source::{self, Found, Item},
};
use model::{fingerprint::Fingerprinter, id::DatasetId};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The version of the stored form.
const SCHEMA_VERSION: u32 = 1;

/// The column at fault, if one, the broken rule, and what was wrong.
pub(crate) type Fault = (Option<String>, String, String);

/// The corrections of one content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Corrections {
    schema_version: u32,
    /// The file that had it, for messages.
    pub(crate) file: String,
    pub(crate) content: String,
    /// By the number of the record.
    records: BTreeMap<u64, Correction>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Correction {
    /// Identifies the text of the record that it stands for.
    original: String,
    text: String,
}

impl Corrections {
    fn none(file: &str, content: &str) -> Self {
        let (file, content) = (file.to_owned(), content.to_owned());
        Self { schema_version: SCHEMA_VERSION, file, content, records: BTreeMap::new() }
    }

    /// The corrections of a content.
    pub(crate) fn open(
        state: &Path,
        dataset: &DatasetId,
        file: &str,
        content: &str,
    ) -> Result<Self, ExtractError> {
        let path = path(state, dataset, content);
        Ok(read(&path)?.unwrap_or_else(|| Self::none(file, content)))
    }

    /// Every correction of a dataset, of all contents.
    pub(crate) fn all(state: &Path, dataset: &DatasetId) -> Result<Vec<Self>, ExtractError> {
        let Ok(entries) = fs::read_dir(folder(state, dataset)) else { return Ok(Vec::new()) };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
        paths.sort();
        let mut all = Vec::new();
        for path in paths {
            all.extend(read(&path)?);
        }
        Ok(all)
    }

    /// How many records they correct.
    pub(crate) fn len(&self) -> u64 {
        self.records.len() as u64
    }

    /// Identifies them; empty when there are none.
    pub(crate) fn print(&self) -> String {
        if self.records.is_empty() {
            return String::new();
        }
        let mut print = Fingerprinter::new("corrections");
        for (number, record) in &self.records {
            print.field(number.to_le_bytes()).field(&record.original).field(&record.text);
        }
        print.finish()
    }

    /// The corrected text of a record, if there is one for just this text.
    pub(crate) fn of(&self, item: &Item<'_>) -> Option<&str> {
        if self.records.is_empty() {
            return None;
        }
        let (number, raw) = match item {
            Item::Good(record) | Item::Placed(record, _) => (record.number, record.raw),
            Item::Bad(bad) => (bad.number, bad.raw),
            Item::Columns(_) | Item::Remark(..) => return None,
        };
        let found = self.records.get(&number)?;
        (found.original == original(&shown(raw))).then_some(found.text.as_str())
    }

    /// Adds a correction.
    pub(crate) fn add(&mut self, number: u64, raw: &str, text: &str) {
        let correction = Correction { original: original(raw), text: text.to_owned() };
        self.records.insert(number, correction);
    }

    /// Publishes them, for their owner's eyes only.
    pub(crate) fn publish(&self, state: &Path, dataset: &DatasetId) -> Result<(), ExtractError> {
        let path = path(state, dataset, &self.content);
        let text = serde_json::to_vec_pretty(self).expect("corrections always serialize");
        let written = publish::with(&path, |file| {
            private(file)?;
            io::Write::write_all(file, &text)
        });
        written.map_err(|source| ExtractError::Write { path, source })
    }
}

fn folder(state: &Path, dataset: &DatasetId) -> PathBuf {
    state.join("corrections").join(dataset.as_str())
}

fn path(state: &Path, dataset: &DatasetId, content: &str) -> PathBuf {
    folder(state, dataset).join(format!("{content}.json"))
}

fn read(path: &Path) -> Result<Option<Corrections>, ExtractError> {
    let damaged = || ExtractError::Corrections { path: path.to_owned() };
    match fs::read(path) {
        Ok(text) => {
            let known: Corrections = serde_json::from_slice(&text).map_err(|_| damaged())?;
            if known.schema_version == SCHEMA_VERSION { Ok(Some(known)) } else { Err(damaged()) }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(damaged()),
    }
}

fn original(raw: &str) -> String {
    Fingerprinter::new("record").field(raw).finish()
}

/// Takes a corrected record in place of the one at `line`; says why not if it breaks the contract too.
pub(crate) fn push(
    contract: &Contract,
    (found, names): (&Found, &[String]),
    text: &str,
    line: Line<'_>,
    batch: &mut Batch<'_>,
) -> Option<Fault> {
    let plain = match plain(contract, found.format, names) {
        Ok(plain) => plain,
        Err(reason) => return Some((None, "correction".into(), reason)),
    };
    let mut outcomes: Vec<Option<Fault>> = Vec::new();
    let read = source::read_text(&plain, found, text, &mut |item| {
        match item {
            Item::Good(record) | Item::Placed(record, _) => {
                // Only one record can stand for one.
                let taken = match outcomes.is_empty() {
                    true => batch.push(contract, record.fields, line),
                    false => Ok(()),
                };
                let told = |(column, broken): (_, crate::parse::Broken)| {
                    (
                        Some(column),
                        broken.rule.to_owned(),
                        format!("as corrected: {}", broken.detail),
                    )
                };
                outcomes.push(taken.err().map(told));
            }
            Item::Bad(bad) => {
                let detail = format!("as corrected: {}", bad.detail);
                outcomes.push(Some((None, bad.rule.to_owned(), detail)));
            }
            Item::Columns(_) | Item::Remark(..) => {}
        }
        if outcomes.len() > 1 { Err("is more than one record".into()) } else { Ok(()) }
    });
    let odd = |reason: String| Some((None, "correction".to_owned(), reason));
    match (read, outcomes.len()) {
        (Ok(()), 1) => outcomes.pop().flatten(),
        (Ok(()), _) => odd("as corrected: is no record".into()),
        (Err(reason), _) => odd(format!("as corrected: {reason}")),
    }
}

/// The contract for the text of one record: nothing stands above or below it.
fn plain(contract: &Contract, format: Format, names: &[String]) -> Result<Contract, String> {
    let source = &contract.source;
    if source.wide.is_some() || source.explode.is_some() {
        return Err("one record makes several rows here, so it is corrected at its source".into());
    }
    match format {
        Format::Csv | Format::FixedWidth | Format::JsonLines | Format::WebLog => {}
        Format::Parquet | Format::Spreadsheet => {
            return Err(
                "records of this format have no text, so they are corrected at their source".into(),
            );
        }
    }
    let mut plain = contract.clone();
    let source = &mut plain.source;
    if format == Format::Csv {
        source.headerless = Some(HeaderlessSpec { files: Vec::new(), columns: names.to_vec() });
    }
    (source.encoding, source.preamble, source.header_rows, source.footer) =
        (None, None, None, None);
    source.sep_line = false;
    Ok(plain)
}
