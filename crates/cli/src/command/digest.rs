//! `tidings digest`.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::Result;
use chrono::NaiveDate;
use job::Job;
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
    let mut jobs = Vec::new();
    for path in Workplace::jobs(&[])? {
        jobs.push(place.job(&path)?);
    }
    let today = place.now.with_timezone(&plan.zone).date_naive();
    let day = as_of.unwrap_or(today);
    if send && day > today {
        let refused =
            format!("{day} is still to come; sent now, its digest would not be sent then");
        return Err(Invalid(refused).into());
    }
    let jobs: Vec<&Job> = jobs.iter().collect();
    let (days, record) = of(place, plan, day, &jobs, send)?;
    match format {
        Format::Json => output::say_json(&days)?,
        Format::Text => {
            let templates =
                jobs.first().map_or(Path::new("report-templates"), |job| &job.templates);
            let edited = operator::edit(plan, day, &days, templates)?;
            let text = edited.editions.first().map(|edition| edition.mail_text.as_str());
            output::say(text.unwrap_or_default())?;
        }
    }
    let Some(record) = record else { return Ok(Exit::Fine) };
    tracing::info!(outcome = ?record.outcome, run = %record.run, "digest");
    Ok(Exit::of_outcome(record.outcome))
}

/// Writes the digest of a day over some jobs, and mails it.
pub(super) fn of(
    place: &Workplace,
    plan: &DigestPlan,
    day: NaiveDate,
    jobs: &[&Job],
    send: bool,
) -> Result<(Vec<JobDay>, Option<RunRecord>)> {
    let ledger = place.ledger()?;
    let now = run::context::now();
    let mut days = Vec::new();
    for job in jobs {
        days.extend(operator::day(job, day, &ledger, now)?);
    }
    if !send {
        return Ok((days, None));
    }
    let templates = jobs.first().map_or(Path::new("report-templates"), |job| &job.templates);
    let edited = operator::edit(plan, day, &days, templates)?;
    let state = &place.settings.state;
    let cx = run::context::digest_context(plan, state, now).map_err(Invalid)?;
    Ok((days, Some(operator::digest(plan, &edited, &cx, &ledger)?)))
}
