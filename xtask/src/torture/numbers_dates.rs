//! numbers-dates: 92 texts with a declared locale or format, and the only right reading of each.
//!
//! One contract per locale, never per text. A number beyond 64 bits, or with more than twelve decimals, is refused by the
//! types of numbers, never bent; whoever needs its digits declares text. Both are checked.

use super::{bed, tally::Line};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{fmt, fs, path::Path};

#[derive(Deserialize)]
struct Case {
    text: String,
    #[serde(default)]
    locale: String,
    #[serde(default)]
    format: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    expect: Option<String>,
    #[serde(default)]
    why: String,
}

/// Every text against its reading.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let mut line = Line::new("numbers-dates");
    let cases: Vec<Case> = serde_json::from_str(&fs::read_to_string(set.join("cases.json"))?)?;
    for case in &cases {
        let declared = case.format.as_deref().unwrap_or(&case.locale);
        let name = format!("{:?} as {} {declared}", case.text, case.kind);
        line.count(&name, check(case));
    }
    Ok(vec![line])
}

fn check(case: &Case) -> Result<(), String> {
    let read = |column: Value| cell(&case.text, column);
    let given = |told: Result<Cell, String>| match (told?, &case.expect) {
        (Cell::Read(read), Some(expected)) if same(case, &read, expected) => Ok(()),
        (Cell::Refused(_), Some(expected)) if expected.contains("reject") => Ok(()),
        (Cell::Null, None) => Ok(()),
        (told, expected) => Err(format!("expected {expected:?} ({}), read {told}", case.why)),
    };
    match case.kind.as_str() {
        "decimal" => given(read(number(&case.locale, 12))),
        "text" => given(read(json!({ "type": "text" }))),
        "date" => given(read(date(case.format.as_deref()))),
        _ => {
            let (_, decimals) = case.text.split_once('.').unwrap_or(("", ""));
            let fits = decimals.len() <= 12 && case.text.len() <= 18;
            if fits {
                return given(read(number("en", decimals.len())));
            }
            match read(number("en", decimals.len().min(12)))? {
                Cell::Refused(_) => given(read(json!({ "type": "text" }))),
                told => Err(format!("expected a refusal, read {told}")),
            }
        }
    }
}

/// A column of numbers as a locale writes them.
fn number(locale: &str, scale: usize) -> Value {
    let text = match locale {
        "de" => json!({ "decimal": ",", "thousands": "." }),
        "fr" => json!({ "decimal": ",", "thousands": " \u{a0}\u{202f}" }),
        "de-CH" => json!({ "thousands": "'’" }),
        "en-IN" => json!({ "thousands": ",", "grouping": "indian" }),
        "zh" => json!({ "thousands": ",", "symbols": ["¥"], "full_width": true }),
        _ => json!({
            "thousands": ",", "symbols": ["$"], "percent": true,
            "negative": ["parentheses", "behind", "minus_sign"],
        }),
    };
    json!({ "type": "decimal", "scale": scale, "number": text })
}

/// A column of dates or moments in a declared format.
fn date(format: Option<&str>) -> Value {
    let moment = |format: &str| json!({ "type": "timestamp", "format": [format] });
    match format {
        None => json!({ "type": "date" }),
        Some("excel-1900") => moment("excel_1900"),
        Some("excel-1904") => moment("excel_1904"),
        Some("iso-week") => json!({ "type": "date", "format": ["%G-W%V-%u"] }),
        Some("rfc3339") => moment("%+"),
        Some("abbrev") => moment("%Y-%m-%d %H:%M:%S %Z"),
        Some("epoch-s") => moment("epoch_seconds"),
        Some("local Europe/Berlin") => {
            json!({ "type": "timestamp", "format": ["%Y-%m-%dT%H:%M:%S"], "zone": "Europe/Berlin" })
        }
        Some(format) => json!({ "type": "date", "format": [format] }),
    }
}

/// What became of a text.
enum Cell {
    Read(String),
    Null,
    /// In quarantine, or by the contract itself.
    Refused(String),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(text) => write!(f, "`{text}`"),
            Self::Null => write!(f, "null"),
            Self::Refused(reason) => write!(f, "a refusal: {reason}"),
        }
    }
}

fn cell(text: &str, column: Value) -> Result<Cell, String> {
    let source = json!({ "files": ["*.csv"], "trim": column["type"] != "text" });
    let spec = bed::contract(source, json!({ "id": { "type": "integer" }, "value": column }));
    let quoted = text.replace('"', "\"\"");
    let file = format!("id,value\n1,\"{quoted}\"\n");
    let loaded = match bed::load(&spec, &[("file.csv", file.as_bytes())]) {
        // A contract that leaves the reading open is none.
        Err(reason) if reason.starts_with("columns.value") => return Ok(Cell::Refused(reason)),
        other => other?,
    };
    match (loaded.rows.as_slice(), loaded.quarantined.as_slice()) {
        ([row], []) => Ok(row[1].clone().map_or(Cell::Null, Cell::Read)),
        ([], [row]) => Ok(Cell::Refused(row.detail.clone())),
        _ => Err(format!("one row is neither one nor the other: {loaded}")),
    }
}

/// Whether a reading is the expected one, up to how it is written.
fn same(case: &Case, read: &str, expected: &str) -> bool {
    match case.kind.as_str() {
        "decimal" => bare(read) == bare(expected.split(" or ").next().unwrap_or(expected)),
        "date" => match expected {
            // Years of two digits from 70 are 19xx.
            "declared pivot" => read == "2069-02-01",
            // Of a moment that is there twice, the first.
            "ambiguous: declared rule" => read == "2026-10-25T00:30:00+00:00",
            _ => moment(read) == moment(expected),
        },
        _ => read == expected,
    }
}

/// A number without zeros at its end.
fn bare(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A day is its first moment.
fn moment(text: &str) -> String {
    let text = text.trim_end_matches("+00:00").trim_end_matches('Z');
    text.trim_end_matches("T00:00:00").to_owned()
}
