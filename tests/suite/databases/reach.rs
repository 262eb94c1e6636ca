//! A source that went back, or whose clock went ahead, is told: rows are neither lost nor counted beside those it has.

use super::{JOB, Place};
use crate::rules::told;
use model::run::RunRecord;
use serde_json::{Value, json};
use std::fs;

const KEYED: &str = "key = [\"id\"]\non_duplicate = \"last_loaded\"";
const COLUMNS: &str =
    "id = { type = \"text\", required = true }\nprice = { type = \"integer\", required = true }";

fn table(place: &Place) {
    let moment = place.moment();
    place.execute(&format!(
        "CREATE TABLE orders (id varchar(9) PRIMARY KEY, price int, version int, changed {moment});"
    ));
}

/// Rows of 10 each, with ids that begin with a letter, of these versions.
fn put(place: &Place, letter: char, versions: std::ops::RangeInclusive<u32>, price: u32) {
    let row = |version: u32| {
        let hour = version % 24;
        format!("('{letter}{version}', {price}, {version}, '2026-01-01 {hour:02}:00:00.000')")
    };
    let rows: Vec<String> = versions.map(row).collect();
    place.execute(&format!("INSERT INTO orders VALUES {};", rows.join(", ")));
}

/// Ten rows, fetched by version.
fn fetch_ten(place: &Place) {
    table(place);
    place.contract(CURSORS[0], KEYED, COLUMNS);
    put(place, 'o', 1..=10, 10);
    assert_eq!(place.figures().0, "10", "{}", place.name());
}

/// Deletes what was fetched, as the complaint says.
fn begin_anew(place: &Place, complaint: &str) {
    let (_, rest) = complaint.split_once("delete `").expect("what to do");
    let (folder, _) = rest.split_once('`').expect("a folder");
    fs::remove_dir_all(place.bed.state().join(folder)).expect("it is there");
}

/// What a run tells of the cursor, as severity, key and arguments.
fn remarks(place: &Place) -> Vec<String> {
    place.show_orders();
    let command = ["run", JOB, "--no-send", "--as-of", "2026-01-02T09:00", "--format", "json"];
    let ran = place.bed.tidings(&command);
    let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
    told(&record, "quality.cursor_")
}

const CURSORS: [&str; 2] = [
    "table = \"orders\"\ncursor = \"version\"\noverlap = 3",
    "table = \"orders\"\ncursor = \"changed\"\noverlap = \"3 hours\"",
];

#[test]
fn a_database_that_was_restored_is_refused_until_all_is_fetched_anew() {
    // What is there after the loss of all versions above 6, and what is told of it.
    for (again, says) in [
        (None, "no row has a"),
        (Some((7, 8)), "its greatest"),
        (Some((7, 10)), "none is there"),
        (Some((7, 14)), "none is there"),
    ] {
        for (place, source) in Place::all().into_iter().flat_map(|place| {
            let place = std::rc::Rc::new(place);
            CURSORS.map(|source| (place.clone(), source))
        }) {
            let name = format!("{}, {source}, {again:?}", place.name());
            place.execute("DROP TABLE IF EXISTS orders;");
            table(&place);
            place.contract(source, KEYED, COLUMNS);
            put(&place, 'o', 1..=10, 10);
            assert_eq!(place.figures(), ("10".into(), "100".into()), "{name}");
            place.execute("DELETE FROM orders WHERE version > 6;");
            if let Some((first, last)) = again {
                put(&place, 'n', first..=last, 7);
            }
            let complaint = place.complaint();
            assert!(complaint.contains(says), "{name}: {complaint}");
            assert_eq!(place.complaint(), complaint, "{name}: and it stays so");
            begin_anew(&place, &complaint);
            let new = again.map_or(0, |(first, last)| last - first + 1);
            let figures = ((6 + new).to_string(), (60 + 7 * new).to_string());
            assert_eq!(place.figures(), figures, "{name}");
        }
    }
}

#[test]
fn rows_that_are_deleted_below_the_end_and_rows_that_move_on_are_no_restored_database() {
    for place in Place::all() {
        let name = place.name();
        fetch_ten(&place);
        place.execute("DELETE FROM orders WHERE version IN (7, 9);");
        assert_eq!(place.figures().0, "10", "{name}: a deleted row is not seen");
        place.execute("UPDATE orders SET version = version + 10, price = 20 WHERE version > 7;");
        assert_eq!(place.figures(), ("10".into(), "120".into()), "{name}: all moved on");
        assert_eq!(remarks(&place), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn rows_that_are_all_rewritten_in_place_are_told() {
    for place in Place::all() {
        let name = place.name();
        fetch_ten(&place);
        place.execute("DELETE FROM orders WHERE version > 6;");
        put(&place, 'o', 7..=14, 7);
        let expected = ["warning quality.cursor_rewritten column=version count=4"];
        assert_eq!(remarks(&place), expected, "{name}");
    }
}

#[test]
fn a_moment_after_the_run_is_told_and_no_place_to_go_on_from() {
    for place in Place::all() {
        let name = place.name();
        table(&place);
        place.contract(CURSORS[1], KEYED, COLUMNS);
        put(&place, 'o', 1..=10, 10);
        place.execute("INSERT INTO orders VALUES ('z', 5, 0, '2206-01-01 00:00:00.000');");
        for (versions, rows) in [(11..=11, "12"), (12..=13, "14")] {
            put(&place, 'o', versions, 10);
            assert_eq!(place.figures().0, rows, "{name}");
            let expected = ["warning quality.cursor_ahead column=changed count=1"];
            assert_eq!(remarks(&place), expected, "{name}");
        }
        let ids: Vec<_> =
            place.landed().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids.iter().filter(|id| *id == "z").count(), 1, "{name}: it came once");
    }
}

#[test]
fn a_bookmark_after_the_run_is_refused() {
    let place = Place::in_a_file();
    table(&place);
    place.contract(CURSORS[1], KEYED, COLUMNS);
    put(&place, 'o', 1..=10, 10);
    assert_eq!(place.figures().0, "10");
    let pattern = place.bed.state().join("landing/orders/*/manifest.json");
    let mut paths = glob::glob(&pattern.to_string_lossy()).expect("a pattern").flatten();
    let path = paths.next().expect("a manifest");
    let mut manifest: Value =
        serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
    manifest["bookmark"] = json!({ "cursor": "2206-01-01 00:00:00.000", "seen": [] });
    fs::write(path, manifest.to_string()).expect("written");
    let complaint = place.complaint();
    assert!(complaint.contains("which is after this run"), "{complaint}");
    begin_anew(&place, &complaint);
    assert_eq!(place.figures().0, "10");
}
