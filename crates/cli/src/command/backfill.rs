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
    let total: u64 = records.iter().map(took).sum();
    let _ = writeln!(text, "{} runs, {total} ms in all", records.len());
    text + &growth(records).unwrap_or_default()
}

/// Whether late nights cost more than early ones: among the runs that brought rows, the last 20 against the
/// 20th to 40th, in time and in rows.
fn growth(records: &[RunRecord]) -> Option<String> {
    let read =
        |record: &RunRecord| record.sources.iter().map(|source| source.rows.read).sum::<u64>();
    let took =
        |record: &RunRecord| record.stages.iter().map(|stage| stage.milliseconds).sum::<u64>();
    let mut nights = Vec::new();
    let mut before = 0;
    for record in records {
        let rows = read(record).saturating_sub(before);
        before = read(record);
        if rows > 0 {
            nights.push((took(record) as f64, rows as f64));
        }
    }
    let early = nights.get(19..40)?;
    let late = nights.get(nights.len().checked_sub(20).filter(|start| *start >= 40)?..)?;
    let median = |part: &[(f64, f64)], pick: fn(&(f64, f64)) -> f64| {
        let mut sorted: Vec<f64> = part.iter().map(pick).collect();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    let (early_time, late_time) = (median(early, |night| night.0), median(late, |night| night.0));
    let (early_rows, late_rows) = (median(early, |night| night.1), median(late, |night| night.1));
    Some(format!(
        "{} nights with new rows; median of the 20th to 40th: {early_time:.0} ms for {early_rows:.0} rows; of the \
         last 20: {late_time:.0} ms for {late_rows:.0} rows; ratio of times {:.2}, of times per row {:.2}\n",
        nights.len(),
        late_time / early_time,
        (late_time / late_rows) / (early_time / early_rows)
    ))
}
