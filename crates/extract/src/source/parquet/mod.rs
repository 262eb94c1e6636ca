//! Parquet: nested fields by path, a list exploded on request, every value as text.
//!
//! Rule: a file that breaks the format anywhere is refused as a whole. Checksums of pages are verified where the writer
//! left some, row by row nothing is held but the row.

mod check;
mod leaves;
#[cfg(test)]
mod tests;
mod value;

use super::{Found, Item, Malformed, Record, Sink, guarded, names, packed, path};
use crate::contract::{Column, Contract};
use ::parquet::{
    errors::ParquetError,
    file::reader::{ChunkReader, FileReader, SerializedFileReader},
    record::{Field, Row},
    schema::types::Type,
};
use leaves::{Leaf, Leaves};
use std::{borrow::Cow, collections::BTreeSet};

pub(super) fn read(contract: &Contract, found: &Found, sink: &mut Sink<'_>) -> Result<(), String> {
    guarded("is no sound Parquet file: its values do not fit what it says of them", || {
        // A file that is not packed is read where it lies.
        if found.name.to_lowercase().ends_with(".parquet") {
            return rows(contract, found.open().map_err(|error| error.to_string())?, sink);
        }
        rows(contract, bytes::Bytes::from(packed::whole(found, &contract.source.limits)?), sink)
    })
}

fn rows<R: ChunkReader + 'static>(
    contract: &Contract,
    file: R,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let reader = SerializedFileReader::new(file).map_err(|error| {
        format!("is no whole Parquet file: its end, which says what it holds, {}", broken(error))
    })?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let leaves = Leaves::new(schema.root_schema());
    sink(Item::Columns(&names(contract, schema.root_schema(), &leaves)))?;
    let columns = columns(contract, &leaves)?;
    let explode = contract.source.explode.as_deref();
    if let Some(path) = explode.filter(|path| !leaves.is_list(path)) {
        return Err(match leaves.get(path)? {
            Some(_) => format!("`{path}` is not a list"),
            None => format!("the file lacks the list `{path}`; it has: {}", leaves.names()),
        });
    }
    let mut roots: BTreeSet<&str> =
        columns.iter().flatten().map(|(alias, _)| root(alias, schema.root_schema())).collect();
    roots.extend(explode.map(|path| root(path, schema.root_schema())));
    check::sound(&reader, &roots)?;
    let fields = schema.root_schema().get_fields().iter();
    let fields = fields.filter(|field| roots.contains(field.name())).cloned().collect();
    let wanted = Type::group_type_builder(schema.root_schema().name()).with_fields(fields).build();
    let mut number = 0;
    for row in reader.get_row_iter(Some(wanted.map_err(broken)?)).map_err(broken)? {
        let row = row.map_err(|error| format!("its row {} {}", number + 1, broken(error)))?;
        match explode {
            None => hand_over(contract, &columns, (&row, None), &mut number, sink)?,
            Some(path) => match at(&row, path) {
                None | Some(Field::Null) => {}
                Some(Field::ListInternal(list)) => {
                    for element in list.elements() {
                        let element = Some((path, element));
                        hand_over(contract, &columns, (&row, element), &mut number, sink)?;
                    }
                }
                Some(_) => return Err(format!("`{path}` is not a list")),
            },
        }
    }
    let stated = reader.metadata().file_metadata().num_rows();
    match explode.is_some() || i64::try_from(number) == Ok(stated) {
        true => Ok(()),
        false => Err(format!("says that it has {stated} rows, but holds {number}")),
    }
}

/// Why something of a file cannot be read.
fn broken(error: ParquetError) -> String {
    let said = error.to_string();
    let said = said.strip_prefix("Parquet error: ").unwrap_or(&said);
    format!("cannot be read ({said}); fetch or export the file again")
}

/// Where each contract column's values stand: its alias and its leaf; `None` where files may lack it.
type Chosen<'a> = Vec<Option<(&'a str, &'a Leaf)>>;

/// What the file calls its columns: names, and the contract's own paths.
fn names(contract: &Contract, schema: &Type, leaves: &Leaves) -> Vec<String> {
    let mut names: Vec<String> =
        schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
    for alias in contract.columns.iter().flat_map(|column| column.aliases.iter()) {
        if !names.contains(alias) && matches!(leaves.get(alias), Ok(Some(_))) {
            names.push(alias.clone());
        }
    }
    names
}

fn columns<'a>(contract: &'a Contract, leaves: &'a Leaves) -> Result<Chosen<'a>, String> {
    let mut missing = Vec::new();
    let mut chosen = Vec::new();
    for column in &contract.columns {
        let (mut found, mut odd) = (Vec::new(), None);
        for alias in column.aliases.iter().filter(|_| column.is_in_rows()) {
            match leaves.get(alias) {
                Ok(leaf) => found.extend(leaf.map(|leaf| (alias.as_str(), leaf))),
                Err(reason) => odd = odd.or(Some(reason)),
            }
        }
        let found = names::only_path(column, found)?;
        // A type holds for every row: what is set aside row by row elsewhere is the whole file here.
        if let (None, Some(reason)) = (&found, odd) {
            return Err(reason);
        }
        if found.is_none() && column.is_in_rows() && !column.may_be_absent {
            missing.push(column.aliases.told(&column.name));
        }
        if let Some((alias, leaf)) = found {
            leaf.is_known().map_err(|reason| format!("`{alias}` {reason}"))?;
        }
        chosen.push(found);
    }
    match missing.is_empty() {
        true => Ok(chosen),
        false => {
            let (missing, names) = (missing.join(", "), leaves.names());
            Err(format!("the file lacks {missing}; it has: {names}"))
        }
    }
}

/// The file's column that a path starts in.
fn root<'a>(path: &'a str, schema: &Type) -> &'a str {
    match schema.get_fields().iter().any(|field| field.name() == path) {
        true => path,
        false => path::first(path).0.name,
    }
}

/// A row, and the element of its exploded list with the list's path.
type Seen<'a> = (&'a Row, Option<(&'a str, &'a Field)>);

fn hand_over(
    contract: &Contract,
    columns: &Chosen<'_>,
    seen: Seen<'_>,
    number: &mut u64,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    *number += 1;
    let text = |(chosen, column): (&Option<(&str, &Leaf)>, &Column)| {
        let Some((alias, leaf)) = chosen else { return Ok(None) };
        let Some(field) = field(seen, alias) else { return Ok(None) };
        value::text(field, leaf)
            .map_err(|(rule, detail)| (rule, format!("`{}` {detail}", column.name)))
    };
    let texts: Vec<_> = columns.iter().zip(&contract.columns).map(text).collect();
    // Parquet rows have no bytes of their own; their texts stand in for them.
    let said =
        texts.iter().map(|text| text.as_ref().map_or("", |text| text.as_deref().unwrap_or("")));
    let raw = said.collect::<Vec<_>>().join("\u{1f}");
    let (number, offset, raw) = (*number, None, raw.as_bytes());
    let texts: Result<Vec<Option<Cow<'_, str>>>, _> = texts.into_iter().collect();
    match texts {
        Ok(texts) => {
            let fields: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            sink(Item::Good(Record { number, offset, fields: &fields, raw }))
        }
        Err((rule, detail)) => sink(Item::Bad(Malformed { number, offset, rule, detail, raw })),
    }
}

fn field<'a>((row, element): Seen<'a>, alias: &str) -> Option<&'a Field> {
    let Some((path, element)) = element else { return at(row, alias) };
    if alias == path {
        return Some(element);
    }
    match (alias.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')), element) {
        (Some(rest), Field::Group(group)) => at(group, rest),
        (Some(_), _) => None,
        (None, _) => at(row, alias),
    }
}

/// The value at a path; a name that itself contains a point is found first.
fn at<'a>(row: &'a Row, path: &str) -> Option<&'a Field> {
    let get = |name: &str| row.get_column_iter().find(|(own, _)| *own == name).map(|(_, at)| at);
    if let Some(found) = get(path) {
        return Some(found);
    }
    let (step, rest) = path::first(path);
    let mut found = get(step.name)?;
    if let Some((field, text)) = step.element {
        let Field::ListInternal(list) = found else { return None };
        let is_meant = |one: &&Field| {
            let Field::Group(group) = one else { return false };
            let said = at(group, field).map(|said| value::text(said, &Leaf::Plain));
            matches!(said, Some(Ok(Some(said))) if said == text)
        };
        found = list.elements().iter().find(is_meant)?;
    }
    match (rest, found) {
        (None, found) => Some(found),
        (Some(rest), Field::Group(group)) => at(group, rest),
        (Some(_), found) => Some(found),
    }
}
