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
use model::{id::RunId, receipt::DeliveryState};
use run::{Sending, ledger::Letter};
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

/// Shows what somebody got on a day; writes the messages into a folder if there is one.
pub(crate) fn show(
    place: &Workplace,
    job: &Path,
    (to, on): (&str, NaiveDate),
    out: Option<&Path>,
) -> Result<Exit> {
    let job = place.job(job)?;
    let ledger = place.ledger()?;
    let today = place.plan_at(&job, on.and_time(chrono::NaiveTime::MIN))?;
    let sendings = run::sendings(&ledger, &today, (to, on))?;
    if sendings.is_empty() {
        return Err(Invalid(format!("{to} got nothing of {} on {on}", job.id)).into());
    }
    let mut exit = Exit::Fine;
    for (number, sending) in sendings.iter().enumerate() {
        let plan = place.plan_at(&job, sending.receipt.key.as_of)?;
        let cx = place.context(&plan, true)?;
        let letter = run::letter(&plan, &cx, &ledger, &sending.receipt)?;
        say(sending, letter.as_ref())?;
        let Some(letter) = letter else {
            exit = Exit::Failed;
            continue;
        };
        if let Some(out) = out {
            let path = out.join(format!("{on}-{}.eml", number + 1));
            publish::file(&path, &letter.message)
                .with_context(|| format!("`{}` cannot be written", path.display()))?;
            output::say(&format!("message  {}\n", path.display()))?;
        }
    }
    Ok(exit)
}

fn say(sending: &Sending, letter: Option<&Letter>) -> Result<()> {
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
        "{} as of {}{revision}: {state}, {}\nrun      {}\nid       {}\n",
        receipt.key.job,
        receipt.key.as_of,
        left.format("%Y-%m-%d %H:%M:%S UTC"),
        receipt.run,
        receipt.reference,
    ))?;
    match letter {
        Some(letter) => output::say(&format!("subject  {}\n\n{}\n", letter.subject, letter.text)),
        None => output::say(
            "there is no copy of the message, and it can no longer be made byte for byte: job, templates or program are others now\n",
        ),
    }
}
