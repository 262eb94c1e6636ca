//! Ours against what independent programs said of the same inputs, as recorded in `tests/second-opinions`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::case::Case;

/// The record of the other side.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    schema_version: u32,
    /// By case, then by figure.
    cases: BTreeMap<String, BTreeMap<String, Opinion>>,
}

/// What an independent program said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opinion {
    by: String,
    theirs: Vec<f64>,
    tolerance: f64,
}

/// The difference as a share of theirs where that is above 1, else as it is; infinite where one side has more figures.
fn difference(ours: &[f64], theirs: &[f64]) -> f64 {
    if ours.len() != theirs.len() {
        return f64::INFINITY;
    }
    let one = |(ours, theirs): (&f64, &f64)| (ours - theirs).abs() / theirs.abs().max(1.0);
    ours.iter()
        .zip(theirs)
        .map(one)
        .fold(0.0, |most, x| if x > most || x.is_nan() { x } else { most })
}

fn record() -> Record {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/second-opinions/recorded.json");
    let text = std::fs::read_to_string(file).expect("the record can be read");
    let record: Record =
        serde_json::from_str(&text).expect("the record is what `compare.py` writes");
    assert_eq!(record.schema_version, 1);
    record
}

/// Our cases; those of public data only where the data lie beside the project.
fn ours() -> Vec<Case> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    super::cases(&data).expect("the cases can be worked out")
}

#[test]
fn ours_agree_with_independent_programs() {
    let record = record();
    let mut faults = Vec::new();
    for case in ours() {
        let Some(opinions) = record.cases.get(&case.key()) else {
            faults
                .push(format!("{}: no second opinion; run tests/second-opinions/run", case.key()));
            continue;
        };
        let (asked, told): (Vec<&str>, Vec<&str>) =
            (case.ours.keys().copied().collect(), opinions.keys().map(String::as_str).collect());
        if asked != told {
            faults.push(format!("{}: ours are {asked:?}, the record has {told:?}", case.key()));
        }
        for (figure, opinion) in opinions {
            let Some(values) = case.ours.get(figure.as_str()) else { continue };
            let off = difference(values, &opinion.theirs);
            if off.is_nan() || off > opinion.tolerance {
                let allowed = opinion.tolerance;
                let key = case.key();
                faults.push(format!(
                    "{key}, {figure}: {off:e} from {}, allowed {allowed:e}",
                    opinion.by
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_record_is_of_a_case() {
    let ours = ours();
    let is_drawn = |key: &str| ours.iter().any(|case| case.key() == key);
    // Where the public data are absent, their cases are recorded all the same.
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let left: Vec<String> = record().cases.into_keys().filter(|key| !is_drawn(key)).collect();
    assert!(left.is_empty() || !data.is_dir(), "recorded and no longer asked: {left:?}");
}

#[test]
fn a_figure_that_is_off_or_missing_is_seen() {
    assert!(difference(&[1.0], &[1.0, 2.0]).is_infinite());
    assert!(difference(&[1.0, f64::NAN], &[1.0, 2.0]).is_nan());
    assert!((difference(&[200.0, 0.5], &[100.0, 0.5]) - 1.0).abs() < 1e-12);
}
