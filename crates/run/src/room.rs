//! What could not be written, where, how much room there is there, and what to do.
//!
//! Rule: a run that ends for want of room, and the doctor beforehand, say it in the same words.

use crate::{
    RunError, archive::ArchiveError, error::causes, ledger::LedgerError, schedule::LockError,
};
use deliver::DeliverError;
use engine::{CacheError, EngineError};
use extract::ExtractError;
use rusqlite::ErrorCode;
use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

/// What a run needs beside its lake: rendered editions, stored reports, the ledger's own.
pub(crate) const LEAST: u64 = 200 << 20;

/// The room of a disk, and what a run may need of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// Bytes that are free for us.
    pub(crate) free: u64,
    /// Bytes that a run may need: a changed contract writes the lake anew beside the old one.
    pub(crate) needed: u64,
    /// Whether no file can be added, however small.
    pub(crate) no_files: bool,
}

impl Room {
    /// The room below a place, for the runs of a state folder.
    pub(crate) fn of(place: &Path, state: &Path) -> io::Result<Self> {
        let known = rustix::fs::statvfs(nearest(place).0)?;
        Ok(Self {
            free: known.f_bavail.saturating_mul(known.f_frsize),
            needed: LEAST.saturating_add(size(&state.join("lake"))),
            no_files: known.f_files > 0 && known.f_favail == 0,
        })
    }

    /// How much there is and how much is needed, in words.
    pub(crate) fn said(&self, place: &Path) -> String {
        let files = if self.no_files { ", and no file can be added" } else { "" };
        let (free, needed) = (self.free >> 20, self.needed >> 20);
        format!("{free} MiB free for `{}`, a run may need {needed} MiB{files}", place.display())
    }
}

/// What to do where room is wanting.
pub(crate) const MAKE_ROOM: &str =
    "make room: lake, answers and outbox of the state folder can be made again";

/// What to do where a disk takes nothing.
const REMOUNT: &str =
    "mount it for writing, or name another folder as `state` or as the folder of the channel";

/// What to do where we have no right.
pub(crate) const GIVE: &str =
    "name another folder, or give this one to the user under whom Tidings runs";

/// An error with its causes in one line, and what to do where it is about a place that cannot be written.
pub fn told(error: &(dyn Error + 'static), state: &Path) -> String {
    match advice(error, state) {
        Some(advice) => format!("{}; {advice}", causes(error)),
        None => causes(error),
    }
}

/// Where something could not be written, why, and what to do; nothing for any other error.
pub fn advice(error: &(dyn Error + 'static), state: &Path) -> Option<String> {
    let place = place(error, state)?;
    let folder = nearest(place.parent().unwrap_or(&place)).0;
    let room = || Room::of(folder, state).map(|room| room.said(folder));
    let why = match why(error)? {
        Why::Refused if is_read_only(folder) => Why::ReadOnly,
        why => why,
    };
    match why {
        Why::Full => Some(format!(
            "the disk is full: {}; {MAKE_ROOM}",
            room().unwrap_or_else(|_| format!(
                "how much is free for `{}` is not known",
                folder.display()
            ))
        )),
        Why::ReadOnly => Some(format!(
            "`{}` lies on a disk that is mounted read-only; {REMOUNT}",
            folder.display()
        )),
        Why::Refused => {
            Some(format!("`{}` may not be written by this user; {GIVE}", folder.display()))
        }
    }
}

fn is_read_only(folder: &Path) -> bool {
    let known = rustix::fs::statvfs(folder);
    known.is_ok_and(|known| known.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

/// Why something cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Full,
    ReadOnly,
    Refused,
}

fn why(error: &(dyn Error + 'static)) -> Option<Why> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<io::Error>().and_then(of_io) {
            return Some(found);
        }
        if let Some(found) = cause.downcast_ref::<rusqlite::Error>().and_then(of_sqlite) {
            return Some(found);
        }
        next = cause.source();
    }
    // What a library has wrapped is known by its text alone.
    of_text(&causes(error))
}

fn of_io(error: &io::Error) -> Option<Why> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Some(Why::Full)
        }
        io::ErrorKind::ReadOnlyFilesystem => Some(Why::ReadOnly),
        io::ErrorKind::PermissionDenied => Some(Why::Refused),
        _ => None,
    }
}

fn of_sqlite(error: &rusqlite::Error) -> Option<Why> {
    match error.sqlite_error_code()? {
        // A write-ahead log on a full disk is an input or output error.
        ErrorCode::DiskFull | ErrorCode::SystemIoFailure => Some(Why::Full),
        ErrorCode::ReadOnly => Some(Why::ReadOnly),
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Some(Why::Refused),
        _ => None,
    }
}

fn of_text(text: &str) -> Option<Why> {
    let (_, rest) = text.split_once("(os error ")?;
    let number: i32 = rest.split_once(')')?.0.parse().ok()?;
    of_io(&io::Error::from_raw_os_error(number))
}

/// What was to be written; nothing for an error of another kind.
fn place(error: &(dyn Error + 'static), state: &Path) -> Option<PathBuf> {
    let ledger = |error: &LedgerError| match error {
        LedgerError::Folder { path, .. } => Some(path.clone()),
        LedgerError::Sqlite(_) => Some(state.join("ledger.sqlite")),
        _ => None,
    };
    let engine = |error: &EngineError| match error {
        EngineError::Publish { path, .. } => Some(path.clone()),
        EngineError::Cache(_) => Some(state.join("answers.sqlite")),
        _ => None,
    };
    let extract = |error: &ExtractError| match error {
        ExtractError::Write { path, .. } => Some(path.clone()),
        ExtractError::Engine(error) => engine(error),
        _ => None,
    };
    let deliver = |error: &DeliverError| match error {
        DeliverError::Publish { path, .. } => Some(path.clone()),
        DeliverError::Book(_) => Some(state.join("ledger.sqlite")),
        _ => None,
    };
    let run = |error: &RunError| match error {
        RunError::Deliver(error) => deliver(error),
        RunError::Engine(error) => engine(error),
        RunError::Extract(error) => extract(error),
        RunError::Ledger(error) => ledger(error),
        RunError::Spool { folder, .. } => Some(folder.join("editions")),
        RunError::Write { path, .. } => Some(PathBuf::from(path)),
        _ => None,
    };
    let mut next = Some(error);
    while let Some(cause) = next {
        let found = cause
            .downcast_ref::<RunError>()
            .and_then(run)
            .or_else(|| cause.downcast_ref::<LedgerError>().and_then(ledger))
            .or_else(|| cause.downcast_ref::<EngineError>().and_then(engine))
            .or_else(|| cause.downcast_ref::<ExtractError>().and_then(extract))
            .or_else(|| cause.downcast_ref::<DeliverError>().and_then(deliver))
            .or_else(|| match cause.downcast_ref::<ArchiveError>() {
                Some(ArchiveError::Write(error)) => run(error),
                _ => None,
            })
            .or_else(|| cause.downcast_ref::<CacheError>().map(|_| state.join("answers.sqlite")))
            .or_else(|| match cause.downcast_ref::<LockError>() {
                Some(LockError::File { path, .. }) => Some(path.clone()),
                _ => None,
            });
        if found.is_some() {
            return found;
        }
        next = cause.source();
    }
    None
}

/// The folder, or the nearest one above it that is there, and whether it is the folder itself.
pub(crate) fn nearest(folder: &Path) -> (&Path, bool) {
    if folder.exists() {
        return (folder, true);
    }
    // The last ancestor of a relative path is empty: the present folder.
    let above =
        folder.ancestors().skip(1).find(|above| !above.as_os_str().is_empty() && above.exists());
    (above.unwrap_or(Path::new(".")), false)
}

/// The bytes of all files below a folder, as far as they can be looked at.
fn size(folder: &Path) -> u64 {
    let (mut bytes, mut folders) = (0_u64, vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(known) if known.is_dir() => folders.push(entry.path()),
                Ok(known) => bytes = bytes.saturating_add(known.len()),
                Err(_) => {}
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_that_cannot_be_written_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path();
        let broken = |number| io::Error::from_raw_os_error(number);
        let sqlite = |code| {
            LedgerError::Sqlite(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(code),
                None,
            ))
        };
        let lake = state.join("lake/sales/part.parquet");
        let wrapped = io::Error::other("No space left on device (os error 28)");
        let cases: [(RunError, &[&str]); 6] = [
            (
                ExtractError::Write { path: lake.clone(), source: wrapped }.into(),
                &[
                    "part.parquet",
                    "the disk is full",
                    "MiB free for",
                    "a run may need 200 MiB",
                    "make room",
                ],
            ),
            (
                DeliverError::Publish { path: state.join("outbox/a.eml"), source: broken(30) }
                    .into(),
                &["a.eml", "mounted read-only", "name another folder"],
            ),
            (
                RunError::Spool { folder: state.into(), source: broken(28) },
                &["the rendered editions", "the disk is full", "a run may need"],
            ),
            (
                RunError::Write { path: "/proc/report.json".into(), source: broken(13) },
                &["report.json", "`/proc` may not be written", "the user under whom"],
            ),
            (
                sqlite(rusqlite::ffi::SQLITE_FULL).into(),
                &["ledger", "the disk is full", "make room"],
            ),
            (sqlite(rusqlite::ffi::SQLITE_READONLY).into(), &["mounted read-only"]),
        ];
        for (error, expected) in cases {
            let said = told(&error, state);
            for part in expected {
                assert!(said.contains(part), "`{part}` is not in: {said}");
            }
        }
        let other = RunError::NoReport { run: "one".into() };
        assert_eq!(advice(&other, state), None);
        let unread = ArchiveError::Unreadable { path: lake, source: broken(13) };
        assert_eq!(advice(&unread, state), None, "it is not about writing");
    }
}
