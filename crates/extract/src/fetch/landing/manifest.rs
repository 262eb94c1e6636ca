//! What has landed: a manifest, and a journal of the copies that came since it was written.
//!
//! Rule: a manifest is published whole. A copy that comes in between is a synced line of the journal, so that a night of
//! a thousand files does not write the list of all of them a thousand times. A line that is cut counts for nothing.

use crate::source::stem;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// The version of the stored form.
const SCHEMA_VERSION: u32 = 1;

/// The batches of a landing folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    schema_version: u32,
    /// Rows without a name of their own stand in the order in which they came.
    pub(super) batches: Vec<Batch>,
    /// What the origin needs to go on; null before the first batch.
    pub(super) bookmark: Value,
    /// Where the copy of each name stands in `batches`.
    #[serde(skip)]
    copies: BTreeMap<String, usize>,
}

/// One batch of rows, kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Batch {
    /// The file's name.
    pub(super) file: String,
    /// What it is a copy of, where it is a copy: an object's key, an address.
    pub(super) copy_of: Option<String>,
    /// The day that a copy is of, where the origin asks day by day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) day: Option<NaiveDate>,
    /// Its place among those of a day.
    #[serde(default)]
    pub(super) at: u32,
    /// By what the origin tells whether a copy is still the newest.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(super) version: Value,
}

impl Manifest {
    /// Reads a manifest and the journal since; an empty one where there is none.
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        // The journal first: its lines may be in the manifest already, and say the same then.
        let journal = found(fs::read(folder.join("journal.jsonl")))?.unwrap_or_default();
        let manifest = match found(fs::read(folder.join("manifest.json")))? {
            Some(text) => serde_json::from_slice(&text).map_err(|error| error.to_string())?,
            None => Self {
                schema_version: SCHEMA_VERSION,
                batches: Vec::new(),
                bookmark: Value::Null,
                copies: BTreeMap::new(),
            },
        };
        let mut manifest = manifest.indexed();
        let whole = journal.split_inclusive(|byte| *byte == b'\n');
        for line in whole.filter(|line| line.ends_with(b"\n")) {
            manifest.put(serde_json::from_slice(line).map_err(|error| error.to_string())?);
        }
        Ok(manifest)
    }

    /// Publishes it, with all that the journal says.
    pub(super) fn publish(&self, folder: &Path) -> Result<(), String> {
        let text = serde_json::to_vec(self).map_err(|error| error.to_string())?;
        publish::file(&folder.join("manifest.json"), &text).map_err(|error| error.to_string())?;
        found(fs::remove_file(folder.join("journal.jsonl"))).map(|_| ())
    }

    /// Notes a copy in the journal.
    pub(super) fn note(folder: &Path, copy: &Batch) -> Result<(), String> {
        let mut line = serde_json::to_vec(copy).map_err(|error| error.to_string())?;
        line.push(b'\n');
        let write = || {
            let journal = folder.join("journal.jsonl");
            let mut journal = OpenOptions::new().create(true).append(true).open(journal)?;
            journal.write_all(&line)?;
            journal.sync_data()
        };
        write().map_err(|error: io::Error| error.to_string())
    }

    /// Takes a batch; a copy stands in the place of an earlier one of the same name, which is handed back.
    pub(super) fn put(&mut self, batch: Batch) -> Option<Batch> {
        let known = batch.copy_of.as_ref().and_then(|name| self.copies.get(name));
        if let Some(at) = known {
            return Some(std::mem::replace(&mut self.batches[*at], batch));
        }
        if let Some(name) = &batch.copy_of {
            self.copies.insert(name.clone(), self.batches.len());
        }
        self.batches.push(batch);
        None
    }

    /// Forgets all batches.
    pub(super) fn clear(&mut self) {
        self.batches.clear();
        self.copies.clear();
    }

    /// The copy of a name.
    pub(super) fn copy(&self, name: &str) -> Option<&Batch> {
        self.copies.get(name).map(|at| &self.batches[*at])
    }

    /// The batches in the order in which their rows count: copies by day, by their place and by name, whenever they
    /// came; others as they came.
    pub(super) fn ordered(&self) -> Vec<&Batch> {
        let mut batches: Vec<&Batch> = self.batches.iter().collect();
        batches.sort_by(|a, b| a.order().cmp(&b.order()));
        batches
    }

    fn indexed(mut self) -> Self {
        let name = |(at, batch): (usize, &Batch)| Some((batch.copy_of.clone()?, at));
        self.copies = self.batches.iter().enumerate().filter_map(name).collect();
        self
    }
}

impl Batch {
    fn order(&self) -> Option<(Option<NaiveDate>, u32, &str, &str)> {
        let name = self.copy_of.as_deref()?;
        Some((self.day, self.at, stem(name), name))
    }

    /// The number in its file's name.
    pub(super) fn number(&self) -> Option<u32> {
        self.file.split('.').next()?.parse().ok()
    }
}

fn found<T>(outcome: io::Result<T>) -> Result<Option<T>, String> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}
