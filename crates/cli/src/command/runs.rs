//! `tidings runs`.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::Result;
use model::{id::RunId, run::RunRecord};
use run::ledger::Ledger;
use std::path::Path;

/// How many runs are listed.
const LISTED: usize = 30;

/// Lists runs, or shows one.
pub(crate) fn run(place: &Workplace, run: Option<&str>, format: Format) -> Result<Exit> {
    let ledger = place.ledger()?;
    if let Some(id) = run {
        let record = record(&ledger, &RunId::new(id))?;
        super::run_job::say(&record, Path::new("report-templates"), format)?;
        return Ok(Exit::Fine);
    }
    let runs = ledger.runs(None, LISTED)?;
    if format == Format::Json {
        let records: Vec<_> = runs.iter().map(|stored| &stored.record).collect();
        output::say_json(&records)?;
        return Ok(Exit::Fine);
    }
    let rows = runs.iter().map(|stored| {
        let record = &stored.record;
        let took: u64 = record.stages.iter().map(|stage| stage.milliseconds).sum();
        let outcome = format!("{:?}", record.outcome);
        vec![
            record.run.to_string(),
            record.job.to_string(),
            record.as_of.to_string(),
            record.period.name(),
            outcome,
            format!("{took} ms"),
        ]
    });
    output::say(&output::table(
        &["run", "job", "as of", "period", "outcome", "took"],
        rows.collect(),
        5,
    ))?;
    Ok(Exit::Fine)
}

/// A run by its name.
pub(super) fn record(ledger: &Ledger, run: &RunId) -> Result<RunRecord> {
    let unknown = || Invalid(format!("there is no run `{run}`; `tidings runs` lists them"));
    Ok(ledger.run(run)?.ok_or_else(unknown)?.record)
}
