//! What happens to the program itself: it is killed, its ledger is torn, or it is started twice.

use super::Observed;
use crate::{
    crashes::{Ended, Place},
    torture::relayed::said,
};
use model::{edition::EditionKind, receipt::DeliveryState};
use std::fs;

type Played = Result<Observed, String>;

/// Plays a scenario, if it is one of these.
pub(super) fn play(name: &str) -> Option<Played> {
    Some(match name {
        "kill -9 before MAIL" => dies(|place| place.dies_at(1, "SMTP connected")),
        "kill -9 in DATA" => dies(|place| place.dies_at(1, "DATA half sent")),
        "kill -9 after dot before 250" => dies(|place| place.dies_after_the_dot(1)),
        "kill -9 after 250 before ledger commit" => dies(|place| place.dies_at(1, "250 received")),
        "ledger corrupt" => torn().map_err(said),
        "same run twice at once" => twice().map_err(said),
        _ => return None,
    })
}

/// What came of the readers' deliveries.
fn observe(place: &Place, before: usize) -> anyhow::Result<Observed> {
    let receipts = place.receipts(1)?;
    let reports = receipts.iter().filter(|receipt| {
        receipt.key.channel == "email" && receipt.key.kind == EditionKind::Report
    });
    let states: Vec<DeliveryState> = reports.map(|receipt| receipt.state).collect();
    let delivered = place.to_readers(place.sink.take()).len();
    Ok(Observed { states, delivered, tried_again: delivered > before })
}

fn dies(die: impl Fn(&Place) -> anyhow::Result<()>) -> Played {
    let play = || -> anyhow::Result<Observed> {
        let place = Place::new(1)?;
        die(&place)?;
        let before = place.to_readers(place.sink.mails()).len();
        place.run(1)?;
        observe(&place, before)
    };
    play().map_err(|error| format!("{error:#}"))
}

/// The last record of the ledger, that the mail was sent, is written in part.
fn torn() -> anyhow::Result<Observed> {
    let place = Place::new(1)?;
    place.dies_at(1, "verdict written")?;
    let log = place.state().join("ledger.sqlite-wal");
    let bytes = fs::read(&log)?;
    fs::write(&log, &bytes[..bytes.len() - 100])?;
    let before = place.to_readers(place.sink.mails()).len();
    place.run(1)?;
    observe(&place, before)
}

fn twice() -> anyhow::Result<Observed> {
    let place = Place::new(1)?;
    let pair = [place.run_of(1).spawn()?, place.run_of(1).spawn()?];
    let mut codes = Vec::new();
    for child in pair {
        let ended: Ended = child.wait_with_output()?.into();
        codes.push(ended.code);
    }
    anyhow::ensure!(codes.contains(&Some(0)), "they end with {codes:?}");
    observe(&place, 1)
}
