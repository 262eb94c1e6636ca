//! Trail queries: the rows of every kind of act, put together by person.

use super::{aggregate::member_texts, compile, scan};
use crate::{
    Acts, EngineError, Moment, Tables, Trail, TrailAnswer, TrailQuery,
    table::{DAY, Table},
};
use chrono::{DateTime, NaiveDate, TimeZone};
use chrono_tz::Tz;
use model::{
    contract::ColumnType,
    expression::{ExpressionError, Scalar, type_of},
    number::Number,
};
use polars::prelude::*;
use rust_decimal::Decimal;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

const PERSON: &str = "__person";
const AT: &str = "__at";
const SECOND: i64 = 1_000_000;

/// Answers a trail query.
pub(crate) fn trails(query: &TrailQuery, tables: &Tables) -> Result<TrailAnswer, EngineError> {
    let mut people = People::default();
    let mut answer = TrailAnswer::default();
    let mut by_day = false;
    for (index, acts) in query.acts.iter().enumerate() {
        by_day |= !has_moment(acts, tables)?;
        let asked = Asked { index, acts, query, table: table(acts, tables)? };
        let (nobodys, undated) = asked.put(tables, &mut people)?;
        answer.nobodys.push(nobodys);
        answer.undated.push(undated);
    }
    answer.trails = people.trails;
    if by_day {
        let mut starts = Starts { zone: query.zone.0, known: BTreeMap::new() };
        for moment in answer.trails.iter_mut().flatten() {
            moment.at = starts.of(moment.day);
        }
    }
    for trail in &mut answer.trails {
        trail.sort_by(Moment::order);
    }
    // Sorted by what was done: the order of persons in the files says nothing any more.
    answer.trails.sort_by(|a, b| {
        let pairs = a.iter().zip(b).map(|(a, b)| a.order(b));
        pairs.into_iter().find(|order| order.is_ne()).unwrap_or(a.len().cmp(&b.len()))
    });
    Ok(answer)
}

fn table<'a>(acts: &Acts, tables: &'a Tables) -> Result<&'a Table, EngineError> {
    tables.0.get(&acts.dataset).ok_or_else(|| EngineError::NoTable(acts.dataset.clone()))
}

/// Whether more than the day of an act is known.
fn has_moment(acts: &Acts, tables: &Tables) -> Result<bool, EngineError> {
    let shape = &table(acts, tables)?.shape;
    let kind = acts.at.as_ref().map(|at| type_of(at, shape));
    let kind = kind.transpose().map_err(|error| refused(acts, invalid(&error)))?.flatten();
    Ok(kind == Some(ColumnType::Timestamp))
}

/// Who was met, and what they did.
#[derive(Default)]
struct People {
    places: HashMap<String, usize>,
    trails: Vec<Trail>,
    words: HashSet<Arc<str>>,
}

impl People {
    fn trail(&mut self, person: &str) -> &mut Trail {
        let place = match self.places.get(person) {
            Some(place) => *place,
            None => {
                self.places.insert(person.to_owned(), self.trails.len());
                self.trails.push(Trail::new());
                self.trails.len() - 1
            }
        };
        &mut self.trails[place]
    }

    /// The same text is kept once.
    fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(word) = self.words.get(text) {
            return word.clone();
        }
        let word: Arc<str> = text.into();
        self.words.insert(word.clone());
        word
    }
}

/// When days begin in a zone.
struct Starts {
    zone: Tz,
    known: BTreeMap<NaiveDate, i64>,
}

impl Starts {
    fn of(&mut self, day: NaiveDate) -> i64 {
        let zone = self.zone;
        *self.known.entry(day).or_insert_with(|| {
            let midnight = day.and_time(chrono::NaiveTime::MIN);
            // Where the clock skips midnight the day begins with the hour after it.
            let local = zone.from_local_datetime(&midnight).earliest();
            local.map_or(midnight.and_utc().timestamp(), |local| local.timestamp()) * SECOND
        })
    }
}

struct Asked<'a> {
    index: usize,
    acts: &'a Acts,
    query: &'a TrailQuery,
    table: &'a Table,
}

impl Asked<'_> {
    /// Adds the acts to the trails; how many are nobody's, and how many without a moment.
    fn put(&self, tables: &Tables, people: &mut People) -> Result<(u64, u64), EngineError> {
        let fault = |source| refused(self.acts, source);
        let frame = self.frame(tables)?;
        let persons = frame.column(PERSON).and_then(|c| c.str().cloned()).map_err(fault)?;
        let times = self.times(&frame)?;
        let labels = self.columns(&frame, "l", &self.acts.labels, |frame, name, kind| {
            member_texts(frame, name, kind)
        })?;
        let values = self.columns(&frame, "v", &self.acts.values, numbers)?;
        let (mut nobodys, mut undated) = (0, 0);
        for row in 0..frame.height() {
            let Some((at, day)) = times[row] else {
                undated += 1;
                continue;
            };
            if !self.query.window.contains(day) {
                continue;
            }
            let Some(person) = persons.get(row) else {
                nobodys += 1;
                continue;
            };
            let word =
                |column: &Vec<Option<String>>| column[row].as_deref().map(|text| people.word(text));
            let labels = labels.iter().map(word).collect();
            let values = values.iter().map(|column| column[row]).collect();
            people.trail(person).push(Moment { at, day, act: self.index, labels, values });
        }
        Ok((nobodys, undated))
    }

    /// The rows that may count, with what is told of them.
    fn frame(&self, tables: &Tables) -> Result<DataFrame, EngineError> {
        let fault = |source| refused(self.acts, source);
        let wrong = |error: ExpressionError| fault(invalid(&error));
        let shape = &self.table.shape;
        let compiled = |scalar: &Scalar| compile::scalar(scalar, shape).map(|(expr, _)| expr);
        // The day of an act with a moment of its own is not that of its row.
        let days = self.acts.at.is_none().then_some(self.query.window);
        let rows = scan::rows(&self.acts.dataset, &self.acts.columns(), days, tables)?;
        let rows = match &self.acts.only {
            Some(only) => rows.filter(compiled(only).map_err(wrong)?),
            None => rows,
        };
        let person = compiled(&self.acts.person).map_err(wrong)?.cast(DataType::String);
        let at = match &self.acts.at {
            Some(at) => compiled(at).map_err(wrong)?,
            None => col(DAY),
        };
        let mut selected = vec![person.alias(PERSON), at.alias(AT)];
        for (kind, told) in [("l", &self.acts.labels), ("v", &self.acts.values)] {
            for (index, scalar) in told.iter().enumerate() {
                selected.push(compiled(scalar).map_err(wrong)?.alias(column(kind, index)));
            }
        }
        rows.select(selected).collect().map_err(fault)
    }

    /// The moment and the business day of every row.
    fn times(&self, frame: &DataFrame) -> Result<Vec<Option<(i64, NaiveDate)>>, EngineError> {
        let fault = |source| refused(self.acts, source);
        let at = frame.column(AT).map_err(fault)?;
        let zone = self.query.zone.0;
        if at.dtype() == &DataType::Date {
            let mut starts = Starts { zone, known: BTreeMap::new() };
            let days = at.cast(&DataType::Int32).map_err(fault)?;
            let days = days.i32().map_err(fault)?;
            let day = |days: i32| NaiveDate::default() + chrono::Duration::days(i64::from(days));
            let times = days.iter().map(|days| days.map(day).map(|day| (starts.of(day), day)));
            return Ok(times.collect());
        }
        let moments = at.cast(&DataType::Int64).map_err(fault)?;
        let moments = moments.i64().map_err(fault)?;
        let local = |at: i64| {
            let moment = DateTime::from_timestamp_micros(at)?;
            Some((at, moment.with_timezone(&zone).date_naive()))
        };
        Ok(moments.iter().map(|at| at.and_then(local)).collect())
    }

    fn columns<T>(
        &self,
        frame: &DataFrame,
        kind: &str,
        told: &[Scalar],
        read: impl Fn(&DataFrame, &str, ColumnType) -> PolarsResult<Vec<T>>,
    ) -> Result<Vec<Vec<T>>, EngineError> {
        let column = |(index, scalar): (usize, &Scalar)| {
            let is = type_of(scalar, &self.table.shape).ok().flatten();
            read(frame, &column(kind, index), is.unwrap_or(ColumnType::Text))
                .map_err(|source| refused(self.acts, source))
        };
        told.iter().enumerate().map(column).collect()
    }
}

fn column(kind: &str, index: usize) -> String {
    format!("__{kind}{index}")
}

/// Numbers at their scale; true and false are one and zero.
fn numbers(frame: &DataFrame, name: &str, kind: ColumnType) -> PolarsResult<Vec<Option<Number>>> {
    let scale = match kind {
        ColumnType::Number { scale } => scale,
        _ => 0,
    };
    let whole = frame.column(name)?.cast(&DataType::Int64)?;
    let exact = |value| Number::Exact(Decimal::from_i128_with_scale(i128::from(value), scale));
    Ok(whole.i64()?.iter().map(|value| value.map(exact)).collect())
}

fn invalid(error: &ExpressionError) -> PolarsError {
    PolarsError::InvalidOperation(error.to_string().into())
}

fn refused(acts: &Acts, source: PolarsError) -> EngineError {
    EngineError::Refused { what: acts.dataset.to_string(), source }
}
