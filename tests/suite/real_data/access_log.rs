//! A web server's log without any analytics program: every figure of its description, and nobody in the report.

use super::{data, set};
use crate::support::{all_at_once, markdown};
use std::{
    collections::{BTreeMap, HashSet},
    fs,
};

/// The values of the description by measure.
fn described(readme: &str) -> BTreeMap<String, String> {
    let table = markdown::table(readme, "## Oracle figures");
    table.iter().map(|row| (row["measure"].clone(), row["value"].clone())).collect()
}

/// `200: 9125, 206: 45` or `/a 487; /b 215`: names and values.
fn pairs(text: &str, between: &str, name_end: &str) -> Vec<(String, String)> {
    let pair =
        |part: &str| part.trim().rsplit_once(name_end).map(|(a, b)| (a.into(), b.trim().into()));
    text.split(between).filter_map(pair).collect()
}

#[test]
fn every_figure_of_the_log_is_that_of_its_description() {
    let Some(set) = set("access_log") else { return };
    let told = described(&set.readme);
    let mut faults = Vec::new();
    let single = [
        ("lines / parsed / malformed", 1, "hits"),
        ("distinct hosts (parsed)", 0, "hosts"),
        ("sum of bytes (\"-\" = 0) / lines with \"-\"", 0, "bytes"),
        ("sum of bytes (\"-\" = 0) / lines with \"-\"", 1, "hits_without_bytes"),
        ("bot hits", 0, "bot_hits"),
        ("page views", 0, "page_views"),
        ("page views", 0, "pageviews"),
        ("sessions / bounces / bounce rate", 0, "sessions"),
        ("sessions / bounces / bounce rate", 1, "bounces"),
        ("sessions / bounces / bounce rate", 2, "bounce_rate"),
    ];
    for (measure, place, metric) in single {
        let truth: Vec<&str> = told[measure].split(" / ").collect();
        let truth: rust_decimal::Decimal = truth[place].parse().expect("a number");
        let found: rust_decimal::Decimal =
            set.bed.value(&set.job, metric).parse().expect("a number");
        if found.round_dp(truth.scale()) != truth {
            faults.push(format!("{metric}: {found}, truth {truth}"));
        }
    }
    let mut compare = |metric: &str, by: &str, truth: Vec<(String, String)>, whole: bool| {
        let rows = set.bed.kpi(&set.job, &format!("--metric {metric} --by {by}"));
        let found: BTreeMap<&str, &str> =
            rows.iter().map(|row| (row[by].as_str(), row[metric].as_str())).collect();
        let differs =
            truth.iter().any(|(name, value)| found.get(name.as_str()) != Some(&value.as_str()));
        if differs || truth.is_empty() || (whole && found.len() != truth.len()) {
            faults.push(format!("{metric} by {by}: {found:?}, truth {truth:?}"));
        }
    };
    compare("hits", "status", pairs(&told["status"], ",", ":"), true);
    compare("hits", "method", pairs(&told["methods"], ",", " "), true);
    compare("page_views", "page", pairs(&told["top pages"], ";", " "), false);
    let days = set.bed.kpi(&set.job, "--metric hits --grain day");
    let days: Vec<&str> = days.iter().map(|row| row["hits"].as_str()).collect();
    if days.join(", ") != told["hits by day"] {
        faults.push(format!("hits by day: {days:?}, truth {}", told["hits by day"]));
    }
    let ran = set.bed.tidings(&["quarantine", &set.job, "--format", "json"]).exits(0).json();
    let rows = ran["hits"].as_array().expect("rows");
    if rows.len() != 1
        || rows[0]["detail"] != "line 8899, character 112: `user_agent` has no closing quote"
    {
        faults.push(format!("quarantine: {rows:?}"));
    }
    all_at_once(faults);
}

#[test]
fn no_host_and_no_user_agent_is_in_anything_that_is_published() {
    let Some(set) = set("access_log") else { return };
    let log = fs::read_to_string(data().expect("the data").join("access_log/apache_logs"))
        .expect("the log");
    let hosts: HashSet<&str> = log.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(hosts.len(), 1_753);
    let record = set.record();
    assert!(!record.artefacts.is_empty());
    for artefact in &record.artefacts {
        let bytes = fs::read(set.bed.path(&artefact.path)).expect("an artefact");
        let text = String::from_utf8_lossy(&bytes);
        let is_mark = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'));
        let known = text.split(is_mark).find(|word| hosts.contains(word));
        assert_eq!(known, None, "{}", artefact.path);
        assert!(!text.contains("Mozilla/5.0"), "{}", artefact.path);
    }
}
