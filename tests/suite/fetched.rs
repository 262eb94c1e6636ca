//! Rows that lie beyond the data folder: they come once, whole or not at all, and what came before stays.

mod download;
mod https_server;
mod objects;
mod singer;
mod singer_sdk;
mod tap_told;

use crate::{
    formats::{JOB, metrics, shop},
    support::TestBed,
};
use model::{quality::Severity, run::RunRecord};
use std::{fs, process::Command};

const AS_OF: &str = "2026-02-01T06:30";

const COLUMNS: &str = r#"
id = { type = "integer", required = true }
at = { type = "timestamp", required = true, format = ["%Y-%m-%dT%H:%M:%SZ"], zone = "UTC" }
amount = { type = "money", currency = "CNY" }
"#;

/// A shop whose orders come from `source`, a TOML table; read, accepted and so on are those of January.
fn bed(source: &str) -> TestBed {
    let bed = shop();
    let contract = format!(
        "description = \"Orders from elsewhere.\"\nowner = \"Tests\"\nkey = [\"id\"]\non_duplicate = \"last_loaded\"\n\
         {source}\n[time]\ncolumn = \"at\"\nexpected = \"irregular\"\n[columns]{COLUMNS}"
    );
    bed.write("jobs/contracts/orders.toml", contract);
    bed.write("jobs/metrics/orders.toml", metrics("orders", "sum(amount)"));
    let job = fs::read_to_string(bed.path(JOB)).expect("the job");
    let section = "grain = \"month\"\n[gate]\nmax_quarantined_share = 1.0\n[[section]]\nid = \"all\"\n\
                   title = { en = \"All\", zh-CN = \"全部\" }\nanalysis = \"scorecard\"\nmetrics = [\"rows_orders\"]\n";
    bed.write(JOB, job + section);
    bed.write("data/.keep", "");
    bed
}

/// What a night brought.
#[derive(Debug)]
struct Night {
    read: u64,
    accepted: u64,
    quarantined: u64,
    superseded: u64,
    /// Why nothing could be fetched, if so.
    fault: String,
    /// The keys of the warnings and remarks, in order.
    remarks: Vec<String>,
}

fn night(bed: &TestBed) -> Night {
    night_of(bed, bed.command(&[]))
}

/// A run by a prepared command, which only lacks its arguments.
fn night_of(bed: &TestBed, mut command: Command) -> Night {
    command.args(["run", JOB, "--as-of", AS_OF, "--no-send", "--format", "json"]);
    let ran = bed.start(command);
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    // What the tests call `…-of-ours` is a secret, also in the most talkative log.
    assert!(!ran.stderr.contains("of-ours") && !ran.stdout.contains("of-ours"), "{ran:?}");
    let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
    let json = ran.json();
    let rows = |name: &str| json["sources"][0]["rows"][name].as_u64().expect("a count");
    let unreached = ["quality.unreachable", "quality.never_fetched"];
    let mut faults = record.notes.iter();
    let fault = faults.find(|note| unreached.contains(&note.message.key.as_str()));
    if let Some(fault) = fault {
        let is_first = manifest(bed).is_none_or(|found| found["batches"] == serde_json::json!([]));
        let key = if is_first { "quality.never_fetched" } else { "quality.unreachable" };
        assert_eq!(fault.message.key, key, "{record:?}");
    }
    let fault = fault.map(|note| format!("{:?}", note.message)).unwrap_or_default();
    let lesser = record.notes.iter().filter(|note| note.severity < Severity::Error);
    let night = Night {
        read: rows("read"),
        accepted: rows("accepted"),
        quarantined: rows("quarantined"),
        superseded: rows("superseded"),
        fault,
        remarks: lesser.map(|note| note.message.key.clone()).collect(),
    };
    assert_eq!(night.read, night.accepted + night.quarantined + night.superseded, "{night:?}");
    night
}

/// The manifest of the landing folder, if anything landed.
fn manifest(bed: &TestBed) -> Option<serde_json::Value> {
    let pattern = bed.state().join("landing/orders/*/manifest.json");
    let mut found = glob::glob(&pattern.to_string_lossy()).expect("a pattern");
    let text = fs::read_to_string(found.next()?.expect("readable")).expect("a manifest");
    Some(serde_json::from_str(&text).expect("JSON"))
}
