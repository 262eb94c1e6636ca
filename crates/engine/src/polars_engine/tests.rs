use super::PolarsEngine;
use super::compile;
use crate::{
    Answer, Cached, Cell, CubeQuery, Engine, EngineError, Part, Query, Reach, Table, Tables,
    table::DAY,
};
use chrono::NaiveDate;
use model::{
    contract::{ColumnShape, ColumnType, Shape},
    expression::{Aggregate, parse_measure},
    number::Number,
    period::DateRange,
};
use polars::prelude::*;
use std::{collections::BTreeMap, path::Path, sync::Arc};

mod comments;
mod slices;
mod trails;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("date")
}

fn window(start: &str, end: &str) -> DateRange {
    DateRange { start: day(start), end: day(end) }
}

/// `day customer channel amount(2 decimals, "-" unknown)` per line.
fn part(folder: &Path, name: &str, rows: &str, superseded: Vec<u32>) -> Part {
    let rows: Vec<Vec<&str>> =
        rows.trim().lines().map(|row| row.split_whitespace().collect()).collect();
    let text = |index: usize| {
        rows.iter()
            .map(|row| Some(row[index]).filter(|t| *t != "-").map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let days: Vec<i32> = rows.iter().map(|row| compile::days_since_epoch(day(row[0]))).collect();
    let amounts: Vec<Option<i64>> =
        text(3).into_iter().map(|t| t.map(|t| t.parse().expect("amount"))).collect();
    let mut frame = DataFrame::new(
        rows.len(),
        vec![
            Column::new(DAY.into(), days).cast(&DataType::Date).expect("date"),
            Column::new("customer".into(), text(1)),
            Column::new("channel".into(), text(2)),
            Column::new("amount".into(), amounts),
        ],
    )
    .expect("frame");
    let path = folder.join(name);
    publish::with(&path, |file| {
        ParquetWriter::new(file).finish(&mut frame).map(|_| ()).map_err(std::io::Error::other)
    })
    .expect("written");
    let mut counted = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        if !superseded.contains(&(index as u32)) {
            *counted.entry(day(row[0])).or_insert(0) += 1;
        }
    }
    Part { path, fingerprint: name.into(), days: counted, superseded, rows: rows.len() as u64 }
}

fn tables(parts: Vec<Part>) -> Tables {
    let column = |name: &str, kind| ColumnShape { name: name.into(), kind };
    let columns = vec![
        column("customer", ColumnType::Text),
        column("channel", ColumnType::Text),
        column("amount", ColumnType::Number { scale: 2 }),
    ];
    let shape = Shape { dataset: "sales".into(), columns };
    let table =
        Table { shape, parts, lookups: Vec::new(), contract: "c".into(), reach: Reach::All };
    Tables(BTreeMap::from([("sales".into(), table)]))
}

fn january(folder: &Path) -> Vec<Part> {
    vec![
        part(
            folder,
            "a",
            "2026-01-01 ann web 1050\n2026-01-01 bob shop 200\n2026-01-02 ann web -",
            vec![],
        ),
        part(
            folder,
            "b",
            "2026-01-03 cat web 1\n2026-01-03 ann shop 999\n2026-02-01 dan web 5",
            vec![1],
        ),
    ]
}

fn query(sql: &str, by: &[&str], windows: Vec<DateRange>) -> CubeQuery {
    let aggregates: Vec<Aggregate> = parse_measure(sql).expect("measure").1;
    let by = by.iter().map(|by| (*by).into()).collect();
    CubeQuery { dataset: "sales".into(), aggregates, by, windows }
}

fn shown(engine: &dyn Engine, tables: &Tables, query: CubeQuery) -> Vec<String> {
    let Answer::Cube(answer) = engine.ask(&Query::Cube(query), tables).expect("answer") else {
        panic!("not a cube");
    };
    let value = |value: &Option<Number>| value.map_or("?".to_owned(), |value| value.to_string());
    answer
        .cells
        .iter()
        .map(|(Cell { window, members }, values)| {
            let members: Vec<_> = members.iter().map(|m| m.as_deref().unwrap_or("blank")).collect();
            let values: Vec<_> = values.iter().map(value).collect();
            format!("{} {}: {}", window.start, members.join("/"), values.join(" "))
                .replace(" :", ":")
        })
        .collect()
}

#[test]
fn sums_are_exact_and_what_is_unknown_stays_unknown() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let engine = PolarsEngine::default();
    let sql = "sum(amount) + sum(amount) filter (where channel = 'none') + count(*) + count(amount) + count(distinct customer)";
    let days = vec![
        window("2026-01-01", "2026-01-02"),
        window("2026-01-02", "2026-01-03"),
        window("2026-01-03", "2026-01-04"),
    ];
    assert_eq!(
        shown(&engine, &tables, query(sql, &[], days)),
        // On the second day the only amount is unknown; nothing matches the filter on any day; on the
        // third a row of bob's was superseded.
        ["2026-01-01: 12.50 0 2 2 2", "2026-01-02: ? 0 1 0 1", "2026-01-03: 0.01 0 1 1 1"]
    );
}

#[test]
fn overlapping_windows_and_slices_are_each_answered_on_their_own() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let windows = vec![window("2026-01-01", "2026-01-03"), window("2026-01-01", "2026-02-01")];
    let found = shown(
        &PolarsEngine::default(),
        &tables,
        query("count(distinct customer)", &["channel"], windows),
    );
    assert_eq!(
        found,
        ["2026-01-01 shop: 1", "2026-01-01 web: 1", "2026-01-01 shop: 1", "2026-01-01 web: 2"]
    );
}

#[test]
fn an_entity_is_new_once_and_the_cache_agrees_with_the_engine() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let months = vec![window("2026-01-01", "2026-02-01"), window("2026-02-01", "2026-03-01")];
    let expected = ["2026-01-01: 3", "2026-02-01: 1"];
    let indexed = PolarsEngine { indexes: Some(folder.path().join("seen")) };
    let cached =
        Cached::open(&folder.path().join("cache.sqlite"), Arc::new(indexed)).expect("cache");
    for _ in 0..2 {
        let ask = query("count_first(customer)", &[], months.clone());
        assert_eq!(shown(&cached, &tables, ask), expected);
    }
    // Only February: January's entities come from the index.
    let ask = query("count_first(customer)", &[], months[1..].to_vec());
    assert_eq!(
        shown(&PolarsEngine { indexes: Some(folder.path().join("seen")) }, &tables, ask),
        expected[1..]
    );
}

#[test]
fn a_sum_beyond_64_bits_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let rows = "2026-01-01 a web 9223372036854775807\n2026-01-01 b web 9223372036854775807";
    let tables = tables(vec![part(folder.path(), "a", rows, vec![])]);
    let ask = query("sum(amount)", &[], vec![window("2026-01-01", "2026-01-02")]);
    let refused = PolarsEngine::default().ask(&Query::Cube(ask), &tables);
    assert!(matches!(refused, Err(EngineError::Overflow { .. })), "{refused:?}");
}

#[test]
fn a_stock_is_the_sum_of_the_last_day_and_unknown_where_that_day_has_no_row() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let windows = vec![window("2026-01-01", "2026-01-02"), window("2026-01-01", "2026-02-01")];
    let ask = |by: &[&str]| query("sum_last(amount)", by, windows.clone());
    assert_eq!(
        shown(&PolarsEngine::default(), &tables, ask(&[])),
        ["2026-01-01: 12.50", "2026-01-01: 0.01"]
    );
    assert_eq!(
        shown(&PolarsEngine::default(), &tables, ask(&["channel"])),
        [
            "2026-01-01 shop: 2.00",
            "2026-01-01 web: 10.50",
            "2026-01-01 shop: ?",
            "2026-01-01 web: 0.01"
        ]
    );
}
