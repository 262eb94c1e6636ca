//! The file of the letter book: made, measured, and given back to the disk.

use super::LettersError;
use rusqlite::{Connection, TransactionBehavior};
use std::{path::Path, time::Duration};

/// The form of the file.
pub(super) const FORM: u32 = 1;

const TABLES: &str = "
    CREATE TABLE bodies (print TEXT PRIMARY KEY, message BLOB NOT NULL, text BLOB NOT NULL) STRICT;
    CREATE TABLE letters (
        wire      TEXT NOT NULL,
        run       TEXT NOT NULL,
        job       TEXT NOT NULL,
        recipient TEXT NOT NULL,
        left_at   TEXT NOT NULL,
        receipt   TEXT NOT NULL,
        subject   TEXT NOT NULL,
        head      BLOB NOT NULL,
        body      TEXT NOT NULL,
        PRIMARY KEY (wire, run)
    ) STRICT;
    CREATE INDEX letters_of ON letters (job, recipient);
    CREATE INDEX letters_by_body ON letters (body);
    CREATE INDEX letters_by_age ON letters (left_at, run);
";

/// How long another process may hold the book before it is given up.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn open(path: &Path) -> Result<Connection, LettersError> {
    let mut connection = engine::shared::open_within(path, PATIENCE)?;
    // A power cut may cost the latest copies, never the file.
    connection.pragma_update(None, "synchronous", "normal")?;
    match form(&connection)? {
        0 => make(&mut connection)?,
        FORM => {}
        other => return Err(LettersError::Newer(other)),
    }
    Ok(connection)
}

fn form(file: &Connection) -> Result<u32, LettersError> {
    Ok(file.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Makes the tables, unless another process has made them meanwhile.
fn make(file: &mut Connection) -> Result<(), LettersError> {
    // Works before there is a table only.
    file.pragma_update(None, "auto_vacuum", "incremental")?;
    file.execute_batch("VACUUM")?;
    let step = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if form(&step)? == 0 {
        step.execute_batch(TABLES)?;
        step.pragma_update(None, "user_version", FORM)?;
    }
    Ok(step.commit()?)
}

/// The bytes that are free where the book lies; nothing where that is not known.
pub(super) fn free(path: &Path) -> Option<u64> {
    let known = rustix::fs::statvfs(path.parent()?).ok()?;
    Some(known.f_bavail.saturating_mul(known.f_frsize))
}

/// The bytes that are in use.
pub(super) fn used(file: &Connection) -> Result<u64, LettersError> {
    let ask = |name: &str| -> Result<u64, LettersError> {
        let found: i64 = file.pragma_query_value(None, name, |row| row.get(0))?;
        Ok(u64::try_from(found).unwrap_or_default())
    };
    Ok(ask("page_count")?.saturating_sub(ask("freelist_count")?).saturating_mul(ask("page_size")?))
}

/// Clears away the bodies of letters that are gone, also of those that a relay refused.
pub(super) fn clear(file: &Connection) -> Result<(), LettersError> {
    let gone = "DELETE FROM bodies WHERE NOT EXISTS (SELECT 1 FROM letters WHERE body = print)";
    file.execute(gone, [])?;
    Ok(())
}

/// Lets go the oldest runs, whose letters left at one moment each: half of those that there seem to be too many of, at
/// least one; how many letters those were.
pub(super) fn let_go(file: &Connection, bytes: u64) -> Result<usize, LettersError> {
    let runs: i64 =
        file.query_row("SELECT count(DISTINCT left_at) FROM letters", [], |row| row.get(0))?;
    let used = used(file)?.max(1);
    let runs = u64::try_from(runs).unwrap_or_default();
    let too_many = runs.saturating_mul(used.saturating_sub(bytes)) / used / 2;
    let gone = "DELETE FROM letters WHERE left_at IN
        (SELECT DISTINCT left_at FROM letters ORDER BY left_at LIMIT ?1)";
    Ok(file.execute(gone, [i64::try_from(too_many.max(1)).unwrap_or(i64::MAX)])?)
}

/// Gives what is no longer used back to the disk.
pub(super) fn give_back(file: &Connection) -> Result<(), LettersError> {
    let mut step = file.prepare("PRAGMA incremental_vacuum")?;
    let mut rows = step.query([])?;
    while rows.next()?.is_some() {}
    drop(rows);
    // Only then does the file itself become shorter; while another run reads it, the next one does so.
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}
