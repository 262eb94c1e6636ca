//! In doubt, hold: one thing is broken per case; no figure leaves, the reason is named, and mended data is delivered.

use crate::support::{TestBed, cases, mail, root};
use model::run::{Outcome, RunRecord};
use serde::Deserialize;
use std::{fs, path::PathBuf};

const AS_OF: &str = "2026-07-01T06:30";

#[derive(Deserialize)]
struct Case {
    name: String,
    metrics: Vec<String>,
    as_of: Option<String>,
    #[serde(rename = "do")]
    action: Action,
    reason: String,
    names: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Action {
    truncate: Option<String>,
    replace: Option<String>,
    replace_all: Option<String>,
    garbage: Option<String>,
    nothing: Option<String>,
    control: Option<String>,
    remove: Option<String>,
    thin: Option<String>,
    move_away: Option<String>,
    from: String,
    to: String,
    keep: usize,
}

fn check(name: &str) {
    let case = cases::<Case>("gate.toml").into_iter().find(|case| case.name == name);
    let case = case.unwrap_or_else(|| panic!("no case `{name}` in tests/cases/gate.toml"));
    let bed = TestBed::copy();
    bed.write("jobs/gate.toml", job(&case.metrics));
    case.action.break_it(&bed);
    let as_of = case.as_of.as_deref().unwrap_or(AS_OF);
    let held = run(&bed, as_of, 3);
    assert_eq!(held.outcome, Outcome::Held, "{name}");
    names_the_reason(&held, &case);
    has_no_figures(&bed, &held, &case);
    case.action.mend(&bed);
    let mended = run(&bed, AS_OF, 0);
    assert_eq!(mended.outcome, Outcome::Delivered, "{name}: mended data is delivered");
    assert_eq!(messages(&bed, false).len(), 2, "{name}: a message per language");
}

/// The nightly job with key figures only: what the gate looks at, without its pictures.
fn job(metrics: &[String]) -> String {
    let text = fs::read_to_string(root().join("jobs/nightly.toml")).expect("the nightly job");
    let head = text.split("[[section]]").next().expect("a head");
    format!(
        "{head}\n[[section]]\nid = \"key-figures\"\ntitle = {{ en = \"Key figures\", zh-CN = \"核心指标\" }}\n\
         analysis = \"scorecard\"\nmetrics = {metrics:?}\n"
    )
}

fn run(bed: &TestBed, as_of: &str, code: i32) -> RunRecord {
    let ran = bed.tidings(&["run", "jobs/gate.toml", "--as-of", as_of, "--format", "json"]);
    serde_json::from_value(ran.exits(code).json()).expect("a record")
}

fn names_the_reason(held: &RunRecord, case: &Case) {
    let errors = held.notes.iter().filter(|note| note.severity == model::quality::Severity::Error);
    let mut reasons = errors.filter(|note| note.message.key == case.reason);
    let named = reasons
        .any(|note| serde_json::to_string(&note.message.arguments).unwrap().contains(&case.names));
    assert!(named, "{}: {} must name `{}`: {:?}", case.name, case.reason, case.names, held.notes);
}

/// Notices of a held report, or its messages.
fn messages(bed: &TestBed, notices: bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let pattern = bed.state().join("outbox/gate/*/*.eml");
    for path in glob::glob(&pattern.to_string_lossy()).expect("a pattern").flatten() {
        let notice = path.to_string_lossy().ends_with(".notice.eml");
        found.extend((notice == notices).then_some(path));
    }
    found
}

fn has_no_figures(bed: &TestBed, held: &RunRecord, case: &Case) {
    assert!(messages(bed, false).is_empty(), "{}: a held report is not sent", case.name);
    let notices = messages(bed, true);
    assert_eq!(notices.len(), 2, "{}: a notice per language", case.name);
    let stored = held.artefacts.iter().find(|artefact| artefact.kind == "report");
    let stored = fs::read_to_string(&stored.expect("the figures are kept").path).expect("a report");
    let figures = figures(&stored, bed);
    for notice in notices {
        let bytes = fs::read(&notice).expect("a notice");
        assert_eq!(mail::wire_faults(&bytes), Vec::<String>::new());
        let message = mail::parse(&bytes);
        assert!(message.leaves().iter().all(|part| !part.kind().starts_with("image/")));
        let text = message.leaf("text/plain").text() + &message.leaf("text/html").text();
        for figure in &figures {
            assert!(!text.contains(figure), "{}: the notice has the figure {figure}", case.name);
        }
        let dataset = case.names.split(['/', ':']).next().unwrap_or_default();
        assert!(text.contains(dataset), "{}: the notice names {dataset}:\n{text}", case.name);
    }
}

/// Every value of the stored report, as stored and as a reader would have seen it.
fn figures(stored: &str, bed: &TestBed) -> Vec<String> {
    let value = regex::Regex::new(r#""(?:exact|real)": "?(-?[\d.]+)"#).expect("a pattern");
    let mut figures: Vec<String> =
        value.captures_iter(stored).map(|found| found[1].to_owned()).collect();
    bed.write("held/report.json", stored);
    bed.tidings(&["render", "held/report.json"]).exits(0);
    let shown = fs::read_to_string(bed.path("held/mail.en.txt")).expect("rendered for this check");
    let shown = shown.split_once("== Sources").map_or(shown.as_str(), |(before, _)| before);
    let figure = regex::Regex::new(r"¥[\d,.]+[KM]?|\d[\d,]*\.\d+ ?%").expect("a pattern");
    figures.extend(figure.find_iter(shown).map(|found| found.as_str().to_owned()));
    // Short whole numbers also stand in dates, in counts of bad rows and in colours.
    figures.retain(|figure| figure.contains(['.', '¥']) && figure.len() > 4);
    figures
}

impl Action {
    /// Breaks one thing.
    fn break_it(&self, bed: &TestBed) {
        let at = |file: &str| format!("sample-data/{file}");
        let bytes = |file: &str| fs::read(root().join(at(file))).expect("sample data");
        let text = |file: &str| String::from_utf8(bytes(file)).expect("text");
        if let Some(file) = &self.truncate {
            let bytes = bytes(file);
            bed.write(&at(file), &bytes[..bytes.len() / 2]);
        } else if let Some(file) = &self.replace {
            bed.write(&at(file), text(file).replacen(&self.from, &self.to, 1));
        } else if let Some(file) = &self.replace_all {
            bed.write(&at(file), text(file).replace(&self.from, &self.to));
        } else if let Some(file) = &self.garbage {
            let noise: Vec<u8> =
                (0..4096u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
            bed.write(&at(file), noise);
        } else if let Some(file) = &self.control {
            let contract = fs::read_to_string(bed.path("jobs/contracts/spend.toml")).expect("text");
            let control = "[control]\nfile = \"control.csv\"\nname = \"file\"\nrows = \"rows\"\nsums = { clicks = \"clicks\" }\n";
            bed.write("jobs/contracts/spend.toml", format!("{contract}\n{control}"));
            let (rows, sum) = totals(&text(file));
            bed.write(&at("control.csv"), control_file(file, rows, sum + 1));
        } else if let Some(file) = &self.remove {
            fs::remove_file(bed.path(&at(file))).expect("removed");
        } else if let Some(file) = &self.thin {
            let row = regex::Regex::new(&self.from).expect("a pattern");
            let mut seen = 0;
            let mut kept = |line: &&str| {
                seen += usize::from(row.is_match(line));
                !row.is_match(line) || seen <= self.keep
            };
            let thinned: Vec<_> =
                text(file).lines().filter(|line| kept(line)).map(str::to_owned).collect();
            bed.write(&at(file), thinned.join("\n") + "\n");
        } else if let Some(folder) = &self.move_away {
            fs::rename(bed.path(&at(folder)), bed.path("away")).expect("moved");
        }
    }

    /// Mends it.
    fn mend(&self, bed: &TestBed) {
        let at = |file: &String| format!("sample-data/{file}");
        let files = [
            &self.truncate,
            &self.replace,
            &self.replace_all,
            &self.garbage,
            &self.remove,
            &self.thin,
        ];
        files.into_iter().flatten().for_each(|file| bed.restore(&at(file)));
        if let Some(file) = &self.control {
            let text = fs::read_to_string(root().join(at(file))).expect("sample data");
            let (rows, sum) = totals(&text);
            bed.write("sample-data/control.csv", control_file(file, rows, sum));
        }
        if let Some(folder) = &self.move_away {
            fs::rename(bed.path("away"), bed.path(&at(folder))).expect("moved back");
        }
    }
}

/// Rows and clicks of a file.
fn totals(text: &str) -> (usize, u64) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().expect("a header").iter().position(|name| name == "clicks").unwrap();
    let clicks = reader.records().map(|row| row.unwrap()[at].parse::<u64>().unwrap());
    clicks.fold((0, 0), |(rows, sum), clicks| (rows + 1, sum + clicks))
}

fn control_file(file: &str, rows: usize, sum: u64) -> String {
    format!("file,rows,clicks\n{file},{rows},{sum}\n")
}

macro_rules! cases {
    ($($test:ident: $name:literal,)*) => {
        $(#[test] fn $test() { check($name); })*

        #[test]
        fn every_case_of_the_gate_is_run() {
            let run = [$($name),*];
            for case in cases::<Case>("gate.toml") {
                assert!(run.contains(&case.name.as_str()), "name the case `{}` in gate.rs", case.name);
            }
        }
    };
}

cases! {
    a_packed_file_that_breaks_off_holds_the_report: "a packed file that breaks off",
    a_missing_column_holds_the_report: "a column that is gone",
    a_file_of_garbage_holds_the_report: "a file of garbage",
    too_many_bad_rows_hold_the_report: "too many bad rows",
    data_that_has_stopped_holds_the_report: "data that has stopped",
    a_control_total_that_disagrees_holds_the_report: "a total that the source states otherwise",
    a_missing_month_holds_the_report: "a month that did not come",
    a_collapsed_last_day_holds_the_report: "a last day with hardly any rows",
    a_dataset_without_files_holds_the_report: "a dataset without any file",
}
