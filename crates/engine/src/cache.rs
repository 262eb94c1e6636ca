//! A cache is an engine over an engine.
//!
//! Answers are kept per aggregate, grouping set and window, under the fingerprint of the rows that the
//! window touches: a night asks only for windows whose rows changed.

use crate::{
    Answer, Cell, CubeAnswer, CubeQuery, Engine, EngineError, Query, Table, Tables, shared,
};
use model::{
    expression::{Aggregate, AggregateFunction},
    fingerprint::Fingerprinter,
    number::Number,
    period::DateRange,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Why the cache cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// SQLite's refusal.
    #[error("its database refused")]
    Database(#[from] rusqlite::Error),
    /// A kept answer that is not one of ours.
    #[error("a kept answer is damaged; delete the cache file, it is rebuilt")]
    Damaged(#[from] serde_json::Error),
}

/// An engine that remembers answers.
pub struct Cached {
    inner: Arc<dyn Engine>,
    store: Mutex<Connection>,
}

/// One kept answer: every slice's value in one window.
type Slices = Vec<(Vec<Option<String>>, Option<Number>)>;

impl Cached {
    /// Opens or creates the cache in the file `path`.
    ///
    /// # Errors
    /// A file that cannot be opened or is not a cache.
    pub fn open(path: &Path, inner: Arc<dyn Engine>) -> Result<Self, CacheError> {
        let store = shared::open(path)?;
        store.execute_batch(
            "create table if not exists answers (key text primary key, slices text not null) without rowid",
        )?;
        Ok(Self { inner, store: Mutex::new(store) })
    }

    fn cube(&self, query: &CubeQuery, tables: &Tables) -> Result<CubeAnswer, EngineError> {
        let table = tables
            .0
            .get(&query.dataset)
            .ok_or_else(|| EngineError::NoTable(query.dataset.clone()))?;
        let keys = Keys::new(query, table, tables);
        let mut kept = self.kept(query, &keys)?;
        let missing: BTreeSet<DateRange> = kept
            .iter()
            .filter(|(_, slices)| slices.is_none())
            .map(|((window, _), _)| *window)
            .collect();
        tracing::debug!(dataset = %query.dataset, windows = query.windows.len(), missing = missing.len(), "answers kept");
        if !missing.is_empty() {
            self.fill(query, tables, missing, &keys, &mut kept)?;
        }
        Ok(assemble(query, kept))
    }

    fn kept(&self, query: &CubeQuery, keys: &Keys) -> Result<Kept, CacheError> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let mut select = store.prepare("select slices from answers where key = ?")?;
        let mut kept = Kept::new();
        for window in &query.windows {
            for (index, aggregate) in query.aggregates.iter().enumerate() {
                let key = keys.key(aggregate, *window);
                let text: Option<String> =
                    select.query_row(params![key], |row| row.get(0)).optional()?;
                let slices = text.map(|text| serde_json::from_str(&text)).transpose()?;
                kept.insert((*window, index), slices);
            }
        }
        Ok(kept)
    }

    fn fill(
        &self,
        query: &CubeQuery,
        tables: &Tables,
        missing: BTreeSet<DateRange>,
        keys: &Keys,
        kept: &mut Kept,
    ) -> Result<(), EngineError> {
        let narrowed = CubeQuery { windows: missing.iter().copied().collect(), ..query.clone() };
        let Answer::Cube(answer) = self.inner.ask(&Query::Cube(narrowed), tables)? else {
            return Ok(());
        };
        let mut fresh: BTreeMap<(DateRange, usize), Slices> = missing
            .iter()
            .flat_map(|window| {
                (0..query.aggregates.len()).map(|index| ((*window, index), Vec::new()))
            })
            .collect();
        for (cell, values) in answer.cells {
            for (index, value) in values.into_iter().enumerate() {
                if let Some(slices) = fresh.get_mut(&(cell.window, index)) {
                    slices.push((cell.members.clone(), value));
                }
            }
        }
        self.keep(query, keys, &fresh)?;
        kept.extend(fresh.into_iter().map(|(place, slices)| (place, Some(slices))));
        Ok(())
    }

    fn keep(
        &self,
        query: &CubeQuery,
        keys: &Keys,
        fresh: &BTreeMap<(DateRange, usize), Slices>,
    ) -> Result<(), CacheError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = store.transaction()?;
        {
            let mut insert = transaction.prepare("insert or replace into answers values (?, ?)")?;
            for ((window, index), slices) in fresh {
                let key = keys.key(&query.aggregates[*index], *window);
                insert.execute(params![key, serde_json::to_string(slices)?])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

impl Engine for Cached {
    fn ask(&self, query: &Query, tables: &Tables) -> Result<Answer, EngineError> {
        match query {
            Query::Cube(cube) => self.cube(cube, tables).map(Answer::Cube),
            // What single people did or wrote is not kept a second time.
            Query::Comments(_) | Query::Trails(_) => self.inner.ask(query, tables),
        }
    }
}

type Kept = BTreeMap<(DateRange, usize), Option<Slices>>;

fn assemble(query: &CubeQuery, kept: Kept) -> CubeAnswer {
    let mut answer = CubeAnswer::default();
    for ((window, index), slices) in kept {
        for (members, value) in slices.unwrap_or_default() {
            let cell = Cell { window, members };
            let values =
                answer.cells.entry(cell).or_insert_with(|| vec![None; query.aggregates.len()]);
            values[index] = value;
        }
    }
    answer
}

/// The cache keys of one query: what the answer to each aggregate depends on.
struct Keys {
    by: String,
    windows: BTreeMap<DateRange, String>,
    /// For aggregates that look at all rows up to the window's end.
    histories: BTreeMap<DateRange, String>,
}

impl Keys {
    fn new(query: &CubeQuery, table: &Table, tables: &Tables) -> Self {
        let mut by = Fingerprinter::new("cube-v1");
        by.field(query.dataset.as_str());
        for dimension in &query.by {
            by.field(dimension.as_str());
        }
        let mut names: BTreeSet<String> =
            query.by.iter().map(|by| by.as_str().to_owned()).collect();
        names.extend(query.aggregates.iter().flat_map(Aggregate::columns));
        by.field(tables.looked_up(&query.dataset, &names));
        let looks_back =
            query.aggregates.iter().any(|one| one.function == AggregateFunction::CountFirst);
        let window_print = |window: &DateRange| table.fingerprint(table.parts_in(*window));
        let history_print = |window: &DateRange| {
            let past = DateRange { start: chrono::NaiveDate::MIN, end: window.end };
            table.fingerprint(table.parts_in(past))
        };
        let windows = query.windows.iter().map(|window| (*window, window_print(window))).collect();
        let histories = query
            .windows
            .iter()
            .filter(|_| looks_back)
            .map(|window| (*window, history_print(window)))
            .collect();
        Self { by: by.finish(), windows, histories }
    }

    fn key(&self, aggregate: &Aggregate, window: DateRange) -> String {
        let rows = match aggregate.function {
            AggregateFunction::CountFirst => self.histories.get(&window),
            _ => self.windows.get(&window),
        };
        let mut print = Fingerprinter::new("answer");
        print.field(&self.by).field(aggregate.to_string());
        print.field(window.start.to_string()).field(window.end.to_string());
        print.field(rows.map_or("", String::as_str));
        print.finish()
    }
}
