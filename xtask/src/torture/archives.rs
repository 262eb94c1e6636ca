//! archives: whole files are read whole; broken, ambiguous, nested and swelling ones are refused.
//!
//! Each file is loaded under the limits that the set assumes. A second line counts what loading took.

use super::{bed, cost, tally::Line};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The sum of `amount` in a whole file.
const SUM: i64 = 50_075_000;

/// Every file against its line in `expected.json`.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let expected: Value = serde_json::from_slice(&fs::read(set.join("expected.json"))?)?;
    let files = expected["files"].as_object().context("`files`")?;
    let limits = &expected["limits_assumed"];
    let megabytes = limits["max_unpacked_bytes"].as_u64().context("a limit")? >> 20;
    let kilobytes = limits["max_cell_bytes"].as_u64().context("a limit")? >> 10;
    let limits = json!({
        "megabytes": megabytes, "ratio": limits["max_ratio"], "record_kilobytes": kilobytes,
    });
    let (mut outcomes, mut costs) = (Line::new("archives"), Line::new("archives-cost"));
    for (name, told) in files {
        let bytes = fs::read(set.join(name))?;
        let told = told.as_str().context("a sentence")?;
        let begun = cost::begin();
        outcomes.count(name, check(name, &bytes, told, &limits));
        costs.count(name, begun.check());
    }
    Ok(vec![outcomes, costs])
}

fn check(name: &str, bytes: &[u8], told: &str, limits: &Value) -> Result<(), String> {
    let source = json!({ "files": ["*"], "format": "csv", "limits": limits });
    let columns = json!({
        "id": { "type": "integer", "required": true },
        "amount": { "type": "money", "currency": "CNY", "required": true },
    });
    let loaded = bed::load(&bed::contract(source, columns), &[(name, bytes)])?;
    let whole = loaded.rows.len() == 1000 && sum(&loaded.rows) == Some(SUM);
    let refused = loaded.is_refused() && loaded.rows.is_empty();
    let passes = match (told.starts_with("accept"), told.contains("or accept")) {
        (true, _) => whole && loaded.counts.quarantined == 0,
        (false, true) => refused || whole,
        (false, false) => refused,
    };
    // Entries that are passed over are listed.
    let lists =
        |note: &(model::quality::Severity, String)| note.1.starts_with("quality.passed_over");
    match passes && (!told.contains("list them") || loaded.notes.iter().any(lists)) {
        true => Ok(()),
        false => Err(format!("{told}; {} rows, notes {:?}", loaded.rows.len(), loaded.notes)),
    }
}

fn sum(rows: &[Vec<Option<String>>]) -> Option<i64> {
    rows.iter().map(|row| row[0].as_deref()?.replace('.', "").parse::<i64>().ok()).sum()
}
