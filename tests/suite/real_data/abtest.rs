//! Two published trials: one whose split is not as agreed, one with three versions.
//!
//! Second opinion: `expected-datasets.json` beside the data, recomputed there with scipy.

use super::set;
use model::report::{Argument, Block, Message, Section};
use rust_decimal::prelude::ToPrimitive;

/// The number in an argument.
pub(super) fn number(message: &Message, name: &str) -> f64 {
    match &message.arguments[name] {
        Argument::Value { value: Some(value), .. } | Argument::Change(Some(value)) => {
            value.to_f64().expect("a number")
        }
        other => panic!("`{name}` has no number: {other:?}"),
    }
}

fn keys(section: &Section) -> Vec<&str> {
    section.findings.iter().map(|finding| finding.message.key.as_str()).collect()
}

fn near(found: f64, wanted: &serde_json::Value, tolerance: f64) {
    let wanted = wanted.as_f64().expect("a figure");
    assert!((found - wanted).abs() <= tolerance, "{found} instead of {wanted}");
}

#[test]
fn cookie_cats_is_warned_of_its_split_and_no_win_is_declared() {
    let Some(set) = set("abtest") else { return };
    let text = std::fs::read_to_string(set.expected("expected-datasets.json")).expect("figures");
    let truth: serde_json::Value = serde_json::from_str(&text).expect("figures");
    let report = set.report();
    let cats = &truth["cookie_cats"];
    let gate = &report.sections[0];
    assert_eq!(keys(gate), ["experiment.not_sound", "experiment.shown"]);
    near(number(&gate.findings[0].message, "p"), &cats["srm_p"], 1e-8);
    let shown = &gate.findings[1].message;
    near(number(shown, "low"), &cats["ret7_wald_ci"][0], 1e-7);
    near(number(shown, "high"), &cats["ret7_wald_ci"][1], 1e-7);
    // Every block of a trial that is not sound is free of judgement.
    let text = serde_json::to_string(&gate.blocks).expect("JSON");
    assert!(!text.contains("\"good\"") && !text.contains("\"bad\""));
}

#[test]
fn three_versions_added_up_row_by_row_are_read_as_scipy_reads_them() {
    let Some(set) = set("abtest") else { return };
    let text = std::fs::read_to_string(set.expected("expected-datasets.json")).expect("figures");
    let truth: serde_json::Value = serde_json::from_str(&text).expect("figures");
    let report = set.report();
    let mail = &report.sections[1];
    let wins: Vec<_> =
        mail.findings.iter().filter(|one| one.message.key == "experiment.win").collect();
    assert_eq!(wins.len(), 2);
    let trial = &truth["hillstrom"];
    near(number(&wins[0].message, "difference"), &trial["mens_vs_control"]["spend_diff"], 1e-7);
    near(number(&wins[1].message, "difference"), &trial["womens_vs_control"]["spend_diff"], 1e-7);
    let split = mail.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => table.note.as_ref(),
        _ => None,
    });
    let split = split.into_iter().find(|note| note.key == "experiment.split_sound");
    near(number(split.expect("a split"), "p"), &trial["srm_p"], 1e-6);
}
