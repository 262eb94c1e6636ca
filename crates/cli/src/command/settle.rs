//! `tidings settle`: a person's word on deliveries that are in doubt or refused, of whatever moment.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::Result;
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use job::Job;
use model::{
    id::RunId,
    receipt::{DeliveryState, Receipt},
};
use run::{context::written, ledger::Ledger, ledger::Word};
use std::collections::BTreeMap;

/// So many open deliveries are named in a complaint.
const MOST_NAMED: usize = 10;

/// Arguments of `settle`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The job file.
    job: std::path::PathBuf,
    /// Only the report of this scheduled moment; of every one when absent.
    #[arg(long, value_name = "WHEN", conflicts_with = "run")]
    as_of: Option<String>,
    /// Only the report that this run made.
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Only this recipient.
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// What is in doubt has arrived.
    #[arg(long)]
    arrived: bool,
    /// What is in doubt or refused is to be sent by the next run of the same moment, a correction by `tidings correct`, under
    /// the same message id.
    #[arg(long, conflicts_with = "arrived")]
    again: bool,
    /// The form of the result on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Lists what did not arrive, or changes it by what a person says.
pub(crate) fn run(place: &Workplace, args: &Arguments) -> Result<Exit> {
    let job = place.job(&args.job)?;
    let ledger = place.ledger()?;
    let moment = moment(place, &job, &ledger, args)?;
    let mut open = ledger.open_deliveries(&job.id)?;
    open.retain(|one| moment.is_none_or(|moment| one.key.as_of == moment));
    let zone = job.calendar.zone;
    let is_meant = |one: &Receipt| {
        args.to.as_ref().is_none_or(|to| one.key.recipient.eq_ignore_ascii_case(to))
    };
    let meant: Vec<Receipt> = open.iter().filter(|one| is_meant(one)).cloned().collect();
    if let (Some(to), true) = (&args.to, meant.is_empty()) {
        let said =
            format!("no delivery of `{}` to `{to}` is open; {}", job.id, listed(&open, zone));
        return Err(Invalid(said).into());
    }
    let word = match (args.arrived, args.again) {
        (true, _) => Some(Word::Arrived),
        (_, true) => Some(Word::Again),
        _ => None,
    };
    let shown = match word {
        None => meant,
        Some(word) => {
            let as_of = the_moment(&job, word, &meant, (&open, zone))?;
            ledger.resolve(&job.id, as_of, (args.to.as_deref(), word), run::context::now())?
        }
    };
    match args.format {
        Format::Json => output::say_json(&shown)?,
        Format::Text if shown.is_empty() => {
            output::say("nothing is open: no delivery is refused, put off or in doubt\n")?
        }
        Format::Text => output::say(&table(&shown))?,
    }
    Ok(Exit::Fine)
}

/// The moment that a person names, himself or by one of its runs.
fn moment(
    place: &Workplace,
    job: &Job,
    ledger: &Ledger,
    args: &Arguments,
) -> Result<Option<NaiveDateTime>> {
    let Some(run) = &args.run else {
        let asked = args.as_of.as_deref();
        return asked.map(|text| Ok(place.as_of(job, Some(text))?.naive_local())).transpose();
    };
    let record = super::runs::record(ledger, &RunId::new(run.clone()))?;
    if record.job != job.id {
        let said = format!("`{run}` is a run of `{}`, not of `{}`", record.job, job.id);
        return Err(Invalid(said).into());
    }
    Ok(Some(record.as_of))
}

/// The one moment of which something is open to a person's word; he names it where there are several.
fn the_moment(
    job: &Job,
    word: Word,
    meant: &[Receipt],
    (open, zone): (&[Receipt], Tz),
) -> Result<NaiveDateTime> {
    let mut moments: BTreeMap<NaiveDateTime, Vec<&Receipt>> = BTreeMap::new();
    for receipt in meant.iter().filter(|one| word.is_about(one.state)) {
        moments.entry(receipt.key.as_of).or_default().push(receipt);
    }
    let mut found = moments.iter();
    match (found.next(), found.next()) {
        (Some((moment, _)), None) => Ok(*moment),
        (None, _) => {
            let said = format!(
                "no delivery of `{}` is open to that: {} settles what is in doubt{}; {}",
                job.id,
                if word == Word::Arrived { "`--arrived`" } else { "`--again`" },
                if word == Word::Arrived { "" } else { " or refused" },
                listed(open, zone)
            );
            Err(Invalid(said).into())
        }
        (Some(_), Some(_)) => {
            let named = moments.iter().map(|(moment, receipts)| {
                let runs: Vec<&str> = receipts.iter().map(|one| one.run.as_str()).collect();
                let run = runs.last().copied().unwrap_or_default();
                format!(
                    "\n  --as-of {} ({} open, --run {run})",
                    written(*moment, zone),
                    receipts.len()
                )
            });
            let said = format!(
                "deliveries of {} moments of `{}` are open; say which:{}",
                moments.len(),
                job.id,
                named.collect::<String>()
            );
            Err(Invalid(said).into())
        }
    }
}

/// Who is open, for a person who named somebody else.
fn listed(open: &[Receipt], zone: Tz) -> String {
    if open.is_empty() {
        return "nothing is open".to_owned();
    }
    let named = open.iter().take(MOST_NAMED).map(|one| {
        let (to, state) = (&one.key.recipient, word_of(one.state));
        format!("\n  {to} ({state}, {})", written(one.key.as_of, zone))
    });
    let more = open.len().saturating_sub(MOST_NAMED);
    let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("these are:{}{rest}", named.collect::<String>())
}

fn word_of(state: DeliveryState) -> String {
    format!("{state:?}").to_lowercase()
}

fn table(receipts: &[Receipt]) -> String {
    let rows = receipts.iter().map(|receipt| {
        vec![
            receipt.key.recipient.clone(),
            receipt.key.as_of.format("%Y-%m-%d %H:%M").to_string(),
            word_of(receipt.state),
            receipt.attempts.to_string(),
            receipt.reference.clone(),
            receipt.detail.clone().unwrap_or_default(),
        ]
    });
    output::table(&["to", "as of", "state", "tries", "message id", "said"], rows.collect(), 9)
}
