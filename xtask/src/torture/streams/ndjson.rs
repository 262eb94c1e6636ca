//! Lines of JSON objects: which rows count, and which lines are in quarantine.

use crate::torture::{bed, tally::Line};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// Every file against `expected.json`.
pub(super) fn line(set: &Path) -> anyhow::Result<Line> {
    let expected: Value = serde_json::from_str(&fs::read_to_string(set.join("expected.json"))?)?;
    let mut line = Line::new("streams ndjson");
    let file = |name: &str| fs::read(set.join(name)).with_context(|| name.to_owned());
    let mixed = "ndjson_mixed.ndjson";
    line.count(mixed, check_mixed(&file(mixed)?, &expected[mixed]));
    // The file, the limit of a line, the rows accepted, the rows quarantined.
    for (name, kilobytes, accepted, quarantined) in [
        ("ndjson_deep.ndjson", 1024, 2, 1),
        ("ndjson_crlf.ndjson", 1024, 2, 0),
        ("ndjson_one_long_line.ndjson", 1024, 2, 0),
        ("ndjson_one_long_line.ndjson", 100, 1, 1),
    ] {
        let case = format!("{name} under {kilobytes} KB");
        line.count(&case, check_counts(&file(name)?, kilobytes, (accepted, quarantined)));
    }
    Ok(line)
}

fn load(bytes: &[u8], kilobytes: u64) -> Result<bed::Loaded, String> {
    let source = json!({ "files": ["*.ndjson"], "limits": { "record_kilobytes": kilobytes } });
    let columns = json!({
        "id": { "type": "integer", "required": true },
        "amount": { "type": "decimal", "scale": 2, "required": true },
        "name": { "type": "text" },
    });
    bed::load(&bed::contract(source, columns), &[("file.ndjson", bytes)])
}

fn check_mixed(bytes: &[u8], expected: &Value) -> Result<(), String> {
    let loaded = load(bytes, 1024)?;
    let line_of = |offset: Option<u64>| {
        let before = bytes.get(..usize::try_from(offset?).ok()?)?;
        Some(before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1)
    };
    let lines: Vec<Option<u64>> =
        loaded.quarantined.iter().map(|row| line_of(row.offset)).collect();
    let wanted: Option<Vec<Option<u64>>> = expected["quarantine_lines"]
        .as_array()
        .map(|lines| lines.iter().map(Value::as_u64).collect());
    // The columns lie in the order of their names: amount, id, name.
    let ids: Vec<String> = loaded.rows.iter().filter_map(|row| row[1].clone()).collect();
    let wanted_ids: Option<Vec<String>> = expected["accept_ids"].as_array().map(|ids| {
        ids.iter().map(|id| id.as_str().map_or(id.to_string(), str::to_owned)).collect()
    });
    let is_all = expected["lines_in_nonblank"].as_u64() == Some(loaded.counts.read);
    match is_all && Some(lines) == wanted && Some(ids) == wanted_ids {
        true => Ok(()),
        false => Err(format!("expected {expected}, read {loaded}")),
    }
}

fn check_counts(bytes: &[u8], kilobytes: u64, expected: (u64, u64)) -> Result<(), String> {
    // Only the object matters here, not its columns.
    let source = json!({ "files": ["*.ndjson"], "limits": { "record_kilobytes": kilobytes } });
    let columns = json!({ "id": { "type": "integer", "required": true } });
    let loaded = bed::load(&bed::contract(source, columns), &[("file.ndjson", bytes)])?;
    let counts = (loaded.counts.accepted, loaded.counts.quarantined);
    match counts == expected {
        true => Ok(()),
        false => Err(format!("expected {expected:?} accepted and quarantined, read {loaded}")),
    }
}
