//! One source file into the lake.

use super::{
    KEY_HIGH, KEY_LOW, VERSION,
    catalogue::{Loaded, folder},
};
use crate::{
    contract::{Contract, OnDuplicate, Partition},
    error::ExtractError,
    parse::{date_of, day_of},
    quarantine::{self, QuarantinedRow, shown},
    rows::{Batch, Line, OwnedLine},
    source::{self, Found, Item},
};
use chrono::Datelike;
use engine::{DAY, Part, polars_engine::compile};
use model::{contract::ColumnType, fingerprint::Fingerprinter};
use polars::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Parses an unpacked file, publishes its parts and its quarantine, and says what became of it.
pub(crate) fn load(
    contract: &Contract,
    found: &Found,
    bytes: &[u8],
    content: &str,
    state: &Path,
) -> Result<Loaded, ExtractError> {
    let mut batch = Batch::new(contract, &found.name);
    let mut bad = Vec::new();
    let mut read = 0;
    let outcome = source::read(contract, found, bytes, &mut |item| {
        read += 1;
        take(contract, &found.name, item, &mut batch, &mut bad);
    });
    let print = Fingerprinter::new("file")
        .field(content)
        .field(&contract.fingerprint)
        .field(&found.name)
        .finish();
    let mut loaded = Loaded {
        size: 0,
        modified: 0,
        content: content.to_owned(),
        read,
        quarantined: 0,
        parts: Vec::new(),
        sums: BTreeMap::new(),
        unreadable: outcome.err(),
    };
    if loaded.unreadable.is_some() {
        // A file that breaks off is not half accepted: what was read of it is not known to be right.
        loaded.read = 0;
        return Ok(loaded);
    }
    let derive = |source| ExtractError::Derive { dataset: contract.id.clone(), source };
    let lines = batch.lines();
    let frame = with_derived(contract, batch.into_frame().map_err(derive)?).map_err(derive)?;
    let (frame, lines) = without_dayless(contract, frame, lines, &mut bad).map_err(derive)?;
    let frame = refuse_second_keys(contract, frame, &lines, &mut bad).map_err(derive)?;
    loaded.sums = sums(contract, &frame);
    loaded.parts = publish_parts(contract, &frame, &print, state)?;
    loaded.quarantined = bad.len() as u64;
    if !bad.is_empty() {
        bad.sort_by_key(|row| row.record);
        let path = quarantine::path(state, &contract.id, &print);
        quarantine::publish(&path, &bad).map_err(|source| ExtractError::Write { path, source })?;
    }
    let kept: u64 = loaded.parts.iter().map(|part| part.rows).sum();
    if loaded.read != kept + loaded.quarantined {
        let detail = format!(
            "`{}`: {} rows read, {kept} kept, {} quarantined",
            found.name, loaded.read, loaded.quarantined
        );
        return Err(ExtractError::Unreconciled { dataset: contract.id.clone(), detail });
    }
    Ok(loaded)
}

fn take(
    contract: &Contract,
    file: &str,
    item: Item<'_>,
    batch: &mut Batch<'_>,
    bad: &mut Vec<QuarantinedRow>,
) {
    let (line, fault) = match item {
        Item::Bad(row) => {
            let line = Line { number: row.number, offset: row.offset, raw: row.raw };
            (line, (None, row.rule.to_owned(), row.detail))
        }
        Item::Good(record) => {
            let line = Line { number: record.number, offset: record.offset, raw: record.raw };
            match batch.push(contract, record.fields, line) {
                Ok(()) => return,
                Err((column, broken)) => {
                    (line, (Some(column), broken.rule.to_owned(), broken.detail))
                }
            }
        }
    };
    let (column, rule, detail) = fault;
    bad.push(QuarantinedRow {
        file: file.to_owned(),
        record: line.number,
        offset: line.offset,
        column,
        rule,
        detail,
        raw: shown(line.raw),
    });
}

fn with_derived(contract: &Contract, mut frame: DataFrame) -> PolarsResult<DataFrame> {
    let invalid = |error: model::expression::ExpressionError| {
        PolarsError::InvalidOperation(error.to_string().into())
    };
    for (name, scalar, kind) in &contract.derived {
        let (expression, _) = compile::scalar(scalar, &contract.own).map_err(invalid)?;
        let expression = expression.cast(compile::frame_type(*kind)).alias(name.as_str());
        frame = frame.lazy().with_column(expression).collect()?;
    }
    let Some(time) = &contract.time else { return Ok(frame) };
    let days: Vec<Option<i32>> = match contract.own.kind(time) {
        Some(ColumnType::Timestamp) => {
            let moments = frame.column(time)?.cast(&DataType::Int64)?;
            moments
                .i64()?
                .iter()
                .map(|moment| moment.and_then(|moment| day_of(moment, contract.zone)))
                .collect()
        }
        _ => frame.column(time)?.cast(&DataType::Int32)?.i32()?.iter().collect(),
    };
    let day = Column::new(DAY.into(), days).cast(&DataType::Date)?;
    frame.with_column(day)?;
    Ok(frame)
}

/// A row without a business day cannot count in any period: it goes to quarantine.
fn without_dayless(
    contract: &Contract,
    frame: DataFrame,
    lines: Vec<OwnedLine>,
    bad: &mut Vec<QuarantinedRow>,
) -> PolarsResult<(DataFrame, Vec<OwnedLine>)> {
    let Some(time) = &contract.time else { return Ok((frame, lines)) };
    let known = frame.column(DAY)?.is_not_null();
    let mut kept = Vec::new();
    for (line, known) in lines.into_iter().zip(known.iter()) {
        if known == Some(true) {
            kept.push(line);
        } else {
            let detail = format!("`{time}` is unknown, so the row belongs to no day");
            bad.push(line.quarantined(Some(time.clone()), "required", detail));
        }
    }
    Ok((frame.filter(&known)?, kept))
}

fn refuse_second_keys(
    contract: &Contract,
    mut frame: DataFrame,
    lines: &[OwnedLine],
    bad: &mut Vec<QuarantinedRow>,
) -> PolarsResult<DataFrame> {
    if contract.key.is_empty() {
        return Ok(frame);
    }
    let (high, low) = key_hashes(contract, &frame)?;
    let mut seen = BTreeSet::new();
    let mut first = Vec::with_capacity(high.len());
    for key in high.iter().zip(&low) {
        first.push(contract.on_duplicate != OnDuplicate::Refuse || seen.insert((*key.0, *key.1)));
    }
    let version: Vec<i64> = match &contract.on_duplicate {
        OnDuplicate::Newest(column) => {
            let values = frame.column(column)?.cast(&DataType::Int64)?;
            values.i64()?.iter().map(|value| value.unwrap_or(i64::MIN)).collect()
        }
        OnDuplicate::LastLoaded | OnDuplicate::Refuse => vec![0; frame.height()],
    };
    frame.with_column(Column::new(KEY_HIGH.into(), high))?;
    frame.with_column(Column::new(KEY_LOW.into(), low))?;
    frame.with_column(Column::new(VERSION.into(), version))?;
    for (line, first) in lines.iter().zip(&first) {
        if !first {
            let detail = format!("a row with the same {} came before", contract.key.join(", "));
            bad.push(line.quarantined(None, "key", detail));
        }
    }
    frame.filter(&BooleanChunked::from_slice("first".into(), &first))
}

fn key_hashes(contract: &Contract, frame: &DataFrame) -> PolarsResult<(Vec<i64>, Vec<i64>)> {
    let mut columns = Vec::new();
    for name in &contract.key {
        columns.push(frame.column(name)?.cast(&DataType::String)?);
    }
    let texts: Vec<&StringChunked> =
        columns.iter().map(|column| column.str()).collect::<PolarsResult<_>>()?;
    let (mut high, mut low) = (Vec::new(), Vec::new());
    for row in 0..frame.height() {
        let mut print = Fingerprinter::new("key");
        for text in &texts {
            match text.get(row) {
                Some(text) => print.field("=").field(text),
                None => print.field("null"),
            };
        }
        let print = print.number();
        high.push((print >> 64) as u64 as i64);
        low.push(print as u64 as i64);
    }
    Ok((high, low))
}

fn sums(contract: &Contract, frame: &DataFrame) -> BTreeMap<String, String> {
    let Some(control) = &contract.control else { return BTreeMap::new() };
    let mut sums = BTreeMap::new();
    for name in control.sums.keys() {
        let values = frame.column(name).and_then(|column| column.i64().cloned());
        if let Ok(values) = values {
            let sum: i128 = values.iter().flatten().map(i128::from).sum();
            sums.insert(name.clone(), sum.to_string());
        }
    }
    sums
}

pub(crate) fn publish_parts(
    contract: &Contract,
    frame: &DataFrame,
    print: &str,
    state: &Path,
) -> Result<Vec<Part>, ExtractError> {
    let derive = |source| ExtractError::Derive { dataset: contract.id.clone(), source };
    let mut parts = Vec::new();
    for (name, rows) in partitioned(contract, frame).map_err(derive)? {
        let index = IdxCa::from_vec("rows".into(), rows);
        let mut frame = frame.take(&index).map_err(derive)?;
        let days = days(&frame).map_err(derive)?;
        let path = folder(state, contract).join(&name).join(format!("{print}.parquet"));
        publish::with(&path, |file| {
            // The writer encodes text by dictionary wherever that is shorter, which it is for dimensions and ids.
            let writer = ParquetWriter::new(file).with_compression(ParquetCompression::Zstd(None));
            writer.finish(&mut frame).map(|_| ()).map_err(std::io::Error::other)
        })
        .map_err(|source| ExtractError::Write { path: path.clone(), source })?;
        let fingerprint = Fingerprinter::new("rows").field(print).field(&name).finish();
        parts.push(Part {
            path,
            fingerprint,
            days,
            superseded: Vec::new(),
            rows: frame.height() as u64,
        });
    }
    Ok(parts)
}

/// The rows of each period, in file order.
fn partitioned(
    contract: &Contract,
    frame: &DataFrame,
) -> PolarsResult<BTreeMap<String, Vec<IdxSize>>> {
    let mut partitions: BTreeMap<String, Vec<IdxSize>> = BTreeMap::new();
    if frame.column(DAY).is_err() {
        partitions.insert("all".into(), (0..frame.height() as IdxSize).collect());
        return Ok(partitions);
    }
    let days = frame.column(DAY)?.cast(&DataType::Int32)?;
    let mut last: Option<(i32, String)> = None;
    for (row, day) in days.i32()?.iter().enumerate() {
        let Some(day) = day else { continue };
        let name = match &last {
            Some((known, name)) if *known == day => name.clone(),
            _ => partition_name(contract.partition, day),
        };
        last = Some((day, name.clone()));
        partitions.entry(name).or_default().push(row as IdxSize);
    }
    Ok(partitions)
}

fn partition_name(partition: Partition, day: i32) -> String {
    let date = date_of(day);
    match partition {
        Partition::Day => format!("day={date}"),
        Partition::Month => format!("month={}-{:02}", date.year(), date.month()),
        Partition::Year => format!("year={}", date.year()),
    }
}

fn days(frame: &DataFrame) -> PolarsResult<BTreeMap<chrono::NaiveDate, u64>> {
    let mut counted = BTreeMap::new();
    if let Ok(days) = frame.column(DAY) {
        let days = days.cast(&DataType::Int32)?;
        for day in days.i32()?.iter().flatten() {
            *counted.entry(date_of(day)).or_insert(0) += 1;
        }
    }
    Ok(counted)
}
