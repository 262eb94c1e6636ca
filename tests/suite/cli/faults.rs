//! `check`: every fault of every file at once, each with its place and with what was meant.

use crate::support::{Ran, TestBed, all_at_once, cases, root};
use serde::Deserialize;
use std::fs;

#[derive(Deserialize)]
struct Case {
    name: String,
    file: String,
    from: String,
    to: String,
    at: Option<String>,
    says: Vec<String>,
}

impl Case {
    /// The file, with line and column of the fault in the changed text.
    fn place(&self) -> String {
        let text = fs::read_to_string(root().join(&self.file)).expect("a job file");
        let text = text.replacen(&self.from, &self.to, 1);
        let Some(at) = &self.at else { return format!("{}:", self.file) };
        let start = text.find(&self.to).expect("changed");
        let start = start + text[start..].find(at).expect("`at` stands in `to`");
        let line = text[..start].matches('\n').count() + 1;
        let column = text[..start].rsplit('\n').next().unwrap_or("").chars().count() + 1;
        format!("{}:{line}:{column}", self.file)
    }

    /// The job that is checked: the changed one, or the nightly one.
    fn job(&self) -> &str {
        match self.file.as_str() {
            "jobs/monthly-marketing.toml" => &self.file,
            _ => "jobs/nightly.toml",
        }
    }

    fn faults(&self, ran: &Ran) -> Vec<String> {
        // Long messages are broken into lines with a bar before them.
        let flat = ran.stderr.replace("\n  │ ", " ").replace("\n", " ");
        let wanted = self.says.iter().cloned().chain([self.place()]);
        let missing = wanted.filter(|text| !ran.stderr.contains(text) && !flat.contains(text));
        missing.map(|text| format!("{}: `check` must say `{text}`", self.name)).collect()
    }
}

#[test]
fn every_fault_has_its_place_and_what_was_meant() {
    let mut faults = Vec::new();
    for case in cases::<Case>("check.toml") {
        let bed = TestBed::copy();
        bed.replace(&case.file, &case.from, &case.to);
        let ran = bed.tidings(&["check", case.job()]).exits(2);
        let found = case.faults(&ran);
        if !found.is_empty() {
            faults.extend(found);
            faults.push(ran.stderr.chars().take(1500).collect());
        }
        assert_eq!(ran.stdout, "", "{}: complaints stand on stderr", case.name);
    }
    all_at_once(faults);
}

#[test]
fn the_faults_of_all_files_are_shown_at_once() {
    let together = [
        "a misspelt metric in a section",
        "a misspelt column in a measure",
        "an unknown key in a contract",
        "a cron that is none",
        "a slice by what the dataset lacks",
        "a peer group below the minimum",
        "a target of an unknown metric",
    ];
    let bed = TestBed::copy();
    let mut chosen: Vec<Case> = cases::<Case>("check.toml");
    chosen.retain(|case| together.contains(&case.name.as_str()));
    chosen.iter().for_each(|case| bed.replace(&case.file, &case.from, &case.to));
    let ran = bed.tidings(&["check", "jobs/nightly.toml"]).exits(2);
    all_at_once(chosen.iter().flat_map(|case| case.faults(&ran)).collect());
}

#[test]
fn a_sound_job_is_called_fine_and_all_jobs_are_checked_when_none_is_named() {
    let bed = TestBed::here();
    let text = bed.tidings(&["check"]).exits(0).stdout;
    for job in ["jobs/nightly.toml: fine", "jobs/weekly-executive.toml: fine"] {
        assert!(text.contains(job), "{text}");
    }
    let pattern = root().join("jobs/examples/*.toml");
    let examples = glob::glob(&pattern.to_string_lossy()).expect("a pattern").flatten();
    let names = examples.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let jobs: Vec<String> = names.filter(|name| name != "defaults.toml").collect();
    assert!(jobs.len() >= 7, "example jobs: {jobs:?}");
    for job in jobs {
        bed.tidings(&["check", &format!("jobs/examples/{job}")]).exits(0);
    }
}

#[test]
fn a_stored_report_is_looked_at_and_its_names_are_nobodys_fault() {
    let bed = TestBed::here();
    let fixture = root().join("crates/report/fixtures/report.json");
    let report = std::fs::read_to_string(fixture).expect("the invented report");
    let stored = bed.state().join("reports/nightly/2026-07-01T0630/report.json");
    std::fs::create_dir_all(stored.parent().expect("a folder")).expect("made");
    // Nobody has a sign for this; it is the data's.
    let named = report.replace("Smart refrigerators", "Smart \u{e001} refrigerators");
    std::fs::write(&stored, named).expect("written");
    bed.tidings(&["check", "jobs/nightly.toml"]).exits(0);
    // A sentence that no locale has is a fault, and it is said where.
    let unsaid = report.replace("\"quality.missing_days\"", "\"quality.unheard_of\"");
    std::fs::write(&stored, unsaid).expect("written");
    let ran = bed.tidings(&["check", "jobs/nightly.toml"]).exits(2);
    ran.complains(&["quality.unheard_of", "2026-07-01T0630/report.json"]);
}

#[test]
fn one_fault_is_told_once() {
    let bed = TestBed::copy();
    bed.replace(
        "jobs/metrics/beichen.toml",
        "measure = \"sum(market_revenue)\"",
        "measure = \"sum(market_revenu)\"",
    );
    let ran = bed.tidings(&["check", "jobs/nightly.toml"]).exits(2);
    ran.complains(&["jobs/nightly.toml has 1 fault"]);
}

#[test]
fn every_fault_of_shape_of_one_file_is_told() {
    let bed = TestBed::copy();
    let changes = [
        ("jobs/contracts/posts.toml", "owner = \"Social media\"", "ownr = \"Social media\""),
        (
            "jobs/contracts/posts.toml",
            "likes = { type = \"integer\"",
            "likes = { typ = \"integer\"",
        ),
        ("jobs/contracts/posts.toml", "expected = \"irregular\"", "expected = \"sometimes\""),
        (
            "jobs/metrics/beichen.toml",
            "unit = \"money:CNY\"\ndirection = \"neutral\"",
            "units = \"money:CNY\"\ndirektion = 1",
        ),
        ("jobs/targets/agreed.toml", "grain = \"month\"", "grain = \"moon\""),
        (
            "jobs/nightly.toml",
            "periods = 15\nlast_year = false",
            "periodes = 15\nlast_yeer = false",
        ),
        (
            "jobs/nightly.toml",
            "max_quarantined_share = 0.01",
            "max_quarantined_share = \"much\"\nmin_rows = 3",
        ),
    ];
    changes.iter().for_each(|(file, from, to)| bed.replace(file, from, to));
    let ran = bed.tidings(&["check", "jobs/nightly.toml"]).exits(2);
    let text = ran.stderr.clone();
    ran.complains(&[
        "unknown field `ownr`, expected one of",
        "unknown field `typ`, expected one of",
        "unknown variant `sometimes`",
        "unknown field `units`",
        "unknown field `direktion`",
        "unknown variant `moon`",
        "unknown field `periodes`",
        "unknown field `last_yeer`",
        "invalid type: string \"much\"",
        "unknown field `min_rows`",
    ]);
    // What is missing because its misspelt key was told is no fault of its own.
    let missing = text.matches("missing field").count();
    assert_eq!(missing, 3, "owner, type and unit have no value of their own: {text}");
}

#[test]
fn every_fault_of_grammar_of_one_file_is_told() {
    let bed = TestBed::copy();
    bed.replace(
        "jobs/metrics/beichen.toml",
        "unit = \"money:CNY\"\ndirection = \"neutral\"",
        "unit = money\ndirection = neutral",
    );
    let ran = bed.tidings(&["check", "jobs/nightly.toml"]).exits(2);
    assert!(ran.stderr.matches("beichen.toml:").count() >= 2, "{}", ran.stderr);
}

#[test]
fn a_job_may_be_named_from_its_own_folder() {
    let bed = TestBed::copy();
    let mut command = bed.command(&["check", "nightly.toml"]);
    command.current_dir(bed.path("jobs"));
    let ran = bed.start(command).exits(0);
    assert!(ran.stdout.contains("nightly.toml: fine"), "{}", ran.stdout);
}

#[test]
fn settings_that_make_no_sense_are_refused_with_what_is_allowed() {
    let sections = [
        ("scorecard", "metrics = []", "names nothing; at least 1 is needed"),
        ("scorecard", "metrics = [\"orders\"]\nhistory = 0", "0 is out of range; use 1 to 400"),
        ("scorecard", "metrics = [\"orders\", \"orders\"]", "names `orders` twice"),
        (
            "scorecard",
            "metrics = [\"orders\"]\ncompare = [\"previous\", \"previous\"]",
            "names `previous` twice",
        ),
        ("trend", "metrics = [\"orders\"]\nperiods = 1", "use 2 to 1500"),
        ("trend", "metrics = [\"orders\"]\nmin_history = 3", "use 4 to 3000"),
        ("trend", "metrics = [\"orders\"]\nhistory = 99999", "use 2 to 3000"),
        ("targets", "metrics = [\"orders\"]\nperiods = 0", "use 1 to 120"),
        ("channels", "metrics = [\"orders\"]\nby = \"region\"\nrows = 0", "use 1 to 50"),
        ("drivers", "metric = \"net_revenue\"\nby = [\"region\"]\nrows = 51", "use 1 to 50"),
        ("movers", "metrics = [\"orders\"]\nhistory = 8", "use 9 to 3000"),
        ("alerts", "metrics = [\"orders\"]\nhistory = 34", "use 35 to 3000"),
        ("alerts", "metrics = [\"orders\"]\nshown = 401", "use 7 to 400"),
        ("alerts", "metrics = [\"orders\"]\nrule = { relative = \"-0.1\" }", "use 0 or more"),
        (
            "alerts",
            "metrics = [\"orders\"]\nrules = { orders = { floor = \"-1\" } }",
            "`rules.orders.floor`: -1 is out of range",
        ),
        ("outlook", "metrics = [\"orders\"]\ndays = 27", "use 28 to 4000"),
        ("outlook", "metrics = [\"orders\"]\nperiods = 11", "use 12 to 600"),
        ("outlook", "metrics = [\"orders\"]\nbeyond = 25", "use 0 to 24"),
        ("leads", "metrics = [\"orders\"]", "names 1; at least 2 are needed"),
        ("leads", "metrics = [\"orders\", \"net_revenue\"]\nmost_lag = 0", "use 1 to 60"),
        (
            "leads",
            "metrics = [\"orders\", \"net_revenue\"]\nmost_lag = 60",
            "use more than three times it",
        ),
        ("satisfaction", "minimum = 0", "use 1 to 100000"),
        ("satisfaction", "periods = 13", "set `nps`, `csat` or both"),
    ];
    let bed = TestBed::copy();
    let mut text = fs::read_to_string(bed.path("jobs/nightly.toml")).expect("a job file");
    for (index, (analysis, settings, _)) in sections.iter().enumerate() {
        text += &format!(
            "\n[[section]]\nid = \"odd-{index}\"\ntitle = {{ en = \"Odd\", zh-CN = \"奇\" }}\n\
             analysis = \"{analysis}\"\n{settings}\n"
        );
    }
    bed.write("jobs/nightly.toml", text);
    let ran = bed.tidings(&["check", "jobs/nightly.toml"]).exits(2);
    let flat = ran.stderr.replace("\n  │ ", " ");
    let missing = sections.iter().filter(|(_, _, says)| !flat.contains(says));
    all_at_once(
        missing
            .map(|(analysis, settings, says)| format!("{analysis} {settings}: {says}"))
            .collect(),
    );
}
