//! Queries as SQL text: what `explain` shows.

use super::{CubeQuery, Query};
use crate::table::{DAY, Tables};
use model::expression::{Aggregate, AggregateFunction};
use std::fmt::Write;

/// The query as one readable SQL statement; it needs no connection.
pub fn text(query: &Query, tables: &Tables) -> String {
    match query {
        Query::Cube(cube) => cube_text(cube, tables),
    }
}

fn cube_text(cube: &CubeQuery, tables: &Tables) -> String {
    let mut sql = String::from("select w.first_day, w.last_day");
    for dimension in &cube.by {
        let _ = write!(sql, ", {dimension}");
    }
    for aggregate in &cube.aggregates {
        let _ = write!(sql, ",\n       {}", aggregate_text(aggregate));
    }
    let _ = write!(sql, "\nfrom {} t", cube.dataset);
    for lookup in tables.0.get(&cube.dataset).map(|table| table.lookups.as_slice()).unwrap_or(&[]) {
        let other = &lookup.dataset;
        let _ = write!(sql, "\nleft join {other} on {other}.{} = {}", lookup.key, lookup.on);
    }
    sql.push_str("\njoin (values");
    for (index, window) in cube.windows.iter().enumerate() {
        let separator = if index == 0 { "" } else { "," };
        let _ = write!(sql, "{separator} (date '{}', date '{}')", window.start, window.last());
    }
    let _ = write!(sql, ") w(first_day, last_day) on t.{DAY} between w.first_day and w.last_day");
    sql.push_str("\ngroup by w.first_day, w.last_day");
    for dimension in &cube.by {
        let _ = write!(sql, ", {dimension}");
    }
    sql
}

fn aggregate_text(aggregate: &Aggregate) -> String {
    if aggregate.function != AggregateFunction::CountFirst {
        return aggregate.to_string();
    }
    // Portable SQL has no first-seen count; the subquery says what it means.
    let id = aggregate.argument.as_ref().map_or(String::new(), ToString::to_string);
    let filter = aggregate.filter.as_ref().map_or("true".to_owned(), ToString::to_string);
    format!(
        "count(distinct {id}) filter (where {filter} and w.first_day <= (select min(f.{DAY}) from t f where f.{id} = t.{id} and {filter}))"
    )
}
