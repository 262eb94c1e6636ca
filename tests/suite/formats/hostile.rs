//! Hostile rows: each is kept whole in quarantine with place and rule, and the others count.

use super::{JOB, metrics, shop};
use crate::support::TestBed;
use serde_json::Value;

const CONTRACT: &str = r#"
description = "Orders from a careless system."
owner = "Tests"
[source]
files = ["orders.csv"]
[time]
column = "day"
expected = "irregular"
[columns]
id = { type = "text", required = true }
day = { type = "date", required = true, format = ["%Y-%m-%d"] }
quantity = { type = "integer", required = true }
price = { type = "money", currency = "CNY", required = true, min = "0.00" }
note = { type = "text" }
"#;

fn bed(rows: &[&[u8]]) -> TestBed {
    let bed = shop();
    bed.write("jobs/contracts/orders.toml", CONTRACT);
    bed.write("jobs/metrics/orders.toml", metrics("orders", "sum(quantity * price)"));
    let section = "[[section]]\nid = \"all\"\ntitle = { en = \"All\", zh-CN = \"全部\" }\nanalysis = \"scorecard\"\nmetrics = [\"rows_orders\"]\n";
    let job = std::fs::read_to_string(bed.path(JOB)).expect("the job");
    bed.write(
        JOB,
        format!("{job}grain = \"month\"\n[gate]\nmax_quarantined_share = 1.0\n{section}"),
    );
    let file = [&b"id,day,quantity,price,note\n"[..], &rows.concat()].concat();
    bed.write("data/orders.csv", file);
    bed
}

const AS_OF: &str = "2026-02-01T06:30";

fn quarantined(bed: &TestBed) -> Vec<Value> {
    let ran = bed.tidings(&["quarantine", JOB, "--as-of", AS_OF, "--format", "json"]).exits(0);
    ran.json()["orders"].as_array().expect("rows").clone()
}

/// Read, accepted, quarantined, superseded; they always add up.
fn counts(bed: &TestBed) -> [u64; 4] {
    let ran =
        bed.tidings(&["run", JOB, "--as-of", AS_OF, "--no-send", "--format", "json"]).exits(0);
    let rows = &ran.json()["sources"][0]["rows"];
    let counts =
        ["read", "accepted", "quarantined", "superseded"].map(|name| rows[name].as_u64().unwrap());
    assert_eq!(
        counts[0],
        counts[1] + counts[2] + counts[3],
        "read = accepted + quarantined + superseded"
    );
    counts
}

#[test]
fn every_kind_of_broken_row_is_quarantined_with_place_rule_and_bytes() {
    let huge = [b"h1,2026-01-03,", "9".repeat(1 << 20).as_bytes(), b",1.00,\n"].concat();
    let rows: [(&[u8], Option<&str>); 12] = [
        (b"a1,2026-01-01,1,10.00,fine\n", None),
        (b"b1,2026-01-02,1,1,000.00,too many fields\n", Some("field_count")),
        (b"c1,2026-01-02,1\n", Some("field_count")),
        (b"d1,2026-01-02,1\x00,2.00,nul\n", Some("nul")),
        (b"e1,2026-01-02,1,2.00,\xff\xfe not UTF-8\n", Some("encoding")),
        (&huge, Some("type")),
        (b"f1,2026-02-30,1,2.00,no such day\n", Some("type")),
        (b"g1,2026-01-04,,2.00,nothing\n", Some("required")),
        (b"i1,2026-01-04,1,-0.01,below\n", Some("range")),
        (b"j1,2026-01-04,1.5,2.00,no integer\n", Some("type")),
        (b"k1,2026-01-04,1,2.005,too many decimals\n", Some("type")),
        (b"z1,2026-01-05,2,0.50,\"fine,\ntoo\"\n", None),
    ];
    let bed = bed(&rows.map(|(row, _)| row));
    let found = quarantined(&bed);
    let expected: Vec<(usize, &[u8], &str)> = rows
        .iter()
        .enumerate()
        .filter_map(|(at, (row, rule))| Some((at + 1, *row, (*rule)?)))
        .collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    let mut offset = b"id,day,quantity,price,note\n".len();
    for (at, (row, _)) in rows.iter().enumerate() {
        if let Some((record, row, rule)) = expected.iter().find(|(record, ..)| *record == at + 1) {
            let entry = found.iter().find(|entry| entry["record"] == *record).expect("an entry");
            assert_eq!(entry["rule"], *rule, "record {record}");
            assert_eq!(entry["file"], "orders.csv");
            assert_eq!(entry["offset"], offset, "record {record}");
            let raw = entry["raw"].as_str().expect("raw");
            let start = String::from_utf8_lossy(&row[..3]).into_owned();
            assert!(raw.starts_with(&start), "record {record}: raw is the record");
            assert!(raw.len() >= row.len() - 1, "record {record}: nothing of it is lost");
            assert!(
                entry["detail"].as_str().unwrap().len() < 300,
                "record {record}: the detail is short"
            );
        }
        offset += row.len();
    }
    assert_eq!(counts(&bed), [12, 2, 10, 0]);
    assert_eq!(bed.value(JOB, "sum_orders"), "11.00");
}

#[test]
fn bytes_that_are_not_text_are_shown_in_the_quarantine() {
    let bed = bed(&[b"e1,2026-01-02,1,2.00,\xff\xfe\n"]);
    let found = quarantined(&bed);
    assert_eq!(found[0]["raw"], "e1,2026-01-02,1,2.00,\\xff\\xfe");
}

#[test]
fn windows_line_ends_leave_place_and_bytes_of_a_bad_row_right() {
    let bed = bed(&[
        b"a1,2026-01-01,1,10.00,fine\r\n",
        b"b1,2026-01-02,x,1.00,bad\r\n",
        b"c1,2026-01-02,1,1.00,fine\r\n",
    ]);
    let found = quarantined(&bed);
    assert_eq!(found[0]["raw"], "b1,2026-01-02,x,1.00,bad");
    assert_eq!(
        found[0]["offset"],
        "id,day,quantity,price,note\na1,2026-01-01,1,10.00,fine\r\n".len()
    );
}

/// Rows of which the second opens a quote, as a whole or in its last field, and what follows it.
fn left_open(swallowed: &[u8]) -> [TestBed; 2] {
    let ends: [&[u8]; 2] =
        [b"b1,2026-01-02,1,1.00,\"never closed\n", b"\"b1,2026-01-02,1,1.00,never closed\n"];
    ends.map(|end| bed(&[b"a1,2026-01-01,1,10.00,fine\n", end, swallowed]))
}

#[test]
fn a_quote_that_is_never_closed_makes_the_file_unreadable() {
    // Where the next row begins is not known any more; guessing would lose rows unseen.
    for swallowed in [&b"a second line of the note\n"[..], b"c1,2026-01-03,1,1.00,fine\nno row\n"] {
        for bed in left_open(swallowed) {
            let ran = bed.tidings(&["run", JOB, "--as-of", AS_OF, "--no-send", "--format", "json"]);
            let said = ran.exits(3).stdout;
            for text in ["quality.unreadable_file", "record 2", "opens a quote"] {
                assert!(said.contains(text), "the fault must say `{text}`: {said}");
            }
        }
    }
}

#[test]
fn lines_that_a_quote_swallowed_count_if_each_is_a_row_by_itself() {
    for bed in left_open(b"c1,2026-01-03,1,1.00,\"fine, too\"\nd1,2026-01-04,1,2.00,fine\n") {
        let found = quarantined(&bed);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((&found[0]["rule"], &found[0]["record"]), (&"quoting".into(), &2.into()));
        assert!(found[0]["raw"].as_str().unwrap().ends_with("never closed"), "{found:?}");
        assert_eq!(counts(&bed), [4, 3, 1, 0]);
        assert_eq!(bed.value(JOB, "sum_orders"), "13.00");
    }
}

#[test]
fn an_empty_file_and_a_doubled_column_are_faults_of_the_file() {
    for (content, says) in [("", "empty"), ("id,day,day,quantity,price,note\n", "`day` twice")] {
        let bed = bed(&[]);
        bed.write("data/orders.csv", content);
        let ran =
            bed.tidings(&["run", JOB, "--as-of", AS_OF, "--no-send", "--format", "json"]).exits(3);
        assert!(
            ran.stdout.contains("quality.unreadable_file") && ran.stdout.contains(says),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn damaged_lines_of_json_are_quarantined_one_by_one() {
    let bed = bed(&[]);
    bed.replace("jobs/contracts/orders.toml", "orders.csv", "orders.ndjson");
    let good = r#"{"id":"a1","day":"2026-01-01","quantity":1,"price":"10.00","note":null}"#;
    let cut = r#"{"id":"b1","day":"2026-0"#;
    let list = r#"["c1","2026-01-01"]"#;
    let float = r#"{"id":"d1","day":"2026-01-02","quantity":1.5,"price":"1.00","note":"x"}"#;
    bed.write("data/orders.ndjson", format!("{good}\n{cut}\n\n{list}\n{float}\n"));
    let found = quarantined(&bed);
    let rules: Vec<_> = found.iter().map(|row| row["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["json", "object", "type"]);
    let raws: Vec<_> = found.iter().map(|row| row["raw"].as_str().unwrap()).collect();
    assert_eq!(raws, [cut, list, float]);
    assert_eq!(counts(&bed), [4, 1, 3, 0]);
}
