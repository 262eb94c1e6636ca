//! CSV under a drawn dialect.
//!
//! Promised: no panic; rows reconcile; and what was accepted, written as plain CSV and read again, is accepted with the same
//! cells.

use super::Target;
use crate::{rng::Rng, torture::bed};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// CSV.
pub(super) const TARGET: Target = Target { name: "csv", corpus, check };

/// How many columns the files of the corpus have, most of them.
const COLUMNS: usize = 7;

fn corpus(torture: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    for folder in ["csv-pollution/csv", "csv-spectrum/csvs"] {
        let mut paths = Vec::new();
        for entry in fs::read_dir(torture.join(folder))? {
            paths.push(entry?.path());
        }
        paths.sort();
        for path in paths {
            files.push(fs::read(path)?);
        }
    }
    Ok(files)
}

fn check(input: &[u8], rng: &mut Rng) -> Result<(), String> {
    let names: Vec<String> = (1..=COLUMNS).map(|place| format!("column {place}")).collect();
    let dialects = [
        json!({}),
        json!({ "delimiter": ";", "escape": "\\" }),
        json!({ "delimiter": ", " }),
        json!({ "quoted": false }),
        json!({ "quote": "'", "trim": true }),
        json!({ "preamble": 1, "footer": { "records": 2 } }),
        json!({ "totals": { "column": "c000", "values": ["Total"] }, "footer": { "from": "End" } }),
    ];
    let mut source = rng.pick(&dialects).clone();
    source["files"] = json!(["*.csv"]);
    source["null"] = json!([]);
    source["headerless"] = json!({ "columns": names });
    let loaded = bed::load(&bed::texts(source.clone(), &names), &[("file.csv", input)])?;
    again(&names, &loaded.rows).map_err(|reason| format!("{reason}; read by {source}"))
}

/// The rows once more, from plain CSV.
fn again(names: &[String], rows: &[Vec<Option<String>>]) -> Result<(), String> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut writer =
        csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| cell.as_deref().unwrap_or_default());
        writer.write_record(cells).map_err(|error| error.to_string())?;
    }
    let file = writer.into_inner().map_err(|error| error.to_string())?;
    let source: Value =
        json!({ "files": ["*.csv"], "null": [], "headerless": { "columns": names } });
    let loaded = bed::load(&bed::texts(source, names), &[("file.csv", &file)])?;
    match loaded.rows == rows && loaded.quarantined.is_empty() {
        true => Ok(()),
        false => Err(format!("written {rows:?}, read again {loaded}")),
    }
}
