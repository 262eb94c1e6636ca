//! csv-pollution: 558 files made from one clean table, each with one defect.
//!
//! Three lines: rows that reconcile, accepted rows that equal the clean ones cell for cell, and outcomes exactly as
//! expected. Of the last one 98 % must be; where it differs, more may be set aside and never more be accepted.

use super::{
    bed::{self, Loaded},
    tally::Line,
};
use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

#[derive(Deserialize)]
struct Expected {
    columns: Vec<String>,
    files: BTreeMap<String, File>,
}

#[derive(Deserialize)]
struct File {
    outcome: String,
    records_in: u64,
    accepted: u64,
    quarantined: u64,
    dialect: Dialect,
    skip: Option<u32>,
    /// The key of a row that the clean table does not have.
    extra_key: Option<String>,
}

#[derive(Deserialize)]
struct Dialect {
    delimiter: String,
    quote: char,
    escape: char,
}

type Row = Vec<Option<String>>;

/// Every file against what is expected of it.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let text = fs::read_to_string(set.join("expected.json"))?;
    let expected: Expected = serde_json::from_str(&text)?;
    let clean = clean(&set.join("expected_clean.csv"))?;
    let mut reconciled = Line::new("csv-pollution");
    let mut intact = Line::new("csv-pollution-intact");
    let mut exact = Line::new("csv-pollution-exact");
    for (name, file) in &expected.files {
        let bytes = fs::read(set.join("csv").join(name)).context(name.clone())?;
        let spec = spec(name, file, &expected.columns);
        match bed::load(&spec, &[("file.csv", &bytes)]) {
            Ok(loaded) => {
                reconciled.count(name, counted(file, &loaded));
                intact.count(name, unshifted(file, &loaded, &clean));
                exact.count(name, same(file, &loaded));
            }
            Err(reason) => {
                for line in [&mut reconciled, &mut intact, &mut exact] {
                    line.count(name, Err(reason.clone()));
                }
            }
        }
    }
    exact.allow_missing(2);
    Ok(vec![reconciled, intact, exact])
}

/// The clean rows by key, written canonically.
fn clean(path: &Path) -> anyhow::Result<BTreeMap<String, Row>> {
    let mut rows = BTreeMap::new();
    for record in csv::Reader::from_path(path)?.records() {
        let record = record?;
        let date: Vec<&str> = record[1].split('/').collect();
        let iso = format!("{}-{}-{}", date[2], date[1], date[0]);
        let cell = |(at, text): (usize, &str)| match at {
            1 => Some(iso.clone()),
            _ => Some(text.to_owned()),
        };
        rows.insert(record[0].to_owned(), record.iter().enumerate().map(cell).collect());
    }
    Ok(rows)
}

/// The contract of the clean table, with what the set declares of this file.
fn spec(name: &str, file: &File, columns: &[String]) -> Value {
    let mut source = json!({
        "files": ["*.csv"], "null": [], "delimiter": file.dialect.delimiter, "quote": file.dialect.quote,
        "preamble": file.skip, "sep_line": name == "f_sep_line.csv",
    });
    if file.dialect.escape != file.dialect.quote {
        source["escape"] = json!(file.dialect.escape);
    }
    let mut specs: BTreeMap<String, Value> = BTreeMap::new();
    for (at, column) in columns.iter().enumerate() {
        let mut spec = match column.as_str() {
            "order_date" => json!({ "type": "date", "format": ["%d/%m/%Y"] }),
            "qty" => json!({ "type": "integer" }),
            "unit_price" => json!({ "type": "decimal" }),
            _ => json!({ "type": "text" }),
        };
        // The set lets a contract declare the names that one file writes otherwise.
        let otherwise = [("order_id", " Order_ID "), ("qty", "QTY")];
        let other = otherwise.iter().filter(|(known, _)| known == column).map(|(_, other)| *other);
        let aliases: Vec<&str> = std::iter::once(column.as_str()).chain(other).collect();
        spec["aliases"] = json!(aliases);
        spec["required"] = json!(column != "note");
        specs.insert(format!("c{at}"), spec);
    }
    let mut spec = bed::contract(source, json!(specs));
    spec["key"] = json!(["c0"]);
    spec["on_duplicate"] = json!("refuse");
    spec
}

/// Records in = accepted + quarantined, unless the file is refused as a whole.
fn counted(file: &File, loaded: &Loaded) -> Result<(), String> {
    let read = loaded.counts.read;
    if read == file.records_in || (loaded.is_refused() && read == 0) {
        return Ok(());
    }
    Err(format!("expected {} records, read {loaded}", file.records_in))
}

fn unshifted(file: &File, loaded: &Loaded, clean: &BTreeMap<String, Row>) -> Result<(), String> {
    for row in &loaded.rows {
        let key = row[0].clone().unwrap_or_default();
        let is_extra = file.extra_key.as_ref() == Some(&key);
        if !is_extra && clean.get(&key) != Some(row) {
            return Err(format!("expected {:?}, read {row:?}", clean.get(&key)));
        }
    }
    Ok(())
}

fn same(file: &File, loaded: &Loaded) -> Result<(), String> {
    let counts = (loaded.counts.accepted, loaded.counts.quarantined);
    let is_same = match file.outcome.as_str() {
        // "refuse" may also be all quarantined.
        "refuse" => counts.0 == 0 && (loaded.is_refused() || counts.1 == file.quarantined),
        _ => counts == (file.accepted, file.quarantined) && !loaded.is_refused(),
    };
    if is_same {
        return Ok(());
    }
    let safe = if counts.0 <= file.accepted { "safe side" } else { "UNSAFE SIDE" };
    let (outcome, accepted) = (&file.outcome, file.accepted);
    Err(format!("expected {outcome}: {accepted} and {}, {safe}: {loaded}", file.quarantined))
}
