//! Each night asks for what is new, and nothing that changed is missed within the overlap.

use super::{JOB, Kind, Place};
use std::{thread, time::Duration};

const KEYED: &str = "key = [\"id\"]\non_duplicate = \"last_loaded\"";
const COLUMNS: &str = "id = { type = \"integer\", required = true }\nprice = { type = \"integer\", required = true }\n\
                       updated_at = { type = \"text\", required = true }";

fn table(place: &Place) {
    let moment = place.moment();
    place.execute(&format!(
        "CREATE TABLE orders (id int PRIMARY KEY, price int, updated_at {moment});"
    ));
}

fn put(place: &Place, rows: &str) {
    let verb = if place.is(Kind::Postgres) { "INSERT" } else { "REPLACE" };
    let end = match place.is(Kind::Postgres) {
        true => {
            "ON CONFLICT (id) DO UPDATE SET price = excluded.price, updated_at = excluded.updated_at"
        }
        false => "",
    };
    place.execute(&format!("{verb} INTO orders VALUES {rows} {end};"));
}

#[test]
fn new_changed_and_late_rows_are_brought_once() {
    for place in Place::all() {
        let name = place.name();
        table(&place);
        put(&place, "(1, 10, '2026-01-01 10:00:00.000'), (2, 20, '2026-01-01 12:00:00.000')");
        place.contract(
            "table = \"orders\"\ncursor = \"updated_at\"\noverlap = \"2 hours\"",
            KEYED,
            COLUMNS,
        );
        assert_eq!(place.figures(), ("2".into(), "30".into()), "{name}");

        assert_eq!(place.parsed(), 0, "{name}: nothing new, nothing parsed");
        assert_eq!(place.batches(), ["000001.jsonl.zst"], "{name}");

        put(&place, "(3, 30, '2026-01-01 14:00:00.000')");
        assert_eq!(place.figures(), ("3".into(), "60".into()), "{name}: a new row");
        put(&place, "(1, 11, '2026-01-01 15:00:00.000')");
        assert_eq!(place.figures(), ("3".into(), "61".into()), "{name}: a changed row");
        put(&place, "(4, 40, '2026-01-01 13:00:00.000')");
        assert_eq!(place.figures(), ("4".into(), "101".into()), "{name}: late, within the overlap");
        let batches = place.batches().len();
        put(&place, "(5, 50, '2026-01-01 12:59:59.999')");
        assert_eq!(place.figures(), ("4".into(), "101".into()), "{name}: later than the overlap");
        assert_eq!(place.batches().len(), batches, "{name}");
        // Each batch holds what was new alone.
        let ids: Vec<_> =
            place.landed().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, ["1", "2", "3", "1", "4"], "{name}");

        place.execute("DELETE FROM orders WHERE id = 4;");
        assert_eq!(place.figures().0, "4", "{name}: a deleted row is not seen");
    }
}

#[test]
fn a_row_that_changes_back_is_what_it_was() {
    for place in Place::all() {
        table(&place);
        place.contract("table = \"orders\"\ncursor = \"id\"\noverlap = 5", KEYED, COLUMNS);
        for price in ["10", "20", "10", "20"] {
            put(&place, &format!("(1, {price}, '2026-01-01 10:00:00')"));
            assert_eq!(place.figures(), ("1".into(), price.into()), "{}", place.name());
        }
        assert_eq!(place.batches().len(), 4, "{}", place.name());
    }
}

#[test]
fn without_a_cursor_each_night_has_all_rows() {
    for place in Place::all() {
        let name = place.name();
        table(&place);
        put(&place, "(1, 10, '2026-01-01'), (2, 20, '2026-01-01')");
        place.contract("table = \"orders\"", "", COLUMNS);
        assert_eq!(place.figures(), ("2".into(), "30".into()), "{name}");
        assert_eq!(place.parsed(), 0, "{name}: the same rows are not parsed again");
        place.execute("DELETE FROM orders WHERE id = 1;");
        put(&place, "(3, 30, '2026-01-01')");
        assert_eq!(place.figures(), ("2".into(), "50".into()), "{name}: deleted rows are gone");
        place.execute("DELETE FROM orders;");
        assert!(place.complaint().contains("no rows"), "{name}: an empty table is no data");
        assert_eq!(place.batches(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_cursor_that_would_lose_rows_is_refused() {
    for place in Place::all() {
        let name = place.name();
        table(&place);
        put(&place, "(1, 10, '2026-01-01 10:00:00'), (2, 20, '2026-01-01 12:00:00')");
        let source = "table = \"orders\"\ncursor = \"updated_at\"\noverlap = \"2 hours\"";
        place.contract(source, KEYED, COLUMNS);
        assert_eq!(place.figures().0, "2", "{name}");
        put(&place, "(3, 30, NULL)");
        let complaint = place.complaint();
        assert!(complaint.contains("the cursor `updated_at` is null"), "{name}: {complaint}");
        assert_eq!(place.batches().len(), 1, "{name}: nothing half-counted");

        place.contract("table = \"orders\"\ncursor = \"updated_at\"\noverlap = 7", KEYED, COLUMNS);
        let complaint = place.complaint();
        assert!(complaint.contains("`overlap` must be a span"), "{name}: {complaint}");
        place.contract("table = \"orders\"\ncursor = \"changed\"\noverlap = 7", KEYED, COLUMNS);
        let complaint = place.complaint();
        assert!(complaint.contains("the cursor `changed` is not among"), "{name}: {complaint}");
        let source = "query = \"SELECT id, price, updated_at, 1.5 AS half FROM orders\"\ncursor = \"half\"\noverlap = 7";
        place.contract(source, KEYED, COLUMNS);
        let complaint = place.complaint();
        assert!(complaint.contains("hole number, "), "{name}: {complaint}");
    }
}

#[test]
fn dates_of_a_file_are_written_alike_or_refused() {
    let source = "table = \"orders\"\ncursor = \"updated_at\"\noverlap = \"2 hours\"";
    for (first, second) in [
        ("'2026-01-01 10:00:00'", "'2026-01-01T09:00:00'"),
        ("'2026-01-01T10:00:00Z'", "'2026-01-01 23:00:00'"),
        ("'2026-01-01 10:00:00'", "20260102"),
        ("20260102", "'2026-01-01 10:00:00'"),
        ("'9'", "'10'"),
        ("'2026-01-01'", "'2026-01-01 10:00:00'"),
        ("1.0", "2.0"),
    ] {
        let place = Place::in_a_file();
        place.execute("CREATE TABLE orders (id int PRIMARY KEY, price int, updated_at);");
        place.contract(source, KEYED, COLUMNS);
        put(&place, &format!("(1, 10, {first})"));
        if !first.starts_with("'9") && !first.starts_with("1.") {
            if first.starts_with('2') {
                place.contract(&source.replace("\"2 hours\"", "5"), KEYED, COLUMNS);
            }
            assert_eq!(place.figures().0, "1");
        }
        put(&place, &format!("(2, 10, {second})"));
        let complaint = place.complaint();
        assert!(complaint.contains("cursor"), "{first} {second}: {complaint}");
        assert!(place.landed().len() < 2, "{first} {second}");
    }
}

#[test]
fn a_run_that_is_killed_leaves_nothing_half() {
    let Some(place) = Place::on(Kind::Postgres) else { return };
    table(&place);
    place.execute("INSERT INTO orders SELECT i, 1, '2026-01-01' FROM generate_series(1, 40) AS i");
    let source = "query = \"SELECT o.*, repeat('x', 20000) AS filler FROM orders o, pg_sleep(0.1 + o.id * 0)\"\n\
                  cursor = \"id\"\noverlap = 5";
    place.contract(source, KEYED, COLUMNS);
    let mut child = place.bed.command(&["kpi", JOB, "--metric", "rows_orders"]);
    let mut child = child.spawn().expect("starts");
    thread::sleep(Duration::from_millis(1500));
    child.kill().expect("it still asks");
    child.wait().expect("ended");
    assert_eq!(place.batches(), Vec::<String>::new(), "no batch");
    assert!(!place.bed.state().join("lake/orders").exists(), "no rows in the lake");
    assert_eq!(place.figures(), ("40".into(), "40".into()), "the next run brings all");
    assert_eq!(place.batches().len(), 1);
}

#[test]
fn runs_at_the_same_time_bring_each_row_once() {
    for place in Place::all() {
        table(&place);
        put(&place, "(1, 10, '2026-01-01 10:00:00.000'), (2, 20, '2026-01-01 12:00:00.000')");
        place.contract("table = \"orders\"\ncursor = \"id\"\noverlap = 0", KEYED, COLUMNS);
        let start = |_| {
            let mut command = place.bed.command(&["kpi", JOB, "--metric", "rows_orders"]);
            command.stdout(std::process::Stdio::null()).spawn().expect("starts")
        };
        let runs: Vec<_> = (0..4).map(start).collect();
        for mut run in runs {
            run.wait().expect("ended");
        }
        assert_eq!(place.figures(), ("2".into(), "30".into()), "{}", place.name());
        assert_eq!(place.batches(), ["000001.jsonl.zst"], "{}: one run brought all", place.name());
    }
}
