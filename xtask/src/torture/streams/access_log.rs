//! Lines of a web server: which are requests, and which are in quarantine.

use crate::torture::{bed, tally::Line};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

/// Every line of the log against `expected.json`.
pub(super) fn line(set: &Path) -> anyhow::Result<Line> {
    let expected: Value = serde_json::from_str(&fs::read_to_string(set.join("expected.json"))?)?;
    let expected = &expected["access.log"];
    let log = fs::read(set.join("access.log"))?;
    let numbers = |key: &str| -> anyhow::Result<BTreeSet<u64>> {
        let list = expected[key].as_array().with_context(|| key.to_owned())?;
        Ok(list.iter().filter_map(Value::as_u64).collect())
    };
    let (accepted, refused) = (numbers("accept_lines")?, numbers("quarantine_lines")?);
    let loaded = load(&log).map_err(anyhow::Error::msg)?;
    let told: BTreeSet<u64> = loaded.quarantined.iter().map(|row| row.record).collect();
    let mut line = Line::new("streams access.log");
    for number in 1..=expected["lines_in"].as_u64().context("lines_in")? {
        let is_so = match told.contains(&number) {
            true => refused.contains(&number),
            false => accepted.contains(&number) && number <= loaded.counts.read,
        };
        let outcome = if is_so { Ok(()) } else { Err(loaded.to_string()) };
        line.count(&format!("line {number}"), outcome);
    }
    let kept = loaded.counts.accepted == accepted.len() as u64;
    line.count("the lines that count", if kept { Ok(()) } else { Err(loaded.to_string()) });
    Ok(line)
}

fn load(log: &[u8]) -> Result<bed::Loaded, String> {
    let source =
        json!({ "files": ["access.log"], "format": "web_log", "log": "combined", "null": ["-"] });
    let columns = json!({
        "at": {
            "type": "timestamp", "required": true, "aliases": ["time"], "format": ["%d/%b/%Y:%H:%M:%S %z"],
        },
        "host": { "type": "text", "required": true },
        "status": { "type": "integer", "required": true, "min": "100", "max": "599" },
        "bytes": { "type": "integer", "min": "0" },
    });
    bed::load(&bed::contract(source, columns), &[("access.log", log)])
}
