//! What a contract says of a database.

use super::{
    cursor::Overlap,
    engine::Engine,
    statement::{self, Piece},
};
use crate::contract::{Format, OnDuplicate, Spec};
use model::fingerprint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Component, path::Path, time::Duration};

/// A database, and what it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSpec {
    /// A PostgreSQL server: the reference of the secret with its address, which is written
    /// `postgres://user:password@host:5432/name`. Example: `env:WAREHOUSE_URL`.
    pub postgres: Option<String>,
    /// A MySQL or MariaDB server: the reference of the secret with its address, which is written
    /// `mysql://user:password@host:3306/name`. Example: `env:SHOP_URL`.
    pub mysql: Option<String>,
    /// A SQLite file, relative to the data folder. Example: `crm/crm.sqlite`.
    pub sqlite: Option<String>,
    /// The table or view whose rows are wanted, with all its columns. Example: `shop.orders`.
    pub table: Option<String>,
    /// A `SELECT` instead of a table; `:name` stands for a parameter.
    pub query: Option<String>,
    /// The values of the query's parameters, by name. They are bound, never part of the query's text.
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterSpec>,
    /// The column that grows with every new and every changed row: a whole number, a date or a timestamp. Each run then
    /// asks for the rows from the last one's end on; without it each run asks for all rows.
    pub cursor: Option<String>,
    /// How far before the last run's end the next one begins, for rows that were written late: `2 hours` or `90 seconds`,
    /// and a number where the cursor is one. Needed with `cursor`.
    pub overlap: Option<OverlapSpec>,
    /// A file with the certificate of the authority that the server's certificate is signed by, in PEM form, relative to
    /// the data folder; besides the public authorities.
    pub root_certificate: Option<String>,
    /// After how many seconds the question is given up; 600 when absent.
    pub timeout_seconds: Option<u32>,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ParameterSpec {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A text; dates and decimals are written as texts too.
    Text(String),
}

/// How far back is asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OverlapSpec {
    /// For cursors that are numbers.
    Number(u32),
    /// For dates and timestamps, such as `2 hours`.
    Span(String),
}

impl DatabaseSpec {
    /// Identifies what it brings; how long that may take and how far runs overlap is no part of that.
    pub(crate) fn identity(&self) -> String {
        let timeless =
            Self { overlap: None, root_certificate: None, timeout_seconds: None, ..self.clone() };
        fingerprint::of("database", &timeless)
    }

    /// The reference of the address.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        [&self.postgres, &self.mysql].into_iter().flatten().map(String::as_str).collect()
    }

    /// In words.
    pub(crate) fn described(&self) -> String {
        let place = self.engine().map(|(engine, place)| format!("{} at `{place}`", engine.name()));
        let whole = format!("{} of {}", self.asked(), place.unwrap_or_default());
        match &self.cursor {
            Some(cursor) => format!("{whole}, what is new by `{cursor}`"),
            None => whole,
        }
    }

    /// What is asked for, in words.
    pub(super) fn asked(&self) -> String {
        self.table.as_ref().map_or_else(|| "a query".into(), |table| format!("table `{table}`"))
    }

    /// Which database, and the secret's reference or the file.
    pub(super) fn engine(&self) -> Option<(Engine, &str)> {
        let mut named = self
            .engines()
            .into_iter()
            .filter_map(|(engine, place)| place.as_deref().map(|place| (engine, place)));
        named.next().filter(|_| named.next().is_none())
    }

    fn engines(&self) -> [(Engine, &Option<String>); 3] {
        [
            (Engine::MySql, &self.mysql),
            (Engine::Postgres, &self.postgres),
            (Engine::Sqlite, &self.sqlite),
        ]
    }

    /// The question's text, parameters still by name.
    pub(super) fn text(&self, engine: Engine) -> String {
        match (&self.query, &self.table) {
            (Some(query), _) => query.clone(),
            (None, table) => {
                let names = table.as_deref().unwrap_or_default().split('.');
                let quoted: Vec<String> = names.map(|name| engine.quoted(name)).collect();
                format!("SELECT * FROM {}", quoted.join("."))
            }
        }
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.unwrap_or(600).into())
    }

    /// How far runs overlap; nothing without a cursor.
    pub(super) fn overlap(&self) -> Option<Overlap> {
        match self.overlap.as_ref()? {
            OverlapSpec::Number(number) => Some(Overlap::Number(*number)),
            OverlapSpec::Span(text) => seconds(text).map(Overlap::Seconds),
        }
    }

    /// Faults of these settings.
    pub(crate) fn check(&self, spec: &Spec, fault: &mut dyn FnMut(&str, String)) {
        match self.engine() {
            None => {
                let message =
                    "name one database: `postgres`, `mysql` (also for MariaDB) or `sqlite`";
                fault("source.database", message.into());
            }
            Some((Engine::Sqlite, path)) => self.check_file(path, fault),
            Some((engine, reference)) if !refers(reference) => {
                // The fault has no place, and no other one is told: no excerpt shows what may be a password.
                let key = engine.schemes()[0];
                let message = "the address is a secret: refer to it as `env:NAME` or `file:PATH`, never write it down";
                return fault("", format!("`source.database.{key}`: {message}"));
            }
            Some(_) => {}
        }
        self.check_question(fault);
        self.check_cursor(spec, fault);
        if self.timeout_seconds == Some(0) {
            fault("source.database.timeout_seconds", "is at least 1".into());
        }
        let source = &spec.source;
        for (key, given) in [
            ("source.format", source.format.is_some_and(|format| format != Format::JsonLines)),
            ("source.encoding", source.encoding.is_some()),
            ("source.explode", source.explode.is_some()),
            ("source.wide", source.wide.is_some()),
        ] {
            if given {
                fault(key, "belongs to files; a query can do the same in the database".into());
            }
        }
        for name in
            spec.columns.iter().filter(|(_, column)| column.json.is_some()).map(|(name, _)| name)
        {
            fault(&format!("columns.{name}.json"), "out of a database every value is text".into());
        }
        for (name, _) in spec.columns.iter().filter(|(_, column)| column.from_file_name.is_some()) {
            fault(
                &format!("columns.{name}.from_file_name"),
                "rows of a database have no file".into(),
            );
        }
    }

    fn check_file(&self, path: &str, fault: &mut dyn FnMut(&str, String)) {
        let is_below = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if path.is_empty() || !Path::new(path).components().all(is_below) {
            fault("source.database.sqlite", "is a file below the data folder".into());
        }
        if self.root_certificate.is_some() {
            fault("source.database.root_certificate", "a file is not reached by TLS".into());
        }
    }

    fn check_question(&self, fault: &mut dyn FnMut(&str, String)) {
        match (&self.table, &self.query) {
            (Some(table), None) => {
                if table.split('.').any(str::is_empty) || table.split('.').count() > 3 {
                    let message = "is `table` or `schema.table`; take a `query` for other names";
                    fault("source.database.table", message.into());
                }
                if !self.parameters.is_empty() {
                    fault("source.database.parameters", "belong to a `query`".into());
                }
            }
            (None, Some(query)) => {
                if let Some((engine, _)) = self.engine() {
                    self.check_parameters(engine, query, fault);
                }
            }
            _ => fault("source.database", "needs either `table` or `query`".into()),
        }
    }

    fn check_parameters(&self, engine: Engine, query: &str, fault: &mut dyn FnMut(&str, String)) {
        let mut used = Vec::new();
        for piece in statement::pieces(engine, query) {
            match piece {
                Piece::End => {
                    fault("source.database.query", "is one `SELECT`, without `;`".into());
                }
                Piece::Name(name) => used.push(name),
                Piece::Text(_) => {}
            }
        }
        for name in &used {
            if !self.parameters.contains_key(*name) {
                let message = format!("`:{name}` has no value; add it to `parameters`");
                fault("source.database.query", message);
            }
        }
        for name in self.parameters.keys().filter(|name| !used.contains(&name.as_str())) {
            let message = format!("the query has no `:{name}`");
            fault(&format!("source.database.parameters.{name}"), message);
        }
    }

    fn check_cursor(&self, spec: &Spec, fault: &mut dyn FnMut(&str, String)) {
        match (&self.cursor, &self.overlap) {
            (None, None) => return,
            (None, Some(_)) => return fault("source.database.overlap", "needs `cursor`".into()),
            (Some(_), None) => fault(
                "source.database.cursor",
                "needs `overlap`: how late a row may be written, such as `\"2 hours\"`, or a number for a cursor that counts".into(),
            ),
            (Some(_), Some(OverlapSpec::Span(text))) if seconds(text).is_none() => fault(
                "source.database.overlap",
                format!("`{text}` is no span; write `\"90 seconds\"`, `\"15 minutes\"`, `\"2 hours\"` or `\"3 days\"`"),
            ),
            _ => {}
        }
        let refuses = spec.on_duplicate == Some(OnDuplicate::Refuse);
        if spec.key.is_empty() || refuses {
            let message = "rows come again when they are changed, and within the overlap: `key` must say which, \
                           and `on_duplicate` that the newest or the last loaded counts";
            fault("key", message.into());
        }
    }
}

fn refers(reference: &str) -> bool {
    reference.starts_with("env:") || reference.starts_with("file:")
}

/// The seconds of a span such as `2 hours`.
fn seconds(text: &str) -> Option<u32> {
    let (number, unit) = text.split_once(' ')?;
    let number: u32 = number.parse().ok()?;
    let unit = match unit {
        "second" | "seconds" => 1,
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3600,
        "day" | "days" => 86400,
        _ => return None,
    };
    number.checked_mul(unit)
}
