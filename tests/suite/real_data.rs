//! Public data that the repository may not carry: values against the tables in the data's own descriptions.
//!
//! A test says plainly that it is skipped where the data is not there.

mod abtest;
mod access_log;
mod ad_platforms;
mod cdnow;
mod channels;
mod complete_journey;
mod encodings;
mod funnels;
mod geolift;
mod google_store;
mod mmm_weekly;
mod olist;
mod online_retail;
mod peers;
mod sfo_survey;
mod social;
mod zh_reviews;

use crate::support::{Row, TestBed, all_at_once, cases, markdown, root, shared_state};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, OnceLock, PoisonError},
};

/// The data sets whose descriptions have tables of values.
const SETS: [&str; 9] = [
    "ad_platforms",
    "cdnow",
    "complete_journey",
    "google_store",
    "mmm_weekly",
    "olist",
    "online_retail",
    "sfo_survey",
    "social",
];

/// Where the data lies, if it does.
pub(crate) fn data() -> Option<PathBuf> {
    let folder = root().join("../shared/data");
    if !folder.is_dir() {
        println!("skipped: ../shared/data is not there");
        return None;
    }
    Some(folder)
}

/// One data set: its job and its description.
pub(super) struct Set {
    pub(super) bed: &'static TestBed,
    pub(super) job: String,
    pub(super) readme: String,
}

/// A data set by name; its files are parsed once for all tests.
pub(super) fn set(name: &'static str) -> Option<Set> {
    static BED: OnceLock<TestBed> = OnceLock::new();
    let folder = data()?;
    let bed = BED.get_or_init(|| shared_state("real-data"));
    let readme =
        std::fs::read_to_string(folder.join(name).join("README.md")).expect("a description");
    Some(Set { bed, job: format!("jobs/examples/{name}.toml"), readme })
}

/// Runs a job of the shared state while no other test does: it has one slot, whoever asks.
fn in_turn<T>(run: impl FnOnce() -> T) -> T {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    run()
}

impl Set {
    /// A file of expected figures beside the data.
    fn expected(&self, name: &str) -> PathBuf {
        let set = self.job.trim_start_matches("jobs/examples/").trim_end_matches(".toml");
        root().join("../shared/data").join(set).join(name)
    }
}

#[derive(Deserialize)]
struct Case {
    set: String,
    metric: String,
    #[serde(default)]
    ask: String,
    /// The heading above the table.
    table: String,
    /// The table's column with the value.
    column: String,
    /// How the answer's columns are called in the table.
    #[serde(default)]
    keys: BTreeMap<String, String>,
    /// Rows of the table that the answer does not have, such as a total.
    #[serde(default)]
    skip: Vec<String>,
    /// The answer may have more rows than the table.
    #[serde(default)]
    part: bool,
    /// Decimals to which the table's value is known, where it was added up in binary floats.
    #[serde(default)]
    digits: Option<u32>,
    /// Written in the answer times this.
    #[serde(default)]
    times: Option<u32>,
}

impl Set {
    /// What a run of the job notes, up to its reports. A job runs once for all tests: two processes may not at a time.
    pub(super) fn record(&self) -> model::run::RunRecord {
        static RUNS: Mutex<BTreeMap<String, model::run::RunRecord>> = Mutex::new(BTreeMap::new());
        let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
        let run = || {
            let run = ["run", &self.job, "--no-send", "--format", "json"];
            let ran = in_turn(|| self.bed.tidings(&run));
            assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
            serde_json::from_value(ran.json()).expect("a record")
        };
        runs.entry(self.job.clone()).or_insert_with(run).clone()
    }

    /// The job's report.
    pub(super) fn report(&self) -> model::report::Report {
        let record = self.record();
        let found = record.artefacts.iter().find(|artefact| artefact.kind == "report");
        let path = self.bed.path(&found.expect("a report").path);
        let text = std::fs::read_to_string(path).expect("a report");
        serde_json::from_str(&text).expect("a report")
    }

    /// A section of the job's report.
    pub(super) fn section(&self, id: &str) -> serde_json::Value {
        let report = self.report();
        let found = report.sections.iter().find(|section| section.id.as_str() == id);
        serde_json::to_value(found.expect("the section")).expect("JSON")
    }

    fn faults(&self, case: &Case) -> Vec<String> {
        let name = format!("{} {} {}", case.set, case.metric, case.ask);
        let answer = self.bed.kpi(&self.job, &format!("--metric {} {}", case.metric, case.ask));
        let table = markdown::table(&self.readme, &case.table);
        let mut faults = Vec::new();
        let rows = table.iter().filter(|row| !row.values().any(|cell| case.skip.contains(cell)));
        let rows: Vec<&Row> = rows.collect();
        for row in &rows {
            let found: Vec<_> = answer.iter().filter(|found| case.same_place(found, row)).collect();
            let value = found.first().map(|found| found[&case.metric].as_str());
            let truth = row
                .get(&case.column)
                .unwrap_or_else(|| panic!("{name}: no column {}", case.column));
            if found.len() != 1 || !case.same(value.unwrap_or_default(), truth) {
                faults.push(format!("{name}: {value:?} ({} rows), truth {row:?}", found.len()));
            }
        }
        let valued = answer.iter().filter(|found| !found[&case.metric].is_empty()).count();
        let stated = rows.iter().filter(|row| !row[&case.column].is_empty()).count();
        // A count of nothing is zero where the table leaves a gap.
        if !case.part && valued < stated {
            faults.push(format!("{name}: {valued} values for {stated} in the table"));
        }
        faults
    }
}

impl Case {
    fn same_place(&self, found: &Row, row: &Row) -> bool {
        self.keys.iter().all(|(ours, theirs)| {
            let theirs = row.get(theirs).unwrap_or_else(|| panic!("no column {theirs} in {row:?}"));
            let plain =
                |text: &str| if text == "(null)" { String::new() } else { text.replace('-', "") };
            plain(&found[ours]) == plain(theirs)
        })
    }

    /// The same text, or the same decimal with other trailing zeros.
    fn same(&self, found: &str, truth: &str) -> bool {
        if found == truth && self.times.is_none() {
            return true;
        }
        let number = |text: &str| text.parse::<rust_decimal::Decimal>().ok();
        match (number(found), number(truth)) {
            (Some(found), Some(truth)) => {
                let truth = self.digits.map_or(truth, |digits| truth.round_dp(digits));
                let found = found * rust_decimal::Decimal::from(self.times.unwrap_or(1));
                found.round_dp(truth.scale()).normalize() == truth.normalize()
            }
            _ => false,
        }
    }
}

#[test]
fn the_values_of_public_data_equal_the_tables_of_their_descriptions() {
    let mut faults = Vec::new();
    for case in cases::<Case>("real-data.toml") {
        let name = SETS.iter().find(|name| **name == case.set);
        let name = name.unwrap_or_else(|| panic!("no data set `{}`", case.set));
        let Some(set) = set(name) else { return };
        faults.extend(set.faults(&case));
    }
    all_at_once(faults);
}
