//! What tells that a file is still the one that was read, without reading it.
//!
//! Rule: size and time of the last change are easily kept by whoever unpacks or copies files. So the file's own number and
//! the time at which the system last touched it must be the same too; these cannot be set.

use serde::{Deserialize, Serialize};
use std::{
    fs::{self, Metadata},
    path::Path,
    time::UNIX_EPOCH,
};

/// The outside of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    /// When its content was last written, in nanoseconds.
    modified: u64,
    /// When the system last changed anything of it, and its number; zero where there is no such thing.
    changed: i64,
    number: u64,
}

impl Stamp {
    /// That of a file; none where it cannot be told, which is equal to no other.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let (changed, number) = system(&metadata);
        Some(Self { size: metadata.len(), modified: modified.as_nanos() as u64, changed, number })
    }

    /// How long the file is.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }
}

#[cfg(unix)]
fn system(metadata: &Metadata) -> (i64, u64) {
    use std::os::unix::fs::MetadataExt;
    let seconds = metadata.ctime().saturating_mul(1_000_000_000);
    (seconds.saturating_add(metadata.ctime_nsec()), metadata.ino())
}

#[cfg(not(unix))]
fn system(_: &Metadata) -> (i64, u64) {
    (0, 0)
}
