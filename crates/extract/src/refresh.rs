//! One source file in one run: is it still what the catalogue knows, or is it read anew?

use crate::{
    contract::Contract,
    correction::Corrections,
    drift::Seen,
    error::ExtractError,
    lake::{self, Loaded},
    quarantine,
    source::Found,
    stamp::Stamp,
};
use chrono::NaiveDate;
use model::{context::RunContext, fingerprint::Fingerprinter};
use std::{
    fs,
    io::{self, Read},
};

/// Files are fingerprinted block by block.
const BLOCK: u64 = 1 << 20;

/// What is known before a file is looked at.
pub(crate) struct Known<'a> {
    pub(crate) contract: &'a Contract,
    /// What became of the file before.
    pub(crate) loaded: Option<&'a Loaded>,
    pub(crate) today: NaiveDate,
    pub(crate) cx: &'a RunContext,
}

/// What became of a file, unless nothing of it changed.
pub(crate) fn refresh(
    known: &Known<'_>,
    found: &Found,
    before: impl FnOnce() -> Option<Seen>,
) -> Result<Option<Loaded>, ExtractError> {
    let stamp = Stamp::of(&found.path);
    let parts_are_there = |loaded: &Loaded| loaded.parts.iter().all(|part| part.path.exists());
    // What could not be read is tried again: whether the file or the way to it was at fault, nobody knows.
    let is_sound = |loaded: &&Loaded| loaded.unreadable.is_none() && parts_are_there(loaded);
    let mut usable = known.loaded.filter(is_sound);
    if let Some(loaded) = usable
        && corrections(known, found, &loaded.content)?.print() != loaded.corrections
    {
        usable = None;
    }
    if stamp.is_some() && usable.is_some_and(|loaded| loaded.stamp == stamp) {
        return Ok(None);
    }
    let since = known.today;
    let unreadable = |error: io::Error, before| {
        let unreadable = Some(error.to_string());
        Ok(Some(Loaded { since, before, unreadable, ..Loaded::unread("") }))
    };
    let content = match content(known.contract, found) {
        Ok(content) => content,
        Err(error) => return unreadable(error, before()),
    };
    if let Some(same) = usable.filter(|loaded| loaded.content == content) {
        return Ok(Some(Loaded { stamp, ..same.clone() }));
    }
    // The same content once more is no change: what was seen before it stays what it was.
    let same = known.loaded.filter(|loaded| loaded.content == content);
    let (since, before) = match same {
        Some(same) => (same.since, same.before.clone()),
        None => (since, before()),
    };
    let bytes = stamp.as_ref().map(Stamp::size);
    tracing::debug!(dataset = %known.contract.id, file = %found.name, bytes, "file parsed");
    let corrections = corrections(known, found, &content)?;
    publish::rehearsal::reached("inputs fingerprinted");
    let loaded = lake::load(known.contract, found, before, corrections, &known.cx.state)?;
    if let Some(same) = same {
        keep_age(known, found, same, &loaded);
    }
    if stamp.is_none() || Stamp::of(&found.path) != stamp {
        let error = io::Error::other("it changed while it was read; is it still being written?");
        return unreadable(error, loaded.before);
    }
    Ok(Some(Loaded { stamp, since, ..loaded }))
}

/// Rows that were in quarantine before are as old as they were, so that their texts expire in time. Where the age cannot
/// be kept, they expire later.
fn keep_age(known: &Known<'_>, found: &Found, same: &Loaded, loaded: &Loaded) {
    let (state, contract) = (&known.cx.state, known.contract);
    let path = |loaded: &Loaded| {
        let print = lake::print(contract, &found.name, &loaded.content, &loaded.corrections);
        quarantine::path(state, &contract.id, &print)
    };
    let age = fs::metadata(path(same)).and_then(|known| known.modified());
    let kept = age.and_then(|age| {
        fs::File::options().write(true).open(path(loaded)).and_then(|file| file.set_modified(age))
    });
    if let Err(error) = kept.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }) {
        tracing::debug!(file = %found.name, %error, "age of quarantined rows not kept");
    }
}

fn corrections(
    known: &Known<'_>,
    found: &Found,
    content: &str,
) -> Result<Corrections, ExtractError> {
    Corrections::open(&known.cx.state, &known.contract.id, &found.name, content)
}

/// The fingerprint of a file's bytes, as they lie on disk, and of what its name says about them.
fn content(contract: &Contract, found: &Found) -> io::Result<String> {
    let mut file = found.open()?;
    let mut print = Fingerprinter::new("content");
    let mut block = Vec::with_capacity(BLOCK as usize);
    loop {
        block.clear();
        if Read::by_ref(&mut file).take(BLOCK).read_to_end(&mut block)? == 0 {
            let bytes = print.finish();
            return Ok(match contract.said_by_name(found) {
                Some(said) => Fingerprinter::new("content").field(bytes).field(said).finish(),
                None => bytes,
            });
        }
        print.field(&block);
    }
}
