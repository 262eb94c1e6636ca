//! Runs a plan, gates it, keeps the ledger, schedules.
//!
//! Rule: the clock, the environment and secrets are read here and handed down; a failed stage is a recorded
//! outcome, and `Err` means that the ledger itself failed.

pub mod context;
mod earlier;
mod error;
mod experiment;
mod gate;
mod kpi;
pub mod ledger;
pub mod preview;
pub mod schedule;
pub mod settings;
mod stage;

pub use error::RunError;
pub use experiment::experiment_baseline;
pub use kpi::{KpiAnswer, KpiQuery, KpiRow, NoRows, kpi};
pub use stage::Progress;

use engine::Engine;
use job::JobPlan;
use ledger::Ledger;
use model::{
    context::RunContext,
    receipt::{DeliveryState, Receipt},
    run::{Outcome, RunRecord, Stage},
};
use stage::Run;

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// The report is stored and gated, nothing is rendered: for rebuilding history.
    Gate,
    /// The report is rendered; whether it is delivered is for the context to say.
    Deliver,
}

/// Runs a plan. Every stage is recorded as it ends.
///
/// # Errors
/// When the ledger cannot be written; a stage that fails is part of the record instead.
pub fn run(
    plan: &JobPlan,
    engine: &dyn Engine,
    cx: &RunContext,
    ledger: &Ledger,
    until: Until,
    progress: &dyn Progress,
) -> Result<RunRecord, RunError> {
    let mut run = Run::open(plan, cx, ledger, progress)?;
    let result = stages(plan, engine, cx, ledger, until, &mut run);
    run.close(result)
}

fn stages(
    plan: &JobPlan,
    engine: &dyn Engine,
    cx: &RunContext,
    ledger: &Ledger,
    until: Until,
    run: &mut Run<'_>,
) -> Result<Outcome, RunError> {
    let extracted = run.stage(Stage::Extract, || Ok(extract::extract(&plan.extract, cx)?.value))?;
    run.sources(&extracted);
    let queries = transform::needs(&plan.transform);
    let answers =
        run.stage(Stage::Compute, || Ok(engine::ask_all(engine, &queries, &extracted.tables)?))?;
    let quality = run.quality(&extracted, earlier::told(plan, ledger)?);
    let report = run.stage(Stage::Compose, || {
        let report = transform::compose(&plan.transform, &answers, &quality).value;
        stage::publish_report(plan, cx, &report).map(|path| (report, path))
    })?;
    let (report, path) = report;
    run.artefact("report", &path);
    run.composed(&report);
    let release = run.stage(Stage::Gate, || Ok(gate::decide(plan, &report, &extracted)))?;
    run.released(&release);
    if until == Until::Gate {
        return Ok(if gate::holds(&release) { Outcome::Held } else { Outcome::NotSent });
    }
    let editions =
        run.stage(Stage::Render, || Ok(report::render(&plan.report, &report, &release)?))?;
    run.notes(editions.notes);
    let receipts = run.stage(Stage::Deliver, || {
        Ok(deliver::deliver(&plan.deliver, &editions.value, ledger, cx)?)
    })?;
    run.notes(receipts.notes);
    run.delivered(&receipts.value);
    Ok(outcome(cx, gate::holds(&release), &receipts.value))
}

fn outcome(cx: &RunContext, held: bool, receipts: &[Receipt]) -> Outcome {
    let sent = |receipt: &&Receipt| receipt.state == DeliveryState::Sent;
    if held {
        Outcome::Held
    } else if !cx.send {
        Outcome::NotSent
    } else if !receipts.iter().all(|receipt| sent(&receipt)) {
        match receipts.iter().any(|receipt| sent(&receipt)) {
            true => Outcome::PartlyDelivered,
            false => Outcome::Failed,
        }
    } else if receipts.iter().all(|receipt| receipt.run != cx.run) {
        Outcome::AlreadyDelivered
    } else {
        Outcome::Delivered
    }
}
