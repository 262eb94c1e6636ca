//! The ledger: what ran, what was delivered, and who is at it now.
//!
//! Rule: what the ledger says survives a power cut, and what it cannot know it does not say. One SQLite
//! file; every change is one transaction; several processes may use it at once.

mod holds;
mod letters;
mod moments;
mod older;
mod places;
mod process;
mod put_off;
mod receipts;
mod runs;
mod slots;
mod sqlite;
mod watch;

#[cfg(test)]
mod tests;

pub use holds::Hold;
pub(crate) use letters::{Entry, Held, LetterBook};
pub use letters::{Letter, LetterLimits};
pub use older::refuse_older;
pub use put_off::Serves;
pub(crate) use put_off::is_correction;
pub use receipts::Word;
pub(crate) use receipts::doubt;
pub use runs::StoredRun;
pub use slots::{SlotClaim, SlotGuard};

use process::Process;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use thiserror::Error;

/// The ledger of a state folder.
#[derive(Debug)]
pub struct Ledger {
    connection: Mutex<Connection>,
    this: Process,
    letters: LetterBook,
    /// The folder it lies in.
    state: PathBuf,
}

/// Why the ledger could not be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The folder of the ledger cannot be made.
    #[error("cannot make the folder of `{}`", path.display())]
    Folder {
        /// The ledger.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file was written by a newer version.
    #[error(
        "the ledger has form {found}, this version knows {known}\nhelp: use the version of tidings that wrote it, or a newer one"
    )]
    Newer {
        /// Its form.
        found: usize,
        /// The newest form known here.
        known: usize,
    },
    /// The file cannot be read or written.
    #[error("the ledger cannot be used")]
    Sqlite(#[from] rusqlite::Error),
    /// A stored value is not what it should be.
    #[error("the ledger holds a {what} that cannot be read")]
    Unreadable {
        /// Which kind of value.
        what: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A run that is not in the ledger cannot be updated.
    #[error("run `{0}` was never opened")]
    NoRun(String),
    /// A run delivers without having claimed its slot.
    #[error("run `{0}` delivers without a slot; claim one first")]
    NoSlot(String),
    /// A receipt would change in a way that no delivery can.
    #[error("a delivery cannot go from {from} to {to}, or belongs to another run")]
    Transition {
        /// The state in the ledger.
        from: String,
        /// The state that was to be written.
        to: String,
    },
}

impl LedgerError {
    /// The stable code, documented in the reference.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "TDG-L01",
            Self::Newer { .. } => "TDG-L02",
            Self::Sqlite(_) => "TDG-L03",
            Self::Unreadable { .. } => "TDG-L04",
            Self::NoRun(_) => "TDG-L05",
            Self::NoSlot(_) => "TDG-L06",
            Self::Transition { .. } => "TDG-L07",
        }
    }
}

impl Ledger {
    /// Opens the ledger, makes it if there is none, and brings an older one to the present form.
    ///
    /// # Errors
    /// When the file cannot be used or was written by a newer version.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let letters = LetterBook::new(path, LetterLimits::default());
        let state = path.parent().unwrap_or(path).to_owned();
        let connection = Mutex::new(sqlite::open(path)?);
        Ok(Self { connection, this: Process::this(), letters, state })
    }

    /// The same ledger, whose copies of mails stay within limits.
    #[must_use]
    pub fn with_letters(self, limits: LetterLimits) -> Self {
        Self { letters: self.letters.within(limits), ..self }
    }

    /// The copies of mails beside the ledger.
    pub(crate) fn letters(&self) -> &LetterBook {
        &self.letters
    }

    /// Runs `change` in one transaction that shuts out every other writer from its start.
    fn change<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        // A panic elsewhere cannot leave half a transaction behind: it is rolled back when dropped.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = change(&step)?;
        step.commit()?;
        Ok(result)
    }

    /// Runs `read` on one state of the file.
    fn read<T>(
        &self,
        read: impl FnOnce(&Transaction<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        read(&connection.transaction()?)
    }
}
