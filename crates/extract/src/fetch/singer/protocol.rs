//! What a tap says, line by line: SCHEMA, RECORD, STATE.
//!
//! Rule: pure, from lines to rows. A record is kept byte for byte, so that no number passes through a float. What is no
//! JSON object is kept as it is, for the contract to quarantine; what is one and breaks the protocol refuses the whole.
//! <https://hub.meltano.com/singer/spec>

use crate::contract::Contract;
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::{Value, value::RawValue};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, Read, Write},
};

/// The most bytes of one line.
const MOST_LINE: u64 = 16 << 20;

/// The most bytes of all rows: what a reader would unpack of them.
const MOST_ROWS: u64 = 4 << 30;

/// What a tap said of one stream.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Heard {
    /// The stream's schema, as JSON text; none when the tap never spoke of it.
    pub(crate) schema: Option<String>,
    /// The properties that identify a row, as the tap sees it.
    pub(crate) key: Vec<String>,
    /// The last state, as JSON text.
    pub(crate) state: Option<String>,
    /// How many rows were written, lines that are no messages among them.
    pub(crate) rows: u64,
    /// How many lines were no messages.
    pub(crate) noise: u64,
    /// How many messages of each kind that is not known were left out.
    pub(crate) ignored: BTreeMap<String, u64>,
    /// The other streams that the tap spoke of.
    pub(crate) others: BTreeSet<String>,
}

/// Listens to the end and writes each record of `stream` as a line of `rows`.
///
/// # Errors
/// Input that ends within a line, breaks the protocol or goes beyond the limits, or rows that cannot be written.
pub(crate) fn hear(
    mut input: impl BufRead,
    stream: &str,
    rows: &mut impl Write,
) -> Result<Heard, String> {
    let mut heard = Heard::default();
    let mut written = 0;
    let mut line = Vec::new();
    for number in 1u64.. {
        let told = |fault: String| format!("line {number} of the tap {fault}");
        if !next_line(&mut input, &mut line).map_err(told)? {
            break;
        }
        let Some(row) = heard.line(&line, stream).map_err(told)? else { continue };
        written += row.len() as u64 + 1;
        if written > MOST_ROWS {
            return Err(told(format!("goes beyond {MOST_ROWS} bytes of rows")));
        }
        heard.rows += 1;
        rows.write_all(row)
            .and_then(|()| rows.write_all(b"\n"))
            .map_err(|error| error.to_string())?;
    }
    Ok(heard)
}

/// Reads the next line with its end; false when there is none.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, String> {
    line.clear();
    let read = input.take(MOST_LINE).read_until(b'\n', line);
    read.map_err(|error| format!("does not come: {error}"))?;
    match line.len() as u64 == MOST_LINE && !line.ends_with(b"\n") {
        true => Err(format!("has more than {MOST_LINE} bytes")),
        false => Ok(!line.is_empty()),
    }
}

/// A line that is a JSON object, with what any of the messages may have.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: String,
    stream: Option<String>,
    #[serde(borrow)]
    schema: Option<&'a RawValue>,
    key_properties: Option<Vec<String>>,
    #[serde(borrow)]
    record: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "given")]
    value: Option<&'a RawValue>,
}

/// A value that is there, even if it is null: a null state is one, and is handed back as it is.
fn given<'a, D: Deserializer<'a>>(value: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(value).map(Some)
}

/// The message in a line; none where the line is no JSON object.
fn message(line: &[u8]) -> Result<Option<Message<'_>>, String> {
    if line.starts_with(b"\xef\xbb\xbf") {
        // A reader of rows passes over one at their start, and would find a row behind it.
        return Err("begins with a byte order mark, which no line of a tap has".to_owned());
    }
    let Ok(text) = std::str::from_utf8(line) else { return Ok(None) };
    if !text.starts_with('{') {
        return Ok(None);
    }
    match serde_json::from_str(text) {
        Ok(message) => Ok(Some(message)),
        // Anything that has a JSON object's form might be a row or a state: it is not guessed which.
        Err(error) => match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Err(format!("is no Singer message: {error}")),
            Err(_) => Ok(None),
        },
    }
}

impl Heard {
    /// Takes a line; a row of `stream` is handed back as it stands in it.
    fn line<'a>(&mut self, line: &'a [u8], stream: &str) -> Result<Option<&'a [u8]>, String> {
        let text = line.trim_ascii();
        if text.is_empty() {
            return Ok(None);
        }
        match message(text)? {
            Some(message) => self.take(&message, stream),
            None if !line.ends_with(b"\n") => Err("breaks off".to_owned()),
            None => {
                self.noise += 1;
                Ok(Some(text))
            }
        }
    }

    /// Takes a message; a record of `stream` is handed back as it stands in the line.
    fn take<'a>(
        &mut self,
        message: &Message<'a>,
        stream: &str,
    ) -> Result<Option<&'a [u8]>, String> {
        let of = || match message.stream.as_deref() {
            Some(of) => Ok(of),
            None => Err(format!("is a {} without `stream`", message.kind)),
        };
        match message.kind.as_str() {
            "SCHEMA" if of()? != stream => {
                self.others.insert(of()?.to_owned());
            }
            "SCHEMA" => self.describe(message)?,
            "RECORD" if of()? != stream => {}
            "RECORD" if self.schema.is_none() => {
                return Err(format!("is a RECORD of `{stream}` before its SCHEMA"));
            }
            "RECORD" => {
                let record = message.record.ok_or("is a RECORD without `record`")?;
                return Ok(Some(record.get().as_bytes()));
            }
            "STATE" => {
                let value = message.value.ok_or("is a STATE without `value`")?;
                self.state = Some(value.get().to_owned());
            }
            "BATCH" if of()? == stream => {
                return Err(
                    "is a BATCH: rows in files are not read; switch `batch_config` off in \
                            the tap's settings"
                        .to_owned(),
                );
            }
            other => *self.ignored.entry(other.to_owned()).or_insert(0) += 1,
        }
        Ok(None)
    }

    /// Takes a schema. A second one must say the same: rows before it would mean something else than rows after it.
    fn describe(&mut self, message: &Message<'_>) -> Result<(), String> {
        let schema = message.schema.ok_or("is a SCHEMA without `schema`")?;
        let read = |text: &str| serde_json::from_str::<Value>(text);
        let new = read(schema.get()).map_err(|error| format!("has no readable schema: {error}"))?;
        if !new.is_object() {
            return Err("has a schema that is no JSON object".to_owned());
        }
        let key = message.key_properties.clone().unwrap_or_default();
        let changed = match &self.schema {
            Some(known) => read(known).ok().as_ref() != Some(&new) || self.key != key,
            None => false,
        };
        if changed {
            return Err("changes the schema of the stream while rows are under way".to_owned());
        }
        self.schema = Some(schema.get().to_owned());
        self.key = key;
        Ok(())
    }
}

/// The properties of a schema.
fn properties(schema: &str) -> BTreeMap<String, Value> {
    let schema: Option<Value> = serde_json::from_str(schema).ok();
    let properties = schema.as_ref().and_then(|schema| schema.get("properties")?.as_object());
    properties.into_iter().flatten().map(|(name, of)| (name.clone(), of.clone())).collect()
}

/// What a contract needs and a schema does not describe, with what it does. A record may leave out what is unknown, so
/// that only the schema tells a property that is gone; one without properties tells nothing.
pub(super) fn lacking(contract: &Contract, schema: &str) -> Option<String> {
    let properties = properties(schema);
    let is_described = |alias: &String| {
        let begins = |name: &String| {
            let rest = alias.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        properties.keys().any(begins)
    };
    let needed =
        contract.columns.iter().filter(|column| column.is_in_rows() && !column.may_be_absent);
    let list = contract.source.explode.as_ref().map(std::slice::from_ref);
    let mut needed = needed.map(|column| column.aliases.as_slice()).chain(list);
    let lacking = needed.find(|aliases| !aliases.iter().any(is_described))?;
    let names: Vec<&str> = properties.keys().map(String::as_str).collect();
    (!names.is_empty())
        .then(|| format!("`{}`; it has: {}", lacking.join("` or `"), names.join(", ")))
}

/// The properties of two schemas that are not the same in both, in order.
pub(crate) fn differences(before: &str, after: &str) -> BTreeSet<String> {
    let (before, after) = (properties(before), properties(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = |name: &&&String| before.get(**name) != after.get(**name);
    names.iter().filter(differs).map(|name| (*name).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"type":"SCHEMA","stream":"s","schema":{"properties":{"id":{"type":"integer"}}},"key_properties":["id"]}"#;

    fn listen(lines: &[&str]) -> Result<(Heard, String), String> {
        let mut rows = Vec::new();
        let input = format!("{SCHEMA}\n{}", lines.join("\n"));
        let heard = hear(input.as_bytes(), "s", &mut rows)?;
        Ok((heard, String::from_utf8(rows).expect("text")))
    }

    fn record(raw: &str) -> String {
        format!(r#"{{"type":"RECORD","stream":"s","record":{raw}}}"#)
    }

    #[test]
    fn a_record_is_kept_byte_for_byte() {
        for raw in [
            r#"{"id": 12345678901234567890123, "amount":64.90}"#,
            r#"{"amount":0.1000000000000000055511151231257827,"x":1e400}"#,
            r#"{"text":"\ud83d\u0041 \u00e9 é","null":null,"a":[1,{"b":[]}]}"#,
        ] {
            let (heard, rows) = listen(&[&record(raw), ""]).expect("heard");
            assert_eq!((heard.rows, rows), (1, format!("{raw}\n")));
        }
    }

    #[test]
    fn a_state_is_kept_byte_for_byte_and_the_last_one_counts() {
        let state = r#"{"at":"2026-01-01","big":123456789012345678901234567890}"#;
        let said =
            [r#"{"type":"STATE","value":{}}"#, &format!(r#"{{"type":"STATE","value":{state}}}"#)];
        assert_eq!(listen(&said).expect("heard").0.state.as_deref(), Some(state));
    }

    #[test]
    fn what_breaks_the_protocol_refuses_the_whole_and_says_where() {
        let other = SCHEMA.replace("integer", "string");
        for (line, why) in [
            (r#"{"type":"RECORD","stream":"s"}"#, "line 2 of the tap is a RECORD without `record`"),
            (r#"{"type":"RECORD","record":{}}"#, "line 2 of the tap is a RECORD without `stream`"),
            (r#"{"type":"STATE"}"#, "line 2 of the tap is a STATE without `value`"),
            (
                r#"{"id":1,"amount":10}"#,
                "line 2 of the tap is no Singer message: missing field `type`",
            ),
            (r#"{"type":"STATE","value":1,"value":2}"#, "is no Singer message: duplicate field"),
            (r#"{"type":"BATCH","stream":"s","manifest":[]}"#, "line 2 of the tap is a BATCH"),
            (r#"{"type":"SCHEMA","stream":"s","schema":5}"#, "has a schema that is no JSON object"),
            (&other, "changes the schema of the stream"),
            (r#"{"type":"RECORD","stream":"s","record":{"id":1}"#, "line 2 of the tap breaks off"),
            ("\u{feff}{\"id\":1}", "line 2 of the tap begins with a byte order mark"),
        ] {
            let fault = listen(&[line]).expect_err(line);
            assert!(fault.contains(why), "{line}: {fault}");
        }
    }

    #[test]
    fn a_line_that_is_no_object_is_kept_for_quarantine() {
        let not_a_number = record(r#"{"id":NaN}"#);
        // A list has no names: that its places fit those of a message says nothing.
        let list = r#"["STATE",null,null,null,null,{"id":9}]"#;
        let said = ["Traceback:", "17", &not_a_number, list, &record(r#"{"id":1}"#), ""];
        let (heard, rows) = listen(&said).expect("heard");
        assert_eq!((heard.rows, heard.noise, heard.state), (5, 4, None));
        assert_eq!(rows, format!("Traceback:\n17\n{not_a_number}\n{list}\n{{\"id\":1}}\n"));
    }

    #[test]
    fn other_streams_and_unknown_messages_leave_no_rows() {
        let said = [
            &SCHEMA.replace("\"s\"", "\"t\""),
            &record("{}").replace("\"s\"", "\"t\""),
            r#"{"type":"ACTIVATE_VERSION","stream":"s","version":1}"#,
            r#"{"type":"LOG"}"#,
            r#"{"type":"LOG"}"#,
        ];
        let (heard, rows) = listen(&said).expect("heard");
        assert_eq!(rows, "");
        assert_eq!(heard.others, BTreeSet::from(["t".to_owned()]));
        let ignored: Vec<_> = heard.ignored.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
        assert_eq!(ignored, [("ACTIVATE_VERSION", 1), ("LOG", 2)]);
    }

    #[test]
    fn nothing_that_is_said_makes_it_fall_over() {
        let said = format!(
            "{SCHEMA}\n{}\n{}\n",
            record(r#"{"id":1}"#),
            r#"{"type":"STATE","value":{"a":[1]}}"#
        );
        let deep = format!("{}{}", "[".repeat(100_000), "\n");
        let mut rows = Vec::new();
        let _ = hear(record(&deep).as_bytes(), "s", &mut rows);
        // Every cut, and every byte in turn replaced by those that mean something.
        for at in 0..said.len() {
            let _ = hear(&said.as_bytes()[..at], "s", &mut rows);
            for byte in [0, b'"', b'{', b'}', b'\\', b'\n', 0xff] {
                let mut broken = said.clone().into_bytes();
                broken[at] = byte;
                rows.clear();
                if let Ok(heard) = hear(broken.as_slice(), "s", &mut rows) {
                    let lines = rows.iter().filter(|byte| **byte == b'\n').count() as u64;
                    assert_eq!(lines, heard.rows, "each row is one line");
                }
            }
        }
    }

    #[test]
    fn differences_name_what_came_went_or_changed() {
        let before = r#"{"properties":{"a":{"type":"string"},"b":{},"c":{"type":"integer"}}}"#;
        let after = r#"{"properties":{"a":{"type":"string"},"c":{"type":"string"},"d":{}}}"#;
        let names: Vec<_> = differences(before, after).into_iter().collect();
        assert_eq!(names, ["b", "c", "d"]);
        assert!(differences(before, before).is_empty());
    }

    #[test]
    fn what_the_contract_needs_stands_in_the_schema_though_records_may_leave_it_out() {
        use crate::source::tests::contract;
        let contract = |explode: Option<&str>| {
            let columns = serde_json::json!({
                "id": { "type": "text" },
                "amount": { "type": "text", "aliases": ["money.value", "total"] },
                "page": { "type": "text", "may_be_absent": true },
            });
            contract(serde_json::json!({ "files": ["*"], "explode": explode }), columns)
        };
        let flat = contract(None);
        for (schema, expected) in [
            (r#"{"properties":{"id":{},"money":{}}}"#, None),
            (r#"{"properties":{"id":{},"total":{}}}"#, None),
            (
                r#"{"properties":{"id":{},"amt":{}}}"#,
                Some("`money.value` or `total`; it has: amt, id"),
            ),
            (r#"{"properties":{}}"#, None),
            ("{}", None),
        ] {
            assert_eq!(lacking(&flat, schema).as_deref(), expected, "{schema}");
        }
        let schema = r#"{"properties":{"id":{},"total":{}}}"#;
        assert_eq!(
            lacking(&contract(Some("items")), schema).as_deref(),
            Some("`items`; it has: id, total")
        );
    }
}
