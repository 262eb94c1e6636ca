//! Quarantined rows go out to a person and come back corrected: checked again, counted once, kept through rebuilds.

mod refusals;

use crate::{
    rules::{JOB, deliver, run, shop, told},
    support::{Ran, TestBed, each_file},
};
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    time::{Duration, SystemTime},
};

const AS_OF: &str = "2026-06-05T09:00";

/// Two good rows of 10.00; one with a comma for a point, one with a day that never was, one that is ragged.
const ROWS: &str = "1,2026-06-04,c1,web,10.00\n2,2026-06-04,c1,web,\"12,50\"\n3,2026-06-31,c2,\"a \"\"b\"\"\nc\",7.00\n\
                    4,2026-06-04,c2,5.00\n5,2026-06-04,c2,=1+1,10.00";

fn bed() -> TestBed {
    let bed = shop("day", "irregular", "");
    bed.replace(JOB, "min_coverage = 0.0", "min_coverage = 0.0\nmax_quarantined_share = 1.0");
    deliver(&bed, "orders-1.csv", ROWS);
    bed
}

fn exported(bed: &TestBed) -> Vec<Value> {
    let _ = fs::remove_file(bed.path("out/bad.jsonl"));
    bed.tidings(&["quarantine", JOB, "--export", "out/bad.jsonl"]).exits(0);
    let text = fs::read_to_string(bed.path("out/bad.jsonl")).expect("exported");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

/// Fills in corrections by record and releases them.
fn release(bed: &TestBed, rows: &[Value], corrections: &[(u64, &str)]) -> Ran {
    let mut text = String::new();
    for row in rows {
        let mut row = row.clone();
        if let Some((_, correction)) =
            corrections.iter().find(|(record, _)| row["record"] == *record)
        {
            row["correction"] = json!(correction);
        }
        text += &format!("{row}\n");
    }
    bed.write("out/good.jsonl", text);
    bed.tidings(&["quarantine", JOB, "--release", "out/good.jsonl", "--format", "json"])
}

/// Read, accepted, quarantined and superseded rows of the orders, and their sum.
fn counts(bed: &TestBed) -> ([u64; 4], String) {
    let record = run(bed, AS_OF, 0);
    let rows = record
        .sources
        .iter()
        .find(|source| source.dataset.as_str() == "orders")
        .expect("a source")
        .rows;
    assert!(rows.reconcile(), "{rows:?}");
    ([rows.read, rows.accepted, rows.quarantined, rows.superseded], bed.value(JOB, "sum_orders"))
}

#[test]
fn rows_are_exported_whole_for_their_owner_alone() {
    let bed = bed();
    let rows = exported(&bed);
    let told: Vec<_> = rows.iter().map(|row| (&row["record"], &row["rule"], &row["raw"])).collect();
    let expected = [
        (json!(2), json!("type"), json!("2,2026-06-04,c1,web,\"12,50\"")),
        (json!(3), json!("type"), json!("3,2026-06-31,c2,\"a \"\"b\"\"\nc\",7.00")),
        (json!(4), json!("field_count"), json!("4,2026-06-04,c2,5.00")),
    ];
    let expected: Vec<_> = expected.iter().map(|(a, b, c)| (a, b, c)).collect();
    assert_eq!(told, expected);
    assert!(rows.iter().all(|row| row["correction"].is_null() && row["dataset"] == "orders"));
    let mode = fs::metadata(bed.path("out/bad.jsonl")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    bed.tidings(&["quarantine", JOB, "--export", "out/none.jsonl", "--dataset", "visits"]).exits(0);
    assert_eq!(fs::read_to_string(bed.path("out/none.jsonl")).expect("exported"), "");
    bed.tidings(&["quarantine", JOB, "--dataset", "order"])
        .exits(2)
        .complains(&["no dataset `order`"]);
    let listed = bed.tidings(&["quarantine", JOB, "--list"]).exits(0).stdout;
    assert!(listed.contains("orders: orders-1.csv record 4, byte "), "{listed}");
    bed.tidings(&["quarantine", JOB, "--list", "--export", "x"]).exits(2);
    // What is there may hold corrections, or be the source itself.
    let text = fs::read(bed.path("out/bad.jsonl")).expect("exported");
    bed.tidings(&["quarantine", JOB, "--export", "out/bad.jsonl"])
        .exits(2)
        .complains(&["it is there already; name another file"]);
    assert_eq!(fs::read(bed.path("out/bad.jsonl")).expect("exported"), text);
    bed.tidings(&["quarantine", JOB, "--export", "data/bad.jsonl"])
        .exits(2)
        .complains(&["among the sources"]);
}

#[test]
fn corrected_rows_count_once_and_stay_through_reruns_and_rebuilt_lakes() {
    let bed = bed();
    assert_eq!(counts(&bed), ([5, 2, 3, 0], "20.00".into()));
    let rows = exported(&bed);
    let corrections =
        [(2, "2,2026-06-04,c1,web,12.50"), (3, "3,2026-06-30,c2,\"a \"\"b\"\"\nc\",7.00")];
    let said = release(&bed, &rows, &corrections).exits(0).json();
    assert_eq!(said, json!({ "released": 2, "refused": [] }));
    let after = ([5, 4, 1, 0], "39.50".to_owned());
    assert_eq!(counts(&bed), after);
    let record = run(&bed, AS_OF, 0);
    assert_eq!(told(&record, "quality.corrected"), ["info quality.corrected count=2"]);
    assert_eq!(
        bed.kpi(JOB, "--metric rows_orders --by channel").len(),
        3,
        "a \"b\"\\nc is a channel"
    );
    for gone in ["lake", "quarantine", "answers.sqlite", "seen"] {
        let path = bed.state().join(gone);
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    assert_eq!(counts(&bed), after, "a rebuilt lake has them again");
    let left = exported(&bed);
    assert_eq!(left.len(), 1, "{left:?}");
    // What is in quarantine no longer cannot be released again.
    let again = release(&bed, &rows, &corrections[..1]).exits(2).json();
    let reason = again["refused"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("no such record in quarantine"), "{again}");
    assert_eq!(counts(&bed), after);
    each_file(&bed.state().join("corrections"), &mut |file, _| {
        let mode = fs::metadata(file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    });
    // A copy of the file under another name has the same records: it is superseded as a whole.
    fs::copy(bed.path("data/orders-1.csv"), bed.path("data/orders-2.csv")).expect("copied");
    assert_eq!(counts(&bed), ([10, 4, 1, 5], "39.50".into()));
}

#[test]
fn corrections_are_checked_again_and_those_still_bad_are_told() {
    let bed = bed();
    let rows = exported(&bed);
    let ran = release(
        &bed,
        &rows,
        &[
            (2, "2,2026-06-04,c1,web,twelve"),
            (3, "3,2026-06-30,c2,web,7.00\n6,2026-06-30,c2,web,7.00"),
            (4, "4,2026-06-04,c2,web,5.00"),
        ],
    );
    let said = ran.exits(4).json();
    assert_eq!(said["released"], 1);
    let refused: Vec<_> = said["refused"].as_array().expect("a list").iter().collect();
    let reasons: Vec<String> = refused
        .iter()
        .map(|one| format!("{} {}", one["line"], one["reason"].as_str().expect("text")))
        .collect();
    assert!(reasons[0].starts_with("1 type `amount`: as corrected: `twelve`"), "{reasons:?}");
    assert_eq!(reasons[1], "2 correction: as corrected: is more than one record");
    assert_eq!(counts(&bed), ([5, 3, 2, 0], "25.00".into()));
    assert_eq!(exported(&bed)[0]["detail"], rows[0]["detail"], "what is refused leaves no trace");
    // The raw record is not the place for corrections.
    let mut changed = rows[0].clone();
    (changed["raw"], changed["correction"]) =
        (json!("2,2026-06-04,c1,web,12.50"), json!("2,2026-06-04,c1,web,12.50"));
    let said = release(&bed, &[changed], &[]).exits(2).json();
    assert!(
        said["refused"][0]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("`raw` was changed"))
    );
    bed.write("out/torn.jsonl", "{\"dataset\":\"orders\"}\nno JSON\n");
    bed.tidings(&["quarantine", JOB, "--release", "out/torn.jsonl"]).exits(2).complains(&[
        "out/torn.jsonl:1:20: missing field `file`",
        "out/torn.jsonl:2:2",
        "nothing was released",
    ]);
}

#[test]
fn a_correction_that_only_the_whole_file_refuses_stays_in_quarantine() {
    let bed = bed();
    bed.replace(
        "jobs/contracts/orders.toml",
        "description",
        "key = [\"id\"]\non_duplicate = \"refuse\"\ndescription",
    );
    let rows = exported(&bed);
    let said =
        release(&bed, &rows, &[(2, "1,2026-06-04,c1,web,12.50"), (4, "4,2026-06-04,c2,web,5.00")]);
    let said = said.exits(4).json();
    let reason = said["refused"][0]["reason"].as_str().expect("a reason");
    assert_eq!((reason, &said["released"]), ("key: a row with the same id came before", &json!(1)));
    assert_eq!(counts(&bed), ([5, 3, 2, 0], "25.00".into()));
    // A second correction stands for the first.
    let said = release(&bed, &exported(&bed), &[(2, "2,2026-06-04,c1,web,12.50")]).exits(0).json();
    assert_eq!(said["released"], 1);
    assert_eq!(counts(&bed), ([5, 4, 1, 0], "37.50".into()));
}

#[test]
fn a_file_that_is_delivered_anew_is_corrected_no_longer_and_this_is_told_once() {
    let bed = bed();
    let rows = exported(&bed);
    release(&bed, &rows, &[(2, "2,2026-06-04,c1,web,12.50")]).exits(0);
    deliver(&bed, "orders-1.csv", &ROWS.replace("5,2026-06-04", "6,2026-06-04"));
    let record = run(&bed, AS_OF, 0);
    let lapsed = "warning quality.corrections_lapsed count=1 file=orders-1.csv";
    assert_eq!(told(&record, "quality.corr"), [lapsed]);
    assert_eq!(counts(&bed), ([5, 2, 3, 0], "20.00".into()), "record 2 is as it was delivered");
    let late = release(&bed, &rows, &[(4, "4,2026-06-04,c2,web,5.00")]).exits(2).json();
    assert!(
        late["refused"][0]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("delivered anew")),
        "{late}"
    );
    let record = run(&bed, "2026-06-06T09:00", 0);
    assert_eq!(told(&record, "quality.corr"), Vec::<String>::new(), "told once");
    deliver(&bed, "orders-1.csv", ROWS);
    assert_eq!(counts(&bed), ([5, 3, 2, 0], "32.50".into()), "the old content is corrected again");
}

#[test]
fn lines_of_json_and_of_fixed_width_are_corrected_as_lines_and_workbooks_are_not() {
    let bed = bed();
    bed.replace("jobs/contracts/orders.toml", "orders-*.csv", "orders-*.jsonl");
    let line = |id: u32, amount: &str| {
        format!(
            "{{\"id\":\"{id}\",\"day\":\"2026-06-04\",\"customer\":\"c1\",\"channel\":\"web\",\"amount\":{amount}}}"
        )
    };
    bed.write(
        "data/orders-1.jsonl",
        [line(1, "10.00"), line(2, "\"ten\""), line(3, "1.")].join("\n"),
    );
    let rows = exported(&bed);
    assert_eq!(rows.len(), 2, "{rows:?}");
    release(&bed, &rows, &[(2, &line(2, "10.00")), (3, &line(3, "1.00"))]).exits(0);
    assert_eq!(counts(&bed), ([3, 3, 0, 0], "21.00".into()));
}

#[test]
fn texts_expire_and_counts_and_reasons_stay() {
    let bed = bed();
    let rows = exported(&bed);
    let age = |days: u64| {
        each_file(&bed.state().join("quarantine"), &mut |path, _| {
            let file = fs::File::options().write(true).open(path).expect("a quarantine file");
            file.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400))
                .expect("dated back");
        });
    };
    age(89);
    assert_eq!(exported(&bed).len(), 3, "a quarter has not passed");
    // A release writes the file anew; what stays in it is as old as it was.
    age(89);
    release(&bed, &rows, &[(4, "4,2026-06-04,c2,web,5.00")]).exits(0);
    each_file(&bed.state().join("quarantine"), &mut |path, _| {
        let modified = fs::metadata(path).and_then(|file| file.modified()).expect("a time");
        let days = modified.elapsed().expect("past").as_secs() / 86_400;
        assert_eq!(days, 89, "{}", path.display());
    });
    fs::remove_dir_all(bed.state().join("corrections")).expect("withdrawn by hand");
    assert_eq!(exported(&bed).len(), 3);
    age(91);
    let listed = bed.tidings(&["quarantine", JOB, "--format", "json"]).exits(0).json();
    for (row, before) in listed["orders"].as_array().expect("rows").iter().zip(&rows) {
        for key in ["file", "record", "offset", "column", "rule"] {
            assert_eq!(row[key], before[key], "{key} stays");
        }
        assert_eq!((&row["raw"], &row["detail"]), (&json!(""), &json!("")), "texts are gone");
        assert!(row["expired"].is_string());
    }
    each_file(&bed.state().join("quarantine"), &mut |path, _| {
        let text = fs::read_to_string(path).expect("a text");
        assert!(!text.contains("12,50") && !text.contains("web"), "{text}");
        assert_eq!(fs::metadata(path).expect("a file").permissions().mode() & 0o777, 0o600);
    });
    assert_eq!(counts(&bed), ([5, 2, 3, 0], "20.00".into()));
    assert_eq!(exported(&bed).len(), 0, "nothing is left to correct");
    let late = release(&bed, &rows, &[(2, "2,2026-06-04,c1,web,12.50")]).exits(2).json();
    assert!(
        late["refused"][0]["reason"].as_str().is_some_and(|reason| reason.contains("expired")),
        "{late}"
    );
    let text = bed.tidings(&["quarantine", JOB]).exits(0).stdout;
    assert!(text.contains("record 2, byte 57: type `amount`: its text expired on "), "{text}");
}

#[test]
fn a_contract_says_how_long_texts_are_kept() {
    let bed = bed();
    bed.replace(
        "jobs/contracts/orders.toml",
        "description",
        "quarantine = { keep_days = 0 }\ndescription",
    );
    assert_eq!(exported(&bed).len(), 3, "they are there on the night that brought them");
    assert_eq!(exported(&bed).len(), 0, "and gone with the next run");
}

#[test]
fn damaged_corrections_stop_the_run() {
    let bed = bed();
    release(&bed, &exported(&bed), &[(2, "2,2026-06-04,c1,web,12.50")]).exits(0);
    each_file(&bed.state().join("corrections"), &mut |file, _| fs::write(file, "{").expect("torn"));
    bed.tidings(&["quarantine", JOB])
        .exits(1)
        .complains(&["the corrections in `", "are damaged; mend the file"]);
}

#[test]
fn a_file_with_more_bad_rows_than_good_ones_holds_the_report_however_small() {
    // Years of good rows, so that no share of all rows tells.
    let history: String = (0..2000).map(|at| format!("h{at},2026-05-01,c1,web,1.00\n")).collect();
    for (amounts, told_as) in [
        (&["ten"][..], None),
        (&["ten", "1.00"], None),
        (&["ten", "ten"], Some("bad=2 file=orders-2.csv rows=2 rule=type (amount)")),
        (&["1.00", "", "ten"], Some("bad=2 file=orders-2.csv rows=3 rule=required (amount)")),
        (&["1.00", "ten", "ten", "1.00"], None),
    ] {
        let bed = shop("day", "irregular", "");
        deliver(&bed, "orders-1.csv", &history);
        let row = |(at, amount): (usize, &&str)| format!("{at},2026-06-04,c1,web,{amount}\n");
        deliver(&bed, "orders-2.csv", &amounts.iter().enumerate().map(row).collect::<String>());
        let record = run(&bed, AS_OF, if told_as.is_some() { 3 } else { 0 });
        let mut errors = told(&record, "quality.mostly_quarantined");
        errors.retain(|note| note.starts_with("error"));
        let expected = told_as.map(|told| format!("error quality.mostly_quarantined {told}"));
        assert_eq!(errors, Vec::from_iter(expected), "{amounts:?}: {:?}", record.notes);
        let asked = bed.tidings(&["kpi", JOB, "--metric", "sum_orders", "--as-of", AS_OF]);
        if told_as.is_some() {
            asked
                .exits(3)
                .complains(&["error: orders: 2 of", "rows of orders-2.csv are in quarantine"]);
            bed.replace(
                JOB,
                "min_coverage = 0.0",
                "min_coverage = 0.0\nmax_quarantined_share = 1.0",
            );
            run(&bed, AS_OF, 0);
        } else {
            asked.exits(0);
        }
    }
}
