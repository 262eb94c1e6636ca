//! `tidings run`.

use crate::{args::Format, exit::Exit, output, progress::Spinner, workplace::Workplace};
use anyhow::Result;
use model::{
    quality::{QualityNote, Severity},
    run::{Outcome, RunRecord},
};
use run::Until;
use std::{fmt::Write, path::Path};

/// How a run behaves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How {
    /// Whether it delivers.
    pub(crate) send: bool,
    /// Whether it leaves a moment alone whose data may still come.
    pub(crate) wait: bool,
}

/// Runs a job and says where everything lies.
pub(crate) fn run(
    place: &Workplace,
    job: &Path,
    as_of: Option<&str>,
    how: How,
    format: Format,
) -> Result<Exit> {
    let plan = place.plan(job, as_of)?;
    let cx = place.context(&plan, how.send)?;
    let waiting = if how.wait { run::waiting(&plan, &cx)? } else { None };
    if let Some(waiting) = waiting {
        let waits = super::schedule::waits(&plan, &waiting);
        let help = "help: --no-wait applies the job's rule for late data now";
        output::complain(&format!("not run: {} {waits}\n{help}", plan.job));
        return Ok(Exit::Held);
    }
    let engine = place.engine()?;
    let ledger = place.ledger()?;
    let mut record = run::run(&plan, &engine, &cx, &ledger, Until::Deliver, &Spinner::new())?;
    if record.outcome == Outcome::AlreadyDelivered {
        add_earlier(&mut record, &place.ledger()?);
    }
    say(&record, &plan.report.templates, format)?;
    Ok(Exit::of_outcome(record.outcome))
}

/// Says how a run ended.
pub(super) fn say(record: &RunRecord, templates: &Path, format: Format) -> Result<()> {
    match format {
        Format::Json => output::say_json(record),
        Format::Text => output::say(&text(record, templates)),
    }
}

/// The files that the first delivery published, so that a rerun still says where they lie.
fn add_earlier(record: &mut RunRecord, ledger: &run::ledger::Ledger) {
    let Ok(receipts) = ledger.receipts(&record.job, record.as_of) else { return };
    for receipt in receipts {
        let known = record.artefacts.iter().any(|artefact| artefact.path == receipt.reference);
        if receipt.reference.ends_with(".eml") && !known {
            let message = model::run::Artefact { kind: "message".into(), path: receipt.reference };
            record.artefacts.push(message);
        }
    }
}

/// The end of a run, for a person.
pub(crate) fn text(record: &RunRecord, templates: &Path) -> String {
    let mut text = String::new();
    let outcome = match record.outcome {
        Outcome::Open => "still open",
        Outcome::Delivered => "delivered",
        Outcome::AlreadyDelivered => "already delivered, nothing was sent",
        Outcome::NotSent => "rendered, not sent",
        Outcome::Held => "HELD: no figures were sent",
        Outcome::PartlyDelivered => "delivered in part",
        Outcome::Failed => "FAILED",
    };
    let _ = writeln!(
        text,
        "{} as of {} for {}: {outcome}",
        record.job,
        record.as_of,
        record.period.name()
    );
    let rows = record.sources.iter().map(|source| {
        let rows = source.rows;
        let counts = [rows.read, rows.accepted, rows.quarantined, rows.superseded];
        let mut cells = vec![format!("  {}", source.dataset)];
        cells.extend(counts.map(|count| count.to_string()));
        cells
    });
    let header = ["  dataset", "read", "accepted", "quarantined", "superseded"];
    if !record.sources.is_empty() {
        text.push_str(&output::table(&header, rows.collect(), 1));
    }
    for note in &record.notes {
        let said = output::said(templates, &note.message);
        let _ = writeln!(text, "  {}: {said}", word(note));
    }
    for stage in record.stages.iter().filter(|stage| stage.error.is_some()) {
        let _ =
            writeln!(text, "  {}: {}", stage.stage.word(), stage.error.as_deref().unwrap_or(""));
    }
    let times: Vec<String> = record
        .stages
        .iter()
        .map(|stage| format!("{} {} ms", stage.stage.word(), stage.milliseconds))
        .collect();
    let _ = writeln!(text, "  {}", times.join(", "));
    for artefact in &record.artefacts {
        let _ = writeln!(text, "{:<8} {}", artefact.kind, artefact.path);
    }
    for slice in &record.slices {
        let report = slice.report.as_deref().unwrap_or("refused");
        let word = if slice.held { "held" } else { "slice" };
        let _ = writeln!(text, "{word:<8} {}: {report}", slice.slice);
    }
    let _ = writeln!(text, "run      {}", record.run);
    text
}

fn word(note: &QualityNote) -> &'static str {
    match note.severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
