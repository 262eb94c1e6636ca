//! `tidings schedule`.

use crate::{
    args::ScheduleCommand,
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::Result;
use chrono::{DateTime, TimeZone, Utc};
use job::{Job, Wanted};
use run::{Until, schedule};
use std::{
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

/// Runs, lists or explains schedules.
pub(crate) fn run(place: &Workplace, command: &ScheduleCommand) -> Result<Exit> {
    match command {
        ScheduleCommand::Run { jobs } => run_forever(place, &scheduled(place, jobs)?),
        ScheduleCommand::List { jobs, count } => list(place, &scheduled(place, jobs)?, *count),
        ScheduleCommand::Explain { job, count, after } => {
            let job = place.job(job)?;
            let after = match after {
                Some(text) => place.as_of(&job, Some(text))?.with_timezone(&Utc),
                None => place.now,
            };
            explain(&job, *count, after)
        }
    }
}

/// The jobs that have a schedule, with their files.
fn scheduled(place: &Workplace, named: &[PathBuf]) -> Result<Vec<(PathBuf, Job)>> {
    let mut jobs = Vec::new();
    for path in Workplace::jobs(named)? {
        let job = place.job(&path)?;
        if job.schedule.is_some() {
            jobs.push((path, job));
        }
    }
    if jobs.is_empty() {
        return Err(Invalid("no job has a [schedule]".into()).into());
    }
    Ok(jobs)
}

fn list(place: &Workplace, jobs: &[(PathBuf, Job)], count: usize) -> Result<Exit> {
    let mut rows = Vec::new();
    for (_, job) in jobs {
        let Some(plan) = &job.schedule else { continue };
        for slot in schedule::fires(plan, place.now, count) {
            rows.push(vec![
                job.id.to_string(),
                slot.as_of.to_string(),
                slot.zone.to_string(),
                slot.at.to_rfc3339(),
            ]);
        }
    }
    output::say(&output::table(&["job", "as of", "zone", "instant"], rows, 9))?;
    Ok(Exit::Fine)
}

fn explain(job: &Job, count: usize, after: DateTime<Utc>) -> Result<Exit> {
    let plan =
        job.schedule.as_ref().ok_or_else(|| Invalid(format!("`{}` has no [schedule]", job.id)))?;
    output::say(&format!(
        "{}: `{}` in {}, catch-up {:?}\n",
        job.id, plan.cron, plan.zone, plan.catch_up
    ))?;
    for slot in schedule::fires(plan, after, count) {
        let planned = job::plan(job, slot.at.with_timezone(&job.calendar.zone), &Wanted::Sections);
        let days = planned.period.days;
        output::say(&format!(
            "{} reports {} with data of {} to {} (before {})\n",
            slot.as_of,
            planned.period.name(),
            days.start,
            days.last(),
            planned.extract.today
        ))?;
        for section in &planned.transform.sections {
            let days = section.period.days;
            output::say(&format!(
                "    {}: {} ({} to {})\n",
                section.id,
                section.period.name(),
                days.start,
                days.last()
            ))?;
        }
    }
    Ok(Exit::Fine)
}

fn run_forever(place: &Workplace, jobs: &[(PathBuf, Job)]) -> Result<Exit> {
    let _lock = schedule::Lock::acquire(&place.settings.state)?;
    let ledger = place.ledger()?;
    let mut watched = Vec::new();
    for (_, job) in jobs {
        let Some(plan) = job.schedule.clone() else { continue };
        let last = ledger.runs(Some(&job.id), 1)?.first().map(|stored| stored.record.as_of);
        // The ledger keeps the job's wall clock; the schedule may follow another one.
        let last = last.and_then(|local| job.calendar.zone.from_local_datetime(&local).earliest());
        let last = last.map(|moment| moment.with_timezone(&plan.zone).naive_local());
        watched.push(schedule::Scheduled { job: job.id.clone(), plan, last });
    }
    let never = AtomicBool::new(false);
    schedule::run_forever(&watched, &never, run::context::now, std::thread::sleep, |id, slot| {
        let Some((path, _)) = jobs.iter().find(|(_, job)| &job.id == id) else { return };
        if let Err(error) = run_slot(place, path, slot) {
            tracing::error!(job = %id, error = %format!("{error:#}"), "scheduled run failed");
        }
    });
    Ok(Exit::Fine)
}

/// Runs one moment. The job is read anew, so that a change in git counts from the next run on.
fn run_slot(place: &Workplace, path: &Path, slot: schedule::Slot) -> Result<()> {
    let job = place.job(path)?;
    let plan = job::plan(&job, slot.at.with_timezone(&job.calendar.zone), &Wanted::Sections);
    let cx = place.context(&plan, true)?;
    let record = run::run(&plan, &place.engine()?, &cx, &place.ledger()?, Until::Deliver, &())?;
    output::say(&super::run_job::text(&record, &plan.report.templates))
}
