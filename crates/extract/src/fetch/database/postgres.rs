//! PostgreSQL: every column as the server's own text of it.
//!
//! Method: the question is prepared to learn its columns; then it is asked as a subselect whose columns are cast to
//! text, in a read-only transaction that sees one moment, with ISO dates in UTC. Parameters are sent as texts of the
//! types that the server infers. Rows are streamed.

use super::{
    CONNECTING, Question,
    address::Address,
    engine::Engine,
    lines::{Handed, Lines},
    spec::ParameterSpec,
    tls,
};
use ::postgres::{
    Client, Config, Error, IsolationLevel, NoTls, Statement,
    config::SslMode,
    error::SqlState,
    fallible_iterator::FallibleIterator,
    types::{Format, IsNull, ToSql, Type, to_sql_checked},
};
use bytes::BytesMut;
use std::{borrow::Cow, error::Error as _, sync::mpsc::SyncSender, time::Duration};

pub(super) fn ask(
    address: &Address,
    question: &Question,
    hand_on: &SyncSender<Handed>,
) -> Result<(), String> {
    let told = |error: Error| told(&error, address, question.timeout);
    let mut client = connect(address).map_err(|fault| match fault {
        Fault::Setting(reason) => reason,
        Fault::Server(error) => told(error),
    })?;
    client.batch_execute(&session(question.timeout)).map_err(told)?;
    let transaction = client.build_transaction().read_only(true);
    let transaction = transaction.isolation_level(IsolationLevel::RepeatableRead).start();
    let mut transaction = transaction.map_err(told)?;
    let plain = transaction.prepare(&question.statement.text).map_err(told)?;
    let names: Vec<String> =
        plain.columns().iter().map(|column| column.name().to_owned()).collect();
    let mut lines = Lines::new(question, &names, hand_on)?;
    let (text, values) = wrapped(&plain, question)?;
    let statement = transaction.prepare(&text).map_err(told)?;
    let mut rows = transaction.query_raw(&statement, values).map_err(told)?;
    let types: Vec<&Type> = plain.columns().iter().map(|column| column.type_()).collect();
    while let Some(row) = rows.next().map_err(told)? {
        let fields = types.iter().enumerate().map(|(index, kind)| {
            let text: Option<&str> = row.try_get(index).map_err(told)?;
            Ok(text.map(|text| {
                Text(if **kind == Type::TIMESTAMPTZ { utc(text) } else { text.into() })
            }))
        });
        if !lines.row(fields) {
            return Ok(());
        }
    }
    lines.end();
    Ok(())
}

/// A field's text.
struct Text<'a>(Cow<'a, str>);

impl AsRef<[u8]> for Text<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A moment with its whole offset: the server writes `+00`.
fn utc(text: &str) -> Cow<'_, str> {
    if text.ends_with("+00") { format!("{text}:00").into() } else { text.into() }
}

/// Why no connection was made.
enum Fault {
    Setting(String),
    Server(Error),
}

fn connect(address: &Address) -> Result<Client, Fault> {
    let mut config = Config::new();
    config
        .host(&address.host)
        .port(address.port)
        .user(&address.user)
        .dbname(&address.database)
        .application_name("tidings")
        .connect_timeout(CONNECTING)
        .ssl_mode(if address.tls { SslMode::Require } else { SslMode::Disable });
    if let Some(password) = &address.password {
        config.password(password.reveal());
    }
    let client = match address.tls {
        false => config.connect(NoTls),
        true => {
            let tls = tls::config(address).map_err(Fault::Setting)?;
            config.connect(tokio_postgres_rustls::MakeRustlsConnect::new(tls))
        }
    };
    client.map_err(Fault::Server)
}

/// What holds for the whole session.
fn session(timeout: Duration) -> String {
    let milliseconds = timeout.as_millis();
    format!(
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SET default_transaction_read_only = on; \
         SET statement_timeout = {milliseconds}; SET lock_timeout = {milliseconds}; \
         SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'; SET TimeZone = 'UTC'; \
         SET bytea_output = 'hex'; SET extra_float_digits = 1; SET standard_conforming_strings = on; \
         SET client_encoding = 'UTF8'; SET synchronize_seqscans = off"
    )
}

/// The question with all columns as text, from the bookmark on and in the cursor's order.
fn wrapped(plain: &Statement, question: &Question) -> Result<(String, Vec<Bound>), String> {
    let quoted = |name: &str| format!("q.{}", Engine::Postgres.quoted(name));
    let text = |column: &::postgres::Column| match *column.type_() {
        // Its own text is of a place: `$1,234.50`.
        Type::MONEY => format!("{}::numeric::text", quoted(column.name())),
        _ => format!("{}::text", quoted(column.name())),
    };
    let columns: Vec<String> = plain.columns().iter().map(text).collect();
    let columns = columns.join(", ");
    let mut values: Vec<Bound> = question.statement.values.iter().map(Bound::of).collect();
    let mut text = format!("SELECT {columns} FROM (\n{}\n) AS q", question.statement.text);
    if let Some(cursor) = &question.cursor {
        let column = plain.columns().iter().find(|column| column.name() == cursor);
        let kind = column.map_or(Type::UNKNOWN, |column| column.type_().clone());
        let times = [Type::DATE, Type::TIMESTAMP, Type::TIMESTAMPTZ];
        if ![Type::INT2, Type::INT4, Type::INT8].contains(&kind) && !times.contains(&kind) {
            return Err(format!(
                "the cursor `{cursor}` is a `{}`; a whole number, a date or a timestamp is needed",
                kind.name()
            ));
        }
        let cursor = quoted(cursor);
        if let Some((_, from)) = &question.from {
            values.push(Bound(from.clone()));
            let mark = Engine::Postgres.mark(values.len());
            text.push_str(&format!(" WHERE {cursor} >= {mark} OR {cursor} IS NULL"));
        }
        text.push_str(&format!(" ORDER BY {cursor}"));
    }
    Ok((text, values))
}

/// A value that goes beside the question, as a text of whatever type the server expects there.
#[derive(Debug)]
struct Bound(String);

impl Bound {
    fn of(value: &ParameterSpec) -> Self {
        match value {
            ParameterSpec::Flag(flag) => Self(flag.to_string()),
            ParameterSpec::Whole(number) => Self(number.to_string()),
            ParameterSpec::Text(text) => Self(text.clone()),
        }
    }
}

impl ToSql for Bound {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// What went wrong, and what to do.
fn told(error: &Error, address: &Address, timeout: Duration) -> String {
    let Some(fault) = error.as_db_error() else {
        let cause = error.source().map(|cause| format!(": {cause}"));
        return format!("{error}{}", cause.unwrap_or_default());
    };
    let message = fault.message();
    let code = fault.code();
    if [&SqlState::INVALID_PASSWORD, &SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(&code)
    {
        format!("{message}; check user and password in `{}`", address.reference)
    } else if *code == SqlState::QUERY_CANCELED {
        format!("{message} after {} s (`timeout_seconds`)", timeout.as_secs())
    } else {
        message.to_owned()
    }
}
