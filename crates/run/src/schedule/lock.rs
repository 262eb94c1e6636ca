//! One scheduler per state folder.
//!
//! Rule: the operating system holds the lock and frees it when the process ends, however it ends; the
//! process id in the file is for people. On network folders such locks may not be seen by other
//! machines: the ledger's claims still keep a report from being sent twice.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};
use thiserror::Error;

const FILE_NAME: &str = "schedule.lock";

/// The lock; given back when dropped.
#[derive(Debug)]
pub struct Lock {
    // Closing the file gives the lock back.
    _file: File,
}

/// Why the lock was not given.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another scheduler is at work here.
    #[error("another scheduler (process {holder}) works on `{}`", state.display())]
    Held {
        /// Its process id, as far as it is known.
        holder: String,
        /// The state folder.
        state: PathBuf,
    },
    /// The lock file cannot be used.
    #[error("cannot lock `{}`", path.display())]
    File {
        /// The lock file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl LockError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "TDG-S02",
            Self::Held { .. } => "TDG-S01",
        }
    }
}

impl Lock {
    /// Takes the lock of a state folder; a lock left by a process that is gone is taken over.
    ///
    /// # Errors
    /// When another process holds it, or the file cannot be written.
    pub fn acquire(state: &Path) -> Result<Self, LockError> {
        let path = state.join(FILE_NAME);
        let failed = |source| LockError::File { path: path.clone(), source };
        fs::create_dir_all(state).map_err(failed)?;
        // Not truncated on opening: until the lock is ours the content is the holder's.
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default().trim().to_owned();
                return Err(LockError::Held { holder, state: state.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(failed)?;
        Ok(Self { _file: file })
    }
}
