//! Sessions made of hits: the clause, and how it is linked with the dataset of the hits.

use super::{AliasSpec, ColumnSpec, Contract, Fault, Spec, TypeSpec};
use model::{
    contract::{ColumnShape, ColumnType, Shape},
    expression::{Scalar, parse_scalar, type_of},
    id::DatasetId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The column that names a session.
const SESSION: &str = "session_id";
/// The column that names a visitor.
const VISITOR: &str = "visitor_id";
/// The columns that every dataset of sessions has.
const COLUMNS: [(&str, ColumnType); 6] = [
    (SESSION, ColumnType::Text),
    (VISITOR, ColumnType::Text),
    ("started_at", ColumnType::Timestamp),
    ("pageviews", ColumnType::Number { scale: 0 }),
    ("bounced", ColumnType::Boolean),
    ("duration_seconds", ColumnType::Number { scale: 0 }),
];
/// Minutes without a hit after which a session is over, by the usage of web analytics.
const GAP_MINUTES: u32 = 30;
/// Sessions made of the rows of another dataset, one row each: with `session_id`, `visitor_id`, `started_at`,
/// `pageviews`, `bounced`, `duration_seconds`, and the declared columns, which tell of a session's first row.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionsSpec {
    /// The dataset of the hits; its `[time]` is a timestamp of its own.
    pub of: String,
    /// The columns of the hits that together tell visitors apart. Example: `["host", "user_agent"]`.
    pub visitor: Vec<String>,
    /// The hits that make sessions, as a SQL condition; all when absent. Example: `is_page_view`.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// More minutes than this between two hits of a visitor begin another session; 30 when absent.
    pub gap_minutes: Option<u32>,
}

/// The same without open questions.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// The dataset of the hits.
    pub of: DatasetId,
    /// The columns that tell visitors apart.
    pub(crate) visitor: Vec<String>,
    /// The hits that count.
    pub(crate) only: Option<Scalar>,
    /// The longest pause within a session, in microseconds.
    pub(crate) gap: i64,
    /// The column with a hit's moment, once contracts are linked.
    pub(crate) at: String,
}

/// Adds the columns of sessions and resolves their clause.
pub(super) fn resolve(spec: &Spec, own: &mut Shape, faults: &mut Vec<Fault>) -> Option<Sessions> {
    let Some(sessions) = &spec.sessions else {
        if spec.source.files.is_empty() && spec.source.origin().is_none() {
            let message = "the rows come from nowhere; say `files = [\"…\"]`, name an origin such as `[source.database]`, or make them with `[sessions]`";
            faults.push(Fault::new("source", message));
        }
        if spec.columns.is_empty() {
            faults.push(Fault::new(
                "columns",
                "a row without columns says nothing; name them in `[columns]`",
            ));
        }
        return None;
    };
    let mut fault = |path: &str, message: String| faults.push(Fault::new(path, message));
    let has_source = !spec.source.files.is_empty() || spec.source.origin().is_some();
    if has_source || spec.control.is_some() || spec.bots.is_some() {
        fault("sessions.of", format!("sessions are made of `{}` and read no file", sessions.of));
    }
    if sessions.visitor.is_empty() {
        let example = "`visitor = [\"host\", \"user_agent\"]`";
        fault("sessions.visitor", format!("who a hit is of must be told, e.g. {example}"));
    }
    if !spec.key.is_empty() && spec.key != [SESSION] {
        fault("key", format!("the key of sessions is `{SESSION}`"));
    }
    let gap = sessions.gap_minutes.unwrap_or(GAP_MINUTES);
    if gap == 0 {
        fault("sessions.gap_minutes", "a session needs a pause to end with; 30 is usual".into());
    }
    for (name, column) in &spec.columns {
        if !is_taken(column) {
            let message =
                "a column of sessions is text of their first hit; only `aliases` may be said of it";
            fault(&format!("columns.{name}"), message.into());
        }
    }
    for (name, kind) in COLUMNS {
        match own.kind(name) {
            Some(_) => {
                fault(&format!("columns.{name}"), "every session has this column already".into())
            }
            None => own.columns.push(ColumnShape { name: name.into(), kind }),
        }
    }
    if spec.time.as_ref().is_none_or(|time| time.column != "started_at") {
        let message =
            "sessions are of the day on which they began: `[time] column = \"started_at\"`";
        fault("sessions.of", message.into());
    }
    let only = sessions.condition.as_deref().map(parse_scalar).transpose();
    let only = only.unwrap_or_else(|error| {
        fault("sessions.where", error.message);
        None
    });
    Some(Sessions {
        of: DatasetId::new(&sessions.of),
        visitor: sessions.visitor.clone(),
        only,
        gap: i64::from(gap) * 60_000_000,
        at: String::new(),
    })
}

/// Whether nothing is said of a column but what its first hit calls it.
fn is_taken(column: &ColumnSpec) -> bool {
    let clauses = [
        column.from_file_name.is_some(),
        column.template.is_some(),
        column.required,
        column.null.is_some(),
        !column.values.is_empty(),
        column.pattern.is_some(),
        column.aliases.len() > 1 || column.aliases.iter().any(AliasSpec::is_narrow),
    ];
    column.kind == TypeSpec::Text && !clauses.contains(&true)
}

/// Links sessions with the hits that they are made of.
pub(super) fn link(contract: &mut Contract, linked: &mut [Contract], all: &[String]) -> Vec<Fault> {
    let Some(sessions) = contract.sessions.as_mut() else { return Vec::new() };
    let mut faults = Vec::new();
    let Some(hits) = linked.iter_mut().find(|other| other.id == sessions.of) else {
        let unknown = Some(sessions.of.to_string());
        let fault = Fault::new("sessions.of", format!("unknown dataset `{}`", sessions.of));
        return vec![Fault { unknown, candidates: all.to_vec(), ..fault }];
    };
    let mut fault = |path: &str, message: String| faults.push(Fault::new(path, message));
    let time = hits.time.as_ref().filter(|time| hits.own.kind(time) == Some(ColumnType::Timestamp));
    match time {
        Some(time) if hits.sessions.is_none() => sessions.at.clone_from(time),
        _ => fault(
            "sessions.of",
            format!("`{}` needs a [time] whose column is a timestamp of its own", hits.id),
        ),
    }
    for name in &sessions.visitor {
        if hits.own.kind(name).is_none() {
            fault("sessions.visitor", format!("dataset `{}` has no column `{name}`", hits.id));
        }
    }
    match sessions.only.as_ref().map(|only| type_of(only, &hits.own)) {
        Some(Err(error)) => fault("sessions.where", error.message),
        Some(Ok(Some(kind))) if kind != ColumnType::Boolean => {
            fault("sessions.where", format!("is {}, and true or false is needed", kind.word()));
        }
        _ => {}
    }
    for column in &contract.columns {
        if hits.own.kind(&column.aliases[0]) != Some(ColumnType::Text) {
            let message = format!("`{}` of `{}` is no text", column.aliases[0], hits.id);
            fault(&format!("columns.{}", column.name), message);
        }
    }
    hits.persons.extend(sessions.visitor.iter().cloned());
    contract.persons.extend([SESSION, VISITOR].map(str::to_owned));
    faults
}
