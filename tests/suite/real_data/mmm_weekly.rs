//! A column per channel told as rows, and numbers written from binary floats.

use super::{Set, data, set};
use crate::support::{Row, all_at_once, markdown};
use model::report::{Argument, Message, Report, Section};
use rust_decimal::{Decimal, prelude::ToPrimitive};

/// The columns of a table with one row against a metric by channel.
fn faults(set: &Set, metric: &str, table: &Row, columns: &[(&str, &str)]) -> Vec<String> {
    let rows = set.bed.kpi(&set.job, &format!("--metric {metric} --by channel"));
    let mut faults = Vec::new();
    for (channel, column) in columns {
        let found = rows.iter().find(|row| row["channel"] == *channel);
        let found = found.map(|row| row[metric].parse::<Decimal>().expect("an amount"));
        let truth: Decimal = table[*column].parse().expect("an amount");
        if found.map(|found| found.round_dp(truth.scale())) != Some(truth) {
            faults.push(format!("{metric} of {channel}: {found:?}, truth {truth}"));
        }
    }
    if rows.len() != columns.len() {
        faults.push(format!("{metric}: {} channels, not {}", rows.len(), columns.len()));
    }
    faults
}

#[test]
fn a_column_of_spend_is_a_channel() {
    let Some(set) = set("mmm_weekly") else { return };
    let retailer = &markdown::table(&set.readme, "**Retailer: span and totals**")[0];
    let names = ["dm", "inst", "nsp", "auddig", "audtr", "vidtr", "viddig", "so", "sem"];
    let mut columns: Vec<_> = names.map(|name| (name, name)).to_vec();
    columns.push(("on", "on_"));
    let mut found = faults(&set, "spend", retailer, &columns);
    let robyn = &markdown::table(&set.readme, "**Robyn (simulated): span and totals**")[0];
    let columns = ["tv", "ooh", "search", "facebook"].map(|name| (name, name));
    let columns = [&columns[..], &[("print", "print_")]].concat();
    found.extend(faults(&set, "simulated_spend", robyn, &columns));
    all_at_once(found);
}

#[test]
fn a_year_holds_the_weeks_that_begin_in_it() {
    let Some(set) = set("mmm_weekly") else { return };
    let weeks = set.bed.kpi(&set.job, "--metric weeks --grain year");
    let of_2017 = weeks.iter().find(|row| row["period"] == "2017").expect("2017");
    assert_eq!(of_2017["weeks"], "53", "2017 begins and ends with a Sunday");
    let totals = &markdown::table(&set.readme, "**Retailer: span and totals**")[0];
    let by_week = set.bed.kpi(&set.job, "--metric sales --grain week");
    assert_eq!(by_week.len().to_string(), totals["n_weeks"], "every week has its own value");
}

#[test]
fn a_week_without_an_event_says_na_and_has_none() {
    let Some(set) = set("mmm_weekly") else { return };
    let path = data().expect("the data").join("mmm_weekly/robyn_dt_simulated_weekly.csv");
    let text = std::fs::read_to_string(path).expect("the simulated set");
    let events = text.lines().filter(|line| line.contains("\"event")).count() - 1;
    assert_eq!(set.bed.value(&set.job, "simulated_events"), events.to_string());
    let rows = set.bed.kpi(&set.job, "--metric simulated_weeks --by event");
    assert!(rows.iter().all(|row| row["event"] != "na"), "{rows:?}");
}

fn number(message: &Message, name: &str) -> f64 {
    match &message.arguments[name] {
        Argument::Value { value: Some(value), .. } => value.to_f64().expect("a number"),
        other => panic!("`{name}` is no number: {other:?}"),
    }
}

/// The returns that a section tells, by channel.
fn returns(section: &Section) -> Vec<(String, f64)> {
    let findings = section.findings.iter().map(|finding| &finding.message);
    let told = findings.filter(|message| message.key == "response.returned");
    told.map(|message| match &message.arguments["channel"] {
        Argument::Label(label) => (label.en.clone(), number(message, "roas")),
        other => panic!("no channel: {other:?}"),
    })
    .collect()
}

#[test]
fn returns_of_spend_are_those_of_another_program_and_weak_proof_is_said() {
    let Some(set) = set("mmm_weekly") else { return };
    let record = set.record();
    let artefact = record.artefacts.iter().find(|one| one.kind == "report").expect("a report");
    let text = std::fs::read_to_string(set.bed.path(&artefact.path)).expect("a report");
    let report: Report = serde_json::from_str(&text).expect("a report");
    let section = |id: &str| {
        report.sections.iter().find(|section| section.id.as_str() == id).expect("a section")
    };
    // By scipy's non-negative least squares within a search over the same grid, from six and four drawn starts that all
    // end in the same shapes.
    let expected = [
        ("budget", vec![("Search", 39.352_083), ("Television", 205.417_991)]),
        ("budget-simulated", vec![("Television", 8.245_831)]),
    ];
    for (id, expected) in expected {
        let found = returns(section(id));
        assert_eq!(found.len(), expected.len(), "{id}: {found:?}");
        for ((channel, found), (named, value)) in found.iter().zip(expected) {
            assert_eq!(channel, named, "{id}");
            assert!((found / value - 1.0).abs() < 1e-5, "{id} {channel}: {found}, theirs {value}");
        }
    }
    // Knowing the spend told no week that was kept back any better: nobody should act on it without a trial.
    let first = &section("budget").findings[0].message;
    assert_eq!(first.key, "response.moves_unproven");
    // One channel that is told has nothing to be moved to.
    assert_eq!(section("budget-simulated").findings[0].message.key, "response.alone");
}
