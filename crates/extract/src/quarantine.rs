//! Quarantine: rows that broke their contract, kept whole with place and reason.

use model::id::DatasetId;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// One row in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// The source file, relative to the data folder.
    pub file: String,
    /// The record's number, counted from 1, header not counted.
    pub record: u64,
    /// Where the record starts, in bytes of the unpacked file; absent for Parquet.
    pub offset: Option<u64>,
    /// The column at fault, if one.
    pub column: Option<String>,
    /// The broken rule.
    pub rule: String,
    /// What was wrong.
    pub detail: String,
    /// The record's bytes; bytes that are not UTF-8 are written as `\xNN`.
    pub raw: String,
}

/// The record's bytes as text that shows every byte.
pub(crate) fn shown(raw: &[u8]) -> String {
    let mut text = String::new();
    for chunk in raw.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The quarantine file of one source file under one contract.
pub(crate) fn path(state: &Path, dataset: &DatasetId, print: &str) -> PathBuf {
    state.join("quarantine").join(dataset.as_str()).join(format!("{print}.jsonl"))
}

/// The quarantine file of one source file on its way, for its owner's eyes only.
pub(crate) struct Writer {
    draft: publish::Draft,
    text: io::BufWriter<fs::File>,
}

impl Writer {
    /// Starts a quarantine file.
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let draft = publish::Draft::new(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            draft.file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
        let text = io::BufWriter::new(draft.file.try_clone()?);
        Ok(Self { draft, text })
    }

    /// Writes further rows.
    pub(crate) fn write(&mut self, rows: &[QuarantinedRow]) -> io::Result<()> {
        for row in rows {
            serde_json::to_writer(&mut self.text, row)?;
            io::Write::write_all(&mut self.text, b"\n")?;
        }
        Ok(())
    }

    /// Publishes the file.
    pub(crate) fn publish(mut self) -> io::Result<()> {
        io::Write::flush(&mut self.text)?;
        self.draft.publish()
    }
}

/// The rows of one quarantine file; none when there is no such file.
pub(crate) fn rows(path: &Path) -> io::Result<Vec<QuarantinedRow>> {
    match fs::read_to_string(path) {
        Ok(text) => {
            text.lines().map(|line| serde_json::from_str(line).map_err(io::Error::other)).collect()
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
