//! One JSON text, strictly by RFC 8259, with its numbers as they are written.
//!
//! Rule: no number passes through a float, so that `12345678901234567890.12` reaches the contract digit by digit. What
//! two readers could understand differently is refused: a key that stands twice, half a surrogate pair, and what is
//! nested deeper than any row.

use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

/// How deep a value may be nested.
const DEEPEST: usize = 128;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Boolean(bool),
    /// As it is written.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>, &'a str),
    Object(Vec<(String, Json<'a>)>, &'a str),
}

/// Why a text cannot be taken: the broken rule, and the reason with its place.
pub(super) type Fault = (&'static str, String);

/// The value that a text says.
///
/// # Errors
/// Rule `json` for a text that is none, `encoding`, `duplicate_key` and `nesting`; places are bytes counted from 1.
pub(super) fn parse(text: &[u8]) -> Result<Json<'_>, Fault> {
    let text = std::str::from_utf8(text).map_err(|error| {
        ("encoding", format!("byte {}: not in the declared encoding", error.valid_up_to() + 1))
    })?;
    let raw: &RawValue =
        serde_json::from_str(text).map_err(|error| fault("json", text, text, &error))?;
    Json::of(raw, text, 0)
}

impl<'a> Json<'a> {
    fn of(raw: &'a RawValue, whole: &str, depth: usize) -> Result<Self, Fault> {
        let text = raw.get();
        if depth > DEEPEST {
            let place = place(whole, text);
            let detail = format!("byte {place}: nested more than {DEEPEST} deep");
            return Err(("nesting", detail));
        }
        let json = |error: serde_json::Error| fault("json", whole, text, &error);
        Ok(match text.as_bytes().first() {
            Some(b'"') if !text.contains('\\') => Self::Text(text[1..text.len() - 1].into()),
            Some(b'"') => Self::Text(serde_json::from_str::<String>(text).map_err(json)?.into()),
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(json)?;
                let items = items.into_iter().map(|item| Self::of(item, whole, depth + 1));
                Self::List(items.collect::<Result<_, _>>()?, text)
            }
            Some(b'{') => {
                let mut reader = serde_json::Deserializer::from_str(text);
                let members = reader.deserialize_map(Members).map_err(json)?;
                if let Some(key) = twice(&members) {
                    let place = place(whole, text);
                    let detail = format!("byte {place}: the key `{key}` stands twice");
                    return Err(("duplicate_key", detail));
                }
                let members = members
                    .into_iter()
                    .map(|(key, value)| Ok((key, Self::of(value, whole, depth + 1)?)));
                Self::Object(members.collect::<Result<_, Fault>>()?, text)
            }
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(text),
        })
    }

    /// What sort of value it is, in a sentence.
    pub(super) fn sort(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(..) => "a list",
            Self::Object(..) => "an object",
        }
    }

    /// The value of a key, if this is an object that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members, _) = self else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// An object's members in their order, whatever their keys.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, into: &mut fmt::Formatter<'_>) -> fmt::Result {
        into.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry().map_err(A::Error::custom)? {
            members.push(member);
        }
        Ok(members)
    }
}

/// A key that two members have.
fn twice<'m>(members: &'m [(String, &RawValue)]) -> Option<&'m str> {
    let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// Where a part of a text begins, counted from 1.
fn place(whole: &str, part: &str) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize + 1
}

fn fault(rule: &'static str, whole: &str, part: &str, error: &serde_json::Error) -> Fault {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    // Line breaks cannot stand within a record, so that the column is the byte.
    (rule, format!("byte {}: {said}", place(whole, part) + error.column().saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit_and_what_is_ambiguous_is_refused() {
        let number = |text: &'static str| Ok(Json::Number(text));
        assert_eq!(parse(b"12345678901234567890.12"), number("12345678901234567890.12"));
        assert_eq!(parse(b"1e400"), number("1e400"));
        assert_eq!(parse(br#""\u00e9\n""#), Ok(Json::Text("\u{e9}\n".into())));
        let refused = |text: &str| parse(text.as_bytes()).expect_err(text);
        assert_eq!(refused(r#"{"a":{"b":1,"b":2}}"#).0, "duplicate_key");
        // A key is what it says, not how it is written.
        assert_eq!(refused(r#"{"a":1,"\u0061":2}"#).0, "duplicate_key");
        assert_eq!(refused(r#"{"a":"\ud800"}"#).0, "json");
        assert_eq!(refused(r#"{"a":1} {"#), ("json", "byte 9: trailing characters".to_owned()));
        assert_eq!(refused("NaN").0, "json");
    }

    #[test]
    fn depth_is_bounded_however_deep_the_text_is() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(deep(DEEPEST).as_bytes()).is_ok());
        assert_eq!(parse(deep(100_000).as_bytes()).expect_err("deep").0, "nesting");
        assert_eq!(parse("[".repeat(100_000).as_bytes()).expect_err("open").0, "json");
    }
}
