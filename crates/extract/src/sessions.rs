//! Sessions: the hits of each visitor, cut where they pause for longer than the gap.
//!
//! Method: hits are taken by periods of the lake, in the order of time; hits of one moment stand as they were loaded. A
//! session that may go on when a period ends is carried into the next, and belongs to the day on which it began. What
//! a period makes is kept under the fingerprint of its hits and of what was carried into it: a late hit redoes its own
//! period, and the next one only if what is carried changes.
//! Visitors and sessions are named by hashes with a key that never leaves the state folder.

use crate::{
    contract::{Contract, Sessions},
    dataset::Dataset,
    error::ExtractError,
    lake::{folder, publish_parts, with_derived},
    parse::start_of,
};
use engine::{EngineError, Part, Reach, Table, Tables, polars_engine};
use model::{
    context::RunContext, contract::ColumnType, fingerprint::Fingerprinter, id::DatasetId,
    quality::RowCounts,
};
use polars::prelude::*;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The name of the secret with which visitors are hashed.
pub const VISITOR_KEY: &str = "state:visitors.key";

/// One session, as far as it has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Session {
    /// Tells visitors apart; written nowhere but in the state folder, and hashed again with the key before that.
    visitor: String,
    started: i64,
    last: i64,
    hits: i64,
    /// What its first hit tells.
    told: Vec<Option<String>>,
}

/// What the hits of one period made.
#[derive(Serialize, Deserialize)]
struct Made {
    parts: Vec<Part>,
    /// Sessions that may go on, one per visitor.
    open: Vec<Session>,
}

/// The sessions of a dataset of hits.
pub(crate) fn made(
    contract: &Contract,
    sessions: &Sessions,
    tables: &Tables,
    cx: &RunContext,
) -> Result<Dataset, ExtractError> {
    let hits = tables.0.get(&sessions.of);
    let hits = hits.ok_or_else(|| EngineError::NoTable(sessions.of.clone()))?;
    let key = cx.secrets.get(VISITOR_KEY);
    let key = key.ok_or_else(|| ExtractError::NoVisitorKey { dataset: contract.id.clone() })?;
    let maker = Maker { contract, sessions, key: key.reveal(), state: &cx.state };
    let mut periods = periods(hits).into_iter().peekable();
    let (mut parts, mut open, mut redone) = (Vec::new(), Vec::new(), 0);
    while let Some(of_period) = periods.next() {
        let period = Table { parts: of_period, ..hits.clone() };
        let is_last = periods.peek().is_none();
        let made = maker.kept_or_made(period, open, is_last, &mut redone)?;
        parts.extend(made.parts);
        open = made.open;
    }
    let rows = parts.iter().map(|part: &Part| part.rows).sum();
    let counts = RowCounts { read: rows, accepted: rows, ..RowCounts::default() };
    let table = Table {
        shape: contract.shape.clone(),
        parts,
        lookups: contract.lookups.clone(),
        contract: contract.fingerprint.clone(),
        reach: Reach::All,
    };
    let (files, notes) = (Vec::new(), Vec::new());
    Ok(Dataset { table, counts, newest: counts, files, notes, parsed: redone })
}

/// Identifies sessions by what they are made of: the key is another one in every state folder.
pub(crate) fn fingerprint(
    contract: &Contract,
    sessions: &Sessions,
    known: &BTreeMap<DatasetId, String>,
) -> String {
    let mut print = Fingerprinter::new("sessions");
    print.field(&contract.fingerprint);
    if let Some(hits) = known.get(&sessions.of) {
        print.field(hits);
    }
    print.finish()
}

/// The parts of each period of the lake, in the order of time: periods are called so that their names have it.
fn periods(hits: &Table) -> Vec<Vec<Part>> {
    let mut periods: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for part in hits.parts.iter().filter(|part| !part.days.is_empty()) {
        let name = part.path.parent().and_then(Path::file_name).unwrap_or_default();
        periods.entry(name.to_string_lossy().into_owned()).or_default().push(part.clone());
    }
    periods.into_values().collect()
}

struct Maker<'a> {
    contract: &'a Contract,
    sessions: &'a Sessions,
    key: &'a str,
    state: &'a Path,
}

impl Maker<'_> {
    fn kept_or_made(
        &self,
        hits: Table,
        open: Vec<Session>,
        is_last: bool,
        redone: &mut usize,
    ) -> Result<Made, ExtractError> {
        let carried = serde_json::to_vec(&open).expect("sessions always serialize");
        let print = Fingerprinter::new("sessions of a period")
            .field(&self.contract.fingerprint)
            .field(hits.fingerprint(hits.parts.iter()))
            .field(carried)
            .field([u8::from(is_last)])
            // Under another key everybody has another name.
            .field(self.key)
            .finish();
        let path = folder(self.state, self.contract).join("sessions").join(format!("{print}.json"));
        let kept = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Made>(&text).ok());
        if let Some(kept) = kept.filter(|kept| kept.parts.iter().all(|part| part.path.exists())) {
            return Ok(kept);
        }
        *redone += 1;
        let (closed, open) = self.cut(&hits, open, is_last)?;
        let parts = match closed.is_empty() {
            true => Vec::new(),
            false => {
                let frame = self.frame(&closed).map_err(|source| self.fault(source))?;
                publish_parts(self.contract, &frame, &print, self.state)?
            }
        };
        let made = Made { parts, open };
        let text = serde_json::to_vec(&made).expect("sessions always serialize");
        publish::file(&path, &text).map_err(|source| ExtractError::Write { path, source })?;
        Ok(made)
    }

    fn fault(&self, source: PolarsError) -> ExtractError {
        ExtractError::Derive { dataset: self.contract.id.clone(), source }
    }

    /// The sessions that are over, and those that may go on after the period.
    fn cut(
        &self,
        hits: &Table,
        open: Vec<Session>,
        is_last: bool,
    ) -> Result<(Vec<Session>, Vec<Session>), ExtractError> {
        let mut running: BTreeMap<String, Session> =
            open.into_iter().map(|session| (session.visitor.clone(), session)).collect();
        let mut closed = Vec::new();
        for hit in self.hits(hits)? {
            match running.get_mut(&hit.visitor) {
                Some(session) if hit.started - session.last <= self.sessions.gap => {
                    session.last = hit.started;
                    session.hits += 1;
                }
                _ => closed.extend(running.insert(hit.visitor.clone(), hit)),
            }
        }
        let last_day = hits.parts.iter().filter_map(|part| part.days.keys().next_back()).max();
        let next = last_day.and_then(|day| day.succ_opt()).filter(|_| !is_last);
        let may_go_on = |session: &Session| {
            next.is_some_and(|day| {
                session.last + self.sessions.gap >= start_of(day, self.contract.zone)
            })
        };
        let (open, over) = running.into_values().partition(may_go_on);
        closed.extend::<Vec<_>>(over);
        closed.sort_by(|a, b| (a.started, &a.visitor).cmp(&(b.started, &b.visitor)));
        Ok((closed, open))
    }

    /// The hits that count, each as a session of its own, in the order of time.
    fn hits(&self, hits: &Table) -> Result<Vec<Session>, ExtractError> {
        let Sessions { of, visitor, only, at, .. } = self.sessions;
        let told: Vec<&String> = self.contract.columns.iter().map(|c| &c.aliases[0]).collect();
        let mut names: BTreeSet<String> = visitor.iter().chain([at]).cloned().collect();
        names.extend(told.iter().map(|name| (*name).clone()));
        if let Some(only) = only {
            only.columns(&mut names);
        }
        let tables = Tables([(of.clone(), hits.clone())].into());
        let mut rows = polars_engine::rows(of, &names, &tables)?;
        if let Some(only) = only {
            let invalid = |error: model::expression::ExpressionError| {
                self.fault(PolarsError::InvalidOperation(error.to_string().into()))
            };
            let (condition, _) =
                polars_engine::compile::scalar(only, &hits.shape).map_err(invalid)?;
            rows = rows.filter(condition);
        }
        let rows = rows.collect().map_err(|source| self.fault(source))?;
        let mut found = self.rows(&rows, &told).map_err(|source| self.fault(source))?;
        found.sort_by_key(|hit| hit.started);
        Ok(found)
    }

    fn rows(&self, rows: &DataFrame, told: &[&String]) -> PolarsResult<Vec<Session>> {
        let texts = |names: &mut dyn Iterator<Item = &String>| -> PolarsResult<Vec<StringChunked>> {
            let text = |name: &String| rows.column(name)?.cast(&DataType::String)?.str().cloned();
            names.map(text).collect()
        };
        let visitor = texts(&mut self.sessions.visitor.iter())?;
        let told = texts(&mut told.iter().copied())?;
        let moments = rows.column(&self.sessions.at)?.cast(&DataType::Int64)?;
        let mut found = Vec::with_capacity(rows.height());
        for (row, moment) in moments.i64()?.iter().enumerate() {
            // Every row of the lake has its business day, and so its moment.
            let Some(moment) = moment else { continue };
            let mut print = Fingerprinter::new("visitor");
            for column in &visitor {
                match column.get(row) {
                    Some(text) => print.field("=").field(text),
                    None => print.field("unknown"),
                };
            }
            let told = told.iter().map(|column| column.get(row).map(str::to_owned)).collect();
            let visitor = print.finish();
            found.push(Session { visitor, started: moment, last: moment, hits: 1, told });
        }
        Ok(found)
    }

    /// Sessions as rows of their dataset.
    fn frame(&self, sessions: &[Session]) -> PolarsResult<DataFrame> {
        let texts = |name: &str, text: &dyn Fn(&Session) -> Option<String>| {
            Column::new(name.into(), sessions.iter().map(text).collect::<Vec<_>>())
        };
        let numbers = |name: &str, number: &dyn Fn(&Session) -> Option<i64>| {
            Column::new(name.into(), sessions.iter().map(number).collect::<Vec<_>>())
        };
        let hashed = |kind: &str, session: &Session, moment: i64| {
            let mut print = Fingerprinter::new(kind);
            print.field(self.key).field(self.contract.id.as_str()).field(&session.visitor);
            Some(print.field(moment.to_le_bytes()).finish())
        };
        let moment = polars_engine::compile::frame_type(ColumnType::Timestamp);
        let seconds = |session: &Session| {
            (session.hits > 1).then_some((session.last - session.started) / 1_000_000)
        };
        let mut columns = vec![
            texts("session_id", &|session| hashed("session", session, session.started)),
            texts("visitor_id", &|session| hashed("visitor", session, 0)),
            numbers("started_at", &|session| Some(session.started)).cast(&moment)?,
            numbers("pageviews", &|session| Some(session.hits)),
            Column::new(
                "bounced".into(),
                sessions.iter().map(|session| session.hits == 1).collect::<Vec<_>>(),
            ),
            numbers("duration_seconds", &seconds),
        ];
        for (place, column) in self.contract.columns.iter().enumerate() {
            columns.push(texts(&column.name, &|session| session.told[place].clone()));
        }
        with_derived(self.contract, DataFrame::new(sessions.len(), columns)?)
    }
}
