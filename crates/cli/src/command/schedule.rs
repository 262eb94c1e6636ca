//! `tidings schedule`.

use super::{corrections::Corrections, watch::Watch};
use crate::{
    args::ScheduleCommand,
    exit::{Exit, Invalid},
    output,
    workplace::{Jobs, Workplace},
};
use anyhow::Result;
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use job::{Job, JobPlan, Wanted};
use model::{id::JobId, run::RunRecord};
use run::{
    PutOff, RunError,
    schedule::{self, Handled, Stay},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

/// Runs, lists or explains schedules.
pub(crate) fn run(place: &Workplace, command: &ScheduleCommand) -> Result<Exit> {
    match command {
        ScheduleCommand::Run { jobs, due: false } => {
            let _lock = schedule::Lock::acquire(&place.settings.state)?;
            run_jobs(place, &scheduled(place, jobs)?, Stay::Forever)
        }
        // Timers of several jobs may go off at once: the ledger hands each moment out once.
        ScheduleCommand::Run { jobs, due: true } => {
            run_jobs(place, &scheduled(place, jobs)?, Stay::WhileDue)
        }
        ScheduleCommand::Export(args) => {
            super::export::run(place, args, &sound(scheduled(place, &args.jobs)?)?)
        }
        ScheduleCommand::List { jobs, count } => {
            list(place, &sound(scheduled(place, jobs)?)?, *count)
        }
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

/// The jobs that have a schedule, and those that cannot be read.
fn scheduled(place: &Workplace, named: &[PathBuf]) -> Result<Jobs> {
    let mut jobs = place.jobs_of(named)?;
    jobs.sound.retain(|(_, job)| job.schedule.is_some());
    if jobs.sound.is_empty() {
        let none = match jobs.faulty.is_empty() {
            true => "no job has a [schedule]",
            false => "no job that can be read has a [schedule]",
        };
        return Err(Invalid(none.into()).into());
    }
    Ok(jobs)
}

/// All of them, where none is faulty: what is listed or written for all is to be whole.
fn sound(jobs: Jobs) -> Result<Vec<(PathBuf, Job)>> {
    match jobs.faulty.first() {
        None => Ok(jobs.sound),
        Some((path, _)) => Err(Invalid(format!("{} has faults", path.display())).into()),
    }
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
        "{}: {} in {}, catch-up {:?}\n",
        job.id,
        plan.described(),
        plan.zone,
        plan.catch_up
    ))?;
    if let Some(ready) = &plan.ready {
        output::say(&format!("    {}\n", ready.described()))?;
    }
    let slots = schedule::fires(plan, after, count);
    for slot in &slots {
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
        for reason in plan.because(slot.as_of.date()) {
            output::say(&format!("    because {reason}\n"))?;
        }
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
    let until = match (plan.ends(), plan.last_named()) {
        (Some(end), _) => Some(format!("the calendar lists what is worked up to {end}")),
        (None, Some(last)) => Some(format!("the last day that is known comes on {last}")),
        (None, None) => None,
    };
    if let Some(until) = until.filter(|_| slots.len() < count) {
        output::say(&format!("{until}; later moments are not known\n"))?;
    }
    Ok(Exit::Fine)
}

/// How long a job that another process runs is left alone.
const BUSY: TimeDelta = TimeDelta::seconds(5);

/// How long data that cannot be looked at are left alone.
const AGAIN: TimeDelta = TimeDelta::minutes(1);

/// So long it is news that an edition was given up.
const NEWS: TimeDelta = TimeDelta::hours(25);

/// Runs the moments of jobs; the exit code is that of the worst run.
fn run_jobs(place: &Workplace, all: &Jobs, stay: Stay) -> Result<Exit> {
    let Jobs { sound: jobs, faulty } = all;
    let ledger = place.ledger()?;
    // Whether or not a moment is due: nothing will be sent.
    run::refuse_older(&ledger)?;
    let watch = Watch::over(place, jobs);
    faulty.iter().for_each(|(_, id)| watch.failed(id));
    let mut watched = Vec::new();
    for (_, job) in jobs {
        let Some(plan) = job.schedule.clone() else { continue };
        // The ledger keeps the job's wall clock; the schedule may follow another one.
        let zone = job.calendar.zone;
        let last = ledger.last_moment(&job.id, zone, place.now)?;
        let last = last.and_then(|local| zone.from_local_datetime(&local).earliest());
        let open = last.map(|moment| run::open_slots(job, moment, &ledger, place.now));
        let open = open.transpose()?.unwrap_or_default();
        if let (Some(moment), Stay::WhileDue) = (last, stay) {
            name_given_up(place, job, run::given_up(job, moment, &ledger, place.now)?);
        }
        let last = last.map(|moment| moment.with_timezone(&plan.zone).naive_local());
        watched.push(schedule::Scheduled { job: job.id.clone(), plan, last, open });
    }
    // Timers wake one job each; whoever stays knows all of them.
    if stay == Stay::Forever {
        watched.extend(watch.digest()?);
    }
    let never = AtomicBool::new(false);
    let mut worst = if faulty.is_empty() { Exit::Fine } else { Exit::Invalid };
    let mut tried = BTreeMap::new();
    let execute = |id: &JobId, slot: schedule::Slot| {
        let Some((path, _)) = jobs.iter().find(|(_, job)| &job.id == id) else {
            worst = worst.worse(watch.mail_digest(all, slot.at));
            return Handled::Done;
        };
        let runs = tried.entry((id.clone(), slot.at)).or_insert(0);
        match run_slot(place, path, slot, (runs, &watch, stay)) {
            Ok(Ran::Over(exit)) => worst = worst.worse(exit),
            Ok(Ran::Later(wait)) => return Handled::Later(run::context::now() + wait),
            Ok(Ran::Again(exit, wait)) => {
                worst = worst.worse(exit);
                return Handled::Again(run::context::now() + wait);
            }
            Err(error) => {
                tracing::error!(job = %id, error = %crate::exit::told(&error, &place.settings.state), "scheduled run failed");
                watch.failed(id);
                worst = worst.worse(Exit::of(&error));
            }
        }
        Handled::Done
    };
    schedule::run_jobs(&watched, stay, &never, run::context::now, std::thread::sleep, execute);
    Ok(worst)
}

/// Says which editions are not tried any more. Whoever wakes this program every hour or every day hears it.
fn name_given_up(
    place: &Workplace,
    job: &Job,
    given_up: Vec<(schedule::Slot, chrono::DateTime<Utc>)>,
) {
    for (slot, _) in given_up.iter().filter(|(_, since)| place.now - *since <= NEWS) {
        tracing::warn!(job = %job.id, as_of = %slot.as_of, "the next edition is due and somebody lacks this one; given up: `tidings status` names who");
    }
}

/// What became of one moment.
enum Ran {
    /// It is over.
    Over(Exit),
    /// It has to wait for so long.
    Later(TimeDelta),
    /// It is dealt with, and what relays put off is tried again after so long.
    Again(Exit, TimeDelta),
}

/// Runs one moment. The job is read anew, so that a change in git counts from the next run on.
fn run_slot(
    place: &Workplace,
    path: &Path,
    slot: schedule::Slot,
    (runs, watch, stay): (&mut u32, &Watch<'_>, Stay),
) -> Result<Ran> {
    let job = place.job(path)?;
    let plan = job::plan(&job, slot.at.with_timezone(&job.calendar.zone), &Wanted::Sections);
    let cx = place.context(&plan, true)?;
    match run::waiting(&plan, &cx) {
        Ok(None) => {}
        Ok(Some(waiting)) => {
            tracing::info!(job = %job.id, "{}", waits(&plan, &waiting));
            return Ok(Ran::Later(waiting.again - cx.now));
        }
        Err(error) => {
            // What fails now may do later; at the deadline the run itself records the failure.
            tracing::warn!(job = %job.id, error = %error.chain(), "the data cannot be looked at");
            return Ok(Ran::Later(AGAIN));
        }
    }
    let begins = watch.beginning(&plan, &cx.run);
    let ledger = place.ledger()?;
    // An edition that was given up stays so while its correction is gone on with.
    let ran = match is_given_up(&job, slot, &ledger, cx.now)? {
        true => Ok(None),
        false => run::scheduled(&plan, &place.engine()?, &cx, &ledger, &begins),
    };
    let (exit, corrected) = match ran {
        Ok(Some(record)) => {
            watch.ended(&record);
            output::say(&super::run_job::text(&record, &plan.report.templates))?;
            let corrected =
                corrected(place, &job, &record).inspect_err(|_| watch.write_metrics())?;
            (Exit::of_outcome(record.outcome), corrected)
        }
        // The report is out; what relays put off may be a correction.
        Ok(None) => match gone_on(place, &job, plan.as_of.naive_local()) {
            Ok(Some(exit)) => (Exit::Fine, exit),
            Ok(None) => {
                tracing::info!(job = %job.id, as_of = %slot.as_of, "this moment is dealt with already");
                (Exit::Fine, Exit::Fine)
            }
            Err(error) if is_busy(&error) => return Ok(waits_for_another(&error)),
            Err(error) => return Err(error),
        },
        Err(error @ RunError::Busy { .. }) => return Ok(waits_for_another(&error.into())),
        Err(error) => return Err(error.into()),
    };
    watch.settled(&job.id, corrected);
    let exit = exit.worse(corrected);
    *runs += 1;
    put_off(place, (&job, &plan), slot, (*runs, stay)).map(|wait| match wait {
        Some(wait) => Ran::Again(exit, wait),
        None => Ran::Over(exit),
    })
}

/// Corrects what a run tells otherwise than earlier reports, and what runs before it left.
fn corrected(place: &Workplace, job: &Job, record: &RunRecord) -> Result<Exit> {
    let mut corrections = Corrections::of(place, job, record.as_of);
    corrections.earlier(record)?;
    corrections.left()?;
    Ok(corrections.worst().unwrap_or(Exit::Fine))
}

/// Goes on with what is to be corrected in the time of an edition; nothing where nothing is.
fn gone_on(place: &Workplace, job: &Job, edition: NaiveDateTime) -> Result<Option<Exit>> {
    let mut corrections = Corrections::of(place, job, edition);
    corrections.go_on()?;
    Ok(corrections.worst())
}

/// Whether a moment is dealt with and not tried again: the next edition is due.
fn is_given_up(
    job: &Job,
    slot: schedule::Slot,
    ledger: &run::ledger::Ledger,
    now: DateTime<Utc>,
) -> Result<bool> {
    let moment = slot.at.with_timezone(&job.calendar.zone);
    if ledger.dealt_with_since(&job.id, moment)?.is_none() {
        return Ok(false);
    }
    Ok(run::tried_until(job, slot, ledger)?.is_some_and(|until| until <= now))
}

/// How long what relays put off of a moment is left alone; nothing where all is settled, or nobody tries it again.
fn put_off(
    place: &Workplace,
    (job, plan): (&Job, &JobPlan),
    slot: schedule::Slot,
    (runs, stay): (u32, Stay),
) -> Result<Option<TimeDelta>> {
    let ledger = place.ledger()?;
    let open = PutOff::of(job, plan.as_of.naive_local(), &ledger)?;
    if !open.is_open() {
        return Ok(None);
    }
    let until = run::tried_until(job, slot, &ledger)?;
    let now = run::context::now();
    // Whoever wakes this program decides when it is tried again.
    let wait = match stay {
        Stay::WhileDue => TimeDelta::zero(),
        Stay::Forever => PutOff::wait(runs),
    };
    let (job, as_of, minutes) = (&job.id, slot.as_of, wait.num_minutes());
    if until.is_some_and(|until| now + wait >= until) {
        if open.report {
            tracing::warn!(%job, %as_of, "somebody lacks it and the next edition is due; given up: `tidings status` names who");
        } else {
            tracing::warn!(%job, %as_of, "somebody lacks a correction; it is gone on with when the next edition is due");
        }
        return Ok(None);
    }
    match stay {
        Stay::WhileDue => {
            tracing::warn!(%job, %as_of, "not all was delivered; left for the next `tidings schedule run --due`");
        }
        Stay::Forever => {
            tracing::warn!(%job, %as_of, minutes, "not all was delivered; tried again");
        }
    }
    Ok(Some(wait))
}

fn is_busy(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RunError::Busy { .. }))
}

fn waits_for_another(error: &anyhow::Error) -> Ran {
    tracing::warn!(%error, "the moment waits");
    Ran::Later(BUSY)
}

/// What a run waits for, in a line.
pub(super) fn waits(plan: &JobPlan, waiting: &run::Waiting) -> String {
    let said = waiting.missing.iter().map(|message| output::said(&plan.report.templates, message));
    let until = waiting.deadline.with_timezone(&plan.as_of.timezone()).format("%Y-%m-%d %H:%M");
    format!("waits until {until} for its data: {}", said.collect::<Vec<_>>().join(" "))
}
