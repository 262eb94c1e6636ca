//! Parquet: nested fields by path, a list exploded on request, every value as text.

use super::{Item, Record, Sink, path};
use crate::contract::{Column, Contract};
use polars::prelude::*;
use std::{collections::BTreeSet, io::Cursor};

pub(super) fn read(contract: &Contract, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), String> {
    let texts = columns_as_text(contract, bytes).map_err(|error| error.to_string())?;
    let columns: Vec<&StringChunked> = texts
        .columns()
        .iter()
        .map(|column| column.str())
        .collect::<PolarsResult<_>>()
        .map_err(|error| error.to_string())?;
    for row in 0..texts.height() {
        let fields: Vec<Option<&str>> = columns.iter().map(|column| column.get(row)).collect();
        // Parquet rows have no bytes of their own; their texts stand in for them.
        let raw = fields.iter().map(|field| field.unwrap_or("")).collect::<Vec<_>>().join("\u{1f}");
        let number = row as u64 + 1;
        sink(Item::Good(Record { number, offset: None, fields: &fields, raw: raw.as_bytes() }))?;
    }
    Ok(())
}

fn columns_as_text(contract: &Contract, bytes: &[u8]) -> PolarsResult<DataFrame> {
    let mut reader = ParquetReader::new(Cursor::new(bytes.to_vec()));
    let schema = reader.schema()?;
    let names: BTreeSet<&str> = schema.iter_names().map(PlSmallStr::as_str).collect();
    let mut chosen = Vec::new();
    let mut missing = Vec::new();
    for column in &contract.columns {
        match chosen_alias(column, &names) {
            Some(alias) => chosen.push(Some(alias)),
            None if column.may_be_absent || !column.is_in_rows() => chosen.push(None),
            None => missing.push(column.aliases.join("` or `")),
        }
    }
    if !missing.is_empty() {
        let message = format!(
            "the file lacks `{}`; it has: {}",
            missing.join("`, `"),
            Vec::from_iter(names).join(", ")
        );
        return Err(PolarsError::ColumnNotFound(message.into()));
    }
    let explode = contract.source.explode.as_deref();
    let mut roots: BTreeSet<String> =
        chosen.iter().flatten().map(|path| root(path, &names)).collect();
    roots.extend(explode.map(|path| root(path, &names)));
    let frame = ParquetReader::new(Cursor::new(bytes.to_vec()))
        .with_columns(Some(roots.into_iter().collect()))
        .finish()?;
    let frame = match explode {
        Some(path) => {
            frame.explode([path], ExplodeOptions { empty_as_null: false, keep_nulls: false })?
        }
        None => frame,
    };
    let height = frame.height();
    let mut columns = Vec::new();
    for (column, path) in contract.columns.iter().zip(chosen) {
        let text = match path {
            Some(path) => as_text(&at(&frame, path)?)?,
            None => Series::full_null(PlSmallStr::EMPTY, height, &DataType::String),
        };
        columns.push(text.with_name(column.name.as_str().into()).into_column());
    }
    DataFrame::new(height, columns)
}

fn chosen_alias<'a>(column: &'a Column, names: &BTreeSet<&str>) -> Option<&'a str> {
    column
        .aliases
        .iter()
        .map(String::as_str)
        .find(|alias| names.contains(root(alias, names).as_str()))
}

/// The file's column that a path starts in.
fn root(path: &str, names: &BTreeSet<&str>) -> String {
    if names.contains(path) {
        return path.to_owned();
    }
    path::first(path).0.name.to_owned()
}

fn at(frame: &DataFrame, path: &str) -> PolarsResult<Series> {
    if let Ok(column) = frame.column(path) {
        return Ok(column.as_materialized_series().clone());
    }
    let (mut step, mut rest) = path::first(path);
    let mut series = frame.column(step.name)?.as_materialized_series().clone();
    loop {
        if let Some((field, text)) = step.element {
            series = element(&series, field, text)?;
        }
        let Some(path) = rest else { return Ok(series) };
        (step, rest) = path::first(path);
        series = series.struct_()?.field_by_name(step.name)?;
    }
}

/// Of every list its first element whose `field` is `text`; null where there is none.
fn element(series: &Series, field: &str, text: &str) -> PolarsResult<Series> {
    let lists = series.list()?.rechunk();
    let elements = lists.get_inner();
    let names = elements.struct_()?.field_by_name(field)?.cast(&DataType::String)?;
    let names = names.str()?;
    let mut chosen: Vec<Option<IdxSize>> = Vec::with_capacity(lists.len());
    for array in lists.downcast_iter() {
        for (row, borders) in array.offsets().buffer().windows(2).enumerate() {
            let mut places = borders[0] as usize..borders[1] as usize;
            let is_known = array.validity().is_none_or(|known| known.get_bit(row));
            let place = places.find(|place| is_known && names.get(*place) == Some(text));
            chosen.push(place.map(|place| place as IdxSize));
        }
    }
    elements.take(&IdxCa::from_iter_options("chosen".into(), chosen.into_iter()))
}

fn as_text(series: &Series) -> PolarsResult<Series> {
    match series.dtype() {
        DataType::Float32 | DataType::Float64 => {
            // The shortest text that reads back to the same float: what the writer most likely meant.
            let reals = series.cast(&DataType::Float64)?;
            let texts: StringChunked =
                reals.f64()?.iter().map(|value| value.map(|value| value.to_string())).collect();
            Ok(texts.into_series())
        }
        DataType::List(_) | DataType::Struct(_) => Err(PolarsError::InvalidOperation(
            format!("`{}` is nested; name a field within it, or explode it", series.name()).into(),
        )),
        _ => series.cast(&DataType::String),
    }
}
