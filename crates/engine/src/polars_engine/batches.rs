//! Large spans of rows in batches, so that memory does not grow with them.
//!
//! Rule: only aggregates that the aggregates of parts make up are answered so: sums, counts, least and greatest values.
//! Distinct counts need all rows at once.

use super::aggregate::name;
use crate::{CubeQuery, Part, Table};
use model::{
    expression::AggregateFunction::{Count, Max, Min, Sum, SumLast},
    period::DateRange,
};
use polars::prelude::*;

/// So many rows are aggregated at once, but for a part that has more.
const ROWS: u64 = if cfg!(test) { 2 } else { 4_000_000 };

/// The table with a batch of its parts that touch `hull`, batch by batch; `None`, the table as it is, where one will do
/// or the query cannot be split.
pub(super) fn batches(query: &CubeQuery, table: &Table, hull: DateRange) -> Vec<Option<Table>> {
    let batch = |parts: Vec<Part>| Table {
        shape: table.shape.clone(),
        parts,
        lookups: table.lookups.clone(),
        contract: table.contract.clone(),
        reach: table.reach.clone(),
    };
    let splits = |function| matches!(function, Sum | SumLast | Min | Max | Count);
    let mut batches: Vec<Vec<Part>> = vec![Vec::new()];
    let mut rows = 0;
    for part in table.parts_in(hull) {
        if rows + part.rows > ROWS && rows > 0 {
            batches.push(Vec::new());
            rows = 0;
        }
        rows += part.rows;
        if let Some(batch) = batches.last_mut() {
            batch.push(part.clone());
        }
    }
    let can_split = query.aggregates.iter().all(|aggregate| splits(aggregate.function));
    match can_split && batches.len() > 1 {
        true => batches.into_iter().map(|parts| Some(batch(parts))).collect(),
        false => vec![None],
    }
}

/// The aggregates of all batches from those of each.
///
/// # Errors
/// What the frame engine says.
pub(super) fn united(
    query: &CubeQuery,
    keys: &[Expr],
    frames: Vec<DataFrame>,
) -> PolarsResult<DataFrame> {
    let mut frames = frames.into_iter();
    let mut all = frames.next().unwrap_or_default();
    let mut is_one = true;
    for frame in frames {
        all.vstack_mut(&frame)?;
        is_one = false;
    }
    if is_one {
        return Ok(all);
    }
    let mut outputs = Vec::new();
    for (index, aggregate) in query.aggregates.iter().enumerate() {
        let column = |kind: &str| col(name(kind, index).as_str());
        outputs.extend(["n", "k"].map(|kind| column(kind).sum()));
        outputs.push(match aggregate.function {
            Min => column("r").min(),
            Max => column("r").max(),
            _ => column("r").sum(),
        });
        if all.column(&name("x", index)).is_ok() {
            outputs.push(column("x").sum());
        }
    }
    all.lazy().group_by(keys).agg(outputs).collect()
}
