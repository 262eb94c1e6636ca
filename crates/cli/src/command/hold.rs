//! `tidings hold` and `tidings release`: a person's word over the gate.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    progress::Spinner,
    workplace::Workplace,
};
use anyhow::Result;
use model::id::RunId;
use std::path::Path;

/// Holds the reports of a job back, or lifts the hold.
pub(crate) fn hold(place: &Workplace, job: &Path, reason: Option<&str>) -> Result<Exit> {
    let job = place.job(job)?;
    let ledger = place.ledger()?;
    match reason.map(str::trim) {
        Some("") => return Err(Invalid("say why; the owners of the job are told".into()).into()),
        Some(reason) => {
            ledger.hold(&job.id, reason, run::context::now())?;
            output::say(&format!(
                "the reports of {0} are held from now on; `tidings hold {1} --lift` ends it\n",
                job.id,
                job.path.display()
            ))?;
        }
        None if ledger.lift(&job.id)? => {
            output::say(&format!("the reports of {} go out again\n", job.id))?;
        }
        None => output::say(&format!("the reports of {} were not held by hand\n", job.id))?,
    }
    Ok(Exit::Fine)
}

/// Sends what a run held.
pub(crate) fn release(
    place: &Workplace,
    run: &str,
    job: Option<&Path>,
    format: Format,
) -> Result<Exit> {
    let ledger = place.ledger()?;
    let held = super::runs::record(&ledger, &RunId::new(run))?;
    let job = place.job_of(&held, job)?;
    let plan = place.plan_at(&job, held.as_of)?;
    let cx = place.context(&plan, true)?;
    let record = run::release(&plan, &held, &place.engine()?, &cx, &ledger, &Spinner::new())?;
    super::run_job::say(&record, &job.templates, format)?;
    Ok(Exit::of_outcome(record.outcome))
}
