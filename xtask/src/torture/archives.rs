//! archives: whole files are read whole; broken, ambiguous, nested and swelling ones are refused.
//!
//! Each file is loaded under the limits that the set assumes. A second line counts what loading took: at most 5 s and
//! 256 MiB for the whole process, by the kernel's mark, which is put back before each file.

use super::{bed, tally::Line};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

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
        let began = Instant::now();
        forget_peak();
        outcomes.count(name, check(name, &bytes, told, &limits));
        costs.count(name, cost(began.elapsed()));
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

/// Puts the kernel's mark of the most memory held back to what is held now.
pub(super) fn forget_peak() {
    // Without such a mark the peak stays what it was, and the line fails rather than passes.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

pub(super) fn cost(time: Duration) -> Result<(), String> {
    let status = fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no peak is told")?;
    let kib: u64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse().ok())
        .ok_or("the peak is no number")?;
    match time <= Duration::from_secs(5) && kib <= 256 << 10 {
        true => Ok(()),
        false => Err(format!("took {:.1} s and {} MiB", time.as_secs_f64(), kib >> 10)),
    }
}
