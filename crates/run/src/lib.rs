//! Runs a plan, gates it, keeps the ledger, schedules.
//!
//! Rule: the clock, the environment and secrets are read here and handed down; a failed stage is a recorded
//! outcome, and `Err` means that the ledger itself failed.

mod afresh;
pub mod archive;
pub mod context;
mod correction;
mod diff;
pub mod doctor;
mod earlier;
mod emptied;
mod error;
mod experiment;
mod gate;
mod going_on;
mod gone;
mod held;
mod in_hand;
mod kpi;
mod late;
pub mod ledger;
mod left;
mod lost;
pub mod operator;
mod outcome;
mod owed;
pub mod preview;
mod put_off;
mod resend;
pub mod room;
pub mod schedule;
pub mod settings;
mod shown;
mod slices;
mod sources;
mod spool;
mod stage;
mod stored;
mod told;
mod trouble;
mod word;

pub use correction::{correct, due as corrections_due};
pub use diff::{Diff, SourceDiff, diff};
pub use error::RunError;
pub use experiment::experiment_baseline;
pub use going_on::{go_on, is_begun};
pub use gone::is_gone;
pub use kpi::{KpiAnswer, KpiQuery, KpiRow, NoRows, kpi};
pub use late::{Waiting, waiting};
pub use ledger::refuse_older;
pub use left::{corrections_done, corrections_left};
pub use lost::{LOST, lost};
pub use put_off::{PutOff, given_up, open_slots, tried_until};
pub use resend::resend;
pub use shown::{Sending, copy, made_again, sendings};
pub use stage::Progress;
pub use word::{HELD_BY_PERSON, release};

use correction::Standing;
use earlier::Past;
use engine::Engine;
use job::JobPlan;
use ledger::Ledger;
use model::{
    context::RunContext,
    run::{Outcome, RunRecord, Stage},
};
use stage::Run;
use told::{Making, Told};
use word::{Released, Said};

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// The report is stored and gated, nothing is rendered: for rebuilding history.
    Gate,
    /// The report is rendered; whether it is delivered is for the context to say.
    Deliver,
}

/// Runs a plan at a person's word. Every stage is recorded as it ends; what a relay refused because it let nobody in is
/// tried again.
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
    if cx.send && until == Until::Deliver {
        ledger.let_in(&plan.job, plan.as_of.naive_local(), cx.now)?;
    }
    let result = stages(Work { until, ..Work::new(plan, engine, cx, ledger) }, &mut run);
    run.close(result)
}

pub(crate) fn stages(work: Work<'_>, run: &mut Run<'_>) -> Result<Outcome, RunError> {
    let Work { plan, engine, cx, ledger, until, standing, released } = work;
    let extracted = run.stage(Stage::Extract, || Ok(extract::extract(&plan.extract, cx)?.value))?;
    run.sources(&extracted);
    let past = Past::of(plan, ledger)?;
    let said = Said::of(plan, ledger, released)?;
    let had = gone::had(plan, ledger)?;
    let awaited = emptied::awaited(plan, ledger, &had)?;
    let (past, had, awaited, said) = (&past, &had, &awaited, &said);
    let making =
        Making { plan, engine, cx, extracted: &extracted, past, had, awaited, standing, said };
    let told = told::tell_all(making, run)?;
    if !told.iter().any(Told::is_held) {
        gone::tell_if_any(plan, run, ledger, cx);
    }
    if told.is_empty() {
        return Ok(outcome::of_nothing(run, cx));
    }
    if until == Until::Gate {
        let is_held = told.iter().all(Told::is_held);
        return Ok(if is_held { Outcome::Held } else { Outcome::NotSent });
    }
    let held = run.held();
    let editions = run.stage(Stage::Render, || spool::render(plan, cx, &told, &held))?;
    run.notes(editions.notes);
    let deliveries = told::deliveries(making, &told, run)?;
    let receipts = run.stage(Stage::Deliver, || {
        Ok(deliver::deliver(&deliveries, &editions.value, ledger, cx)?)
    })?;
    run.delivered(&receipts.value);
    run.notes(archive::index(plan, cx));
    trouble::tell_if_any(plan, &deliveries, (&told, &receipts.value), ledger, cx);
    outcome::of(making, ledger, (&told, receipts), run)
}

/// What a run works with.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    plan: &'a JobPlan,
    engine: &'a dyn Engine,
    cx: &'a RunContext,
    ledger: &'a Ledger,
    until: Until,
    /// What readers have already, when that is being corrected.
    standing: Option<&'a Standing>,
    /// The held run that a person released.
    released: Option<&'a Released>,
}

impl<'a> Work<'a> {
    /// A run of its own, to the end.
    pub(crate) fn new(
        plan: &'a JobPlan,
        engine: &'a dyn Engine,
        cx: &'a RunContext,
        ledger: &'a Ledger,
    ) -> Self {
        let until = Until::Deliver;
        Self { plan, engine, cx, ledger, until, standing: None, released: None }
    }
}

/// Runs a moment of the schedule, unless it is dealt with: then there is no record.
///
/// # Errors
/// As [`run`]; [`RunError::Busy`] while another process runs the job, which is to be asked for again.
pub fn scheduled(
    plan: &JobPlan,
    engine: &dyn Engine,
    cx: &RunContext,
    ledger: &Ledger,
    progress: &dyn Progress,
) -> Result<Option<RunRecord>, RunError> {
    let Some(mut run) = Run::open_scheduled(plan, cx, ledger, progress)? else { return Ok(None) };
    let result = stages(Work::new(plan, engine, cx, ledger), &mut run);
    run.close(result).map(Some)
}
