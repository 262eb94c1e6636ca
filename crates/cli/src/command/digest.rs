//! `tidings digest`.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    workplace::{Jobs, Workplace},
};
use anyhow::Result;
use chrono::NaiveDate;
use model::run::RunRecord;
use run::operator::{self, DigestPlan, JobDay};
use std::path::Path;

/// Writes the digest of a day, and mails it unless told otherwise.
pub(crate) fn run(
    place: &Workplace,
    as_of: Option<NaiveDate>,
    send: bool,
    format: Format,
) -> Result<Exit> {
    let plan = place.settings.operator.digest.as_ref();
    let plan = plan.ok_or_else(|| {
        Invalid("nobody gets a digest: name readers as `to` in [operator] of tidings.toml".into())
    })?;
    let jobs = place.jobs_of(&[])?;
    let today = place.now.with_timezone(&plan.zone).date_naive();
    let day = as_of.unwrap_or(today);
    if send && day > today {
        let refused =
            format!("{day} is still to come; sent now, its digest would not be sent then");
        return Err(Invalid(refused).into());
    }
    let (days, record) = of(place, plan, day, &jobs, send)?;
    match format {
        Format::Json => output::say_json(&days)?,
        Format::Text => {
            let older = place.ledger()?.lacks()?;
            let edited = operator::edit(plan, day, (&days, older.as_ref()), templates(&jobs))?;
            let text = edited.editions.first().map(|edition| edition.mail_text.as_str());
            output::say(text.unwrap_or_default())?;
        }
    }
    let exit = if jobs.faulty.is_empty() { Exit::Fine } else { Exit::Invalid };
    let exit = if place.ledger()?.lacks()?.is_some() { exit.worse(Exit::Failed) } else { exit };
    let Some(record) = record else { return Ok(exit) };
    tracing::info!(outcome = ?record.outcome, run = %record.run, "digest");
    Ok(exit.worse(Exit::of_outcome(record.outcome)))
}

/// Writes the digest of a day over some jobs, and mails it; those that cannot be read are named.
pub(super) fn of(
    place: &Workplace,
    plan: &DigestPlan,
    day: NaiveDate,
    jobs: &Jobs,
    send: bool,
) -> Result<(Vec<JobDay>, Option<RunRecord>)> {
    let ledger = place.ledger()?;
    let now = run::context::now();
    let mut days: Vec<JobDay> =
        jobs.faulty.iter().map(|(_, id)| JobDay::unreadable(id.clone())).collect();
    for (_, job) in &jobs.sound {
        days.extend(operator::day(job, day, &ledger, now)?);
    }
    if !send {
        return Ok((days, None));
    }
    let older = ledger.lacks()?;
    let edited = operator::edit(plan, day, (&days, older.as_ref()), templates(jobs))?;
    let state = &place.settings.state;
    let cx = run::context::digest_context(plan, state, now).map_err(Invalid)?;
    Ok((days, Some(operator::digest(plan, &edited, &cx, &ledger)?)))
}

/// The templates of the jobs; the usual folder where none can be read.
fn templates(jobs: &Jobs) -> &Path {
    jobs.sound.first().map_or(Path::new("report-templates"), |(_, job)| &job.templates)
}
