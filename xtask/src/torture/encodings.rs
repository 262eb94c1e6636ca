//! encodings: 50 files in declared encodings, broken ones, and characters cut by the edge of a buffer.
//!
//! The set names encodings as one programming language does; a contract names them as the WHATWG. Amounts are added up as
//! text, so that the text is compared byte for byte.

use super::{
    bed::{self, Loaded},
    tally::Line,
};
use serde::Deserialize;
use serde_json::json;
use std::{fs, path::Path};

#[derive(Deserialize)]
struct Case {
    file: String,
    declared_encoding: String,
    #[serde(default)]
    outcome: String,
    rows: u64,
    accepted: Option<u64>,
    quarantined: Option<u64>,
    utf8_sha256: Option<String>,
    amount_sum: Option<String>,
    warn: Option<String>,
    alt: Option<String>,
}

/// The set's names, and those of contracts where they differ.
const NAMES: &[(&str, &str)] = &[
    ("utf-8-sig", "utf-8"),
    ("utf-16-le", "utf-16le"),
    ("utf-16-be", "utf-16be"),
    ("big5hkscs", "big5-hkscs"),
    ("cp932", "windows-31j"),
    ("cp949", "ks_c_5601-1987"),
    ("euc_jp", "euc-jp"),
    ("euc_kr", "euc-kr"),
    ("iso2022_jp", "iso-2022-jp"),
    ("koi8_r", "koi8-r"),
    ("iso8859_2", "iso-8859-2"),
    ("iso8859_15", "iso-8859-15"),
    ("mac_roman", "macintosh"),
];

/// Which remark answers a wanted warning.
const REMARKS: &[(&str, &str)] = &[
    ("stray byte", "quality.half_character"),
    ("mojibake", "quality.twice_encoded"),
    ("U+FFFD", "quality.replacement_characters"),
];

/// Every file against what is expected of it.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let mut line = Line::new("encodings");
    let cases: Vec<Case> = serde_json::from_str(&fs::read_to_string(set.join("expected.json"))?)?;
    for case in &cases {
        let bytes = fs::read(set.join(&case.file))?;
        line.count(&case.file, check(case, &bytes));
    }
    Ok(vec![line])
}

fn check(case: &Case, bytes: &[u8]) -> Result<(), String> {
    let columns = match case.file.starts_with("ok_") {
        true => ["id", "a", "b", "c", "d", "amount"].as_slice(),
        false => &["id", "name", "amount"],
    };
    let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let name = NAMES.iter().find(|(known, _)| *known == case.declared_encoding);
    let encoding = name.map_or(case.declared_encoding.as_str(), |(_, name)| name);
    let source = json!({ "files": ["*.csv"], "encoding": encoding, "null": [] });
    let loaded = bed::load(&bed::texts(source, &columns), &[("file.csv", bytes)]);
    if case.outcome.starts_with("refuse") {
        return match loaded {
            Err(reason) if reason.contains("not supported") => Ok(()),
            other => Err(format!("expected {}, got {other:?}", case.outcome)),
        };
    }
    let loaded = loaded?;
    if loaded.is_refused() && case.alt.as_deref() == Some("refuse file") {
        return Ok(());
    }
    let wanted = (case.accepted.unwrap_or(case.rows), case.quarantined.unwrap_or(0));
    if (loaded.counts.accepted, loaded.counts.quarantined) != wanted || loaded.is_refused() {
        return Err(format!("expected {wanted:?}, read {loaded}"));
    }
    same_text(case, &columns, &loaded)?;
    if let Some(warning) = &case.warn {
        let remark = REMARKS.iter().find(|(part, _)| warning.contains(part)).map(|(_, key)| *key);
        let is_told = remark.is_some_and(|key| loaded.is_noted(key));
        return if is_told { Ok(()) } else { Err(format!("expected `{warning}`, read {loaded}")) };
    }
    Ok(())
}

/// The decoded text, the sum, and no character put in for others.
fn same_text(case: &Case, columns: &[String], loaded: &Loaded) -> Result<(), String> {
    let mut text = columns.join(",") + "\n";
    for row in &loaded.rows {
        let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("null")).collect();
        text += &(cells.join(",") + "\n");
    }
    let source_has_it = case.file == "bad_replacement_char.csv";
    if text.contains('\u{fffd}') != source_has_it {
        return Err(format!("U+FFFD was put in or taken out: {loaded}"));
    }
    if let Some(expected) = &case.utf8_sha256 {
        let found = sha256(&text);
        if found != *expected {
            return Err(format!("expected the text of {expected}, read {found}: {text}"));
        }
    }
    let Some(sum) = &case.amount_sum else { return Ok(()) };
    let amounts = loaded.rows.iter().map(|row| hundredths(row.last()?.as_deref()?));
    let total: Option<i64> = amounts.sum();
    match total == hundredths(sum) {
        true => Ok(()),
        false => Err(format!("expected {sum}, the amounts are {total:?}")),
    }
}

fn hundredths(text: &str) -> Option<i64> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "00"));
    Some(whole.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()?)
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
