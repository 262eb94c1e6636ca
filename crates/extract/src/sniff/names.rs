//! The columns of a file by name.

use super::Draft;
use crate::{
    contract::LimitsSpec,
    source::{Found, guarded, whole_file, with_bytes},
};
use polars::prelude::{ArrowDataType, ArrowField, ParquetReader, SerReader as _};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    io::{BufRead as _, Cursor},
};

/// How many lines of JSON are looked at for names.
const LINES: usize = 10_000;

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
    let mut lists = BTreeSet::new();
    guarded("is no sound Parquet file: its schema does not fit what it says of it", || {
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        let schema = reader.schema().map_err(|error| error.to_string())?;
        for field in schema.iter_values() {
            fields(&field.name.to_string(), field, &mut draft.columns, &mut lists);
        }
        Ok(())
    })?;
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
