//! The published cases of windowed funnels, from rows in a file to the steps of a report.
//!
//! Rule: 59 of 59, or the test says that the vectors are not there.

use super::{
    funnel::reached,
    world::{World, day, of, section},
};
use crate::support::all_at_once;
use serde_json::Value;
use std::fmt::Write;

/// Every case is done by so many people: fewer are not told of.
const PEOPLE: usize = 5;

#[test]
fn the_published_levels_come_out_of_rows_in_a_file() {
    let path = crate::support::root().join("../shared/data/funnel-window/vectors.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let cases = vectors["vectors"].as_array().unwrap();
    assert_eq!(cases.len(), 59);
    let mut csv = String::from("person,at,event\n");
    let mut sections = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        for event in case["events"].as_array().unwrap() {
            let minutes = event[0].as_i64().unwrap();
            let at = day(0).and_hms_opt(0, 0, 0).unwrap() + chrono::TimeDelta::minutes(minutes);
            for person in 0..PEOPLE {
                let name = name(place, &event[1]);
                let _ = writeln!(csv, "{place}-{person},{},{name}", at.format("%Y-%m-%d %H:%M"));
            }
        }
        sections.push(section(&format!("case-{place}"), "funnel", &settings(place, case)));
    }
    let world = World::new("30 6 * * *");
    world.dataset(
        "rows",
        "[time]\ncolumn = \"at\"\nexpected = \"irregular\"\n[columns]\nperson = { type = \"text\" }\n\
         at = { type = \"timestamp\", required = true, format = [\"%Y-%m-%d %H:%M\"] }\n\
         event = { type = \"text\", required = true }\n",
        &csv,
    );
    // Times and windows are minutes here: those of up to 60 days are over by the end of May.
    let report = world.report(&sections, day(160));
    let mut faults = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        let found = of(&report, &format!("case-{place}"));
        let told = !found.blocks.is_empty();
        let steps = if told { reached(found) } else { Vec::new() };
        let level = steps.iter().filter(|people| **people == PEOPLE as f64).count() as u64;
        let whole = steps.iter().all(|people| *people == 0.0 || *people == PEOPLE as f64);
        if Some(level) != case["level"].as_u64() || !whole {
            faults.push(format!("case {place}: {steps:?}, published {case}"));
        }
    }
    all_at_once(faults);
}

/// Events of one case are no events of another.
fn name(place: usize, event: &Value) -> String {
    let event = event.as_str().map_or_else(|| event.to_string(), str::to_owned);
    format!("{place}:{event}")
}

/// The case as a funnel; the one-step cases get a last step that nobody takes.
fn settings(place: usize, case: &Value) -> String {
    let modes: Vec<&str> =
        case["modes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let rules: Vec<String> = modes
        .iter()
        .filter(|mode| **mode != "strict_order")
        .map(|mode| mode.trim_start_matches("strict_").trim_start_matches("allow_").to_owned())
        .collect();
    let mode = if modes.contains(&"strict_order") { "strict" } else { "loose" };
    let mut text = format!(
        "grain = \"quarter\"\nwindow = {{ minutes = {} }}\nmode = \"{mode}\"\nrules = {rules:?}\n",
        case["window"]
    );
    let mut steps: Vec<String> =
        case["steps"].as_array().unwrap().iter().map(|step| name(place, step)).collect();
    if steps.len() == 1 {
        steps.push("never".to_owned());
    }
    for step in steps {
        let _ = write!(
            text,
            "[[section.step]]\nlabel = {{ en = \"{step}\", zh-CN = \"{step}\" }}\ndataset = \"rows\"\n\
             person = \"person\"\nat = \"at\"\nwhere = \"event = '{step}'\"\n"
        );
    }
    text
}
