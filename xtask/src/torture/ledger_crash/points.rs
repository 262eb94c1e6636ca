//! The program is killed at each of the named points of a run, then run again.

use crate::{
    crashes::{self, Place},
    torture::tally::Line,
};
use anyhow::{Context as _, ensure};
use model::{edition::EditionKind, receipt::DeliveryState};
use serde::Deserialize;
use std::{fs, path::PathBuf};

/// The round that is killed; the one before it is whole.
const ROUND: u32 = 1;

/// A point, and what must be true of it.
#[derive(Deserialize)]
struct Case {
    crash_after: String,
    on_disk_model: String,
    on_disk_report: String,
    ledger: String,
    on_restart: String,
    deliveries_total: [usize; 2],
}

/// The points of the set, as the program calls them.
const POINTS: [(&str, &str); 15] = [
    ("run row created", "run row created"),
    ("inputs fingerprinted", "inputs fingerprinted"),
    ("extract staged", "written:.parquet"),
    ("validated, quarantine written", "renamed:.jsonl"),
    ("model built in temp", "written:catalogue.json"),
    ("model published (rename/commit)", "renamed:catalogue.json"),
    ("report rendered to temp", "written:.html"),
    ("report published", "renamed:.zh-CN.eml"),
    ("intent rows written + fsync", "intent written"),
    ("SMTP connected", "SMTP connected"),
    ("MAIL/RCPT done", "MAIL/RCPT done"),
    ("DATA half sent", "DATA half sent"),
    ("250 received", "250 received"),
    ("ledger \"sent\" committed", "verdict written"),
    ("run closed", "run closed"),
];

pub(super) fn line(text: &str) -> anyhow::Result<Line> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    let mut line = Line::new("ledger-crash-points");
    for case in &cases {
        line.count(&case.crash_after, play(case).map_err(|fault| format!("{fault:#}")));
    }
    Ok(line)
}

fn play(case: &Case) -> anyhow::Result<()> {
    let place = Place::new(1)?;
    let first = place.run(0)?;
    ensure!(first.code == Some(0), "an undisturbed run fails: {}", first.said);
    let (model, before) = (model(&place)?, crashes::published(&place, 0)?);
    place.sink.take();
    place.rows(ROUND)?;
    match POINTS.iter().find(|(name, _)| *name == case.crash_after) {
        Some((_, point)) => place.dies_at(ROUND, point)?,
        None if case.crash_after == "final dot sent" => place.dies_after_the_dot(ROUND)?,
        None => anyhow::bail!("it is not known where that is"),
    }
    left(case, &place, &model)?;
    restarted(case, &place)?;
    ensure!(crashes::published(&place, 0)? == before, "files of the run before have changed");
    let drafts = crashes::drafts(&place)?;
    ensure!(drafts.is_empty(), "drafts are left: {drafts:?}");
    Ok(())
}

/// What the dead process left.
fn left(case: &Case, place: &Place, before: &[u8]) -> anyhow::Result<()> {
    let faults = crashes::faults(place)?;
    ensure!(faults.is_empty(), "in part: {faults:?}");
    let found = if model(place)? == before { "previous" } else { "new" };
    ensure!(case.on_disk_model.starts_with(found), "the model is the {found} one");
    let there = crashes::published(place, ROUND)?
        .into_keys()
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml" || ending == "html"));
    let found = if there.count() == 4 { "new" } else { "previous" };
    ensure!(case.on_disk_report.starts_with(found), "the report is the {found} one");
    let found = match state(place)? {
        None => "no row",
        Some(DeliveryState::Pending) => "intent (pending)",
        // Nobody is at it any more.
        Some(DeliveryState::Sending | DeliveryState::Unknown) => "sending",
        Some(DeliveryState::Sent) => "sent",
        Some(DeliveryState::Failed) => "failed",
    };
    ensure!(case.ledger == found, "the ledger says `{found}`");
    Ok(())
}

/// What the next run makes of it.
fn restarted(case: &Case, place: &Place) -> anyhow::Result<()> {
    let again = place.run(ROUND)?;
    let mails = place.sink.take();
    let owner = mails.iter().filter(|mail| mail.to == "owner@example.com").count();
    let to_readers = place.to_readers(mails);
    for mail in &to_readers {
        crashes::as_published(place, ROUND, mail)?;
    }
    let [least, most] = case.deliveries_total;
    let total = to_readers.len();
    ensure!((least..=most).contains(&total), "{total} mails, not {least} to {most}");
    if !case.on_restart.starts_with("UNKNOWN") {
        ensure!(again.code == Some(0), "the next run ends with {:?}: {}", again.code, again.said);
        ensure!(state(place)? == Some(DeliveryState::Sent), "the ledger says {:?}", state(place)?);
        return Ok(());
    }
    ensure!(again.code == Some(4), "the next run ends with {:?}: {}", again.code, again.said);
    ensure!(state(place)? == Some(DeliveryState::Unknown), "the ledger says {:?}", state(place)?);
    ensure!(owner == 1, "{owner} mails to the owner");
    // Once more: nothing is sent by itself, and the owner is told once.
    place.run(ROUND)?;
    ensure!(place.sink.take().is_empty(), "something is sent by itself");
    let moment = Place::moment(ROUND).to_string().replace(' ', "T");
    let shown = place.command(&["settle", "jobs/sales.toml", "--as-of", &moment]).output()?;
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    ensure!(shown.contains("unknown"), "the operator is shown {shown:?}");
    Ok(())
}

/// The list of what the model is made of.
fn model(place: &Place) -> anyhow::Result<Vec<u8>> {
    let mut folders: Vec<PathBuf> = vec![place.state().join("lake")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.ends_with("catalogue.json") {
                return Ok(fs::read(path)?);
            }
            folders.extend(path.is_dir().then_some(path));
        }
    }
    None.context("there is no catalogue")
}

/// The state of the one delivery by mail.
fn state(place: &Place) -> anyhow::Result<Option<DeliveryState>> {
    let receipts = place.receipts(ROUND)?.into_iter();
    let mut reports =
        receipts.filter(|one| one.key.channel == "email" && one.key.kind == EditionKind::Report);
    Ok(reports.next().map(|receipt| receipt.state))
}
