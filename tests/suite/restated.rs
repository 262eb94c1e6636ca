//! A closed period's figure that is another one now is told once, with both values, in both languages.

use crate::support::{TestBed, root};
use model::{
    quality::QualityNote,
    report::{Argument, Message},
    run::{Outcome, RunRecord},
};
use std::fs;

const FILE: &str = "sample-data/spend/spend-2026-06.csv";

/// The nightly job with key figures only.
fn bed() -> TestBed {
    let bed = TestBed::copy();
    let text = fs::read_to_string(root().join("jobs/nightly.toml")).expect("the nightly job");
    let head = text.split("[[section]]").next().expect("a head");
    let section = "[[section]]\nid = \"key-figures\"\ntitle = { en = \"Key figures\", zh-CN = \"核心指标\" }\n\
                   analysis = \"scorecard\"\nmetrics = [\"ad_spend\", \"orders\"]\n";
    bed.write("jobs/restated.toml", format!("{head}\n{section}"));
    bed
}

/// The run of a moment such as `02T06`; what has stopped for longer would hold the report.
fn run(bed: &TestBed, moment: &str) -> RunRecord {
    run_as_of(bed, &format!("2026-07-{moment}:30"))
}

fn run_as_of(bed: &TestBed, as_of: &str) -> RunRecord {
    let command = ["run", "jobs/restated.toml", "--as-of", as_of, "--format", "json"];
    let record: RunRecord = serde_json::from_value(bed.tidings(&command).exits(0).json()).unwrap();
    assert_eq!(record.outcome, Outcome::Delivered);
    record
}

fn restated(record: &RunRecord) -> Vec<&Message> {
    let notes = record.notes.iter().map(|note: &QualityNote| &note.message);
    notes.filter(|message| message.key.starts_with("quality.restated")).collect()
}

/// Adds to the spend of the last row of June.
fn spend_more(bed: &TestBed) {
    let text = fs::read_to_string(root().join(FILE)).expect("sample data");
    let (before, last) = text.trim_end().rsplit_once('\n').expect("rows");
    let (row, spend) = last.rsplit_once(',').expect("a spend");
    let cents: i64 = spend.replace('.', "").parse().expect("two decimals");
    let more = cents + 123_456;
    bed.write(FILE, format!("{before}\n{row},{}.{:02}\n", more / 100, more % 100));
}

#[test]
fn a_changed_figure_of_a_closed_period_is_told_once_with_both_values() {
    let bed = bed();
    assert!(restated(&run(&bed, "01T06")).is_empty(), "nothing was told before");
    assert!(restated(&run(&bed, "01T07")).is_empty(), "nothing has changed");
    spend_more(&bed);
    let record = run(&bed, "02T06");
    let told = restated(&record);
    let periods: Vec<String> = told
        .iter()
        .map(|message| match &message.arguments["period"] {
            Argument::Period(period) => period.name(),
            other => panic!("no period: {other:?}"),
        })
        .collect();
    assert_eq!(periods, ["2026-06"], "only the period of the row: {told:?}");
    let value = |name: &str| match &told[0].arguments[name] {
        Argument::Value { value: Some(value), .. } => *value,
        other => panic!("no value: {other:?}"),
    };
    assert_eq!((value("now") - value("before")).to_string(), "1234.56");
    assert!(format!("{:?}", told[0].arguments["metric"]).contains("spend"), "{told:?}");
    for (kind, says) in [(".en.", "the report of"), (".zh-CN.", "的报告中为")] {
        let page =
            record.artefacts.iter().find(|one| one.kind == "page" && one.path.contains(kind));
        let text = fs::read_to_string(&page.expect("a page").path).expect("a page");
        assert!(text.contains(says), "{kind} says `{says}`");
    }
    assert!(restated(&run(&bed, "02T07")).is_empty(), "it was told");
    // The same moment again has the same report before it: the remark stays what it was.
    let command = ["run", "jobs/restated.toml", "--as-of", "2026-07-02T06:30", "--format", "json"];
    let again: RunRecord = serde_json::from_value(bed.tidings(&command).exits(0).json()).unwrap();
    assert_eq!((again.outcome, restated(&again)), (Outcome::AlreadyDelivered, told));
}

/// The day before is all that this report shows; what readers got three weeks ago is told all the same.
#[test]
fn a_day_that_no_section_shows_any_more_is_told_when_it_changes() {
    let bed = bed();
    let text = fs::read_to_string(bed.path("jobs/restated.toml")).expect("a job");
    bed.write("jobs/restated.toml", text.replace("grain = \"month\"", "grain = \"day\""));
    assert!(restated(&run_as_of(&bed, "2026-06-29T06:30")).is_empty(), "nothing was told before");
    let spend = fs::read_to_string(root().join(FILE)).expect("sample data");
    let (head, rest) = spend.split_once("\n2026-06-10,").expect("rows of that day");
    let (row, rest) = rest.split_once('\n').expect("further rows");
    let (row, cents) = row.rsplit_once('.').expect("a spend");
    bed.write(FILE, format!("{head}\n2026-06-10,{row}9.{cents}\n{rest}"));
    let record = run_as_of(&bed, "2026-06-30T06:30");
    let told = restated(&record);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        matches!(&told[0].arguments["period"], Argument::Period(period) if period.name() == "2026-06-10")
    );
}
