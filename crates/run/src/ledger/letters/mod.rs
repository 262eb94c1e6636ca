//! The letter book: copies of mails as they left.
//!
//! Rule: what somebody got is shown byte for byte, whatever became of job, templates and program since. Readers of one
//! edition have one body, which is kept once. The book is no proof – receipts are – so it may be deleted, is kept within
//! days and bytes, and nobody goes without a mail because it has no room.

mod file;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use deliver::Mail;
use file::{FORM, clear, free, give_back, let_go, used};
use model::{
    fingerprint::Fingerprinter,
    id::{JobId, RunId},
    receipt::{DeliveryState, Receipt},
};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The least that a body shrinks by is a quarter, for it is base64; more effort brings nothing.
const EFFORT: i32 = 1;

/// How far back runs are looked for that the ledger does not know.
const LOOKED_BACK: TimeDelta = TimeDelta::days(14);

/// The last bytes of a disk are the ledger's, without which nothing is sent.
const LAST_ROOM: u64 = 64 << 20;

/// How much the letter book holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterLimits {
    /// Letters that left longer ago are let go; with 0 none is kept.
    pub days: u32,
    /// The oldest are let go until no more bytes than these are used.
    pub bytes: u64,
}

impl Default for LetterLimits {
    /// More than a year, for who asks about last year's report; two gibibytes.
    fn default() -> Self {
        Self { days: 400, bytes: 2 << 30 }
    }
}

/// Why the letter book could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LettersError {
    #[error("the letter book cannot be used: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("a letter cannot be packed or unpacked: {0}")]
    Packing(#[from] io::Error),
    #[error("the letter book holds a receipt that cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("the letter book has form {0}, this version knows {FORM}")]
    Newer(u32),
    #[error("the letter book cannot be written by this user")]
    ReadOnly,
    #[error("only {0} MiB are free: they are left to the ledger")]
    NoRoom(u64),
    #[error("{0}, and it is not tried again in this run")]
    GivenUp(String),
}

/// A copy of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Every byte of it, with its signature.
    pub message: Vec<u8>,
    /// Its subject.
    pub subject: String,
    /// Its text part.
    pub text: String,
}

/// What the book says of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// How far it got, when it was last written down.
    pub(crate) receipt: Receipt,
    /// When it left.
    pub(crate) left: DateTime<Utc>,
}

/// How much the book holds at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) letters: u64,
    pub(crate) bytes: u64,
    pub(crate) oldest: Option<DateTime<Utc>>,
}

/// The book of a state folder; its file is opened when it is needed.
#[derive(Debug)]
pub(crate) struct LetterBook {
    path: PathBuf,
    limits: LetterLimits,
    file: Mutex<Option<Connection>>,
    /// Why nothing more is written in this run: readers do not wait for a book that cannot be used, one by one.
    given_up: Mutex<Option<String>>,
}

impl LetterBook {
    /// The book beside a ledger.
    pub(crate) fn new(ledger: &Path, limits: LetterLimits) -> Self {
        Self {
            path: ledger.with_file_name("letters.sqlite"),
            limits,
            file: Mutex::default(),
            given_up: Mutex::default(),
        }
    }

    pub(super) fn within(self, limits: LetterLimits) -> Self {
        Self { limits, ..self }
    }

    /// Keeps a mail that is about to leave.
    pub(super) fn keep(&self, receipt: &Receipt, mail: &Mail<'_>) -> Result<(), LettersError> {
        let Some(wire) = receipt.wire.as_ref().filter(|_| self.limits.days > 0) else {
            return Ok(());
        };
        if let Some(free) = free(&self.path).filter(|free| *free < LAST_ROOM) {
            return Err(LettersError::NoRoom(free >> 20));
        }
        let (head, body) = mail.message.split_at(end_of_head(mail.message));
        let print = Fingerprinter::new("body").field(body).finish();
        self.write(|file| {
            let step = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let known: Option<u32> = step
                .query_row("SELECT 1 FROM bodies WHERE print = ?1", [&print], |row| row.get(0))
                .optional()?;
            if known.is_none() {
                let (message, text) = (pack(body)?, pack(mail.text.as_bytes())?);
                step.execute(
                    "INSERT INTO bodies VALUES (?1, ?2, ?3)",
                    params![print, message, text],
                )?;
            }
            step.execute(
                "INSERT OR REPLACE INTO letters VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    wire,
                    receipt.run.as_str(),
                    receipt.key.job.as_str(),
                    receipt.key.recipient,
                    stamp(receipt.changed),
                    serde_json::to_string(receipt)?,
                    mail.subject,
                    head,
                    print,
                ],
            )?;
            Ok(step.commit()?)
        })
    }

    /// Writes down what became of a letter; what nobody got is no letter.
    pub(super) fn settle(&self, receipt: &Receipt) -> Result<(), LettersError> {
        let Some(wire) = receipt.wire.as_ref().filter(|_| self.is_there()) else { return Ok(()) };
        let run = receipt.run.as_str();
        self.write(|file| {
            match receipt.state {
                DeliveryState::Sending => {}
                DeliveryState::Sent | DeliveryState::Unknown => {
                    let text = serde_json::to_string(receipt)?;
                    let change = "UPDATE letters SET receipt = ?3 WHERE wire = ?1 AND run = ?2";
                    file.execute(change, params![wire, run, text])?;
                }
                DeliveryState::Pending | DeliveryState::Failed => {
                    let gone = "DELETE FROM letters WHERE wire = ?1 AND run = ?2";
                    file.execute(gone, params![wire, run])?;
                }
            }
            Ok(())
        })
    }

    /// What left for somebody, the earliest first.
    pub(crate) fn of(&self, job: &JobId, recipient: &str) -> Result<Vec<Entry>, LettersError> {
        if !self.is_there() {
            return Ok(Vec::new());
        }
        self.with(|file| {
            let mut query = file.prepare(
                "SELECT receipt, left_at FROM letters WHERE job = ?1 AND recipient = ?2
                 ORDER BY left_at, rowid",
            )?;
            let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
            let rows = query.query_map(params![job.as_str(), recipient], read)?;
            rows.map(|row| {
                let (receipt, left) = row?;
                let receipt: Receipt = serde_json::from_str(&receipt)?;
                Ok(Entry { left: moment(&left).unwrap_or(receipt.changed), receipt })
            })
            .collect()
        })
    }

    /// The letter of a receipt; `None` when it was not kept, or was let go.
    pub(crate) fn letter(&self, receipt: &Receipt) -> Result<Option<Letter>, LettersError> {
        let Some(wire) = receipt.wire.as_ref().filter(|_| self.is_there()) else { return Ok(None) };
        self.with(|file| {
            let read = |row: &Row<'_>| {
                let blob = |at: usize| row.get::<_, Vec<u8>>(at);
                Ok((blob(0)?, blob(1)?, blob(2)?, row.get::<_, String>(3)?))
            };
            let found = file
                .query_row(
                    "SELECT head, message, text, subject FROM letters JOIN bodies ON print = body
                     WHERE wire = ?1 AND run = ?2",
                    params![wire, receipt.run.as_str()],
                    read,
                )
                .optional()?;
            let Some((mut message, body, text, subject)) = found else { return Ok(None) };
            message.extend(zstd::decode_all(body.as_slice())?);
            let text = String::from_utf8_lossy(&zstd::decode_all(text.as_slice())?).into_owned();
            Ok(Some(Letter { message, subject, text }))
        })
    }

    /// The runs of the letters of the last two weeks that there are, and when each last mailed, the latest first; none where
    /// the book cannot be read.
    pub(super) fn runs(&self) -> Vec<(RunId, DateTime<Utc>)> {
        let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let runs = self.is_there().then(|| {
            self.with(|file| {
                let last = "SELECT max(left_at) FROM letters";
                let last: Option<String> = file.query_row(last, [], |row| row.get(0))?;
                let Some(last) = last.as_deref().and_then(moment) else { return Ok(Vec::new()) };
                let mut query = file.prepare(
                    "SELECT run, max(left_at) FROM letters WHERE left_at >= ?1 GROUP BY run
                     ORDER BY 2 DESC",
                )?;
                let rows = query.query_map([stamp(last - LOOKED_BACK)], read)?;
                Ok(rows.collect::<Result<Vec<_>, _>>()?)
            })
        });
        let runs = runs.and_then(Result::ok).unwrap_or_default().into_iter();
        runs.filter_map(|(run, left)| Some((RunId::new(run), moment(&left)?))).collect()
    }

    /// The receipts of the letters that a run mailed, as they were last written down; none where the book cannot be read.
    pub(super) fn receipts_by(&self, run: &RunId) -> Vec<Receipt> {
        let read = self.is_there().then(|| {
            self.with(|file| {
                let mut query = file.prepare("SELECT receipt FROM letters WHERE run = ?1")?;
                let rows = query.query_map([run.as_str()], |row| row.get::<_, String>(0))?;
                rows.map(|row| Ok(serde_json::from_str(&row?)?)).collect()
            })
        });
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// How much there is; `None` before the first letter.
    pub(crate) fn held(&self) -> Result<Option<Held>, LettersError> {
        if !self.is_there() {
            return Ok(None);
        }
        self.with(|file| {
            let read =
                |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?));
            let (letters, oldest) =
                file.query_row("SELECT count(*), min(left_at) FROM letters", [], read)?;
            let oldest = oldest.as_deref().and_then(moment);
            let letters = u64::try_from(letters).unwrap_or_default();
            Ok(Some(Held { letters, bytes: used(file)?, oldest }))
        })
    }

    /// Lets go what is too old, and the oldest where there is too much; a run begins with it.
    pub(crate) fn sweep(&self, now: DateTime<Utc>) -> Result<(), LettersError> {
        *self.given_up.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if !self.is_there() {
            return Ok(());
        }
        let kept = TimeDelta::days(i64::from(self.limits.days));
        let first = now.checked_sub_signed(kept).unwrap_or(DateTime::UNIX_EPOCH);
        self.write(|file| {
            file.execute("DELETE FROM letters WHERE left_at < ?1", [stamp(first)])?;
            clear(file)?;
            while used(file)? > self.limits.bytes && let_go(file, self.limits.bytes)? > 0 {
                clear(file)?;
            }
            give_back(file)
        })
    }

    fn is_there(&self) -> bool {
        self.path.exists()
    }

    /// Whether it can be written, looked at without a change.
    pub(crate) fn probe(&self) -> Result<(), LettersError> {
        if !self.is_there() {
            return Ok(());
        }
        self.with(|file| {
            if file.is_readonly("main")? {
                return Err(LettersError::ReadOnly);
            }
            let step = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
            Ok(step.rollback()?)
        })
    }

    /// Changes the book, unless it could not be changed before in this run.
    fn write<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, LettersError>,
    ) -> Result<T, LettersError> {
        let mut given_up = self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reason) = &*given_up {
            return Err(LettersError::GivenUp(reason.clone()));
        }
        let written = self.with(work);
        *given_up = written.as_ref().err().map(ToString::to_string);
        written
    }

    /// Opens the file, or makes it, and does something with it.
    fn with<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, LettersError>,
    ) -> Result<T, LettersError> {
        let mut opened = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match &mut *opened {
            Some(connection) => connection,
            none => none.insert(file::open(&self.path)?),
        };
        work(connection)
    }
}

fn pack(bytes: &[u8]) -> Result<Vec<u8>, LettersError> {
    Ok(zstd::encode_all(bytes, EFFORT)?)
}

/// Where the head of a message ends, with the empty line behind it.
fn end_of_head(message: &[u8]) -> usize {
    let found = message.windows(4).position(|window| window == b"\r\n\r\n");
    found.map_or(message.len(), |at| at + 4)
}

/// A moment whose text sorts by time.
fn stamp(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc())
}
