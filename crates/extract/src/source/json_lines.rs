//! One JSON object per line; nested fields by path, a list exploded on request.
//!
//! Rule: a line that is no JSON breaks rule `json`, one that is JSON but no object rule `object`; the lines around it
//! count. A line beyond the limit is refused without ever being held as a whole.

use super::{
    Item, Malformed, Record, Sink,
    json::{self, Fault, Json},
    lines::{Ends, Lines, too_long},
    path,
};
use crate::contract::{Column, Contract, JsonToken};
use std::{borrow::Cow, collections::BTreeSet, io::BufRead};

/// The byte order mark that may stand at the very start of a file.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Objects with more names have data for names, and no columns.
const MOST_NAMES: usize = 1000;

pub(super) fn read(
    contract: &Contract,
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let mut lines = Lines::new(text, Ends::Feed, contract.source.limits.record(), (0, 0));
    let (mut number, mut names) = (0, BTreeSet::new());
    while let Some(line) = lines.next().map_err(|error| error.to_string())? {
        let marked = if line.offset == 0 { line.text.strip_prefix(MARK) } else { None };
        let raw = marked.unwrap_or(line.text);
        if raw.is_empty() {
            continue;
        }
        let offset = Some(line.offset + (line.text.len() - raw.len()) as u64);
        let object = if line.is_too_long { Err(too_long(&line)) } else { object(raw) };
        let rows = match &object {
            Ok(object) => {
                note_names(object, &mut names);
                exploded(contract, object)
            }
            Err(fault) => Err(fault.clone()),
        };
        match rows {
            Err((rule, mut detail)) => {
                number += 1;
                if !line.is_ended {
                    detail.insert_str(0, "the file ends within this line: ");
                }
                sink(Item::Bad(Malformed { number, offset, rule, detail, raw }))?;
            }
            Ok(rows) => {
                for row in rows {
                    number += 1;
                    hand_over(contract, &row, Place { number, offset, raw }, sink)?;
                }
            }
        }
    }
    if names.len() < MOST_NAMES {
        sink(Item::Columns(&names.into_iter().collect::<Vec<_>>()))?;
    }
    Ok(())
}

/// Collects the names of an object's entries.
fn note_names(object: &Json<'_>, names: &mut BTreeSet<String>) {
    let Json::Object(entries, _) = object else { return };
    for (name, _) in entries {
        if names.len() < MOST_NAMES && !names.contains(name) {
            names.insert(name.clone());
        }
    }
}

fn object(raw: &[u8]) -> Result<Json<'_>, Fault> {
    match json::parse(raw)? {
        object @ Json::Object(..) => Ok(object),
        _ => Err(("object", "the line is JSON, but not an object".to_owned())),
    }
}

/// A line's object, seen once per element of the exploded list.
struct Row<'a> {
    object: &'a Json<'a>,
    element: Option<(&'a str, &'a Json<'a>)>,
}

fn exploded<'a>(contract: &'a Contract, object: &'a Json<'a>) -> Result<Vec<Row<'a>>, Fault> {
    let Some(path) = contract.source.explode.as_deref() else {
        return Ok(vec![Row { object, element: None }]);
    };
    match at(object, path) {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::List(list, _)) => {
            Ok(list.iter().map(|element| Row { object, element: Some((path, element)) }).collect())
        }
        Some(_) => Err(("json", format!("`{path}` is not a list"))),
    }
}

struct Place<'a> {
    number: u64,
    offset: Option<u64>,
    raw: &'a [u8],
}

fn hand_over(
    contract: &Contract,
    row: &Row<'_>,
    place: Place<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let Place { number, offset, raw } = place;
    let texts: Result<Vec<Option<Cow<'_, str>>>, Fault> =
        contract.columns.iter().map(|column| field(row, column)).collect();
    match texts {
        Ok(texts) => {
            let fields: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            sink(Item::Good(Record { number, offset, fields: &fields, raw }))
        }
        Err((rule, detail)) => sink(Item::Bad(Malformed { number, offset, rule, detail, raw })),
    }
}

fn field<'a>(row: &Row<'a>, column: &Column) -> Result<Option<Cow<'a, str>>, Fault> {
    let value = column.aliases.iter().find_map(|alias| match row.element {
        Some((path, element)) if alias == path => Some(element),
        Some((path, element)) => {
            match alias.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) {
                Some(rest) => at(element, rest),
                None => at(row.object, alias),
            }
        }
        None => at(row.object, alias),
    });
    let wanted = match (column.json, value) {
        // A text that is no value of the column either is refused for that, by the contract.
        (JsonToken::Number, Some(Json::Text(text))) if column.parser.value(text).is_ok() => {
            "a number"
        }
        (JsonToken::Text, Some(Json::Number(_))) => "a text",
        _ => return Ok(value.and_then(text)),
    };
    let detail = format!("`{}` must be {wanted} of JSON; see its clause `json`", column.name);
    Err(("type", detail))
}

/// What a value says; a list or an object as it stands in the file.
fn text<'a>(value: &'a Json<'a>) -> Option<Cow<'a, str>> {
    Some(match value {
        Json::Null => return None,
        Json::Boolean(flag) => (if *flag { "true" } else { "false" }).into(),
        Json::Number(text) | Json::List(_, text) | Json::Object(_, text) => (*text).into(),
        Json::Text(text) => Cow::Borrowed(text),
    })
}

/// The value at a path; a key that itself contains a point is found first.
fn at<'a>(value: &'a Json<'a>, path: &str) -> Option<&'a Json<'a>> {
    if let Some(found) = value.get(path) {
        return Some(found);
    }
    let (step, rest) = path::first(path);
    let mut found = value.get(step.name)?;
    if let Some((field, text)) = step.element {
        let Json::List(list, _) = found else { return None };
        let is_meant =
            |one: &&Json<'_>| matches!(one.get(field), Some(Json::Text(said)) if said == text);
        found = list.iter().find(is_meant)?;
    } else if rest.is_none() {
        return None;
    }
    rest.map_or(Some(found), |rest| at(found, rest))
}
