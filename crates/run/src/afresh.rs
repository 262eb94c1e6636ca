//! Stored reports once more: rendered as they lie there, and delivered.
//!
//! Rule: nothing is computed. What is rendered is what was stored, with the reservations that stood on top of it.

use crate::{
    error::RunError, ledger::Ledger, outcome::outcome, spool, spool::Spool, stage::Run, told::Told,
    trouble,
};
use job::JobPlan;
use model::{
    context::RunContext,
    edition::Release,
    quality::QualityNote,
    run::{Outcome, Stage},
};

/// Stored reports, and the plan by which they go.
pub(crate) struct Afresh<'a> {
    pub(crate) plan: &'a JobPlan,
    pub(crate) told: &'a [Told],
    pub(crate) cx: &'a RunContext,
    pub(crate) ledger: &'a Ledger,
    /// Whether the owners are told of what fails; a person who sends something by hand sees it himself.
    pub(crate) tells_owners: bool,
}

impl Afresh<'_> {
    /// Renders and delivers them; `ready` is asked about what was rendered before anything leaves.
    pub(crate) fn deliver(
        self,
        run: &mut Run<'_>,
        ready: impl FnOnce(&Spool) -> Result<(), RunError>,
    ) -> Result<Outcome, RunError> {
        let Self { plan, told, cx, ledger, tells_owners } = self;
        run.again(told);
        let editions = run.stage(Stage::Render, || spool::render(plan, cx, told, &[]))?;
        ready(&editions.value)?;
        let receipts = run.stage(Stage::Deliver, || {
            Ok(deliver::deliver(&plan.deliver, &editions.value, ledger, cx)?)
        })?;
        run.notes(receipts.notes);
        if tells_owners {
            trouble::tell_if_any(plan, &plan.deliver, (told, &receipts.value), ledger, cx);
        }
        Ok(outcome(cx, (false, false), &receipts.value))
    }
}

/// How a stored report goes out that had these reservations.
pub(crate) fn release(reservations: &[QualityNote]) -> Release {
    match reservations {
        [] => Release::Send,
        notes => Release::SendMarked(notes.to_vec()),
    }
}
