//! What must hold after a crash and the run after it: no mail twice, none lost without a word, no file in part.

use super::place::Place;
use crate::{letters, sink::Mail};
use anyhow::Context as _;
use model::{
    edition::EditionKind,
    receipt::{DeliveryState, Receipt},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What became of the readers of one round.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Count {
    /// Readers with one mail.
    pub served: usize,
    /// Mails too many.
    pub doubles: usize,
    /// Readers without a mail, and nobody is told.
    pub lost: usize,
    /// Deliveries in doubt.
    pub unknown: usize,
}

impl Count {
    /// Adds another round.
    pub fn add(&mut self, other: &Self) {
        self.served += other.served;
        self.doubles += other.doubles;
        self.lost += other.lost;
        self.unknown += other.unknown;
    }
}

/// Holds the mails of a round against its receipts.
pub fn count(place: &Place, mails: &[Mail], receipts: &[Receipt]) -> Count {
    let mut count = Count::default();
    for reader in place.readers() {
        let got = mails.iter().filter(|mail| &mail.to == reader).count();
        let is_of = |one: &&Receipt| {
            one.key.channel == "email"
                && one.key.kind == EditionKind::Report
                && &one.key.recipient == reader
        };
        let state = receipts.iter().find(is_of).map(|one| one.state);
        count.unknown += usize::from(state == Some(DeliveryState::Unknown));
        count.served += usize::from(got == 1);
        count.doubles += got.saturating_sub(1);
        let is_told = state == Some(DeliveryState::Unknown) || state == Some(DeliveryState::Failed);
        count.lost += usize::from(got == 0 && !is_told);
    }
    count
}

/// Every file of the state folder and what is wrong with it; drafts are none yet.
///
/// # Errors
/// A folder that cannot be read.
pub fn faults(place: &Place) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    for path in files(&place.state())? {
        if let Err(fault) = whole(&path) {
            faults.push(format!("{}: {fault:#}", path.display()));
        }
    }
    Ok(faults)
}

/// Drafts that lie about.
///
/// # Errors
/// A folder that cannot be read.
pub fn drafts(place: &Place) -> anyhow::Result<Vec<PathBuf>> {
    let all = files(&place.state())?.into_iter();
    Ok(all.filter(|path| path.extension().is_some_and(|ending| ending == "part")).collect())
}

/// A mail says what the published message says.
///
/// # Errors
/// A mail that says anything else, or a message that was never published.
pub fn as_published(place: &Place, round: u32, mail: &Mail) -> anyhow::Result<()> {
    let index = place.readers().iter().position(|reader| reader == &mail.to).context("a reader")?;
    let locale = if index % 2 == 0 { "en" } else { "zh-CN" };
    let published = place.outbox(round).join(format!("sales.{locale}.eml"));
    let published = fs::read(&published).with_context(|| published.display().to_string())?;
    let same = letters::leaves(&published)? == letters::leaves(&mail.bytes)?;
    anyhow::ensure!(same, "the mail to {} is not what was published", mail.to);
    Ok(())
}

/// The bytes of every published file of a round.
///
/// # Errors
/// A folder that cannot be read.
pub fn published(place: &Place, round: u32) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let paths = files(&place.outbox(round))?.into_iter();
    paths.map(|path| Ok((path.clone(), fs::read(path)?))).collect()
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        if !next.exists() {
            continue;
        }
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file is whole, as its kind shows it.
fn whole(path: &Path) -> anyhow::Result<()> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending {
        "json" => {
            serde_json::from_slice::<serde_json::Value>(&fs::read(path)?)?;
        }
        "jsonl" => {
            for line in fs::read_to_string(path)?.lines() {
                serde_json::from_str::<serde_json::Value>(line)?;
            }
        }
        "html" => {
            let text = fs::read_to_string(path)?;
            anyhow::ensure!(text.trim_end().ends_with("</html>"), "it breaks off");
        }
        "eml" => {
            anyhow::ensure!(letters::leaves(&fs::read(path)?)?.len() > 1, "parts are missing");
        }
        "parquet" => {
            let bytes = fs::read(path)?;
            anyhow::ensure!(
                bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"),
                "it breaks off"
            );
        }
        _ => {}
    }
    Ok(())
}
