//! The value at a path into a JSON object.
//!
//! Rule: what is not there is unknown, and so is what a null on the way says nothing of; but a path that leads through
//! another kind of value than it names breaks rule `type`, for then the source means something else than the contract.

use super::{
    json::{Fault, Json},
    path,
};

/// What stands at a path.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'a> {
    /// A key on the way is not there.
    Absent,
    /// A value on the way is null.
    Unknown,
    Value(&'a Json<'a>),
}

/// What stands at `rest`, the last part of `path`, below `value`; a key that itself contains a point is found first.
///
/// # Errors
/// A value on the way that is no object, or no list where an element is chosen.
pub(super) fn at<'a>(value: &'a Json<'a>, path: &str, rest: &str) -> Result<Found<'a>, Fault> {
    let before = &path[..path.len() - rest.len()];
    match value {
        Json::Null => return Ok(Found::Unknown),
        Json::Object(..) => {}
        other => {
            let name = before.trim_end_matches('.');
            return Err(misfit(&format!("`{name}`"), other, "an object"));
        }
    }
    if let Some(found) = value.get(rest) {
        return Ok(Found::Value(found));
    }
    let (step, behind) = path::first(rest);
    let Some(mut found) = value.get(step.name) else { return Ok(Found::Absent) };
    if let Some(choice) = step.element {
        match chosen(found, &format!("{before}{}", step.name), choice)? {
            Found::Value(element) => found = element,
            nothing => return Ok(nothing),
        }
    }
    match behind {
        Some(behind) => at(found, path, behind),
        None => Ok(Found::Value(found)),
    }
}

/// The first element of a list whose field is the text that is asked for, or the number written like it.
fn chosen<'a>(
    list: &'a Json<'a>,
    name: &str,
    (field, text): (&str, &str),
) -> Result<Found<'a>, Fault> {
    let list = match list {
        Json::Null => return Ok(Found::Unknown),
        Json::List(list, _) => list,
        other => return Err(misfit(&format!("`{name}`"), other, "a list")),
    };
    let mut odd = None;
    for element in list {
        match (element, element.get(field)) {
            (_, Some(Json::Text(said))) if said == text => return Ok(Found::Value(element)),
            (_, Some(Json::Number(said))) if *said == text => return Ok(Found::Value(element)),
            (Json::Null, _) | (_, Some(Json::Null | Json::Text(_) | Json::Number(_))) => {}
            (Json::Object(..), None) => {}
            (Json::Object(..), Some(other)) => {
                let what = format!("`{field}` of an element of `{name}`");
                odd = odd.or(Some(misfit(&what, other, "a text")));
            }
            (other, _) => odd = odd.or(Some(not_an_object(name, other))),
        }
    }
    // Among elements of another kind than expected, that none is the one is not known.
    odd.map_or(Ok(Found::Absent), Err)
}

/// The fault of a list's element that has no fields.
pub(super) fn not_an_object(list: &str, element: &Json<'_>) -> Fault {
    misfit(&format!("an element of `{list}`"), element, "an object")
}

/// The fault of a value of another kind.
pub(super) fn misfit(what: &str, value: &Json<'_>, wanted: &str) -> Fault {
    ("type", format!("{what} is {}, not {wanted}", value.sort()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::json;

    #[test]
    fn what_is_not_there_is_unknown_and_another_kind_of_value_is_a_fault() {
        for (text, path, expected) in [
            (r#"{"a":{"b":5}}"#, "a.b", "5"),
            (r#"{"a.b":5}"#, "a.b", "5"),
            (r#"{"a":{"b.c":5}}"#, "a.b.c", "5"),
            (r#"{"a":{"c":5}}"#, "a.b", "absent"),
            (r#"{}"#, "a.b", "absent"),
            (r#"{"a":null}"#, "a.b", "unknown"),
            (r#"{"a":{"b":null}}"#, "a.b", "null"),
            (r#"{"a":5}"#, "a.b", "`a` is a number, not an object"),
            (r#"{"a":{"b":[{"c":1}]}}"#, "a.b.c", "`a.b` is a list, not an object"),
            (r#"{"p":[{"k":"x","v":1},{"k":"y","v":2},{"k":"y","v":3}]}"#, "p[k=y].v", "2"),
            (r#"{"p":[{"k":7,"v":1}]}"#, "p[k=7].v", "1"),
            (r#"{"p":[{"k":"x"},null,{"v":1},{"k":null}]}"#, "p[k=y].v", "absent"),
            (r#"{"p":[{"k":"y"}]}"#, "p[k=y].v", "absent"),
            (r#"{"p":null}"#, "p[k=y].v", "unknown"),
            (r#"{"p":[]}"#, "p[k=y].v", "absent"),
            (r#"{"p":{"k":"y","v":1}}"#, "p[k=y].v", "`p` is an object, not a list"),
            (r#"{"a":{"p":"y"}}"#, "a.p[k=y].v", "`a.p` is a text, not a list"),
            (r#"{"p":[5]}"#, "p[k=y].v", "an element of `p` is a number, not an object"),
            (r#"{"p":[5,{"k":"y","v":1}]}"#, "p[k=y].v", "1"),
            (
                r#"{"p":[{"k":true}]}"#,
                "p[k=y].v",
                "`k` of an element of `p` is true or false, not a text",
            ),
            (r#"{"p":[{"k":"y","v":1}]}"#, "p[k=y].v.w", "`p[k=y].v` is a number, not an object"),
        ] {
            let object = json::parse(text.as_bytes()).expect(text);
            let found = match at(&object, path, path) {
                Ok(Found::Absent) => "absent".to_owned(),
                Ok(Found::Unknown) => "unknown".to_owned(),
                Ok(Found::Value(Json::Number(number))) => (*number).to_owned(),
                Ok(Found::Value(other)) => other.sort().to_owned(),
                Err((rule, detail)) => {
                    assert_eq!(rule, "type");
                    detail
                }
            };
            assert_eq!(found, expected, "{path} of {text}");
        }
    }
}
