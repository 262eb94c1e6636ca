//! The sample data and the truths planted in it: the report finds every one of them.

mod findings;
mod funnels;
mod quarantine;
mod survey;

use crate::support::{Row, all_at_once, cases, nightly, truths};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

const JOB: &str = "jobs/nightly.toml";

#[derive(Deserialize)]
struct Case {
    metric: String,
    grain: String,
    by: Option<String>,
    #[serde(default)]
    members: BTreeMap<String, String>,
    rows: String,
    field: String,
}

#[test]
fn every_row_of_the_sample_is_accounted_for() {
    let (truths, nightly) = (truths(), nightly());
    let mut faults = Vec::new();
    for source in &nightly.record.sources {
        let stated = &truths["datasets"][source.dataset.as_str()];
        let rows = serde_json::to_value(source.rows).expect("counts");
        for (count, value) in rows.as_object().expect("counts by name") {
            if stated[count] != *value {
                let dataset = &source.dataset;
                faults.push(format!("{dataset}.{count}: {value}, truth {}", stated[count]));
            }
        }
        assert!(source.rows.reconcile(), "{}: rows got lost", source.dataset);
    }
    // The nightly report does not speak of posts; their rows are counted by a metric of their own.
    for (metric, dataset) in [("leads", "leads"), ("posts", "posts")] {
        let (value, stated) = (nightly.bed.value(JOB, metric), &truths["datasets"][dataset]);
        if value != stated["accepted"].to_string() {
            faults.push(format!("{metric}: {value}, truth {}", stated["accepted"]));
        }
    }
    all_at_once(faults);
    assert_eq!(nightly.record.sources.len() + 1, truths["datasets"].as_object().unwrap().len());
}

#[test]
fn every_kpi_of_the_sample_equals_its_truth() {
    let truths = truths();
    let mut faults = Vec::new();
    for case in cases::<Case>("sample-kpis.toml") {
        let by = case.by.as_ref().map(|by| format!("--by {by}")).unwrap_or_default();
        let arguments = format!("--metric {} --grain {} {by}", case.metric, case.grain);
        let answered = nightly().bed.kpi(JOB, &arguments);
        faults.extend(case.faults(&answered, &truths));
    }
    all_at_once(faults);
}

impl Case {
    fn faults(&self, answered: &[Row], truths: &Value) -> Vec<String> {
        let name = format!("{} per {} {:?}", self.metric, self.grain, self.by);
        let mut open: BTreeMap<(String, String), String> = BTreeMap::new();
        for row in answered {
            let member = self.by.as_ref().map_or(String::new(), |by| row[by].clone());
            open.insert((row["period"].clone(), member), row[&self.metric].clone());
        }
        let mut faults = Vec::new();
        for truth in self.truths(truths) {
            let period = truth["period"].as_str().expect("a period").to_owned();
            let member = self.by.as_ref().and(truth["member"].as_str()).unwrap_or_default();
            let member = self.members.get(member).map_or(member, String::as_str).to_owned();
            let found = open.remove(&(period.clone(), member.clone()));
            if !found.as_deref().is_some_and(|found| same(found, &truth[&self.field])) {
                let stated = &truth[&self.field];
                faults.push(format!("{name}, {period} {member}: {found:?}, truth {stated}"));
            }
        }
        // What the truths do not speak of has no value.
        let rest = open.into_iter().filter(|(_, value)| !value.is_empty());
        faults.extend(rest.map(|(place, value)| format!("{name}, {place:?}: {value} unasked for")));
        faults
    }

    fn truths<'a>(&self, truths: &'a Value) -> Vec<&'a Value> {
        let rows = truths.pointer(&self.rows).and_then(Value::as_array);
        let rows = rows.unwrap_or_else(|| panic!("truths.json has no {}", self.rows)).iter();
        let quarterly = self.grain == "quarter";
        let rows: Vec<_> =
            rows.filter(|row| row["period"].as_str().unwrap().contains('Q') == quarterly).collect();
        assert!(!rows.is_empty(), "no truths for {}", self.metric);
        rows
    }
}

/// Text and whole numbers exactly; quotients as far as the truths state them, which is six decimals.
fn same(found: &str, truth: &Value) -> bool {
    match truth {
        Value::String(text) => found == text,
        Value::Number(number) if number.is_f64() => found
            .parse::<f64>()
            .is_ok_and(|found| (found - number.as_f64().unwrap()).abs() < 0.000_000_51),
        other => found == other.to_string(),
    }
}
