//! The lake: compact, typed, and written once per source file.

mod which_counts;

use crate::support::{TestBed, lake, nightly, root};
use std::fs;

const JOB: &str = "jobs/nightly.toml";

/// The spend files that a query had to parse, from the log.
fn parsed(bed: &TestBed) -> Vec<String> {
    let ran = bed.tidings(&["-vv", "--log-json", "kpi", JOB, "--metric", "ad_spend"]).exits(0);
    let events = ran.stderr.lines().filter_map(|line| serde_json::from_str(line).ok());
    let files = events.filter_map(|event: serde_json::Value| {
        let fields = &event["fields"];
        let parsed = fields["message"] == "file parsed" && fields["dataset"] == "spend";
        parsed.then(|| fields["file"].as_str().unwrap_or_default().to_owned())
    });
    files.collect()
}

fn spend(bed: &TestBed) -> String {
    bed.value(JOB, "ad_spend")
}

#[test]
fn text_is_kept_by_dictionary_days_and_money_as_integers() {
    let state = nightly().bed.state();
    for part in lake::parts(&state, "orders").keys() {
        let columns = lake::columns(part);
        for name in ["channel", "region_code", "status", "product_id"] {
            assert!(columns[name].dictionary, "{name} of {} has a dictionary", part.display());
            assert_eq!(columns[name].physical, "ByteArray", "{name}");
        }
        assert_eq!(columns["__day"].physical, "Int32", "{:?}", columns["__day"]);
        assert!(columns["__day"].logical.contains("Date"), "{:?}", columns["__day"]);
        for name in ["unit_price", "discount", "amount", "quantity", "ordered_at"] {
            assert_eq!(columns[name].physical, "Int64", "{name} of {}", part.display());
        }
        assert_eq!(columns["is_paid"].physical, "Boolean");
    }
}

#[test]
fn a_part_holds_one_month_of_one_source_file() {
    let state = nightly().bed.state();
    let spend = lake::parts(&state, "spend");
    let months: Vec<_> =
        spend.keys().map(|part| part.parent().unwrap().file_name().unwrap()).collect();
    assert_eq!(spend.len(), 16, "15 files and a copy of one: {months:?}");
    assert!(months.iter().all(|month| month.to_string_lossy().starts_with("month=20")));
    assert_eq!(lake::parts(&state, "orders").len(), 16, "late rows of May stand in May's folder");
}

#[test]
fn a_file_is_parsed_once() {
    let bed = TestBed::here();
    assert_eq!(parsed(&bed).len(), 16, "every file of the dataset at first");
    let before = lake::parts(&bed.state(), "spend");
    assert_eq!(parsed(&bed), Vec::<String>::new(), "nothing the second time");
    assert_eq!(lake::parts(&bed.state(), "spend"), before, "and nothing is written");
}

#[test]
fn a_touched_file_with_the_same_bytes_is_not_parsed_again() {
    let bed = TestBed::copy();
    parsed(&bed);
    let file = "sample-data/spend/spend-2026-06.csv";
    bed.write(file, fs::read(root().join(file)).expect("sample data"));
    assert_eq!(parsed(&bed), Vec::<String>::new());
}

#[test]
fn a_changed_file_is_parsed_again_and_its_old_rows_are_gone() {
    let bed = TestBed::copy();
    let all = spend(&bed);
    let file = "sample-data/spend/spend-2026-06.csv";
    let text = fs::read_to_string(root().join(file)).expect("sample data");
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.pop().expect("a row").rsplit(',').next().expect("its spend");
    bed.write(file, lines.join("\n") + "\n");
    assert_eq!(parsed(&bed), ["spend/spend-2026-06.csv"], "the changed file alone");
    let (all, rest): (rust_decimal::Decimal, rust_decimal::Decimal) =
        (all.parse().unwrap(), spend(&bed).parse().unwrap());
    assert_eq!(all - rest, last.parse().unwrap(), "the value lacks exactly the row that is gone");
    bed.restore(file);
    assert_eq!(spend(&bed), all.to_string(), "and has it again when the file is back");
}

#[test]
fn a_file_that_is_gone_counts_no_longer() {
    let bed = TestBed::copy();
    let before = bed.kpi(JOB, "--metric ad_spend --grain month");
    fs::remove_file(bed.path("sample-data/spend/spend-2025-04.csv")).expect("removed");
    let after = bed.kpi(JOB, "--metric ad_spend --grain month");
    assert_eq!(after, before[1..], "the months of the other files stand");
}

#[test]
fn a_changed_contract_rebuilds_its_dataset() {
    let bed = TestBed::copy();
    let before = spend(&bed);
    let clause =
        "spend = { type = \"money\", currency = \"CNY\", required = true, min = \"0.00\" }";
    bed.replace("jobs/contracts/spend.toml", clause, &clause.replace("0.00", "500.00"));
    assert_eq!(parsed(&bed).len(), 16, "every file under the new contract");
    let after = spend(&bed);
    let number = |text: &str| text.parse::<rust_decimal::Decimal>().expect("a value");
    assert!(number(&after) < number(&before), "{after} against {before}");
    bed.replace("jobs/contracts/spend.toml", "500.00", "0.00");
    assert_eq!(parsed(&bed), Vec::<String>::new(), "the lake of the old contract is still there");
    assert_eq!(spend(&bed), before);
}
