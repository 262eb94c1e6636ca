//! Metrics of jobs for the textfile collector of Prometheus.
//!
//! Rule: the text exposition format, version 0.0.4. Every figure is read from the ledger, so that one file holds all jobs,
//! whichever ran last. What is not known has no line.

use crate::{
    ledger::{Ledger, LedgerError},
    operator::{fate, status::quarantined},
};
use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use model::{
    id::JobId,
    run::{Outcome, RunRecord},
};
use std::{
    collections::BTreeMap,
    fmt::{Display, Write as _},
    io::{self, Write as _},
    path::Path,
};

/// Among so many runs the last one that is no rehearsal is looked for.
const LOOKED_AT: usize = 50;

/// Every outcome with its word.
const OUTCOMES: [(Outcome, &str); 7] = [
    (Outcome::AlreadyDelivered, "already_delivered"),
    (Outcome::Delivered, "delivered"),
    (Outcome::Failed, "failed"),
    (Outcome::Held, "held"),
    (Outcome::NotSent, "not_sent"),
    (Outcome::Open, "open"),
    (Outcome::PartlyDelivered, "partly_delivered"),
];

/// One metric: its name, its help, its lines.
struct Family(&'static str, &'static str, Vec<String>);

impl Family {
    fn new(name: &'static str, help: &'static str) -> Self {
        Self(name, help, Vec::new())
    }

    fn add(&mut self, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        self.2.push(format!("{}{{{}}} {value}", self.0, labels.join(",")));
    }
}

/// The metrics of every job of the ledger; `zones` says where the clocks of jobs are, as far as their files are known.
///
/// # Errors
/// When the ledger cannot be read.
pub fn exposition(ledger: &Ledger, zones: &BTreeMap<JobId, Tz>) -> Result<String, LedgerError> {
    let mut start = Family::new(
        "tidings_last_run_start_timestamp_seconds",
        "When the last run of a job started.",
    );
    let mut took =
        Family::new("tidings_last_run_duration_seconds", "How long the last run of a job took.");
    let mut outcome = Family::new(
        "tidings_last_run_outcome",
        "How the last run of a job ended: 1 for its outcome.",
    );
    let mut moment = Family::new(
        "tidings_last_delivered_moment_timestamp_seconds",
        "The latest scheduled moment for which a report reached readers: its own, or the last good one in its place.",
    );
    let mut receipts = Family::new("tidings_receipts", "Deliveries of a job by their state.");
    let mut rows =
        Family::new("tidings_quarantined_rows", "Rows in quarantine in the last run of a job.");
    for job in ledger.jobs()? {
        let name = job.as_str();
        let runs = ledger.runs(Some(&job), LOOKED_AT)?;
        if let Some(run) = runs.iter().find(|run| !fate::is_rehearsal(&run.record)) {
            let record = &run.record;
            start.add(&[("job", name)], seconds(record.started));
            took.add(&[("job", name)], duration(record));
            for (one, word) in OUTCOMES {
                let is_it = u8::from(record.outcome == one);
                outcome.add(&[("job", name), ("outcome", word)], is_it);
            }
            for (dataset, count) in quarantined(record) {
                rows.add(&[("job", name), ("dataset", dataset.as_str())], count);
            }
        }
        let delivered = ledger.last_delivered(&job)?;
        let at = delivered
            .zip(zones.get(&job))
            .and_then(|(local, zone)| zone.from_local_datetime(&local).earliest());
        if let Some(at) = at {
            moment.add(&[("job", name)], seconds(at.to_utc()));
        }
        for (state, count) in ledger.receipt_counts(&job)? {
            receipts.add(&[("job", name), ("state", &state)], count);
        }
    }
    let mut text = String::new();
    for Family(name, help, lines) in [start, took, outcome, moment, receipts, rows] {
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{}", lines.join("\n"));
    }
    Ok(text)
}

/// Publishes them; whoever collects them is another user, so everybody may read the file.
///
/// # Errors
/// When the file cannot be written; the old one is whole then.
pub fn publish(path: &Path, text: &str) -> io::Result<()> {
    publish::with(path, |file| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        file.write_all(text.as_bytes())
    })
}

fn seconds(at: DateTime<Utc>) -> String {
    format!("{}.{:03}", at.timestamp(), at.timestamp_subsec_millis())
}

fn duration(record: &RunRecord) -> String {
    let milliseconds: u64 = record.stages.iter().map(|stage| stage.milliseconds).sum();
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
