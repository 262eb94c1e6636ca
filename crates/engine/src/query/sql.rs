//! Queries as SQL text: what `explain` shows.
//!
//! Rule: the members of a slice are parameters such as `:region`; no value of an audience is ever part of a text.

use super::{Acts, CommentQuery, CubeQuery, Query, TrailQuery};
use crate::table::{DAY, Reach, Tables};
use model::{
    expression::{Aggregate, AggregateFunction},
    id::DatasetId,
};
use std::fmt::Write;

/// The query as one readable SQL statement; it needs no connection.
pub fn text(query: &Query, tables: &Tables) -> String {
    match query {
        Query::Comments(query) => comment_text(query, tables),
        Query::Cube(cube) => cube_text(cube, tables),
        Query::Trails(query) => trail_text(query, tables),
    }
}

/// One row per comment; what leaves the engine are counts and quotes without personal data.
fn comment_text(query: &CommentQuery, tables: &Tables) -> String {
    let mut sql = format!("select {DAY}, {} as comment\nfrom {} t", query.text, query.dataset);
    sql.push_str(&joins(&query.dataset, tables));
    let windows: Vec<String> = query
        .windows
        .iter()
        .map(|window| {
            format!("t.{DAY} between date '{}' and date '{}'", window.start, window.last())
        })
        .collect();
    let _ = write!(sql, "\nwhere ({})", windows.join(" or "));
    if let Some(only) = &query.only {
        let _ = write!(sql, " and {only}");
    }
    for condition in within(&query.dataset, tables) {
        let _ = write!(sql, " and {condition}");
    }
    sql
}

/// One row per act; the person orders the rows and is not told.
fn trail_text(query: &TrailQuery, tables: &Tables) -> String {
    let acts: Vec<String> = query
        .acts
        .iter()
        .enumerate()
        .map(|(index, acts)| acts_text(index, acts, query, tables))
        .collect();
    format!("{}\norder by person, at, act", acts.join("\nunion all\n"))
}

fn acts_text(index: usize, acts: &Acts, query: &TrailQuery, tables: &Tables) -> String {
    let at = acts.at.as_ref().map_or_else(|| DAY.to_owned(), ToString::to_string);
    let mut sql = format!("select {} as person, {at} as at, {index} as act", acts.person);
    for told in acts.labels.iter().chain(&acts.values) {
        let _ = write!(sql, ", {told}");
    }
    let _ = write!(sql, "\nfrom {} t", acts.dataset);
    sql.push_str(&joins(&acts.dataset, tables));
    let (first, last) = (query.window.start, query.window.last());
    let _ = write!(sql, "\nwhere {at} between date '{first}' and date '{last}'");
    if let Some(only) = &acts.only {
        let _ = write!(sql, " and {only}");
    }
    for condition in within(&acts.dataset, tables) {
        let _ = write!(sql, " and {condition}");
    }
    sql
}

/// What cuts a dataset down to a slice.
fn within(dataset: &DatasetId, tables: &Tables) -> Vec<String> {
    match tables.0.get(dataset).map(|table| &table.reach) {
        None | Some(Reach::All) => Vec::new(),
        Some(Reach::Only(only)) => {
            only.keys().map(|column| format!("{column} = :{column}")).collect()
        }
        Some(Reach::Nothing(_)) => vec!["false".to_owned()],
    }
}

fn joins(dataset: &DatasetId, tables: &Tables) -> String {
    let mut sql = String::new();
    for lookup in tables.0.get(dataset).map(|table| table.lookups.as_slice()).unwrap_or(&[]) {
        let other = &lookup.dataset;
        let _ = write!(sql, "\nleft join {other} on {other}.{} = {}", lookup.key, lookup.on);
    }
    sql
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
    sql.push_str(&joins(&cube.dataset, tables));
    sql.push_str("\njoin (values");
    for (index, window) in cube.windows.iter().enumerate() {
        let separator = if index == 0 { "" } else { "," };
        let _ = write!(sql, "{separator} (date '{}', date '{}')", window.start, window.last());
    }
    let _ = write!(sql, ") w(first_day, last_day) on t.{DAY} between w.first_day and w.last_day");
    let within = within(&cube.dataset, tables);
    if !within.is_empty() {
        let _ = write!(sql, "\nwhere {}", within.join(" and "));
    }
    sql.push_str("\ngroup by w.first_day, w.last_day");
    for dimension in &cube.by {
        let _ = write!(sql, ", {dimension}");
    }
    sql
}

fn aggregate_text(aggregate: &Aggregate) -> String {
    let id = aggregate.argument.as_ref().map_or(String::new(), ToString::to_string);
    let filter = aggregate.filter.as_ref().map_or("true".to_owned(), ToString::to_string);
    // Portable SQL has neither a first-seen count nor a sum of the last day; the subqueries say what they mean.
    if aggregate.function == AggregateFunction::SumLast {
        return format!(
            "sum({id}) filter (where {filter} and t.{DAY} = (select max(l.{DAY}) from t l where l.{DAY} between w.first_day and w.last_day))"
        );
    }
    if aggregate.function != AggregateFunction::CountFirst {
        return aggregate.to_string();
    }
    format!(
        "count(distinct {id}) filter (where {filter} and w.first_day <= (select min(f.{DAY}) from t f where f.{id} = t.{id} and {filter}))"
    )
}
