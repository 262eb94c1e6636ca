//! SQLite files that several processes open at once.
//!
//! Rule: whoever comes while another one makes the file waits for it. SQLite waits by itself for a lock, but not where two
//! that both read want to write, which is what a new file that is turned to a write-ahead log asks of them: that is
//! refused at once, and tried again here.

use rusqlite::{Connection, ErrorCode};
use std::{path::Path, thread, time::Duration};

/// How long another process may hold the file before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one try to turn to a write-ahead log may wait, and the pause after it.
const TRY: Duration = Duration::from_millis(90);
const PAUSE: Duration = Duration::from_millis(10);

/// Opens or creates the file `path`, with a write-ahead log, so that readers do not wait for writers.
///
/// # Errors
/// A file that cannot be opened, is none of SQLite's, or is held by another process for half a minute.
pub fn open(path: &Path) -> Result<Connection, rusqlite::Error> {
    open_within(path, PATIENCE)
}

/// The same where another process is waited for so long, and no longer afterwards either.
///
/// # Errors
/// As [`open`], with that patience.
pub fn open_within(path: &Path, patience: Duration) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(TRY)?;
    let turn = || connection.pragma_update(None, "journal_mode", "wal");
    let mut turned = turn();
    let tries = patience.as_millis() / (TRY + PAUSE).as_millis();
    for _ in 0..tries {
        match &turned {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                thread::sleep(PAUSE);
                turned = turn();
            }
            _ => break,
        }
    }
    turned?;
    connection.busy_timeout(patience)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_may_make_one_file_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        for round in 0..100 {
            let path = folder.path().join(format!("{round}.sqlite"));
            let opened: Vec<Result<(), String>> = thread::scope(|scope| {
                let one = || open(&path).map(drop).map_err(|error| error.to_string());
                let all: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
                all.into_iter().map(|one| one.join().expect("it ends")).collect()
            });
            assert_eq!(opened, vec![Ok(()); 8], "round {round}");
        }
    }
}
