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
use run::Sent;
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
    let receipts = run::receipts_of(&ledger, &today, (to, on))?;
    if receipts.is_empty() {
        return Err(Invalid(format!("{to} got nothing of {} on {on}", job.id)).into());
    }
    let mut exit = Exit::Fine;
    for (number, receipt) in receipts.into_iter().enumerate() {
        let plan = place.plan_at(&job, receipt.key.as_of)?;
        let cx = place.context(&plan, true)?;
        let sent = run::sent(&plan, &cx, &ledger, receipt)?;
        say(&sent)?;
        let Some((_, bytes)) = &sent.message else {
            exit = Exit::Failed;
            continue;
        };
        if let Some(out) = out {
            let path = out.join(format!("{on}-{}.eml", number + 1));
            publish::file(&path, bytes)
                .with_context(|| format!("`{}` cannot be written", path.display()))?;
            output::say(&format!("message  {}\n", path.display()))?;
        }
    }
    Ok(exit)
}

fn say(sent: &Sent) -> Result<()> {
    let receipt = &sent.receipt;
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
        receipt.changed.format("%Y-%m-%d %H:%M:%S UTC"),
        receipt.run,
        receipt.reference,
    ))?;
    match &sent.message {
        Some((edition, _)) => {
            output::say(&format!("subject  {}\n\n{}\n", edition.subject, edition.mail_text))
        }
        None => output::say(
            "the message can no longer be made byte for byte: job, templates or program are others now\n",
        ),
    }
}
