//! Rows filed by period: one Parquet file for each period that they belong to.

use super::catalogue::folder;
use crate::{
    contract::{Contract, Partition},
    error::ExtractError,
    parse::date_of,
};
use chrono::Datelike;
use engine::{DAY, Part};
use model::fingerprint::Fingerprinter;
use polars::prelude::*;
use std::{collections::BTreeMap, path::Path};

/// Publishes the rows of a frame under a name that their origin gives.
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
