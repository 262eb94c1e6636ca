//! The planted bad rows: each is found at its place, by its rule, with its bytes.

use super::JOB;
use crate::support::{all_at_once, nightly, root, truths};
use serde_json::Value;

/// The truths' words for a rule and the program's.
const RULES: &[(&str, &str)] = &[
    ("type", "type"),
    ("allowed_values", "values"),
    ("field_count", "field_count"),
    ("minimum", "range"),
    ("range", "range"),
    ("required", "required"),
    ("syntax", "json"),
];

fn quarantined() -> Vec<(String, Value)> {
    let ran = nightly().bed.tidings(&["quarantine", JOB, "--format", "json"]).exits(0);
    let by_dataset = ran.json();
    let datasets = by_dataset.as_object().expect("rows by dataset").clone();
    // Page events are read from the same files as sessions, so a broken line is in both.
    let own = datasets.into_iter().filter(|(dataset, _)| dataset != "page_events");
    let rows = own.flat_map(|(dataset, rows)| {
        let rows = rows.as_array().expect("rows").clone();
        rows.into_iter().map(move |row| (dataset.clone(), row))
    });
    rows.collect()
}

#[test]
fn every_planted_bad_row_is_in_quarantine_and_no_other() {
    let (truths, mut rows, mut faults) = (truths(), quarantined(), Vec::new());
    for bad in truths["bad_rows"].as_array().expect("bad rows") {
        let place = |row: &(String, Value)| {
            bad["dataset"] == row.0.as_str()
                && row.1["file"] == bad["file"]
                && row.1["record"] == bad["record"]
        };
        let Some(at) = rows.iter().position(place) else {
            faults.push(format!("not in quarantine: {bad}"));
            continue;
        };
        let (_, row) = rows.remove(at);
        let rule = RULES.iter().find(|(truth, _)| bad["rule"] == *truth).expect("a known rule").1;
        let column = bad["field"].as_str().filter(|field| !field.is_empty());
        let says = row["rule"] == rule && row["column"].as_str() == column;
        let raw = row["raw"].as_str().unwrap_or_default().contains(bad["raw"].as_str().unwrap());
        if !says || !raw || row["detail"].as_str().is_none_or(str::is_empty) {
            faults.push(format!("{row}\n    truth {bad}"));
        }
    }
    faults.extend(rows.iter().map(|(dataset, row)| format!("{dataset}: unplanted {row}")));
    all_at_once(faults);
}

#[test]
fn the_raw_text_of_a_quarantined_row_stands_at_its_offset() {
    let mut faults = Vec::new();
    for (_, row) in quarantined() {
        let file = row["file"].as_str().expect("a file");
        let packed = std::fs::read(root().join("sample-data").join(file)).expect("the file");
        let bytes = match file.ends_with(".gz") {
            true => {
                let mut bytes = Vec::new();
                let mut reader = flate2::read::GzDecoder::new(packed.as_slice());
                std::io::Read::read_to_end(&mut reader, &mut bytes).expect("unpacked");
                bytes
            }
            false => packed,
        };
        let (offset, raw) = (row["offset"].as_u64().expect("an offset") as usize, &row["raw"]);
        let raw = raw.as_str().expect("raw").as_bytes();
        let starts_a_line = offset == 0 || bytes[offset - 1] == b'\n';
        let at = &bytes[offset..];
        let ends_a_line =
            at[raw.len()..].starts_with(b"\n") || at[raw.len()..].starts_with(b"\r\n");
        if !starts_a_line || !at.starts_with(raw) || !ends_a_line {
            let record = &row["record"];
            faults.push(format!(
                "{file} record {record}: raw is no whole line at byte {offset}: {row}"
            ));
        }
    }
    all_at_once(faults);
}
