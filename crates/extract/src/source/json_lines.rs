//! One JSON object per line; nested fields by path, a list exploded on request.

use super::{
    Item, Malformed, Record, Sink,
    lines::{Ends, Lines, too_long},
    path,
};
use crate::contract::Contract;
use serde_json::Value;
use std::{borrow::Cow, io::BufRead};

pub(super) fn read(
    contract: &Contract,
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let mut lines = Lines::new(text, Ends::Feed, contract.source.limits.record(), (0, 0));
    let mut number = 0;
    while let Some(line) = lines.next().map_err(|error| error.to_string())? {
        if line.text.is_empty() {
            continue;
        }
        let (offset, raw) = (Some(line.offset), line.text);
        if line.is_too_long {
            number += 1;
            let (rule, detail) = too_long(&line);
            sink(Item::Bad(Malformed { number, offset, rule, detail, raw }))?;
            continue;
        }
        let object: Result<Value, _> = serde_json::from_slice(raw);
        let rows = match &object {
            Ok(object @ Value::Object(_)) => exploded(contract, object),
            Ok(_) => Err("the line is not a JSON object".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        match rows {
            Err(mut detail) => {
                number += 1;
                if !line.is_ended {
                    detail.insert_str(0, "the file ends within this line: ");
                }
                sink(Item::Bad(Malformed { number, offset, rule: "json", detail, raw }))?;
            }
            Ok(rows) => {
                for row in rows {
                    number += 1;
                    let texts: Vec<Option<Cow<'_, str>>> = contract
                        .columns
                        .iter()
                        .map(|column| field(&row, &column.aliases))
                        .collect();
                    let fields: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
                    sink(Item::Good(Record { number, offset, fields: &fields, raw }))?;
                }
            }
        }
    }
    Ok(())
}

/// A line's object, seen once per element of the exploded list.
struct Row<'a> {
    object: &'a Value,
    element: Option<(&'a str, &'a Value)>,
}

fn exploded<'a>(contract: &'a Contract, object: &'a Value) -> Result<Vec<Row<'a>>, String> {
    let Some(path) = contract.source.explode.as_deref() else {
        return Ok(vec![Row { object, element: None }]);
    };
    match at(object, path) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => {
            Ok(list.iter().map(|element| Row { object, element: Some((path, element)) }).collect())
        }
        Some(_) => Err(format!("`{path}` is not a list")),
    }
}

fn field<'a>(row: &Row<'a>, aliases: &[String]) -> Option<Cow<'a, str>> {
    let value = aliases.iter().find_map(|alias| match row.element {
        Some((path, element)) if alias == path => Some(element),
        Some((path, element)) => {
            match alias.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) {
                Some(rest) => at(element, rest),
                None => at(row.object, alias),
            }
        }
        None => at(row.object, alias),
    })?;
    match value {
        Value::Null => None,
        Value::String(text) => Some(Cow::Borrowed(text)),
        other => Some(Cow::Owned(other.to_string())),
    }
}

/// The value at a path; a key that itself contains a point is found first.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(found) = value.get(path) {
        return Some(found);
    }
    let (step, rest) = path::first(path);
    let mut found = value.get(step.name)?;
    if let Some((field, text)) = step.element {
        let is_meant = |one: &&Value| one.get(field).and_then(Value::as_str) == Some(text);
        found = found.as_array()?.iter().find(is_meant)?;
    } else if rest.is_none() {
        return None;
    }
    rest.map_or(Some(found), |rest| at(found, rest))
}
