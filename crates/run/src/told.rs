//! One report of a run, for one slice: computed, composed, stored and gated.

use crate::{earlier::Past, error::RunError, gate, late, slices::View, stage, stage::Run};
use engine::Engine;
use extract::Extracted;
use job::JobPlan;
use model::{context::RunContext, edition::Release, run::Stage, slice::Slice};
use std::path::PathBuf;

/// A report that is stored and decided upon.
pub(crate) struct Told {
    pub(crate) slice: Slice,
    /// The stored report: what is rendered is what lies there.
    pub(crate) path: PathBuf,
    pub(crate) release: Release,
}

impl Told {
    pub(crate) fn is_held(&self) -> bool {
        gate::holds(&self.release)
    }
}

/// What every report of a run is made with.
#[derive(Clone, Copy)]
pub(crate) struct Making<'a> {
    pub(crate) plan: &'a JobPlan,
    pub(crate) engine: &'a dyn Engine,
    pub(crate) cx: &'a RunContext,
    pub(crate) extracted: &'a Extracted,
    pub(crate) past: &'a Past,
}

/// Computes, composes and gates one report.
pub(crate) fn tell(
    making: Making<'_>,
    view: &View<'_>,
    run: &mut Run<'_>,
) -> Result<Told, RunError> {
    let Making { plan, engine, cx, extracted, past } = making;
    let queries = transform::needs(&view.transform);
    let answers =
        run.stage(Stage::Compute, || Ok(engine::ask_all(engine, &queries, &view.tables)?))?;
    let mut quality = run.quality(extracted, past.told(&view.slice));
    quality.notes.extend(view.notes.iter().cloned());
    let (report, path) = run.stage(Stage::Compose, || {
        let report = transform::compose(&view.transform, &answers, &quality).value;
        stage::publish_report(plan, cx, &report).map(|path| (report, path))
    })?;
    let decision =
        run.stage(Stage::Gate, || Ok(late::decide(plan, past, &view.slice, &report, extracted)))?;
    run.composed(&view.slice, &report, &path);
    run.decided(&view.slice, &decision);
    let path = decision.instead.map_or(path, |instead| instead.path);
    Ok(Told { slice: view.slice.clone(), path, release: decision.release })
}

/// Makes the report on everything, and, unless that is held, one for each slice of the readers.
pub(crate) fn tell_all(making: Making<'_>, run: &mut Run<'_>) -> Result<Vec<Told>, RunError> {
    let Making { plan, engine, extracted, .. } = making;
    let mut told = vec![tell(making, &View::whole(plan, extracted), run)?];
    if told.iter().any(Told::is_held) {
        return Ok(told);
    }
    let slices =
        run.stage(Stage::Compute, || crate::slices::Slices::look(plan, engine, extracted))?;
    for members in plan.slices().keys() {
        match slices.view(members) {
            Ok(view) => told.push(tell(making, &view, run)?),
            Err(reason) => run.refused(&Slice::Of(members.clone()), reason),
        }
    }
    Ok(told)
}
