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

    /// Takes a correction away.
    pub(crate) fn remove(&mut self, number: u64) {
        self.records.remove(&number);
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

/// Keeps others from changing corrections until the file is closed.
pub(crate) fn lock(state: &Path) -> Result<fs::File, ExtractError> {
    let path = state.join("corrections").join("lock");
    let open = || {
        fs::create_dir_all(state.join("corrections"))?;
        let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        private(&file)?;
        file.lock().map(|()| file)
    };
    open().map_err(|source| ExtractError::Write { path: path.clone(), source })
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
    // Only one record can stand for one: nothing is taken before it is known that there is no other.
    let mut found_records: Vec<Result<Vec<Option<String>>, Fault>> = Vec::new();
    let read = source::read_text(&plain, found, text, &mut |item| {
        match item {
            Item::Good(record) | Item::Placed(record, _) => {
                let fields = record.fields.iter().map(|field| field.map(str::to_owned));
                found_records.push(Ok(fields.collect()));
            }
            Item::Bad(bad) => {
                let detail = format!("as corrected: {}", bad.detail);
                found_records.push(Err((None, bad.rule.to_owned(), detail)));
            }
            Item::Columns(_) | Item::Remark(..) => {}
        }
        if found_records.len() > 1 { Err("is more than one record".into()) } else { Ok(()) }
    });
    let odd =
        |reason: &str| Some((None, "correction".to_owned(), format!("as corrected: {reason}")));
    let fields = match (read, found_records.pop()) {
        (Err(reason), _) => return odd(&reason),
        (Ok(()), None) => return odd("is no record"),
        (Ok(()), Some(Err(fault))) => return Some(fault),
        (Ok(()), Some(Ok(fields))) => fields,
    };
    let fields: Vec<Option<&str>> = fields.iter().map(Option::as_deref).collect();
    if contract.is_total(&fields) {
        return odd("sums up other rows (`totals`), so it is none");
    }
    let (column, broken) = batch.push(contract, &fields, line).err()?;
    Some((Some(column), broken.rule.to_owned(), format!("as corrected: {}", broken.detail)))
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
