//! Datasets whose business day another dataset knows: payments are of their order's day.
//!
//! Method: rows are joined to the other dataset and filed anew by day, under the fingerprint of both; as long as
//! neither changes nothing is done.

use crate::{
    contract::Contract,
    error::ExtractError,
    lake::{folder, publish_parts},
    notes::{count, text},
    parse::day_of,
};
use engine::{DAY, Part, Table, Tables, polars_engine};
use model::{
    context::RunContext,
    contract::ColumnType,
    fingerprint::Fingerprinter,
    quality::{QualityNote, Severity},
    report::Message,
};
use polars::prelude::*;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fs};

/// What filing by a looked-up day made.
#[derive(Serialize, Deserialize)]
struct Dated {
    parts: Vec<Part>,
    /// Rows whose key the other dataset does not have: accepted, and in no period.
    unmatched: u64,
}

/// The table with every row filed under its looked-up day.
pub(crate) fn dated(
    contract: &Contract,
    time: &str,
    table: Table,
    tables: &Tables,
    cx: &RunContext,
    notes: &mut Vec<QualityNote>,
) -> Result<Table, ExtractError> {
    let mut print = Fingerprinter::new("dated");
    print.field(time).field(contract.zone.name()).field(table.fingerprint(table.parts.iter()));
    for lookup in &contract.lookups {
        if let Some(other) = tables.0.get(&lookup.dataset) {
            print.field(other.fingerprint(other.parts.iter()));
        }
    }
    let print = print.finish();
    let path = folder(&cx.state, contract).join("dated").join(format!("{print}.json"));
    let kept = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Dated>(&text).ok());
    let kept = kept.filter(|kept| kept.parts.iter().all(|part| part.path.exists()));
    let dated = match kept {
        Some(kept) => kept,
        None => {
            let made = file_by_day(contract, time, &table, tables, cx, &print)?;
            let text = serde_json::to_vec(&made).expect("parts always serialize");
            publish::file(&path, &text).map_err(|source| ExtractError::Write { path, source })?;
            made
        }
    };
    if dated.unmatched > 0 {
        let message = Message::new("quality.unmatched_lookup")
            .with("dataset", text(contract.id.as_str()))
            .with("column", text(time))
            .with("count", count(dated.unmatched));
        let dataset = Some(contract.id.clone());
        notes.push(QualityNote { severity: Severity::Warning, message, dataset });
    }
    Ok(Table { parts: dated.parts, ..table })
}

fn file_by_day(
    contract: &Contract,
    time: &str,
    table: &Table,
    tables: &Tables,
    cx: &RunContext,
    print: &str,
) -> Result<Dated, ExtractError> {
    let derive = |source| ExtractError::Derive { dataset: contract.id.clone(), source };
    let mut all = tables.clone();
    all.0.insert(contract.id.clone(), table.clone());
    let mut names: BTreeSet<String> = contract.own.names().into_iter().map(str::to_owned).collect();
    names.insert(time.to_owned());
    let frame = polars_engine::rows(&contract.id, &names, &all)?;
    let known = col(time).is_not_null();
    let mut matched = frame.clone().filter(known.clone()).collect().map_err(derive)?;
    let unmatched = frame.filter(known.not()).collect().map_err(derive)?.height() as u64;
    let day = days(contract, time, &matched).map_err(derive)?;
    matched.with_column(day).map_err(derive)?;
    // The day is kept, the looked-up column is not: it stays the other dataset's.
    let stored = matched.drop(time).map_err(derive)?;
    let mut parts = publish_parts(contract, &stored, print, &cx.state)?;
    for part in &mut parts {
        // A month's rows are named by themselves, so that a new day leaves the answers for older months alone.
        let lake =
            |error: std::io::Error| ExtractError::Write { path: part.path.clone(), source: error };
        let bytes = fs::read(&part.path).map_err(lake)?;
        part.fingerprint = Fingerprinter::new("dated rows").field(bytes).finish();
    }
    Ok(Dated { parts, unmatched })
}

fn days(contract: &Contract, time: &str, frame: &DataFrame) -> PolarsResult<Column> {
    let days: Vec<Option<i32>> = match contract.shape.kind(time) {
        Some(ColumnType::Timestamp) => {
            let moments = frame.column(time)?.cast(&DataType::Int64)?;
            let day = |moment: Option<i64>| day_of(moment?, contract.zone);
            moments.i64()?.iter().map(day).collect()
        }
        _ => frame.column(time)?.cast(&DataType::Int32)?.i32()?.iter().collect(),
    };
    Column::new(DAY.into(), days).cast(&DataType::Date)
}
