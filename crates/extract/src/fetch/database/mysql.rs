//! MySQL and MariaDB, by the binary protocol: decimals come as text, whole numbers and dates by their parts.
//!
//! Method: a read-only session and a transaction that sees one moment, in UTC. The question is prepared to learn its
//! columns, then asked as a subselect. Rows are streamed.

use super::{
    CONNECTING, Question,
    address::Address,
    cursor::Mark,
    engine::Engine,
    lines::{Handed, Lines, hexadecimal},
    spec::ParameterSpec,
    tls,
};
use ::mysql::{
    Column, Conn, Error, OptsBuilder, Params, SslOpts, Value, consts::ColumnType,
    prelude::Queryable,
};
use std::{borrow::Cow, sync::mpsc::SyncSender, time::Duration};

/// The character set of bytes that are no text.
const BINARY: u16 = 63;

pub(super) fn ask(
    address: &Address,
    question: &Question,
    hand_on: &SyncSender<Handed>,
) -> Result<(), String> {
    let told = |error: Error| told(&error, address, question.timeout);
    let mut connection = Conn::new(options(address, question.timeout)?).map_err(told)?;
    let version: Option<String> = connection.query_first("SELECT VERSION()").map_err(told)?;
    for statement in session(version.unwrap_or_default().contains("MariaDB"), question.timeout) {
        connection.query_drop(statement).map_err(told)?;
    }
    let plain = connection.prep(&question.statement.text).map_err(told)?;
    let columns = plain.columns().to_vec();
    let names: Vec<String> = columns.iter().map(|column| column.name_str().into_owned()).collect();
    let mut lines = Lines::new(question, &names, hand_on)?;
    let (text, values) = wrapped(&columns, question)?;
    let statement = connection.prep(text).map_err(told)?;
    let mut rows = connection.exec_iter(statement, values).map_err(told)?;
    for row in rows.by_ref() {
        let row = row.map_err(told)?;
        let fields = columns.iter().enumerate().map(|(index, column)| {
            let value = row.as_ref(index).ok_or("the server left out a column")?;
            Ok(text_of(value, column))
        });
        if !lines.row(fields) {
            return Ok(());
        }
    }
    lines.end();
    Ok(())
}

fn options(address: &Address, timeout: Duration) -> Result<OptsBuilder, String> {
    let options = OptsBuilder::new()
        .ip_or_hostname(Some(&address.host))
        .tcp_port(address.port)
        .user(Some(&address.user))
        .pass(address.password.as_ref().map(|password| password.reveal()))
        .db_name(Some(&address.database))
        .prefer_socket(false)
        .tcp_connect_timeout(Some(CONNECTING))
        .read_timeout(Some(timeout + CONNECTING))
        .write_timeout(Some(CONNECTING));
    if !address.tls {
        return Ok(options);
    }
    // Read here too, for a refusal in our words; the connection wants the file.
    tls::own(address)?;
    // The connection takes the process's provider; it stays the same whoever comes first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(options.ssl_opts(SslOpts::default().with_root_cert_path(address.root_certificate.clone())))
}

/// What holds for the whole session.
fn session(is_mariadb: bool, timeout: Duration) -> Vec<String> {
    let limit = match is_mariadb {
        true => format!("SET SESSION max_statement_time = {}", timeout.as_secs()),
        false => format!("SET SESSION max_execution_time = {}", timeout.as_millis()),
    };
    vec![
        "SET NAMES utf8mb4".to_owned(),
        "SET SESSION time_zone = '+00:00'".to_owned(),
        // A question means the same on every server.
        "SET SESSION sql_mode = 'ONLY_FULL_GROUP_BY'".to_owned(),
        limit,
        format!("SET SESSION lock_wait_timeout = {}", timeout.as_secs()),
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ".to_owned(),
        "SET SESSION TRANSACTION READ ONLY".to_owned(),
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY".to_owned(),
    ]
}

/// The question from the bookmark on and in the cursor's order.
fn wrapped(columns: &[Column], question: &Question) -> Result<(String, Params), String> {
    let mut values: Vec<Value> = question.statement.values.iter().map(bound).collect();
    let mut text = format!("SELECT q.* FROM (\n{}\n) AS q", question.statement.text);
    if let Some(cursor) = &question.cursor {
        use ColumnType as T;
        let column = columns.iter().find(|column| column.name_str() == *cursor);
        let kind = column.map_or(T::MYSQL_TYPE_NULL, Column::column_type);
        let numbers = [
            T::MYSQL_TYPE_TINY,
            T::MYSQL_TYPE_SHORT,
            T::MYSQL_TYPE_INT24,
            T::MYSQL_TYPE_LONG,
            T::MYSQL_TYPE_LONGLONG,
        ];
        let times = [T::MYSQL_TYPE_DATE, T::MYSQL_TYPE_DATETIME, T::MYSQL_TYPE_TIMESTAMP];
        if !numbers.contains(&kind) && !times.contains(&kind) {
            return Err(format!(
                "the cursor `{cursor}` is of the type {kind:?}; a whole number, a date or a timestamp is needed"
            ));
        }
        let cursor = format!("q.{}", Engine::MySql.quoted(cursor));
        if let Some((from, _)) = &question.from {
            let (mark, value) = match from {
                Mark::Number(number) => ("?", Value::Int(*number)),
                Mark::Moment(moment) => {
                    let text = moment.format("%Y-%m-%d %H:%M:%S").to_string();
                    ("CAST(? AS DATETIME)", Value::Bytes(text.into_bytes()))
                }
            };
            values.push(value);
            text.push_str(&format!(" WHERE {cursor} >= {mark} OR {cursor} IS NULL"));
        }
        text.push_str(&format!(" ORDER BY {cursor}"));
    }
    let values = if values.is_empty() { Params::Empty } else { Params::Positional(values) };
    Ok((text, values))
}

fn bound(value: &ParameterSpec) -> Value {
    match value {
        ParameterSpec::Flag(flag) => Value::Int((*flag).into()),
        ParameterSpec::Whole(number) => Value::Int(*number),
        ParameterSpec::Text(text) => Value::Bytes(text.clone().into_bytes()),
    }
}

/// A value as text.
fn text_of<'a>(value: &'a Value, column: &Column) -> Option<Cow<'a, [u8]>> {
    use ColumnType as T;
    let text = match value {
        Value::NULL => return None,
        Value::Bytes(bytes) => match column.column_type() {
            T::MYSQL_TYPE_BIT if bytes.len() <= 8 => {
                bytes.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte)).to_string()
            }
            T::MYSQL_TYPE_JSON | T::MYSQL_TYPE_NEWDECIMAL | T::MYSQL_TYPE_DECIMAL => {
                return Some(bytes.into());
            }
            _ if column.character_set() == BINARY => return Some(hexadecimal(bytes).into()),
            _ => return Some(bytes.into()),
        },
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            let day = format!("{year:04}-{month:02}-{day:02}");
            let time = format!("{hour:02}:{minute:02}:{second:02}{}", fraction(*micros));
            match column.column_type() {
                T::MYSQL_TYPE_DATE | T::MYSQL_TYPE_NEWDATE => day,
                // A moment; `DATETIME` is a time on some clock.
                T::MYSQL_TYPE_TIMESTAMP => format!("{day} {time}+00:00"),
                _ => format!("{day} {time}"),
            }
        }
        Value::Time(is_negative, days, hours, minutes, seconds, micros) => {
            let sign = if *is_negative { "-" } else { "" };
            let hours = days * 24 + u32::from(*hours);
            format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{}", fraction(*micros))
        }
    };
    Some(text.into_bytes().into())
}

/// The digits behind the second, without zeros at the end.
fn fraction(micros: u32) -> String {
    match micros {
        0 => String::new(),
        micros => format!(".{micros:06}").trim_end_matches('0').to_owned(),
    }
}

/// What went wrong, and what to do.
fn told(error: &Error, address: &Address, timeout: Duration) -> String {
    match error {
        Error::MySqlError(fault) => match fault.code {
            1045 | 1044 | 1698 => {
                format!("{}; check user and password in `{}`", fault.message, address.reference)
            }
            // MySQL's and MariaDB's words for it.
            3024 | 1969 => {
                format!("{} after {} s (`timeout_seconds`)", fault.message, timeout.as_secs())
            }
            _ => fault.message.clone(),
        },
        Error::IoError(error) => error.to_string(),
        other => other.to_string(),
    }
}
