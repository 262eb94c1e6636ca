//! From lake files to frames: only the needed columns of the needed parts, only the rows within reach.
//!
//! Rule: every query gets its rows here, so that none can see past the reach of its tables.

use crate::{
    EngineError, Lookup, Part, Reach, Table, Tables, polars_engine::compile::frame_type, table::DAY,
};
use model::{id::DatasetId, period::DateRange};
use polars::prelude::*;
use std::{collections::BTreeSet, fs::File};

/// The rows of `dataset` within reach and within `days` (all when absent), with the named columns and the day.
pub(crate) fn rows(
    dataset: &DatasetId,
    names: &BTreeSet<String>,
    days: Option<DateRange>,
    tables: &Tables,
) -> Result<LazyFrame, EngineError> {
    let table = tables.0.get(dataset).ok_or_else(|| EngineError::NoTable(dataset.clone()))?;
    match &table.reach {
        Reach::All => whole(dataset, names, days, tables),
        Reach::Only(only) => {
            let mut wanted = names.clone();
            wanted.extend(only.keys().cloned());
            let rows = whole(dataset, &wanted, days, tables)?;
            // A literal is a value, whatever it looks like; an unknown member equals none.
            let within = |rows: LazyFrame, (column, member): (&String, &String)| {
                rows.filter(col(column.as_str()).eq(lit(member.clone())))
            };
            Ok(only.iter().fold(rows, within))
        }
        Reach::Nothing(dimension) => {
            let (dataset, dimension) = (dataset.clone(), dimension.clone());
            Err(EngineError::OutOfReach { dataset, dimension })
        }
    }
}

/// The same without regard to reach.
fn whole(
    dataset: &DatasetId,
    names: &BTreeSet<String>,
    days: Option<DateRange>,
    tables: &Tables,
) -> Result<LazyFrame, EngineError> {
    let table = tables.0.get(dataset).ok_or_else(|| EngineError::NoTable(dataset.clone()))?;
    let looked_up: Vec<(&Lookup, BTreeSet<String>)> = needed_lookups(table, names);
    let mut own = names.clone();
    for (lookup, taken) in &looked_up {
        own.retain(|name| !taken.contains(name));
        own.insert(lookup.on.clone());
    }
    // A key that an earlier lookup brings is not a column of the file.
    own.retain(|name| !table.lookups.iter().any(|lookup| brings(lookup, name)));
    let mut frame = stored(table, &own, days)?.lazy();
    for (lookup, taken) in looked_up {
        frame = joined(frame, lookup, &taken, tables)?;
    }
    Ok(frame)
}

fn brings(lookup: &Lookup, name: &str) -> bool {
    lookup.take.iter().any(|(_, here)| here == name)
}

/// The lookups that bring one of `names`, and those that bring a key for these, in contract order.
fn needed_lookups<'a>(
    table: &'a Table,
    names: &BTreeSet<String>,
) -> Vec<(&'a Lookup, BTreeSet<String>)> {
    let mut wanted = names.clone();
    let mut found = Vec::new();
    for lookup in table.lookups.iter().rev() {
        let taken: BTreeSet<String> =
            wanted.iter().filter(|name| brings(lookup, name)).cloned().collect();
        if !taken.is_empty() {
            wanted.insert(lookup.on.clone());
            found.push((lookup, taken));
        }
    }
    found.reverse();
    found
}

fn joined(
    frame: LazyFrame,
    lookup: &Lookup,
    taken: &BTreeSet<String>,
    tables: &Tables,
) -> Result<LazyFrame, EngineError> {
    let takes = lookup.take.iter().filter(|(_, here)| taken.contains(here));
    let mut names: BTreeSet<String> = takes.clone().map(|(there, _)| there.clone()).collect();
    names.insert(lookup.key.clone());
    let other = whole(&lookup.dataset, &names, None, tables)?;
    // The key gets a name that cannot clash with a column on this side.
    let mut selected = vec![col(lookup.key.as_str()).alias("__key")];
    selected.extend(takes.map(|(there, here)| col(there.as_str()).alias(here.as_str())));
    let other = other.select(selected);
    let keys = ([col(lookup.on.as_str())], [col("__key")]);
    Ok(frame.join(other, keys.0, keys.1, JoinArgs::new(JoinType::Left)))
}

fn stored(
    table: &Table,
    names: &BTreeSet<String>,
    days: Option<DateRange>,
) -> Result<DataFrame, EngineError> {
    let dated = table.parts.iter().any(|part| !part.days.is_empty());
    let mut columns: Vec<String> = names.iter().cloned().collect();
    if dated {
        columns.push(DAY.to_owned());
    }
    let parts: Vec<&Part> = match days {
        Some(days) => table.parts_in(days).collect(),
        None => table.parts.iter().collect(),
    };
    let mut frame: Option<DataFrame> = None;
    for part in parts {
        let rows = read(part, &columns)?;
        frame = Some(match frame {
            None => rows,
            Some(frame) => frame.vstack(&rows).map_err(|source| unreadable(part, source))?,
        });
    }
    Ok(frame.unwrap_or_else(|| empty(table, &columns)))
}

fn read(part: &Part, columns: &[String]) -> Result<DataFrame, EngineError> {
    let file = File::open(&part.path)
        .map_err(|error| unreadable(part, PolarsError::IO { error: error.into(), msg: None }))?;
    let frame = ParquetReader::new(file)
        .with_columns(Some(columns.to_vec()))
        .finish()
        .and_then(|frame| frame.select(columns.iter().map(String::as_str)))
        .map_err(|source| unreadable(part, source))?;
    if part.superseded.is_empty() {
        return Ok(frame);
    }
    let mut counts = vec![true; frame.height()];
    for row in &part.superseded {
        if let Some(flag) = counts.get_mut(*row as usize) {
            *flag = false;
        }
    }
    let mask = BooleanChunked::from_slice(PlSmallStr::from_static("counts"), &counts);
    frame.filter(&mask).map_err(|source| unreadable(part, source))
}

fn unreadable(part: &Part, source: PolarsError) -> EngineError {
    EngineError::Unreadable { path: part.path.clone(), source }
}

fn empty(table: &Table, columns: &[String]) -> DataFrame {
    let fields = columns.iter().map(|name| {
        let kind = table.shape.kind(name).map_or(DataType::Date, frame_type);
        Field::new(name.as_str().into(), kind)
    });
    DataFrame::empty_with_schema(&Schema::from_iter(fields))
}
