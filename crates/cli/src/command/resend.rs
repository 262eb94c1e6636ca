//! `tidings resend` and `tidings show-sent`: a delivery once more, and what exactly somebody got.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    progress::Spinner,
    workplace::Workplace,
};
use anyhow::{Context, Result};
use chrono::NaiveDate;
use chrono_tz::Tz;
use job::Job;
use model::{
    id::{JobId, RunId},
    receipt::{DeliveryState, Receipt},
};
use run::{
    Sending,
    ledger::{Ledger, Letter},
};
use std::path::Path;

/// Sends a run's report to one of its readers again.
pub(crate) fn resend(
    place: &Workplace,
    run: &str,
    to: &str,
    job: Option<&Path>,
    format: Format,
) -> Result<Exit> {
    let ledger = place.ledger()?;
    let sent = super::runs::record(&ledger, &RunId::new(run))?;
    let job = place.job_of(&sent, job)?;
    let plan = place.plan_at(&job, sent.as_of)?;
    let cx = place.context(&plan, true)?;
    let record = run::resend(&plan, &sent, to, &cx, &ledger, &Spinner::new())?;
    super::run_job::say(&record, &job.templates, format)?;
    Ok(Exit::of_outcome(record.outcome))
}

/// Shows what somebody got on a day; writes the messages into a folder if there is one. Copies are shown also where the job
/// cannot be read any more.
pub(crate) fn show(
    place: &Workplace,
    path: &Path,
    (to, on): (&str, NaiveDate),
    out: Option<&Path>,
) -> Result<Exit> {
    let job = place.job(path);
    let id = job.as_ref().map_or_else(|_| name_of(path), |job| job.id.clone());
    let zone = job.as_ref().map_or(Tz::UTC, |job| job.calendar.zone);
    let ledger = place.ledger()?;
    let sendings = run::sendings(&ledger, &id, (to, on, zone))?;
    if sendings.is_empty() {
        job?;
        return Err(Invalid(format!("{to} got nothing of {id} on {on}")).into());
    }
    let mut exit = Exit::Fine;
    for (number, sending) in sendings.iter().enumerate() {
        let shown = match (run::copy(&ledger, &sending.receipt), &job) {
            (Some(copy), _) => Shown::Copy(copy),
            (None, Ok(job)) => again(place, job, &ledger, &sending.receipt)?,
            (None, Err(_)) => Shown::Nothing,
        };
        say(sending, zone, &shown)?;
        let (Shown::Copy(letter) | Shown::Again(letter)) = shown else {
            exit = Exit::Failed;
            continue;
        };
        if let Some(out) = out {
            let path = out.join(format!("{on}-{}-{}.eml", file_name(to), number + 1));
            publish::file(&path, &letter.message)
                .with_context(|| format!("`{}` cannot be written", path.display()))?;
            output::say(&format!("message  {}\n", path.display()))?;
        }
    }
    Ok(exit)
}

/// What there is of a mail.
enum Shown {
    /// It, as it left.
    Copy(Letter),
    /// It, made again.
    Again(Letter),
    Nothing,
}

fn again(place: &Workplace, job: &Job, ledger: &Ledger, receipt: &Receipt) -> Result<Shown> {
    let plan = place.plan_at(job, receipt.key.as_of)?;
    let cx = run::context::looking(&plan, &place.settings.state, place.now).map_err(Invalid)?;
    let made = run::made_again(&plan, &cx, ledger, receipt)?;
    Ok(made.map_or(Shown::Nothing, Shown::Again))
}

/// The name that runs of a job file have.
fn name_of(path: &Path) -> JobId {
    JobId::new(path.file_stem().unwrap_or_default().to_string_lossy())
}

/// An address as part of a file name.
fn file_name(to: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "@._+-".contains(c) { c } else { '_' };
    to.to_lowercase().chars().map(plain).collect()
}

fn say(sending: &Sending, zone: Tz, shown: &Shown) -> Result<()> {
    let Sending { receipt, left } = sending;
    let state = match receipt.state {
        DeliveryState::Sent => "accepted by the relay",
        _ => "may have arrived: the relay's answer was lost",
    };
    let revision = match receipt.key.revision {
        0 => String::new(),
        revision => format!(", correction {revision}"),
    };
    output::say(&format!(
        "{} as of {}{revision}: {state}\nrun      {}, begun {} {zone}\nid       {}\n",
        receipt.key.job,
        receipt.key.as_of,
        receipt.run,
        left.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S"),
        receipt.reference,
    ))?;
    match shown {
        Shown::Copy(letter) => {
            output::say(&format!("subject  {}\n\n{}\n", letter.subject, letter.text))
        }
        Shown::Again(letter) => output::say(&format!(
            "no copy  made again; a signature that it left with is not shown\nsubject  {}\n\n{}\n",
            letter.subject, letter.text
        )),
        Shown::Nothing => output::say(
            "no copy  there is none, or none any more, and it cannot be made again byte for byte\n",
        ),
    }
}
