//! The landing folder of one origin: batches as they came, and the bookmark up to which they reach.
//!
//! Rule: a batch counts once the manifest or its journal names it, and the bookmark is published with it. A crash before
//! that leaves neither; a crash after it leaves both. So nothing is fetched twice into the report, and nothing is left
//! out. Copies of files count in a fixed order: one that is delivered again changes nothing but its own rows.

mod manifest;
#[cfg(test)]
mod tests;

use crate::{
    contract::{Contract, Format},
    source::Found,
};
use chrono::NaiveDate;
use manifest::{Batch, Manifest};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

/// The name of a batch that is all rows there are.
const WHOLE: &str = "all.jsonl.zst";

/// The landing folder of one origin.
pub(crate) struct Landing {
    folder: PathBuf,
    /// Held while batches are added; closing the file gives it back.
    lock: Option<File>,
    /// The name of the folder in messages and catalogues.
    name: String,
    manifest: Manifest,
    /// The number of the next batch.
    next: u32,
    /// Whether the published manifest lacks something.
    is_behind: bool,
}

/// What a batch of rows is.
pub(crate) enum Kind {
    /// Rows that came after those of earlier batches.
    Further,
    /// All rows there are, in the place of all earlier batches.
    Whole,
}

/// What was written into a batch.
pub(crate) struct Written {
    pub(crate) has_rows: bool,
    /// How far the batches reach with this one.
    pub(crate) bookmark: Value,
}

/// A copy of a remote file, in the place of an earlier copy of the same.
pub(crate) struct Copy<'a> {
    /// The name under which it stays the same file.
    pub(crate) name: &'a str,
    /// The ending of its file, such as `csv.gz`.
    pub(crate) ending: &'a str,
    /// Copies count by day, then by `at`, then by name.
    pub(crate) day: Option<NaiveDate>,
    pub(crate) at: u32,
    /// By what the origin tells whether it is still the newest.
    pub(crate) version: Value,
}

impl Landing {
    /// The landing folder of a contract's origin.
    ///
    /// # Errors
    /// A manifest that cannot be read.
    pub(crate) fn open(contract: &Contract, state: &Path) -> Result<Self, String> {
        let name = format!("landing/{}/{}", contract.id, contract.source.origin_fingerprint());
        let folder = state.join(&name);
        let manifest = Manifest::read(&folder).map_err(|error| {
            let path = folder.join("manifest.json");
            format!(
                "`{}` cannot be read: {error}; delete `{name}` to fetch all anew",
                path.display()
            )
        })?;
        let next = manifest.batches.iter().filter_map(Batch::number).max().unwrap_or(0) + 1;
        Ok(Self { folder, lock: None, name, manifest, next, is_behind: false })
    }

    /// The same, to add batches to it: another run that does so is waited for, so that no bookmark belongs to the rows of
    /// another run. What a run left that was ended on the way is taken in or cleared away.
    ///
    /// # Errors
    /// As [`Self::open`], and a folder that cannot be written.
    pub(crate) fn open_to_add(contract: &Contract, state: &Path) -> Result<Self, String> {
        let folder = Self::open(contract, state)?.folder;
        let path = folder.join("lock");
        let open = || {
            fs::create_dir_all(&folder)?;
            OpenOptions::new().create(true).truncate(false).write(true).open(&path)
        };
        let lock = open().and_then(|lock| lock.lock().map(|()| lock));
        let lock = lock.map_err(|error| format!("cannot lock `{}`: {error}", path.display()))?;
        let is_behind = folder.join("journal.jsonl").exists();
        let mut landing = Self { lock: Some(lock), is_behind, ..Self::open(contract, state)? };
        landing.settle()?;
        landing.sweep();
        Ok(landing)
    }

    /// The folder's name, below the state folder.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where its batches lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What holds the folder for this run, if it was opened to add.
    pub(crate) fn lock(&self) -> Option<&File> {
        self.lock.as_ref()
    }

    /// How far the batches reach; null before the first.
    pub(crate) fn bookmark(&self) -> &Value {
        &self.manifest.bookmark
    }

    /// The copies by name, and by what the origin tells their versions.
    pub(crate) fn copies(&self) -> impl Iterator<Item = (&str, &Value)> {
        let copies = self.manifest.batches.iter();
        copies.filter_map(|batch| Some((batch.copy_of.as_deref()?, &batch.version)))
    }

    /// By what the origin tells the version of a copy; none where there is no such copy.
    pub(crate) fn version(&self, name: &str) -> Option<&Value> {
        self.manifest.copy(name).map(|batch| &batch.version)
    }

    /// The batches as files, in the order in which they count.
    pub(crate) fn files(
        &self,
        format: impl Fn(&str) -> Option<Format>,
    ) -> Result<Vec<Found>, String> {
        let mut files = Vec::new();
        for batch in self.manifest.ordered() {
            let shown = batch.copy_of.as_deref().unwrap_or(&batch.file);
            let format = format(&batch.file).ok_or_else(|| {
                format!("`{shown}`: its ending tells no format; set `source.format`")
            })?;
            files.push(Found {
                name: format!("{}/{shown}", self.name),
                path: self.folder.join(&batch.file),
                format,
                day: None,
                is_batch: batch.copy_of.as_deref().is_none_or(|name| name == WHOLE),
            });
        }
        Ok(files)
    }

    /// Adds a batch of rows and moves the bookmark; both or neither. `ending` is that of the file, such as `jsonl.zst`;
    /// `write` says what it wrote, and a batch without rows only moves the bookmark.
    ///
    /// # Errors
    /// Why it could not be written, or what `write` returns.
    pub(crate) fn add(
        &mut self,
        kind: &Kind,
        ending: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<Written, String>,
    ) -> Result<(), String> {
        let file = self.file(ending);
        let mut manifest = self.manifest.clone();
        let written = publish::with(&self.folder.join(&file), |file| {
            let written = write(file).map_err(Unwritten::Failed)?;
            manifest.bookmark = written.bookmark;
            if written.has_rows { Ok(()) } else { Err(Unwritten::NoRows) }
        });
        if matches!(kind, Kind::Whole) {
            manifest.clear();
        }
        let copy_of = matches!(kind, Kind::Whole).then(|| WHOLE.to_owned());
        let batch = Batch { file, copy_of, day: None, at: 0, version: Value::Null };
        match written {
            Ok(()) => drop(manifest.put(batch)),
            Err(Unwritten::NoRows) => {}
            Err(Unwritten::Failed(reason)) => return Err(reason),
        }
        let before = std::mem::replace(&mut self.manifest, manifest);
        if let Err(reason) = self.publish() {
            self.manifest = before;
            return Err(reason);
        }
        if matches!(kind, Kind::Whole) {
            before.batches.iter().for_each(|batch| self.clear_away(&batch.file));
        }
        Ok(())
    }

    /// Adds a copy. One with the same bytes as the copy before it only gets its version.
    ///
    /// # Errors
    /// Why it could not be written, or what `write` returns; the earlier copy stays.
    pub(crate) fn add_copy(
        &mut self,
        copy: Copy<'_>,
        write: impl FnOnce(&mut dyn Write) -> Result<(), String>,
    ) -> Result<(), String> {
        let file = self.file(copy.ending);
        let path = self.folder.join(&file);
        let written = publish::with(&path, |file| write(file).map_err(Unwritten::Failed));
        if let Err(Unwritten::Failed(reason)) = written {
            return Err(reason);
        }
        let before = self.manifest.copy(copy.name).map(|batch| batch.file.clone());
        let is_same = |before: &String| is_same(&self.folder.join(before), &path).unwrap_or(false);
        let (file, gone) = match before {
            Some(before) if is_same(&before) => (before, Some(file)),
            before => (file, before),
        };
        let copy_of = Some(copy.name.to_owned());
        let batch = Batch { file, copy_of, day: copy.day, at: copy.at, version: copy.version };
        Manifest::note(&self.folder, &batch).map_err(|error| self.unwritten(&error))?;
        self.manifest.put(batch);
        self.is_behind = true;
        if let Some(gone) = gone {
            self.clear_away(&gone);
        }
        Ok(())
    }

    /// Sets by what the origin tells the version of a copy; kept by [`Self::settle`].
    pub(crate) fn set_version(&mut self, name: &str, version: Value) {
        if let Some(batch) = self.manifest.copy(name).cloned() {
            self.manifest.put(Batch { version, ..batch });
            self.is_behind = true;
        }
    }

    /// Publishes what so far only the journal says, or nobody; nothing where there is no such thing.
    ///
    /// # Errors
    /// Why it cannot be written; what the journal says stays.
    pub(crate) fn settle(&mut self) -> Result<(), String> {
        if self.is_behind { self.publish() } else { Ok(()) }
    }

    /// The name of the next batch's file.
    fn file(&mut self, ending: &str) -> String {
        let number = self.next;
        self.next += 1;
        format!("{number:06}.{ending}")
    }

    fn publish(&mut self) -> Result<(), String> {
        self.manifest.publish(&self.folder).map_err(|error| self.unwritten(&error))?;
        self.is_behind = false;
        Ok(())
    }

    fn unwritten(&self, error: &str) -> String {
        format!("`{}` cannot be written: {error}", self.name)
    }

    fn clear_away(&self, file: &str) {
        // No manifest names it any more: one that stays is in nobody's way.
        let _ = fs::remove_file(self.folder.join(file));
    }

    /// Clears away batches that nobody names, and drafts: a run that was ended left them.
    fn sweep(&self) {
        let named: BTreeSet<&str> =
            self.manifest.batches.iter().map(|batch| batch.file.as_str()).collect();
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for name in files.filter_map(|file| file.file_name().into_string().ok()) {
            let is_batch = name.len() > 6 && name.as_bytes()[..6].iter().all(u8::is_ascii_digit);
            let is_draft = name.starts_with('.') && name.ends_with(".part");
            if is_draft || (is_batch && !named.contains(name.as_str())) {
                self.clear_away(&name);
            }
        }
    }
}

/// Whether two files have the same bytes.
fn is_same(a: &Path, b: &Path) -> io::Result<bool> {
    if fs::metadata(a)?.len() != fs::metadata(b)?.len() {
        return Ok(false);
    }
    let (mut a, mut b) = (BufReader::new(File::open(a)?), File::open(b)?);
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let length = b.read(&mut right)?;
        if length == 0 {
            return Ok(true);
        }
        a.read_exact(&mut left[..length])?;
        if left[..length] != right[..length] {
            return Ok(false);
        }
    }
}

/// Why a batch was not written.
enum Unwritten {
    NoRows,
    Failed(String),
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
