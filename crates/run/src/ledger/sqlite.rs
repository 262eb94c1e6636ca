//! The SQLite file: opening, migrating, and the form of stored values.

use super::LedgerError;
use rusqlite::{Connection, TransactionBehavior};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

/// The steps from an empty file to the present form; a step that was ever released is never changed.
pub(super) const MIGRATIONS: [&str; 5] = [
    include_str!("migrations/0001_runs.sql"),
    include_str!("migrations/0002_receipts.sql"),
    include_str!("migrations/0003_slots.sql"),
    include_str!("migrations/0004_holds.sql"),
    include_str!("migrations/0005_mailboxes.sql"),
];

/// Opens the file and brings it to the present form.
pub(super) fn open(path: &Path) -> Result<Connection, LedgerError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|source| LedgerError::Folder { path: path.to_owned(), source })?;
    }
    let mut connection = engine::shared::open(path)?;
    // Every commit survives a power cut: intents and receipts are worth nothing otherwise.
    connection.pragma_update(None, "synchronous", "full")?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Each step and its version number are one transaction; two processes at once take turns.
fn migrate(connection: &mut Connection) -> Result<(), LedgerError> {
    loop {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: u32 = step.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let done = version as usize;
        if done > MIGRATIONS.len() {
            return Err(LedgerError::Newer { found: done, known: MIGRATIONS.len() });
        }
        let Some(migration) = MIGRATIONS.get(done) else {
            return Ok(());
        };
        step.execute_batch(migration)?;
        step.pragma_update(None, "user_version", version + 1)?;
        step.commit()?;
    }
}

/// A value's stored form.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("every stored type serializes to JSON")
}

/// A value from its stored form; `what` names it when it cannot be read.
pub(super) fn parse<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, LedgerError> {
    serde_json::from_str(text).map_err(|source| LedgerError::Unreadable { what, source })
}

/// A simple value as its bare word, e.g. `sent`.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    json(value).trim_matches('"').to_owned()
}
