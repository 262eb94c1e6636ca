//! SQLite files: each value by its own storage class, as a column's type binds nobody.
//!
//! Method: the file is opened for reading only; one `SELECT` sees one moment. In a file, dates are texts and ordered
//! sign by sign: the cursor must be written alike in all rows, and rows where it is not are asked for so that they are
//! seen and refused.

use super::{
    CONNECTING, Question,
    cursor::{self, Mark},
    engine::Engine,
    lines::{Handed, Lines, hexadecimal},
    spec::ParameterSpec,
};
use rusqlite::{
    Connection, Error, ErrorCode, OpenFlags,
    types::{Value, ValueRef},
};
use std::{borrow::Cow, path::Path, sync::mpsc::SyncSender, time::Instant};

/// How many steps of its machine pass between two looks at the clock.
const STEPS: i32 = 10_000;

pub(super) fn ask(
    path: &Path,
    question: &Question,
    hand_on: &SyncSender<Handed>,
) -> Result<(), String> {
    let told = |error: Error| told(&error, question);
    let mut connection = open(path, question).map_err(told)?;
    let until = Instant::now() + question.timeout;
    connection.progress_handler(STEPS, Some(move || Instant::now() > until)).map_err(told)?;
    let plain = connection.prepare(&question.statement.text).map_err(told)?;
    let names: Vec<String> = plain.column_names().map(str::to_owned).collect();
    let mut lines = Lines::new(question, &names, hand_on)?;
    let (text, values) = wrapped(question);
    let mut statement = connection.prepare(&text).map_err(told)?;
    let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(told)?;
    while let Some(row) = rows.next().map_err(told)? {
        let cursor_at = lines.cursor_at();
        let fields = (0..names.len()).map(|index| {
            let value = row.get_ref(index).map_err(told)?;
            if cursor_at == Some(index) {
                check_cursor(value)?
            }
            Ok(text_of(value))
        });
        if !lines.row(fields) {
            return Ok(());
        }
    }
    lines.end();
    Ok(())
}

fn open(path: &Path, question: &Question) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(CONNECTING.min(question.timeout))?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// A number in a text would be ordered sign by sign, `10` before `9`.
fn check_cursor(value: ValueRef<'_>) -> Result<(), String> {
    let is_countable = match value {
        ValueRef::Null | ValueRef::Integer(_) => true,
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            !matches!(cursor::read(&text), Ok((Mark::Number(_), _)))
        }
        ValueRef::Real(_) | ValueRef::Blob(_) => false,
    };
    match is_countable {
        true => Ok(()),
        false => {
            Err("a cursor is stored as a whole number, or as the text of a date or moment".into())
        }
    }
}

/// The question from the bookmark on and in the cursor's order.
fn wrapped(question: &Question) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = question.statement.values.iter().map(bound).collect();
    let mut text = format!("SELECT q.* FROM (\n{}\n) AS q", question.statement.text);
    if let Some(cursor) = &question.cursor {
        let cursor = format!("q.{}", Engine::Sqlite.quoted(cursor));
        if let Some((from, shown)) = &question.from {
            let mark = Engine::Sqlite.mark(values.len() + 1);
            // Whatever is ordered elsewhere comes too, and is refused.
            let (value, other) = match from {
                Mark::Number(number) => {
                    (Value::Integer(*number), format!("typeof({cursor}) <> 'integer'"))
                }
                Mark::Moment(_) => {
                    let form = Engine::Sqlite.mark(values.len() + 2);
                    let other = format!("typeof({cursor}) <> 'text' OR {cursor} NOT GLOB {form}");
                    (Value::Text(shown.clone()), other)
                }
            };
            values.push(value);
            if let Mark::Moment(_) = from {
                values.push(Value::Text(glob(shown)));
            }
            text.push_str(&format!(" WHERE {cursor} >= {mark} OR {cursor} IS NULL OR {other}"));
        }
        text.push_str(&format!(" ORDER BY {cursor}"));
    }
    (text, values)
}

/// The pattern of texts with digits at the same places.
fn glob(text: &str) -> String {
    text.chars()
        .map(|sign| if sign.is_ascii_digit() { "[0-9]".into() } else { sign.to_string() })
        .collect()
}

fn bound(value: &ParameterSpec) -> Value {
    match value {
        ParameterSpec::Flag(flag) => Value::Integer((*flag).into()),
        ParameterSpec::Whole(number) => Value::Integer(*number),
        ParameterSpec::Text(text) => Value::Text(text.clone()),
    }
}

/// A value as text.
fn text_of(value: ValueRef<'_>) -> Option<Cow<'_, [u8]>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string().into_bytes().into()),
        ValueRef::Real(number) => Some(number.to_string().into_bytes().into()),
        ValueRef::Text(bytes) => Some(bytes.into()),
        ValueRef::Blob(bytes) => Some(hexadecimal(bytes).into()),
    }
}

/// What went wrong, and what to do.
fn told(error: &Error, question: &Question) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => {
            format!("no whole answer within {} s (`timeout_seconds`)", question.timeout.as_secs())
        }
        Some(ErrorCode::CannotOpen) => "it is not there, or cannot be read".into(),
        _ => match error {
            Error::SqliteFailure(_, Some(message)) => message.clone(),
            Error::SqlInputError { msg, .. } => msg.clone(),
            other => other.to_string(),
        },
    }
}
