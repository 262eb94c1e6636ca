//! What a crash leaves of a landing folder, and in which order copies count.

use super::{Copy, Kind, Landing, Written};
use crate::contract::{Contract, Format, resolve};
use model::id::DatasetId;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

fn contract() -> Contract {
    let spec = json!({
        "description": "d", "owner": "o", "source": { "objects": { "url": "s3://b", "match": "*.csv" } },
        "columns": { "a": { "type": "text" } },
    });
    let spec = serde_json::from_value(spec).expect("a contract");
    resolve(&DatasetId::new("d"), &spec, chrono_tz::UTC).expect("sound")
}

fn open(state: &TempDir) -> Landing {
    Landing::open_to_add(&contract(), state.path()).expect("a landing folder")
}

/// Takes a copy: day, place, name, text.
fn take(landing: &mut Landing, (day, at, name, text): (&str, u32, &str, &str)) {
    let copy = Copy { name, ending: "csv", day: day.parse().ok(), at, version: json!(text) };
    let write = |file: &mut dyn std::io::Write| {
        file.write_all(text.as_bytes()).map_err(|error| error.to_string())
    };
    landing.add_copy(copy, write).expect("taken");
}

/// The copies in the order in which they count.
fn texts(landing: &Landing) -> Vec<String> {
    let files = landing.files(|_| Some(Format::Csv)).expect("files");
    files.iter().map(|found| fs::read_to_string(&found.path).expect("a copy")).collect()
}

#[test]
fn copies_count_by_day_then_place_then_name_in_whatever_order_they_came() {
    let copies = [
        ("2026-01-30", 0, "h/a-30.csv", "4"),
        ("2026-01-29", 1, "h/b-29.csv", "3"),
        ("", 0, "h/z (1).csv", "1"),
        ("2026-01-29", 0, "h/a-29.csv", "2"),
        ("", 0, "h/z.csv", "0"),
    ];
    for turn in 0..copies.len() {
        let state = TempDir::new().expect("a folder");
        let mut landing = open(&state);
        let came = copies[turn..].iter().chain(&copies[..turn]);
        came.for_each(|copy| take(&mut landing, *copy));
        // Delivered again, touched but not changed.
        take(&mut landing, copies[turn]);
        assert_eq!(texts(&landing), ["0", "1", "2", "3", "4"], "turn {turn}");
    }
}

#[test]
fn the_same_bytes_again_leave_the_copy_and_set_its_version() {
    let state = TempDir::new().expect("a folder");
    let mut landing = open(&state);
    take(&mut landing, ("", 0, "a.csv", "one"));
    let before = landing.files(|_| Some(Format::Csv)).expect("files")[0].path.clone();
    let copy = Copy { name: "a.csv", ending: "csv", day: None, at: 0, version: json!("later") };
    landing
        .add_copy(copy, |file| file.write_all(b"one").map_err(|error| error.to_string()))
        .expect("taken");
    assert_eq!(landing.files(|_| Some(Format::Csv)).expect("files")[0].path, before);
    assert_eq!(landing.version("a.csv"), Some(&json!("later")));
    assert!(before.exists());
}

#[test]
fn a_crash_loses_no_copy_and_leaves_no_litter() {
    let state = TempDir::new().expect("a folder");
    let mut landing = open(&state);
    take(&mut landing, ("", 0, "a.csv", "one"));
    landing.settle().expect("settled");
    take(&mut landing, ("", 0, "b.csv", "two"));
    take(&mut landing, ("", 0, "a.csv", "one, corrected"));
    let folder = landing.folder().to_owned();
    drop(landing);
    // The machine stopped while it wrote the next line, a batch and a draft.
    let journal = folder.join("journal.jsonl");
    let cut = [fs::read(&journal).expect("a journal"), b"{\"file\":\"0000".to_vec()].concat();
    fs::write(&journal, cut).expect("written");
    for litter in ["000009.csv", ".000010.csv.77.part"] {
        fs::write(folder.join(litter), "half").expect("written");
    }
    let seen = Landing::open(&contract(), state.path()).expect("readable");
    assert_eq!(texts(&seen), ["one, corrected", "two"]);

    let mut landing = open(&state);
    assert_eq!(texts(&landing), ["one, corrected", "two"]);
    take(&mut landing, ("", 0, "c.csv", "three"));
    assert_eq!(texts(&open_again(landing, &state)), ["one, corrected", "two", "three"]);
    let mut files: Vec<String> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|file| file.expect("a file").file_name().into_string().expect("text"))
        .collect();
    files.sort();
    assert_eq!(files, ["000002.csv", "000003.csv", "000004.csv", "lock", "manifest.json"]);
}

fn open_again(landing: Landing, state: &TempDir) -> Landing {
    drop(landing);
    open(state)
}

#[test]
fn rows_without_a_name_count_as_they_came_and_all_rows_take_their_place() {
    let state = TempDir::new().expect("a folder");
    let mut landing = open(&state);
    let mut add = |kind: Kind, text: &str| {
        landing
            .add(&kind, "jsonl", |file| {
                file.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
                Ok(Written { has_rows: !text.is_empty(), bookmark: Value::from(text) })
            })
            .expect("added");
        (texts(&landing), landing.bookmark().clone())
    };
    add(Kind::Further, "b");
    assert_eq!(add(Kind::Further, "a"), (vec!["b".into(), "a".into()], json!("a")));
    assert_eq!(add(Kind::Further, ""), (vec!["b".into(), "a".into()], json!("")));
    assert_eq!(add(Kind::Whole, "all"), (vec!["all".into()], json!("all")));
    assert_eq!(add(Kind::Whole, ""), (Vec::new(), json!("")));
}
