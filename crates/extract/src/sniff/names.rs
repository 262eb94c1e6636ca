//! The columns of a file by name.

use super::{Draft, moments, numbers};
use crate::{
    contract::LimitsSpec,
    source::{Found, whole_file, with_bytes},
};
use calamine::{Data, Reader as _, SheetVisible};
use polars::prelude::{ArrowDataType, ArrowField, ParquetReader, SerReader as _};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufRead as _, Cursor},
};

/// How many lines of JSON are looked at for names.
const LINES: usize = 10_000;

/// Whether the first record names what the others hold.
pub(super) fn is_header(first: &[String], others: &[&Vec<String>]) -> bool {
    let is_value = |text: &String| numbers::is_number(text) || moments::is_moment(text);
    let filled: BTreeSet<&String> = first.iter().filter(|text| !text.trim().is_empty()).collect();
    let values = first.iter().filter(|text| is_value(text)).count();
    let below = |place: usize| {
        let texts = others.iter().take(100).filter_map(|record| record.get(place));
        texts.filter(|text| !text.is_empty()).all(is_value)
    };
    // Numbers may head columns, years for example; a whole row of values does not.
    let tells = (0..first.len()).any(|place| !is_value(&first[place]) && below(place));
    !filled.is_empty() && (values == 0 || (tells && values * 2 < first.len()))
}

/// Keys of objects, by path.
pub(super) fn of_json_lines(found: &Found, draft: &mut Draft) -> Result<(), String> {
    let mut lists = BTreeSet::new();
    with_bytes(found, &LimitsSpec::default(), &mut |bytes| {
        for line in bytes.lines().take(LINES) {
            let line = line.map_err(|error| error.to_string())?;
            let object: Value = serde_json::from_str(&line).unwrap_or(Value::Null);
            let Value::Object(fields) = &object else { continue };
            for (key, value) in fields {
                keys(key, value, &mut draft.columns, &mut lists);
            }
        }
        Ok(())
    })?;
    leave_lists(lists, draft);
    Ok(())
}

fn keys(path: &str, value: &Value, names: &mut Vec<String>, lists: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                keys(&format!("{path}.{key}"), value, names, lists);
            }
        }
        Value::Array(_) => {
            lists.insert(path.to_owned());
        }
        _ if names.iter().any(|name| name == path) => {}
        _ => names.push(path.to_owned()),
    }
}

/// Fields of a schema, by path.
pub(super) fn of_parquet(found: &Found, draft: &mut Draft) -> Result<(), String> {
    let bytes = whole_file(found, &LimitsSpec::default())?;
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let schema = reader.schema().map_err(|error| error.to_string())?;
    let mut lists = BTreeSet::new();
    for field in schema.iter_values() {
        fields(&field.name.to_string(), field, &mut draft.columns, &mut lists);
    }
    leave_lists(lists, draft);
    Ok(())
}

fn fields(path: &str, field: &ArrowField, names: &mut Vec<String>, lists: &mut BTreeSet<String>) {
    match &field.dtype {
        ArrowDataType::Struct(parts) => {
            for part in parts {
                fields(&format!("{path}.{}", part.name), part, names, lists);
            }
        }
        ArrowDataType::List(_) | ArrowDataType::LargeList(_) | ArrowDataType::FixedSizeList(..) => {
            lists.insert(path.to_owned());
        }
        _ => names.push(path.to_owned()),
    }
}

fn leave_lists(lists: BTreeSet<String>, draft: &mut Draft) {
    for path in lists {
        draft.left_out.push(format!(
            "`{path}` is a list: `explode = \"{path}\"` makes a row of each element"
        ));
    }
}

/// The first row of a sheet that fills as many cells as most rows do.
pub(super) fn of_spreadsheet(
    found: &Found,
    sheet: Option<&str>,
    draft: &mut Draft,
) -> Result<(), String> {
    let bytes = whole_file(found, &LimitsSpec::default())?;
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes.as_slice()))
        .map_err(|error| error.to_string())?;
    let sheets = book.sheets_metadata().iter();
    let visible = sheets.filter(|sheet| sheet.visible == SheetVisible::Visible);
    let visible: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    let name = match (sheet, visible.as_slice()) {
        (Some(name), _) => name.to_owned(),
        (None, [name]) => name.clone(),
        (None, _) => {
            return Err(format!(
                "has the sheets `{}`: name one with --sheet",
                visible.join("`, `")
            ));
        }
    };
    let range = book.worksheet_range(&name).map_err(|error| error.to_string())?;
    let filled = |row: &[Data]| row.iter().filter(|cell| **cell != Data::Empty).count();
    let rows: Vec<&[Data]> = range.rows().collect();
    let most = rows.iter().take(200).map(|row| filled(row)).max().unwrap_or(0);
    let is_text = |cell: &&Data| matches!(cell, Data::String(_));
    let is_head = |row: &&[Data]| {
        filled(row) * 4 >= most * 3 && row.iter().filter(is_text).count() * 2 > filled(row)
    };
    let head = rows.iter().position(is_head).ok_or("has no row that names columns")?;
    let above = range.start().map_or(0, |start| start.0) as usize;
    draft.source.insert("sheet".into(), json!({ "name": name, "header_row": above + head + 1 }));
    let why = format!("the first row that fills {} cells, mostly with text", filled(rows[head]));
    draft.evidence.push(("sheet", why));
    let heads = rows[head].iter().filter(is_text);
    draft.columns = heads.map(ToString::to_string).collect();
    Ok(())
}

/// Leaves out columns that have no name of their own.
pub(super) fn without_doubles(draft: &mut Draft) {
    let names = std::mem::take(&mut draft.columns);
    for (at, name) in names.iter().enumerate() {
        let is_double = names.iter().filter(|other| *other == name).count() > 1;
        if name.trim().is_empty() {
            draft.left_out.push(format!("column {} has no name", at + 1));
        } else if is_double && names[..at].contains(name) {
            draft.left_out.push(format!("there are two columns `{name}`, so neither can be told"));
        } else if !is_double {
            draft.columns.push(name.clone());
        }
    }
}

/// The names of the contract for the names in the file, in their order.
pub(super) fn of_contract(columns: &[String]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let name = contract_name(column, place, &taken);
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

/// A name of the contract for a name in the file: lower case, digits and `_`, and not taken yet.
fn contract_name(name: &str, place: usize, taken: &BTreeSet<String>) -> String {
    let mut plain = String::new();
    let mut last = ' ';
    for character in name.trim().chars() {
        let is_part = character.is_ascii_alphanumeric();
        // A capital behind a small letter begins a word: `InvoiceNo`.
        if character.is_ascii_uppercase() && last.is_ascii_lowercase() {
            plain.push('_');
        }
        last = character;
        if is_part {
            plain.push(character.to_ascii_lowercase());
        } else if !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
    }
    let plain = plain.trim_end_matches('_');
    let begins = plain.starts_with(|first: char| first.is_ascii_lowercase());
    let base = match (plain.is_empty(), begins) {
        (true, _) => format!("column_{}", place + 1),
        (false, true) => plain.to_owned(),
        (false, false) => format!("c_{plain}"),
    };
    let mut name = base.clone();
    let mut count = 2;
    while taken.contains(&name) {
        name = format!("{base}_{count}");
        count += 1;
    }
    name
}
