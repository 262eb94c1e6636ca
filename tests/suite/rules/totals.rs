//! Totals that the source states of its files: what keeps them from being compared is told like one that disagrees.

use super::{deliver, run, shop, told};
use crate::support::all_at_once;

/// Two rows, 30.50 in all.
const ROWS: &str = "1,2026-06-03,c1,web,10.50\n2,2026-06-04,c1,web,20.00";

/// What is told of a file of orders beside a control file, which is not there when nothing is stated.
fn totals(contract: &str, stated: Option<&str>) -> Vec<String> {
    let control = "control = { file = \"totals.csv\", name = \"file\", rows = \"n\", sums = { amount = \"s\" }";
    let bed = shop("day", "irregular", &format!("{control}{contract} }}\n"));
    deliver(&bed, "orders-1.csv", ROWS);
    if let Some(stated) = stated {
        bed.write("data/totals.csv", stated);
    }
    let ran = bed.tidings(&["run", super::JOB, "--no-send", "--as-of", "2026-06-05T09:00"]);
    let record = run(&bed, "2026-06-05T09:00", ran.code);
    let found = told(&record, "quality.");
    let is_held = found.iter().any(|told| told.starts_with("error"));
    assert_eq!(ran.code, if is_held { 3 } else { 0 }, "{stated:?}: {found:?}");
    found
}

#[test]
fn totals_that_cannot_be_compared_are_told_as_gravely_as_those_that_disagree() {
    let unreadable = |reason: &str| {
        vec![format!("error quality.unreadable_file file=totals.csv reason={reason}")]
    };
    let lone = |text: &str| vec![text.to_owned()];
    let total = "error quality.control_total actual=2 expected=9 name=orders-1.csv: rows";
    let silent = "warning quality.control_silent count=1 file=orders-1.csv";
    let cases: Vec<(&str, Vec<String>)> = vec![
        ("file,n,s\norders-1.csv,2,30.50\n", vec![]),
        ("file,n,s\norders-1.csv,2,30.5\n", vec![]),
        ("file,n,s\norders-1.csv,2,+030.500\n", vec![]),
        ("\u{feff}file,n,s\n orders-1.csv ,2.0, 30.50 \norders-1.csv,2,30.5\n", vec![]),
        ("file,n,s\nstock-1.csv,7,1.00\norders-1.csv,2,30.50\n", vec![]),
        ("file,n,s\norders-1.csv,9,30.50\n", lone(total)),
        (" file , n , s \n orders-1.csv , 9 ,30.50\n", lone(total)),
        (
            "file,n,s\norders-1.csv,2,30.51\n",
            lone("error quality.control_sum name=orders-1.csv: amount"),
        ),
        (
            "file,n,s\norders-1.csv,2,3.05e1\n",
            lone("error quality.control_no_number name=orders-1.csv: amount"),
        ),
        (
            "file,n,s\norders-1.csv,two,\"30,50\"\n",
            vec![
                "error quality.control_no_number name=orders-1.csv: rows".into(),
                "error quality.control_no_number name=orders-1.csv: amount".into(),
            ],
        ),
        (
            "file,n,s\norders-1.csv,,30.50\n",
            lone("error quality.control_lacks name=orders-1.csv: rows"),
        ),
        ("", unreadable("it has no column `file`; it has nothing")),
        (
            "file;n;s\norders-1.csv;9;99.00\n",
            unreadable("it has no column `file`; it has `file;n;s`"),
        ),
        (
            "name,n,s\norders-1.csv,9,99.00\n",
            unreadable("it has no column `file`; it has `name`, `n`, `s`"),
        ),
        ("file,n,s,n\norders-1.csv,2,30.50,3\n", unreadable("two of its columns are called `n`")),
        ("file,n,s\n,2,30.50\n", unreadable("its line 2 names no file in `file`")),
        (
            "file,n,s\norders-1.csv,2,30.50\norders-1.csv,9,99.00\n",
            lone("error quality.control_twice name=orders-1.csv"),
        ),
        (
            "file,n,s\norders-1.csv,2,30.50\norders-2.csv,100,5000.00\n",
            lone("error quality.control_absent_rows count=1 name=orders-2.csv rows=100"),
        ),
        (
            "file,n,s\nORDERS-1.csv,2,30.50\n",
            vec![
                silent.into(),
                "error quality.control_absent_rows count=1 name=ORDERS-1.csv rows=2".into(),
            ],
        ),
        ("file,n,s\n", lone(silent)),
    ];
    let mut faults = Vec::new();
    for (stated, expected) in cases {
        let found = totals("", Some(stated));
        if found != expected {
            faults.push(format!("{stated:?}: {found:#?} instead of {expected:#?}"));
        }
    }
    let found = totals("", None);
    if !matches!(found.as_slice(), [told] if told.starts_with("error quality.unreadable_file")) {
        faults.push(format!("no control file: {found:?}"));
    }
    for (severity, word) in [("warn", "warning"), ("note", "info")] {
        let contract = format!(", severity = \"{severity}\"");
        for stated in ["", "file,n,s\norders-1.csv,2,30.50\norders-9.csv,1,1\n", "file,n,s\n"] {
            let found = totals(&contract, Some(stated));
            if !matches!(found.as_slice(), [told] if told.starts_with(word)) {
                faults.push(format!("{severity} {stated:?}: {found:?}"));
            }
        }
    }
    all_at_once(faults);
}
