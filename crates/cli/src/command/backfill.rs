//! `tidings backfill`.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output, progress,
    workplace::Workplace,
};
use anyhow::Result;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use job::{Job, Wanted};
use model::run::{Outcome, RunRecord};
use run::{Until, schedule};
use std::{fmt::Write, path::Path};

/// Runs a job for every scheduled moment of the days; delivers nothing.
pub(crate) fn run(
    place: &Workplace,
    path: &Path,
    from: NaiveDate,
    to: NaiveDate,
    format: Format,
) -> Result<Exit> {
    let job = place.job(path)?;
    let moments = moments(&job, from, to)?;
    let engine = place.engine()?;
    let ledger = place.ledger()?;
    let bar = progress::bar(moments.len() as u64);
    let mut records = Vec::new();
    for as_of in moments {
        let plan = job::plan(&job, as_of, &Wanted::Sections);
        let cx = place.context(&plan, false)?;
        records.push(run::run(&plan, &engine, &cx, &ledger, Until::Gate, &())?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    match format {
        Format::Json => output::say_json(&records)?,
        Format::Text => output::say(&text(&records))?,
    }
    let worst = records.iter().map(|record| Exit::of_outcome(record.outcome)).max();
    // A held night is history; only a failed one fails the backfill.
    Ok(if worst == Some(Exit::Failed) || records.iter().any(|r| r.outcome == Outcome::Failed) {
        Exit::Failed
    } else {
        Exit::Fine
    })
}

fn moments(job: &Job, from: NaiveDate, to: NaiveDate) -> Result<Vec<DateTime<Tz>>> {
    if from > to {
        return Err(Invalid(format!("--from {from} is after --to {to}")).into());
    }
    let plan = job.schedule.as_ref().ok_or_else(|| {
        Invalid(format!("`{}` has no [schedule], so it has no moments to fill", job.id))
    })?;
    let start = |day: NaiveDate| {
        let midnight = day.and_time(NaiveTime::MIN);
        plan.zone
            .from_local_datetime(&midnight)
            .earliest()
            .map_or(midnight.and_utc(), |at| at.with_timezone(&Utc))
    };
    let (first, end) = (start(from), start(to.succ_opt().unwrap_or(to)));
    let mut moments = Vec::new();
    let mut after = first - chrono::TimeDelta::seconds(1);
    while let Some(slot) = schedule::fires(plan, after, 1).pop().filter(|slot| slot.at < end) {
        moments.push(slot.at.with_timezone(&job.calendar.zone));
        after = slot.at;
    }
    Ok(moments)
}

fn text(records: &[RunRecord]) -> String {
    let took =
        |record: &RunRecord| record.stages.iter().map(|stage| stage.milliseconds).sum::<u64>();
    let mut text = String::new();
    for record in records {
        let quarantined: u64 = record.sources.iter().map(|source| source.rows.quarantined).sum();
        let outcome = format!("{:?}", record.outcome);
        let _ = writeln!(
            text,
            "{}  {:<9} {:>6} ms  {quarantined} quarantined",
            record.as_of,
            outcome,
            took(record)
        );
    }
    let times: Vec<u64> = records.iter().map(took).collect();
    let _ = writeln!(text, "{} runs, {} ms in all", times.len(), times.iter().sum::<u64>());
    if times.len() >= 60 {
        let median = |part: &[u64]| {
            let mut sorted = part.to_vec();
            sorted.sort_unstable();
            sorted[sorted.len() / 2] as f64
        };
        let (early, late) = (median(&times[20..40]), median(&times[times.len() - 20..]));
        let _ = writeln!(
            text,
            "median of runs 21 to 40: {early:.0} ms; of the last 20: {late:.0} ms; ratio {:.2}",
            late / early.max(1.0)
        );
    }
    text
}
