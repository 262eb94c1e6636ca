//! One JSON object per line; nested fields by path, a list exploded on request.
//!
//! Rule: a line that is no JSON breaks rule `json`, one that is JSON but no object rule `object`; the lines around it
//! count. A line beyond the limit is refused without ever being held as a whole. A file of which no row has a column that
//! the contract needs is refused, like one whose header lacks it.

use super::{
    Item, Malformed, Record, Sink,
    json::{self, Fault, Json},
    json_names::Names,
    json_path::{Found, at, misfit, not_an_object},
    json_words,
    lines::{Ends, Lines, too_long},
    names,
};
use crate::contract::{Column, Contract, JsonToken};
use std::{borrow::Cow, io::BufRead};

/// The byte order mark that may stand at the very start of a file.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads lines; `is_whole` says that they are all that there is, and not a part of more.
pub(super) fn read(
    contract: &Contract,
    is_whole: bool,
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let mut lines = Lines::new(text, Ends::Feed, contract.source.limits.record(), (0, 0));
    let (mut number, mut names) = (0, Names::new(contract));
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
                names.object(object);
                exploded(contract, object, &mut names)
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
                    let place = Place { number, offset, raw };
                    hand_over(contract, &row, place, &mut names, sink)?;
                }
            }
        }
    }
    if let Some(names) = names.told(contract) {
        sink(Item::Columns(&names))?;
    }
    match names.lacks(contract).filter(|_| is_whole) {
        Some(reason) => Err(reason),
        None => Ok(()),
    }
}

fn object(raw: &[u8]) -> Result<Json<'_>, Fault> {
    match json::parse(raw).map_err(|(rule, detail)| (rule, json_words::plain(detail)))? {
        object @ Json::Object(..) => Ok(object),
        _ => Err(("object", "the line is JSON, but not an object".to_owned())),
    }
}

/// A line's object, seen once per element of the exploded list.
struct Row<'a> {
    object: &'a Json<'a>,
    element: Option<(&'a str, &'a Json<'a>)>,
}

fn exploded<'a>(
    contract: &'a Contract,
    object: &'a Json<'a>,
    names: &mut Names,
) -> Result<Vec<Row<'a>>, Fault> {
    let Some(path) = contract.source.explode.as_deref() else {
        return Ok(vec![Row { object, element: None }]);
    };
    let found = at(object, path, path);
    names.list(!matches!(found, Ok(Found::Absent)));
    match found? {
        Found::Absent | Found::Unknown | Found::Value(Json::Null) => Ok(Vec::new()),
        Found::Value(Json::List(list, _)) => {
            Ok(list.iter().map(|element| Row { object, element: Some((path, element)) }).collect())
        }
        Found::Value(other) => Err(misfit(&format!("`{path}`"), other, "a list")),
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
    names: &mut Names,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let Place { number, offset, raw } = place;
    // Every column is looked at, also behind one with a fault: what a file has does not depend on their order.
    let texts: Vec<_> = contract
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| match column.is_in_rows() {
            true => field(row, column, &mut |alias| names.column(at, alias)),
            false => Ok(None),
        })
        .collect();
    names.row(&texts);
    let texts: Result<Vec<Option<Cow<'_, str>>>, Fault> = texts.into_iter().collect();
    match texts {
        Ok(texts) => {
            let fields: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            sink(Item::Good(Record { number, offset, fields: &fields, raw }))
        }
        Err((rule, detail)) => sink(Item::Bad(Malformed { number, offset, rule, detail, raw })),
    }
}

/// What a row says of a column; `has` hears by which of its aliases.
fn field<'a>(
    row: &Row<'a>,
    column: &Column,
    has: &mut dyn FnMut(usize),
) -> Result<Option<Cow<'a, str>>, Fault> {
    let (mut values, mut odd) = (Vec::new(), None);
    for (at, alias) in column.aliases.iter().enumerate() {
        match row.at(alias) {
            Ok(Found::Absent) => {}
            Ok(Found::Unknown) => has(at),
            Ok(Found::Value(found)) => {
                has(at);
                values.push((alias.as_str(), found));
            }
            Err((rule, detail)) => {
                odd = odd.or(Some((rule, format!("`{}`: {detail}", column.name))))
            }
        }
    }
    let value = names::only_path(column, values).map_err(|detail| ("duplicate_key", detail))?;
    let value = value.map(|(_, value)| value);
    let wanted = match (column.json, value) {
        // A text that is no value of the column either is refused for that, by the contract.
        (JsonToken::Number, Some(Json::Text(text))) if column.parser.value(text).is_ok() => {
            "a number"
        }
        (JsonToken::Text, Some(Json::Number(_))) => "a text",
        (_, Some(value)) => return Ok(text(value)),
        (_, None) => return odd.map_or(Ok(None), Err),
    };
    let detail = format!("`{}` must be {wanted} of JSON; see its clause `json`", column.name);
    Err(("type", detail))
}

impl<'a> Row<'a> {
    /// What stands at a path: below the element where it leads through the exploded list.
    fn at(&self, alias: &str) -> Result<Found<'a>, Fault> {
        let Some((list, element)) = self.element else { return at(self.object, alias, alias) };
        if alias == list {
            return Ok(Found::Value(element));
        }
        match (alias.strip_prefix(list).and_then(|rest| rest.strip_prefix('.')), element) {
            (None, _) => at(self.object, alias, alias),
            (Some(rest), Json::Object(..) | Json::Null) => at(element, alias, rest),
            (Some(_), other) => Err(not_an_object(list, other)),
        }
    }
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

#[cfg(test)]
mod tests {
    use crate::source::tests::{contract, told};
    use serde_json::json;

    #[test]
    fn a_list_is_exploded_and_elements_of_another_kind_are_set_aside() {
        let columns = json!({
            "day": { "type": "text" },
            "sku": { "type": "text", "aliases": ["items.sku"] },
            "price": { "type": "text", "aliases": ["items.price.value"] },
        });
        let contract = contract(json!({ "files": ["*"], "explode": "items" }), columns);
        for (items, expected) in [
            (r#"[{"sku":"a","price":{"value":1}}]"#, "d|1|a"),
            (r#"[{"sku":"a"}]"#, "d|null|a"),
            (r#"[{"sku":"a","price":null}]"#, "d|null|a"),
            ("[null]", "d|null|null"),
            ("[]", ""),
            ("null", ""),
            (
                r#"[{"sku":"a","price":1}]"#,
                "type: `price`: `items.price` is a number, not an object",
            ),
            ("[5]", "type: `price`: an element of `items` is a number, not an object"),
            (r#"[[{"sku":"a"}]]"#, "type: `price`: an element of `items` is a list, not an object"),
            (r#"{"sku":"a"}"#, "type: `items` is an object, not a list"),
        ] {
            // A sound line before it, so that the file has every column.
            let sound = r#"{"day":"d0","items":[{"sku":"s","price":{"value":0}}]}"#;
            let text = format!("{sound}\n{{\"day\":\"d\",\"items\":{items}}}\n");
            let items = told(&contract, "f.jsonl", text.as_bytes()).expect(expected);
            let rest: Vec<&str> =
                items[1..].iter().map(|item| item.splitn(3, ' ').last().unwrap()).collect();
            assert_eq!(rest.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn what_the_contract_needs_must_be_in_a_row_of_the_file() {
        let columns = json!({
            "day": { "type": "text" },
            "amount": { "type": "text", "aliases": ["money.value", "total"] },
            "page": { "type": "text", "aliases": ["p[key=page].value"], "may_be_absent": true },
            "shop": { "type": "text", "from_file_name": "f" },
        });
        let flat = contract(json!({ "files": ["*"] }), columns.clone());
        let items = contract(json!({ "files": ["*"], "explode": "items" }), columns);
        let lacks = "no row has `money.value` or `total`; lines have: day, money";
        for (contract, text, expected) in [
            (&flat, "", Ok(0)),
            (&flat, "no JSON", Ok(1)),
            (&flat, r#"{"day":1,"money":{"value":5}}"#, Ok(1)),
            (&flat, r#"{"day":1,"money":{"value":null}}"#, Ok(1)),
            (&flat, r#"{"day":1,"money":null}"#, Ok(1)),
            (&flat, r#"{"day":1,"money":5,"total":5}"#, Ok(1)),
            (&flat, "{\"day\":1,\"money\":{}}\n{\"day\":2,\"total\":5}", Ok(2)),
            (&flat, r#"{"day":1,"money":{}}"#, Err(lacks)),
            (&flat, r#"{"day":1,"money":{"amount":5}}"#, Err(lacks)),
            (
                &flat,
                r#"{"day":1,"money":5}"#,
                Err(
                    "no row has `money.value` or `total` (`amount`: `money` is a number, not an object); \
                     lines have: day, money",
                ),
            ),
            (&items, r#"{"day":1,"items":[]}"#, Ok(0)),
            (&items, r#"{"day":1,"items":null}"#, Ok(0)),
            (&items, r#"{"day":1}"#, Err("no line has the list `items`; lines have: day")),
        ] {
            let read = told(contract, "f.jsonl", text.as_bytes()).map(|items| items.len());
            assert_eq!(
                read.as_ref().map_err(String::as_str),
                expected.as_ref().map_err(|e| *e),
                "{text}"
            );
        }
    }
}
