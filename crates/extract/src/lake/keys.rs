//! Keys of rows: each as a hash beside its row, and second rows with one key of a file.

use super::{KEY_HIGH, KEY_LOW, PLACE, VERSION};
use crate::{
    contract::{Contract, OnDuplicate},
    quarantine::QuarantinedRow,
    rows::OwnedLine,
};
use model::fingerprint::Fingerprinter;
use polars::prelude::*;
use std::collections::HashSet;

/// So many keys of one file are held in memory to tell second ones; further second rows are superseded instead of
/// quarantined.
const MOST_KEYS: usize = 4_000_000;

/// Adds the columns of the key; where the contract refuses second rows with one, they are told and left out.
pub(super) fn refuse_second_keys(
    contract: &Contract,
    mut frame: DataFrame,
    lines: &[OwnedLine],
    seen: &mut HashSet<(i64, i64)>,
    bad: &mut Vec<QuarantinedRow>,
) -> PolarsResult<DataFrame> {
    if contract.key.is_empty() {
        return Ok(frame);
    }
    let (high, low) = key_hashes(contract, &frame)?;
    let mut first = Vec::with_capacity(high.len());
    for key in high.iter().zip(&low).map(|(high, low)| (*high, *low)) {
        let is_second = contract.on_duplicate == OnDuplicate::Refuse
            && if seen.len() < MOST_KEYS { !seen.insert(key) } else { seen.contains(&key) };
        first.push(!is_second);
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
    let places: Vec<u32> = (0..frame.height() as u32).collect();
    frame.with_column(Column::new(PLACE.into(), places))?;
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
