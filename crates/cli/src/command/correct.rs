//! `tidings correct`.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    progress::Spinner,
    workplace::Workplace,
};
use anyhow::Result;
use chrono::NaiveDateTime;
use job::Job;
use model::run::{Outcome, RunRecord};
use run::{Progress, Until};
use std::path::Path;

/// Tells those who got the report of a moment what has changed since; without a moment, those of every report that the
/// latest run tells otherwise.
pub(crate) fn run(
    place: &Workplace,
    path: &Path,
    as_of: Option<&str>,
    send: bool,
    format: Format,
) -> Result<Exit> {
    let job = place.job(path)?;
    if send {
        run::refuse_older(&place.ledger()?)?;
    }
    let (moments, lost) = match as_of {
        Some(_) => (vec![place.as_of(&job, as_of)?.naive_local()], Vec::new()),
        None => {
            let record = looked_at_anew(place, &job)?;
            let ledger = place.ledger()?;
            let due = run::corrections_due(&job, &record, &ledger)?;
            if record.outcome == Outcome::Held {
                output::complain(
                    "the report is held, so what slices tell is not looked at; name a moment with --as-of to look at all of it",
                );
            }
            (due, run::lost(&job, &record, record.as_of, &ledger)?)
        }
    };
    let mut records = Vec::new();
    for moment in moments {
        records.push(correct(place, &job, moment, send, &Spinner::new())?);
    }
    if format == Format::Json {
        output::say_json(&records)?;
    } else {
        for record in &records {
            output::say(&super::run_job::text(record, &job.templates))?;
        }
        let is_known =
            |record: &RunRecord| record.outcome == Outcome::AlreadyDelivered && !names_lost(record);
        if lost.is_empty() && records.iter().all(is_known) {
            output::say("no figure that readers have has moved far enough to be corrected\n")?;
        }
    }
    lost.iter().for_each(name_lost);
    let is_lost = !lost.is_empty() || records.iter().any(names_lost);
    let worst = if is_lost { Exit::Failed } else { Exit::Fine };
    let exits = records.iter().map(|record| Exit::of_outcome(record.outcome));
    Ok(exits.fold(worst, Exit::worse))
}

/// Whether a correction found reports gone that readers have.
fn names_lost(record: &RunRecord) -> bool {
    record.notes.iter().any(|note| note.message.key == run::LOST)
}

/// Says that a report cannot be looked at.
pub(super) fn name_lost(moment: &NaiveDateTime) {
    output::complain(&format!(
        "the report of {moment} is gone from the state folder: whether it is wrong is not known"
    ));
}

/// The latest moment that anybody was told of, computed once more from the data as they are; of a job that says when
/// reports are corrected.
fn looked_at_anew(place: &Workplace, job: &Job) -> Result<RunRecord> {
    if job.spec.corrections.is_none() {
        let message = format!(
            "`{}` has no [corrections], which says what is worth a correction; name a report with --as-of",
            job.id
        );
        return Err(Invalid(message).into());
    }
    let ledger = place.ledger()?;
    let told = ledger.latest_told(&job.id)?;
    let told = told.ok_or_else(|| Invalid(format!("nobody got a report of `{}` yet", job.id)))?;
    computed_anew(place, job, told.as_of)
}

/// A moment computed once more from the data as they are, for nobody.
pub(super) fn computed_anew(
    place: &Workplace,
    job: &Job,
    moment: NaiveDateTime,
) -> Result<RunRecord> {
    let plan = place.plan_at(job, moment)?;
    let cx = place.context(&plan, false)?;
    let ledger = place.ledger()?;
    let record = run::run(&plan, &place.engine()?, &cx, &ledger, Until::Gate, &Spinner::new())?;
    if let (Outcome::Failed, Some(error)) =
        (record.outcome, record.stages.iter().find_map(|stage| stage.error.clone()))
    {
        anyhow::bail!("the data cannot be looked at: {error}");
    }
    Ok(record)
}

/// Corrects a moment from the data as they are.
pub(super) fn correct(
    place: &Workplace,
    job: &Job,
    moment: NaiveDateTime,
    send: bool,
    progress: &dyn Progress,
) -> Result<RunRecord> {
    let plan = place.plan_at(job, moment)?;
    let cx = place.context(&plan, send)?;
    Ok(run::correct(&plan, &place.engine()?, &cx, &place.ledger()?, progress)?)
}
