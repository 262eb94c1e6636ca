//! One report of a run, for one slice: computed, composed, stored and gated.

use crate::{
    correction::Standing,
    earlier::Past,
    emptied,
    emptied::Awaited,
    error::RunError,
    gate, gone, late,
    slices::{Slices, View},
    stage::Run,
    stored,
    word::Said,
};
use deliver::DeliverPlan;
use engine::Engine;
use extract::Extracted;
use job::JobPlan;
use model::{
    context::RunContext,
    edition::Release,
    label::Label,
    quality::{QualityNote, Severity},
    report::{Argument, Message},
    run::Stage,
    slice::Slice,
};
use std::{collections::BTreeSet, path::PathBuf};

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
    /// The slices whose readers have a report of the moment.
    pub(crate) had: &'a BTreeSet<Slice>,
    /// Those that relays put off for all of theirs.
    pub(crate) awaited: &'a Awaited,
    /// What readers have already, when that is being corrected.
    pub(crate) standing: Option<&'a Standing>,
    /// What a person has said.
    pub(crate) said: &'a Said,
}

/// Computes, composes and gates one report; `None` for a correction that has nothing to correct.
pub(crate) fn tell(
    making: Making<'_>,
    view: &View<'_>,
    run: &mut Run<'_>,
) -> Result<Option<Told>, RunError> {
    let Making { plan, engine, cx, extracted, past, standing, said, .. } = making;
    let queries = transform::needs(&view.transform);
    let answers =
        run.stage(Stage::Compute, || Ok(engine::ask_all(engine, &queries, &view.tables)?))?;
    let mut quality = run.quality(extracted, past.told(&view.slice));
    quality.notes.extend(view.notes.iter().cloned());
    let (report, path) = run.stage(Stage::Compose, || {
        let mut report = transform::compose(&view.transform, &answers, &quality).value;
        report.correction =
            standing.and_then(|standing| standing.correction(plan, &view.slice, &report));
        stored::publish(plan, cx, &report).map(|path| (report, path))
    })?;
    // That on everything tells whether it is the one that was released, whether or not it goes itself.
    if view.slice.is_all() {
        run.stage(Stage::Gate, || said.about(&report).check(&report))?;
    }
    if let (Some(standing), Some(awaited)) = (standing, making.awaited.get(&view.slice)) {
        standing.looks_at(plan, &view.slice, (awaited, &report));
    }
    if standing.is_some() && report.correction.is_none() {
        run.unchanged(&view.slice, &report, &path);
        return Ok(None);
    }
    let decision = run.stage(Stage::Gate, || {
        let word = said.about(&report);
        let decision = late::decide(plan, past, &view.slice, &report, extracted);
        let decision = emptied::over((making, word), &view.slice, &report, decision);
        let mut decision = word.over(decision, plan.as_of.timezone());
        if let (Release::Hold(reasons), None) = (&mut decision.release, standing) {
            reasons.extend(readers_have(making, &view.slice));
        }
        Ok(decision)
    })?;
    run.composed(&view.slice, &report, &path);
    run.decided(&view.slice, &decision);
    let path = decision.instead.map_or(path, |instead| instead.path);
    Ok(Some(Told { slice: view.slice.clone(), path, release: decision.release }))
}

/// That readers of a slice have the report of an earlier run, whatever becomes of this one.
fn readers_have(making: Making<'_>, slice: &Slice) -> Option<QualityNote> {
    let message = Message::new("quality.readers_have");
    let note = QualityNote { severity: Severity::Info, message, dataset: None };
    making.had.contains(slice).then_some(note)
}

/// Makes the report on everything, and, unless that is held, one for each slice of the readers.
pub(crate) fn tell_all(making: Making<'_>, run: &mut Run<'_>) -> Result<Vec<Told>, RunError> {
    let Making { plan, engine, extracted, had, standing, .. } = making;
    let mut told = Vec::new();
    told.extend(tell(making, &View::whole(plan, extracted), run)?);
    if told.iter().any(Told::is_held) {
        return Ok(told);
    }
    let mut former = standing.map(Standing::former_slices).unwrap_or_default();
    former.retain(|members| !plan.slices().contains_key(*members));
    let slices = run.stage(Stage::Compute, || Slices::look((plan, &former), engine, extracted))?;
    let mut gone = Vec::new();
    for members in former {
        if let Ok(view) = slices.view(members) {
            told.extend(tell(making, &view, run)?);
        }
    }
    for members in plan.slices().keys() {
        match slices.view(members) {
            Ok(view) => told.extend(tell(making, &view, run)?),
            Err(reason) => {
                let slice = Slice::Of(members.clone());
                // Whoever waits for his report is to have it: the rows were there.
                let waits = standing.is_some_and(|standing| standing.is_waited_for(&slice));
                if had.contains(&slice) || waits {
                    let note = gone::note(plan, members);
                    run.gone(&slice, note.clone());
                    gone.push(note);
                } else if standing.is_none() {
                    run.refused(&slice, reason);
                }
            }
        }
    }
    emptied::hold_if_any(making, gone, &mut told, run);
    if standing.is_some() {
        tell_owners(&mut told, run);
    }
    Ok(told)
}

/// Lets owners know that corrections of slices are held, by the report on everything, though nothing of it has changed.
fn tell_owners(told: &mut Vec<Told>, run: &Run<'_>) {
    let Some(path) = run.unsent().filter(|_| told.iter().any(Told::is_held)) else { return };
    if !told.iter().any(|one| one.slice.is_all()) {
        let mut reasons: Vec<QualityNote> = Vec::new();
        for reason in run.held() {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons.push(of_slices(told));
        told.insert(0, Told { slice: Slice::All, path, release: Release::Hold(reasons) });
    }
}

/// So many slices are named in a mail.
const MOST_NAMED: usize = 5;

/// That what is held corrects nothing but slices, and which.
fn of_slices(told: &[Told]) -> QualityNote {
    let held: Vec<&Told> = told.iter().filter(|one| one.is_held()).collect();
    let named = held.iter().take(MOST_NAMED);
    let named = named.map(|one| Label::verbatim(one.slice.to_string()));
    let message = Message::new("correction.of_slices")
        .with("count", Argument::Count(held.len() as i64))
        .with("slices", Argument::List(named.collect()));
    QualityNote { severity: Severity::Info, message, dataset: None }
}

/// The deliveries of what was told.
///
/// # Errors
/// When a stored report cannot be read.
pub(crate) fn deliveries(
    making: Making<'_>,
    told: &[Told],
    run: &mut Run<'_>,
) -> Result<DeliverPlan, RunError> {
    let mut deliveries = run.deliveries(making.plan);
    if making.said.is_hold() && told.iter().all(Told::is_held) {
        // Why a person holds it is for the owners: folders are read by others.
        deliveries.route = deliveries.route.without_folders();
    }
    match making.standing {
        Some(standing) => standing.deliveries(deliveries, told, making.cx),
        None => Ok(deliveries),
    }
}
