//! JSONTestSuite: every file's bytes as lines of a source.
//!
//! The set speaks of JSON, our reader of rows: JSON that is no object, or has a key twice, is quarantined under a rule
//! of its own, and that tells it from what is no JSON. A line break within a file ends a record, so such a file must
//! give a record per line; that it is JSON is asked with blanks in place of the breaks, which JSON does not tell apart.

use super::{bed, tally::Line};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// Rules that only JSON can break.
const OF_JSON: [&str; 2] = ["object", "duplicate_key"];

/// What must hold of a file.
type Check = fn(&[u8]) -> Result<(), String>;

/// The three kinds of files.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(set.join("test_parsing"))? {
        let entry = entry?;
        files.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
    }
    files.sort();
    let kinds: [(&str, Check); 3] = [("y_", is_taken), ("n_", is_refused), ("i_", is_stable)];
    let line = |(kind, check): (&str, Check)| {
        let mut line = Line::new(&format!("json-test-suite {kind}"));
        for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with(kind)) {
            line.count(name, check(bytes));
        }
        line
    };
    Ok(kinds.into_iter().map(line).collect())
}

fn load(bytes: &[u8]) -> Result<bed::Loaded, String> {
    let column = json!({ "type": "text", "aliases": ["nowhere"], "may_be_absent": true });
    let columns = json!({ "any": column });
    let source: Value = json!({ "files": ["*.ndjson"] });
    bed::load(&bed::contract(source, columns), &[("file.ndjson", bytes)])
}

/// The lines that hold anything, a byte order mark aside.
fn filled(bytes: &[u8]) -> u64 {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.filter(|line| !line.strip_suffix(b"\r").unwrap_or(line).is_empty()).count() as u64
}

fn is_taken(bytes: &[u8]) -> Result<(), String> {
    let by_line = load(bytes)?;
    if by_line.counts.read != filled(bytes) {
        return Err(format!("{} lines, {by_line}", filled(bytes)));
    }
    let blank = |byte: &u8| if b"\r\n".contains(byte) { b' ' } else { *byte };
    let whole = load(&bytes.iter().map(blank).collect::<Vec<_>>())?;
    let is_json = whole.quarantined.iter().all(|row| OF_JSON.contains(&row.rule.as_str()));
    match !whole.is_refused() && whole.counts.read == 1 && is_json {
        true => Ok(()),
        false => Err(format!("is JSON, {whole}")),
    }
}

fn is_refused(bytes: &[u8]) -> Result<(), String> {
    let loaded = load(bytes)?;
    let is_none = |row: &extract::QuarantinedRow| {
        !OF_JSON.contains(&row.rule.as_str()) && !row.detail.is_empty()
    };
    let reconciles = loaded.counts.read == filled(bytes) && loaded.counts.accepted == 0;
    // A file without any text has no line that could be refused.
    match reconciles && (filled(bytes) == 0 || loaded.quarantined.iter().any(is_none)) {
        true => Ok(()),
        false => Err(format!("is no JSON, {loaded}")),
    }
}

fn is_stable(bytes: &[u8]) -> Result<(), String> {
    let (first, second) = (load(bytes)?.to_string(), load(bytes)?.to_string());
    if first == second { Ok(()) } else { Err(format!("{first}, then {second}")) }
}
