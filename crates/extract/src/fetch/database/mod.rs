//! Databases over a real connection: PostgreSQL, MySQL and MariaDB, SQLite files.
//!
//! Rule: the session can only read, values are bound, and every value arrives as the database's own text of it, so that
//! no decimal passes through a float. A thread of its own asks, so that a server that falls silent costs its time limit
//! and no more.

mod address;
mod cursor;
mod engine;
mod lines;
mod mysql;
mod postgres;
mod reach;
mod spec;
mod sqlite;
mod statement;
mod tls;

pub use spec::{DatabaseSpec, OverlapSpec, ParameterSpec};

use super::{
    Remark,
    landing::{Kind, Landing, Written},
};
use crate::contract::Contract;
use address::Address;
use chrono::NaiveDateTime;
use cursor::{Bookmark, Last, Mark};
use engine::Engine;
use lines::Handed;
use model::context::RunContext;
use serde_json::json;
use statement::Statement;
use std::{
    io::{self, Write},
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

/// How long a connection may take, and by how much our own patience is longer than the server's.
const CONNECTING: Duration = Duration::from_secs(15);

/// How many blocks of lines may wait to be written.
const WAITING: usize = 4;

/// What is asked.
struct Question {
    statement: Statement,
    cursor: Option<String>,
    /// From where on, in two forms; from the beginning when absent.
    from: Option<(Mark, String)>,
    /// How far the rows of earlier runs reach.
    reached: Option<String>,
    /// The rows that the last run was told.
    seen: Vec<String>,
    /// The last of them by their keys.
    last: Vec<Last>,
    /// The moment of the run, in UTC.
    now: NaiveDateTime,
    /// The folder with what was fetched, for messages.
    landing: String,
    /// The names of each column of the contract's key.
    key: Vec<Vec<String>>,
    /// Whether cursors are texts to the database, ordered sign by sign.
    cursor_keeps_form: bool,
    /// The names of each column that the contract needs.
    wanted: Vec<Vec<String>>,
    most_rows: u64,
    timeout: Duration,
}

/// Who is asked.
enum Place {
    Server(Engine, Address),
    File(PathBuf, String),
}

/// Brings the new rows of a database, or all of them where the contract names no cursor.
pub(super) fn fetch(
    spec: &DatabaseSpec,
    contract: &Contract,
    landing: &mut Landing,
    cx: &RunContext,
) -> Result<Vec<Remark>, String> {
    let (engine, place) = spec.engine().ok_or("the contract names no database")?;
    let place = match engine {
        Engine::Sqlite => Place::File(cx.data.join(place), place.to_owned()),
        _ => Place::Server(engine, Address::of(engine, place, spec, cx)?),
    };
    let name = format!("{place}, {}", spec.asked());
    let now = cx.now.naive_utc();
    bring(spec, (engine, place), contract, landing, now)
        .map_err(|reason| format!("{name}: {reason}"))
}

fn bring(
    spec: &DatabaseSpec,
    (engine, place): (Engine, Place),
    contract: &Contract,
    landing: &mut Landing,
    now: NaiveDateTime,
) -> Result<Vec<Remark>, String> {
    let question = question(spec, engine, contract, landing, now)?;
    let kind = if question.cursor.is_some() { Kind::Further } else { Kind::Whole };
    let patience = question.timeout + CONNECTING;
    let (hand_on, handed) = sync_channel(WAITING);
    let ask = move || ask(&place, &question, &hand_on);
    thread::Builder::new().name("database".into()).spawn(ask).map_err(|error| error.to_string())?;
    let limits = &contract.source.limits;
    let mut remarks = Vec::new();
    landing.add(&kind, "jsonl.zst", |file| {
        let mut packed = Counted { file, bytes: 0 };
        let (bytes, bookmark, told) = write(&handed, patience, &mut packed)?;
        remarks = told;
        let most = limits.bytes(Some(packed.bytes));
        if bytes > most {
            let reason = limits.exceeded(Some(packed.bytes), bytes);
            return Err(format!("what was fetched {reason}"));
        }
        Ok(Written { has_rows: bytes > 0, bookmark: json!(bookmark) })
    })?;
    Ok(remarks)
}

fn question(
    spec: &DatabaseSpec,
    engine: Engine,
    contract: &Contract,
    landing: &Landing,
    now: NaiveDateTime,
) -> Result<Question, String> {
    let bookmark = Bookmark::of(landing.bookmark())?;
    if let Some(reached) = &bookmark.cursor
        && cursor::read(reached).is_ok_and(|(mark, _)| reach::is_ahead(mark, now))
    {
        return Err(format!(
            "rows up to `{reached}` were fetched before, which is after this run, so newer rows would never be seen; \
             delete `{}` in the state folder, and the next run fetches all rows anew",
            landing.name()
        ));
    }
    let from = match (&bookmark.cursor, spec.overlap()) {
        (Some(reached), Some(overlap)) => Some(cursor::back(reached, overlap)?),
        _ => None,
    };
    let needed = |column: &&crate::contract::Column| column.is_in_rows() && !column.may_be_absent;
    Ok(Question {
        statement: statement::marked(engine, &spec.text(engine), &spec.parameters)?,
        cursor: spec.cursor.clone(),
        from,
        reached: bookmark.cursor,
        seen: bookmark.seen,
        last: bookmark.last,
        now,
        landing: landing.name().to_owned(),
        key: contract
            .columns
            .iter()
            .filter(|column| contract.key.contains(&column.name))
            .map(|column| column.aliases.to_vec())
            .collect(),
        cursor_keeps_form: engine == Engine::Sqlite,
        wanted: contract
            .columns
            .iter()
            .filter(needed)
            .map(|column| column.aliases.to_vec())
            .collect(),
        most_rows: contract.source.limits.rows(),
        timeout: spec.timeout(),
    })
}

/// Asks, and says in the end how it went.
fn ask(place: &Place, question: &Question, hand_on: &SyncSender<Handed>) {
    let outcome = match place {
        Place::File(path, _) => sqlite::ask(path, question, hand_on),
        Place::Server(Engine::MySql, address) => mysql::ask(address, question, hand_on),
        Place::Server(_, address) => postgres::ask(address, question, hand_on),
    };
    if let Err(reason) = outcome {
        // Nobody is there to hear it: the time is over.
        let _ = hand_on.send(Handed::Failed(reason));
    }
}

/// Writes the lines that come; says how many bytes they are, and how far they reach.
fn write(
    handed: &Receiver<Handed>,
    patience: Duration,
    file: &mut Counted<'_>,
) -> Result<(u64, Bookmark, Vec<Remark>), String> {
    let began = Instant::now();
    let told = |error: io::Error| error.to_string();
    let mut packed = zstd::stream::write::Encoder::new(file, 0).map_err(told)?;
    let mut bytes = 0;
    loop {
        match handed.recv_timeout(patience.saturating_sub(began.elapsed())) {
            Ok(Handed::Lines(lines)) => {
                packed.write_all(&lines).map_err(told)?;
                bytes += lines.len() as u64;
            }
            Ok(Handed::End(bookmark, remarks)) => {
                packed.finish().map_err(told)?;
                return Ok((bytes, bookmark, remarks));
            }
            Ok(Handed::Failed(reason)) => return Err(reason),
            Err(RecvTimeoutError::Timeout) => {
                let patience = patience.as_secs();
                return Err(format!("no whole answer within {patience} s (`timeout_seconds`)"));
            }
            Err(RecvTimeoutError::Disconnected) => return Err("the answer broke off".into()),
        }
    }
}

/// A file that counts what is written into it.
struct Counted<'a> {
    file: &'a mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(_, name) => write!(f, "SQLite file `{name}`"),
            Self::Server(engine, address) => write!(f, "{} at `{address}`", engine.name()),
        }
    }
}
