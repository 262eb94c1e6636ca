//! Quarantine: rows that broke their contract, kept whole with place and reason, until their text expires.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
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
    /// The day on which `detail` and `raw` were emptied, since they may tell of people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<NaiveDate>,
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

/// Keeps a file from everybody but its owner.
pub(crate) fn private(file: &fs::File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
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
        private(&draft.file)?;
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

/// Takes the texts out of a dataset's quarantine files that are older than `days`; place, column and rule stay.
pub(crate) fn expire(
    state: &Path,
    dataset: &DatasetId,
    now: DateTime<Utc>,
    days: u32,
) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(state.join("quarantine").join(dataset.as_str())) else {
        return Ok(());
    };
    let limit = now - TimeDelta::days(i64::from(days));
    for entry in entries {
        let path = entry?.path();
        let is_old =
            fs::metadata(&path)?.modified().is_ok_and(|at| DateTime::<Utc>::from(at) < limit);
        if !is_old || path.extension().is_none_or(|ending| ending != "jsonl") || is_expired(&path)?
        {
            continue;
        }
        let emptied: Vec<QuarantinedRow> =
            rows(&path)?.into_iter().map(|row| row.emptied(now.date_naive())).collect();
        let mut writer = Writer::new(&path)?;
        writer.write(&emptied)?;
        writer.publish()?;
    }
    Ok(())
}

/// Whether a quarantine file has lost its texts, which it does as a whole.
fn is_expired(path: &Path) -> io::Result<bool> {
    let mut first = String::new();
    io::BufRead::read_line(&mut io::BufReader::new(fs::File::open(path)?), &mut first)?;
    let row: Option<QuarantinedRow> = serde_json::from_str(&first).ok();
    Ok(row.is_some_and(|row| row.expired.is_some()))
}

impl QuarantinedRow {
    /// Without what its source wrote.
    fn emptied(self, day: NaiveDate) -> Self {
        let expired = self.expired.or(Some(day));
        Self { detail: String::new(), raw: String::new(), expired, ..self }
    }
}
