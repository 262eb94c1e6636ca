//! `tidings settle`: a person's word on deliveries that are in doubt or refused.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::Result;
use model::receipt::{DeliveryState, Receipt};
use run::ledger::Word;

/// Arguments of `settle`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The job file.
    job: std::path::PathBuf,
    /// The scheduled moment.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<String>,
    /// Only this recipient.
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// What is in doubt has arrived.
    #[arg(long)]
    arrived: bool,
    /// What is in doubt or refused is to be sent by the next run of the same moment, under the same message id.
    #[arg(long, conflicts_with = "arrived")]
    again: bool,
    /// The form of the result on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Lists what did not arrive, or changes it by what a person says.
pub(crate) fn run(place: &Workplace, args: &Arguments) -> Result<Exit> {
    let job = place.job(&args.job)?;
    let as_of = place.as_of(&job, args.as_of.as_deref())?.naive_local();
    let ledger = place.ledger()?;
    let word = match (args.arrived, args.again) {
        (true, _) => Some(Word::Arrived),
        (_, true) => Some(Word::Again),
        _ => None,
    };
    let shown = match word {
        Some(word) => {
            let meant = (args.to.as_deref(), word);
            let changed = ledger.resolve(&job.id, as_of, meant, run::context::now())?;
            if changed.is_empty() {
                let moment = format!("`{}` of {as_of}", job.id);
                let reason = format!(
                    "no delivery of {moment} is open to that; without `--arrived` or `--again` they are listed"
                );
                return Err(Invalid(reason).into());
            }
            changed
        }
        None => {
            let all = ledger.receipts(&job.id, as_of)?;
            if all.is_empty() {
                let said = format!("the ledger has no delivery of `{}` of {as_of}\n", job.id);
                output::complain(said.trim_end());
                return Ok(Exit::Fine);
            }
            let is_meant = |one: &Receipt| {
                args.to.as_ref().is_none_or(|to| &one.key.recipient == to)
                    && one.state != DeliveryState::Sent
            };
            all.into_iter().filter(is_meant).collect()
        }
    };
    match args.format {
        Format::Json => output::say_json(&shown)?,
        Format::Text if shown.is_empty() => output::say("everything was delivered\n")?,
        Format::Text => output::say(&table(&shown))?,
    }
    Ok(Exit::Fine)
}

fn table(receipts: &[Receipt]) -> String {
    let rows = receipts.iter().map(|receipt| {
        vec![
            receipt.key.recipient.clone(),
            format!("{:?}", receipt.state).to_lowercase(),
            receipt.attempts.to_string(),
            receipt.reference.clone(),
            receipt.detail.clone().unwrap_or_default(),
        ]
    });
    output::table(&["to", "state", "tries", "message id", "said"], rows.collect(), 9)
}
