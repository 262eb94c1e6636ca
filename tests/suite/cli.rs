//! The command line: exit codes, what stands on stdout, and every fault with its place.

mod faults;
mod planner;
mod values;

use crate::support::{TestBed, nightly};
use model::run::{Outcome, RunRecord};
use std::fs;

const JOB: &str = "jobs/nightly.toml";

#[test]
fn explain_needs_no_data_and_shows_sql_window_and_recipients() {
    let bed = TestBed::copy();
    fs::remove_dir_all(bed.path("sample-data")).expect("removed");
    let text = bed.tidings(&["explain", JOB]).exits(0).stdout;
    for part in [
        "period 2026-06 (2026-06-01 to 2026-06-30)",
        "as of 2026-07-01T06:30:00+08:00",
        "sales/orders-*.csv",
        "sum(amount)",
        "from orders",
        "group by",
        "count(distinct customer_id)",
    ] {
        assert!(text.contains(part), "`explain` must show `{part}`:\n{text}");
    }
    assert!(!bed.state().join("lake").exists(), "explaining loads nothing");
    let json = bed.tidings(&["explain", JOB, "--format", "json"]).exits(0).json();
    assert!(json.as_object().is_some_and(|parts| parts.len() > 2), "{json}");
}

#[test]
fn a_stored_report_renders_to_the_same_page_without_jobs_and_data() {
    let nightly = nightly();
    let bed = TestBed::empty();
    let stored = nightly.record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let stored = fs::read(&stored.expect("a stored report").path).expect("a stored report");
    bed.write("archive/report.json", stored);
    let render = ["render", "archive/report.json", "--out", "again", "--layout", "executive-brief"];
    bed.tidings(&render).exits(0);
    let marked = nightly.report.notes.iter().any(|note| note.message.key == "quality.missing_days");
    assert!(marked, "the nightly report is a marked one, see the next line");
    for locale in ["en", "zh-CN"] {
        let sent = fs::read_to_string(nightly.outbox.join(format!("nightly.{locale}.html")));
        let again = fs::read_to_string(bed.path(&format!("again/page.{locale}.html")));
        let (sent, again) = (sent.expect("a page"), again.expect("a page"));
        assert!(sent == again, "page {locale}: {}", first_difference(&sent, &again));
    }
}

fn first_difference(a: &str, b: &str) -> String {
    let mut pairs = a.lines().zip(b.lines()).enumerate();
    match pairs.find(|(_, (a, b))| a != b) {
        Some((line, (a, b))) => format!("line {}: `{a:.300}` against `{b:.300}`", line + 1),
        None => format!("{} bytes against {}", a.len(), b.len()),
    }
}

#[test]
fn a_file_that_is_no_report_is_refused_with_its_name() {
    let bed = TestBed::empty();
    bed.write("other.json", "{\"schema_version\": 99}");
    bed.tidings(&["render", "other.json"]).exits(2).complains(&[
        "other.json",
        "schema_version",
        "99",
    ]);
    bed.tidings(&["render", "missing.json"]).exits(2).complains(&["missing.json"]);
}

#[test]
fn a_preview_shows_what_would_be_sent_and_sends_nothing() {
    let bed = TestBed::here();
    let job = "jobs/weekly-executive.toml";
    let out = bed.state().join("look");
    let ran = bed.tidings(&["preview", job, "--out", &out.to_string_lossy()]).exits(0);
    for locale in ["en", "zh-CN"] {
        for name in [
            format!("page.{locale}.html"),
            format!("mail.{locale}.html"),
            format!("mail.{locale}.txt"),
        ] {
            assert!(out.join(&name).exists(), "{name} is missing");
            assert!(ran.stdout.contains(&name), "{name} is not listed:\n{}", ran.stdout);
        }
    }
    assert!(!bed.state().join("outbox").exists(), "a preview publishes nothing");
    let html = fs::read_to_string(out.join("mail.en.html")).expect("a mail");
    assert!(!html.contains("cid:"), "pictures of a preview are files beside it");
}

#[test]
fn runs_lists_what_was_done_and_shows_one() {
    let nightly = nightly();
    let listed = nightly.bed.tidings(&["runs", "--format", "json"]).exits(0).json();
    let listed: Vec<RunRecord> = serde_json::from_value(listed).expect("records");
    assert!(listed.iter().any(|record| record.run == nightly.record.run));
    let id = nightly.record.run.to_string();
    let one = nightly.bed.tidings(&["runs", &id, "--format", "json"]).exits(0).json();
    let one: RunRecord = serde_json::from_value(one).expect("a record");
    assert_eq!(one, nightly.record, "the ledger keeps what the run said");
    let text = nightly.bed.tidings(&["runs"]).exits(0).stdout;
    assert!(text.contains(&id) && text.contains("2026-06"), "{text}");
    let shown = nightly.bed.tidings(&["runs", &id]).exits(0).stdout;
    assert!(shown.contains("delivered") && shown.contains("40588"), "{shown}");
    nightly.bed.tidings(&["runs", "nobody"]).exits(2).complains(&["nobody", "tidings runs"]);
}

#[test]
fn a_backfill_runs_every_scheduled_moment_once_and_delivers_nothing() {
    let bed = TestBed::copy();
    bed.replace("jobs/nightly.toml", "grain = \"month\"", "grain = \"day\"");
    let span = ["--from", "2026-06-10", "--to", "2026-06-12"];
    let ran = bed.tidings(&[&["backfill", JOB, "--format", "json"][..], &span].concat()).exits(0);
    let records: Vec<RunRecord> = serde_json::from_value(ran.json()).expect("records");
    let moments: Vec<_> = records.iter().map(|record| record.as_of.to_string()).collect();
    assert_eq!(moments, ["2026-06-10 06:30:00", "2026-06-11 06:30:00", "2026-06-12 06:30:00"]);
    let periods: Vec<_> = records.iter().map(|record| record.period.name()).collect();
    assert_eq!(periods, ["2026-06-09", "2026-06-10", "2026-06-11"], "each reports the day before");
    for record in &records {
        assert!(!matches!(record.outcome, Outcome::Failed | Outcome::Delivered), "{record:?}");
    }
    assert!(!bed.state().join("outbox").exists(), "a backfill delivers nothing");
    bed.tidings(&["backfill", JOB, "--from", "2026-06-12", "--to", "2026-06-10"])
        .exits(2)
        .complains(&["--from 2026-06-12 is after --to 2026-06-10"]);
}

#[test]
fn the_window_of_a_scheduled_run_follows_from_its_moment() {
    let bed = TestBed::here();
    let ran =
        bed.tidings(&["schedule", "explain", JOB, "--count", "2", "--after", "2026-07-31T12:00"]);
    let text = ran.exits(0).stdout;
    for line in [
        "2026-08-01 06:30:00 reports 2026-07 with data of 2026-07-01 to 2026-07-31 (before 2026-08-01)",
        "2026-08-02 06:30:00 reports 2026-07 with data of 2026-07-01 to 2026-07-31 (before 2026-08-02)",
        "regions: 2026-Q2 (2026-04-01 to 2026-06-30)",
        "web-traffic: 2026-07-31 (2026-07-31 to 2026-07-31)",
    ] {
        assert!(text.contains(line), "`schedule explain` must say `{line}`:\n{text}");
    }
    let listed = bed.tidings(&["schedule", "list", "--count", "2"]).exits(0).stdout;
    for job in ["nightly", "weekly-executive"] {
        let lines = listed.lines().filter(|line| line.trim_start().starts_with(job));
        assert_eq!(lines.count(), 2, "two moments of {job}:\n{listed}");
    }
}

#[test]
fn a_schedule_counts_local_time_also_when_clocks_change() {
    let bed = TestBed::copy();
    bed.replace(
        "jobs/weekly-executive.toml",
        "grain = \"week\"",
        "grain = \"day\"\nzone = \"Europe/Berlin\"",
    );
    bed.replace("jobs/weekly-executive.toml", "0 7 * * MON", "30 2 * * *");
    let job = "jobs/weekly-executive.toml";
    let ran =
        bed.tidings(&["schedule", "explain", job, "--count", "3", "--after", "2026-10-24T03:00"]);
    let text = ran.exits(0).stdout;
    let moments: Vec<_> = text.lines().filter(|line| line.contains(" reports ")).collect();
    assert_eq!(moments.len(), 3, "{text}");
    for (moment, day) in moments.iter().zip(["2026-10-25", "2026-10-26", "2026-10-27"]) {
        assert!(moment.starts_with(&format!("{day} 02:30:00")), "each night once:\n{text}");
    }
}

#[test]
fn a_schedule_by_the_calendar_says_why_it_comes_on_a_day() {
    let bed = TestBed::copy();
    let nightly = "jobs/nightly.toml";
    let explain = |bed: &TestBed, after: &str, count: &str| {
        let said =
            bed.tidings(&["schedule", "explain", nightly, "--count", count, "--after", after]);
        said.exits(0).stdout
    };
    bed.replace(nightly, "cron = \"30 6 * * *\"", "on = { working_day = 3 }\nat = \"06:30\"");
    // In 2026 the first week of October is off, and Saturday the 10th is worked in its place.
    let text = explain(&bed, "2026-10-01", "1");
    for part in [
        "nightly: workday 3 of each month at 06:30 in Asia/Shanghai",
        "2026-10-10 06:30:00 reports 2026-09",
        "because workday 3 of 2026-10: 2026-10-08, 2026-10-09, 2026-10-10",
    ] {
        assert!(text.contains(part), "`{part}`:\n{text}");
    }
    let text = explain(&bed, "2027-12-20", "1");
    assert!(text.contains("the calendar lists what is worked up to 2027-12-31"), "{text}");
    let text = explain(&bed, "2027-01-01", "1");
    assert!(text.contains("the days off of 2027 are not announced in full yet"), "{text}");
    bed.replace(nightly, "{ working_day = 3 }", "{ festival = \"double_11\", days = 1 }");
    let text = explain(&bed, "2026-10-01", "1");
    assert!(
        text.contains("2026-11-12 06:30:00") && text.contains("the day after Double 11"),
        "{text}"
    );
    let text = explain(&bed, "2027-12-01", "1");
    assert!(text.contains("the last day that is known comes on 2027-11-12"), "{text}");
    bed.replace(nightly, "festival = \"double_11\"", "event = \"Polar One lunch\"");
    bed.tidings(&["check", nightly])
        .exits(2)
        .complains(&["unknown event `Polar One lunch`", "did you mean `Polar One launch`?"]);
}

#[test]
fn of_several_timers_one_runs_the_moment_and_the_others_find_it_done() {
    let bed = TestBed::copy();
    let nightly = fs::read_to_string(bed.path("jobs/nightly.toml")).expect("the nightly job");
    let head =
        nightly.split("[[section]]").next().expect("a head").replace("30 6 * * *", "0 * * * *");
    bed.write(
        "jobs/hourly.toml",
        format!(
            "{head}\n[[section]]\nid = \"key-figures\"\ntitle = {{ en = \"Key figures\", zh-CN = \"核心指标\" }}\n\
             analysis = \"scorecard\"\nmetrics = [\"ad_spend\"]\n"
        ),
    );
    let woken = || bed.tidings(&["schedule", "run", "--due", "jobs/hourly.toml"]).code;
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let timers: Vec<_> = (0..4).map(|_| scope.spawn(woken)).collect();
        timers.into_iter().map(|timer| timer.join().expect("it ends")).collect()
    });
    let runs = || -> Vec<RunRecord> {
        let listed = bed.tidings(&["runs", "--format", "json"]).exits(0).json();
        serde_json::from_value(listed).expect("records")
    };
    // An hour may begin while they run: then it is two moments, each of them once.
    let first = runs();
    let moments: std::collections::BTreeSet<_> = first.iter().map(|run| run.as_of).collect();
    assert!(moments.len() == first.len() && (1..=2).contains(&first.len()), "{first:?}");
    // The data end months ago: what was run is held, and who found it done has nothing to complain of.
    assert!(first.iter().all(|run| run.outcome == Outcome::Held), "{first:?}");
    assert!(codes.iter().all(|code| [0, 3].contains(code)), "{codes:?}");
    assert!((1..=2).contains(&codes.iter().filter(|code| **code == 3).count()), "{codes:?}");
    let again = woken();
    assert!(again == 0 || runs().len() > first.len(), "what is dealt with is not due: {again}");
}

#[test]
fn the_schema_of_every_file_form_is_valid_json() {
    let bed = TestBed::here();
    let schemas = bed.tidings(&["schema"]).exits(0).json();
    let schemas = schemas.as_object().expect("schemas by file name").clone();
    for name in ["job", "contract", "metrics", "targets", "peers", "events", "themes"] {
        let schema = &schemas[&format!("{name}.schema.json")];
        assert!(
            schema["$schema"].as_str().is_some_and(|text| text.contains("json-schema.org")),
            "{name}"
        );
    }
    let out = bed.state().join("schemas");
    bed.tidings(&["schema", "--out", &out.to_string_lossy()]).exits(0);
    for (name, schema) in schemas {
        let text = fs::read_to_string(out.join(&name)).expect("written");
        let written: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(written, schema, "{name}");
    }
}
