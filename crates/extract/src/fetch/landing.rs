//! The landing folder of one origin: batches as they came, and the bookmark up to which they reach.
//!
//! Rule: a batch counts once the manifest names it, and the manifest is published with the bookmark in it. A crash
//! before that leaves neither; a crash after it leaves both. So nothing is fetched twice into the report, and nothing
//! is left out.

use crate::{
    contract::{Contract, Format},
    source::Found,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    fs::{self, File, OpenOptions},
    io,
    io::Write,
    path::{Path, PathBuf},
};

/// The version of the stored form.
const SCHEMA_VERSION: u32 = 1;

/// The name of a batch that is all rows there are.
const WHOLE: &str = "all.jsonl.zst";

/// The landing folder of one origin.
pub(crate) struct Landing {
    folder: PathBuf,
    /// Held while batches are added; closing the file gives it back.
    _lock: Option<File>,
    /// The name of the folder in messages and catalogues.
    name: String,
    manifest: Manifest,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Manifest {
    schema_version: u32,
    /// In the order in which they came.
    batches: Vec<Batch>,
    /// What the origin needs to go on; null before the first batch.
    bookmark: Value,
}

/// One batch of rows, kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Batch {
    /// The file's name.
    file: String,
    /// What it is a copy of, where it is a copy: an object's key, an address.
    copy_of: Option<String>,
}

/// What a batch is.
pub(crate) enum Kind<'a> {
    /// Rows that came after those of earlier batches.
    Further,
    /// All rows there are, in the place of all earlier batches.
    Whole,
    /// A copy of a remote file, in the place of an earlier copy of the same.
    CopyOf(&'a str),
}

/// What was written into a batch.
pub(crate) struct Written {
    pub(crate) has_rows: bool,
    /// How far the batches reach with this one.
    pub(crate) bookmark: Value,
}

impl Landing {
    /// The landing folder of a contract's origin.
    ///
    /// # Errors
    /// A manifest that cannot be read.
    pub(crate) fn open(contract: &Contract, state: &Path) -> Result<Self, String> {
        let name = format!("landing/{}/{}", contract.id, contract.source.origin_fingerprint());
        let folder = state.join(&name);
        let path = folder.join("manifest.json");
        let empty =
            Manifest { schema_version: SCHEMA_VERSION, batches: Vec::new(), bookmark: Value::Null };
        let manifest = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| error.to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(empty),
            Err(error) => Err(error.to_string()),
        };
        let damaged = |error| {
            format!(
                "`{}` cannot be read: {error}; delete `{name}` to fetch all anew",
                path.display()
            )
        };
        let manifest: Manifest = manifest.map_err(damaged)?;
        Ok(Self { folder, _lock: None, name, manifest })
    }

    /// The same, to add batches to it: another run that does so is waited for, so that no bookmark belongs to the rows of
    /// another run.
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
        Ok(Self { _lock: Some(lock), ..Self::open(contract, state)? })
    }

    /// Where its batches lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// How far the batches reach; null before the first.
    pub(crate) fn bookmark(&self) -> &Value {
        &self.manifest.bookmark
    }

    /// The batches as files, in the order in which they came.
    pub(crate) fn files(
        &self,
        format: impl Fn(&str) -> Option<Format>,
    ) -> Result<Vec<Found>, String> {
        let mut files = Vec::new();
        for batch in &self.manifest.batches {
            let shown = batch.copy_of.as_deref().unwrap_or(&batch.file);
            let format = format(shown).ok_or_else(|| {
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

    /// Adds a batch and moves the bookmark; both or neither. `ending` is that of the file, such as `jsonl.zst`; `write`
    /// says what it wrote, and a batch without rows only moves the bookmark.
    ///
    /// # Errors
    /// Why it could not be written, or what `write` returns.
    pub(crate) fn add(
        &mut self,
        kind: &Kind<'_>,
        ending: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<Written, String>,
    ) -> Result<(), String> {
        let file = format!("{:06}.{ending}", self.next());
        let path = self.folder.join(&file);
        let mut manifest = self.manifest.clone();
        let written = publish::with(&path, |file| {
            let written = write(file).map_err(Unwritten::Failed)?;
            manifest.bookmark = written.bookmark;
            if written.has_rows { Ok(()) } else { Err(Unwritten::NoRows) }
        });
        match written {
            Ok(()) => manifest.take(kind, Batch { file, copy_of: kind.copy_of() }),
            Err(Unwritten::NoRows) => manifest.take_nothing(kind),
            Err(Unwritten::Failed(reason)) => return Err(reason),
        }
        self.publish(manifest)
    }

    /// The number of the next batch.
    fn next(&self) -> u32 {
        let number = |batch: &Batch| batch.file.split('.').next()?.parse::<u32>().ok();
        self.manifest.batches.iter().filter_map(number).max().unwrap_or(0) + 1
    }

    fn publish(&mut self, manifest: Manifest) -> Result<(), String> {
        let text = serde_json::to_vec(&manifest).map_err(|error| error.to_string())?;
        publish::file(&self.folder.join("manifest.json"), &text)
            .map_err(|error| format!("`{}` cannot be written: {error}", self.name))?;
        let before = std::mem::replace(&mut self.manifest, manifest);
        for gone in before.batches.iter().filter(|batch| !self.manifest.batches.contains(batch)) {
            // No manifest names it any more: one that stays is in nobody's way.
            let _ = fs::remove_file(self.folder.join(&gone.file));
        }
        Ok(())
    }
}

impl Manifest {
    fn take(&mut self, kind: &Kind<'_>, batch: Batch) {
        self.take_nothing(kind);
        self.batches.push(batch);
    }

    /// Forgets the batches in whose place a new one comes, even if it has no rows.
    fn take_nothing(&mut self, kind: &Kind<'_>) {
        match kind {
            Kind::Further => {}
            Kind::Whole => self.batches.clear(),
            Kind::CopyOf(name) => {
                self.batches.retain(|batch| batch.copy_of.as_deref() != Some(*name));
            }
        }
    }
}

impl Kind<'_> {
    /// The name under which a batch stays the same file when it is replaced.
    fn copy_of(&self) -> Option<String> {
        match self {
            Kind::Further => None,
            Kind::Whole => Some(WHOLE.to_owned()),
            Kind::CopyOf(name) => Some((*name).to_owned()),
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
