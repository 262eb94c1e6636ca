//! What a tap said, by the specification of Singer and nothing of the program's own reader.
//!
//! A stream is sound as a whole or it is broken. What a reader may take either way is a doubt, and then both will do.
//! <https://hub.meltano.com/singer/spec>

use super::json::{self, Fault, Json, Value};

/// The stream that is asked for.
pub(super) const NAME: &str = "orders";

/// Its key, in the contract.
pub(super) const KEY: &str = "id";

/// The deepest value of a row.
const DEEPEST: usize = 128;

/// The deepest value of a schema of which there is no doubt that it can be read.
const DEEPEST_SCHEMA: usize = 100;

/// What a sound stream leaves behind.
#[derive(Default)]
pub(super) struct Told<'a> {
    /// What stands in each record, as it was written; lines that are no messages among them.
    pub(super) rows: Vec<&'a [u8]>,
    /// The last state, as it was written.
    pub(super) state: Option<&'a str>,
    /// Whether the stream may be refused too.
    pub(super) is_doubtful: bool,
    schema: Option<Schema<'a>>,
}

/// A stream of which nothing may count, and why; or that this reader cannot judge.
pub(super) enum Broken {
    So(&'static str),
    Unknown,
}

#[derive(PartialEq)]
struct Schema<'a> {
    raw: &'a str,
    key: Vec<String>,
}

/// All that a tap said.
pub(super) fn told(stream: &[u8]) -> Result<Told<'_>, Broken> {
    let mut told = Told::default();
    for line in stream.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if text.starts_with(b"\xef\xbb\xbf") {
            return Err(Broken::So("a byte order mark"));
        }
        match message(text)? {
            Some(message) => told.take(&message)?,
            None if line.ends_with(b"\n") => told.rows.push(text),
            None => return Err(Broken::So("a line that breaks off")),
        }
    }
    let schema = told.schema.as_ref().ok_or(Broken::So("nothing is said of the stream"))?;
    match schema.key.iter().all(|name| name == KEY) {
        true => Ok(told),
        false => Err(Broken::So("a key that the contract does not have")),
    }
}

/// The JSON object in a line.
fn message(line: &[u8]) -> Result<Option<Value<'_>>, Broken> {
    let Ok(text) = std::str::from_utf8(line) else { return Ok(None) };
    match json::read(text) {
        Ok(value) => Ok(Some(value).filter(|value| matches!(value.json, Json::Object(_)))),
        Err(Fault::NoJson) => Ok(None),
        Err(Fault::TooDeep) => Err(Broken::Unknown),
    }
}

/// The value of a key that may stand once, be it null.
fn once<'v, 'a>(message: &'v Value<'a>, key: &str) -> Result<Option<&'v Value<'a>>, Broken> {
    match message.all(key).as_slice() {
        [] => Ok(None),
        [value] => Ok(Some(*value)),
        _ => Err(Broken::So("a key that stands twice")),
    }
}

impl<'a> Told<'a> {
    fn take(&mut self, message: &Value<'a>) -> Result<(), Broken> {
        if let Json::Object(members) = &message.json
            && members.iter().any(|(name, _)| name.is_none())
        {
            return Err(Broken::So("a key that is no text"));
        }
        let is_there = |value: &&Value<'a>| !matches!(value.json, Json::Null);
        let get = |key: &str| once(message, key).map(|value| value.filter(is_there));
        let (kind, stream, key) = (get("type")?, get("stream")?, get("key_properties")?);
        // A state may be null.
        let (schema, record, value) = (get("schema")?, get("record")?, once(message, "value")?);
        let kind = kind.and_then(Value::text).ok_or(Broken::So("a message without a type"))?;
        if stream.is_some_and(|stream| stream.text().is_none()) {
            return Err(Broken::So("a stream whose name is no text"));
        }
        let key = key.map_or(Some(Vec::new()), texts).ok_or(Broken::So("a key that is no list"))?;
        if ["SCHEMA", "RECORD", "BATCH"].contains(&kind) {
            match stream.and_then(Value::text) {
                None => return Err(Broken::So("a message without its stream")),
                Some(name) if name != NAME => return Ok(()),
                Some(_) => {}
            }
        }
        match kind {
            "SCHEMA" => self.describe(schema.ok_or(Broken::So("no schema in a SCHEMA"))?, key)?,
            "RECORD" if self.schema.is_none() => return Err(Broken::So("a row before its schema")),
            "RECORD" => {
                let record = record.ok_or(Broken::So("no record in a RECORD"))?;
                self.rows.push(record.raw.as_bytes());
            }
            "STATE" => self.state = Some(value.ok_or(Broken::So("no value in a STATE"))?.raw),
            "BATCH" => return Err(Broken::So("rows in files")),
            _ => {}
        }
        Ok(())
    }

    fn describe(&mut self, schema: &Value<'a>, key: Vec<String>) -> Result<(), Broken> {
        if !matches!(schema.json, Json::Object(_)) {
            return Err(Broken::So("a schema that is no object"));
        }
        self.is_doubtful |= !schema.is_plain(DEEPEST_SCHEMA) || has_odd_number(schema);
        let new = Schema { raw: schema.raw, key };
        if let Some(known) = &self.schema {
            if known.key != new.key {
                return Err(Broken::So("another key while rows are under way"));
            }
            // Another spelling may say the same.
            self.is_doubtful |= *known != new;
        }
        self.schema = Some(new);
        Ok(())
    }
}

/// Whether a number is within that is not finite for many readers.
fn has_odd_number(value: &Value<'_>) -> bool {
    match &value.json {
        Json::Number => !value.raw.parse::<f64>().is_ok_and(f64::is_finite),
        Json::List(values) => values.iter().any(has_odd_number),
        Json::Object(members) => members.iter().any(|(_, value)| has_odd_number(value)),
        Json::Null | Json::Boolean | Json::Text(_) => false,
    }
}

fn texts(value: &Value<'_>) -> Option<Vec<String>> {
    let Json::List(values) = &value.json else { return None };
    values.iter().map(|value| value.text().map(str::to_owned)).collect()
}

/// Key and amount of a row; none of a row that breaks the contract.
pub(super) fn cells(row: &[u8]) -> Option<(String, Option<String>)> {
    let value = json::read(std::str::from_utf8(row).ok()?).ok()?;
    if !matches!(value.json, Json::Object(_)) || !value.is_plain(DEEPEST) {
        return None;
    }
    let cell = |key: &str| {
        let value = *value.all(key).first()?;
        match &value.json {
            Json::Null => None,
            Json::Text(text) => text.clone(),
            _ => Some(value.raw.to_owned()),
        }
    };
    Some((cell(KEY)?, cell("amount")))
}
