//! One source file in one run: is it still what the catalogue knows, or is it read anew?

use crate::{
    contract::Contract,
    correction::Corrections,
    drift::Seen,
    error::ExtractError,
    lake::{self, Loaded},
    quarantine,
    source::Found,
};
use chrono::NaiveDate;
use model::{context::RunContext, fingerprint::Fingerprinter};
use std::{
    fs,
    io::{self, Read},
    time::UNIX_EPOCH,
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
    let (size, modified) = stamp(found);
    let parts_are_there = |loaded: &Loaded| loaded.parts.iter().all(|part| part.path.exists());
    let mut usable = known.loaded.filter(|loaded| parts_are_there(loaded));
    if let Some(loaded) = usable
        && corrections(known, found, &loaded.content)?.print() != loaded.corrections
    {
        usable = None;
    }
    if usable.is_some_and(|loaded| (loaded.size, loaded.modified) == (size, modified)) {
        return Ok(None);
    }
    let since = known.today;
    let unreadable = |error: io::Error, before| {
        let unreadable = Some(error.to_string());
        Ok(Some(Loaded { size, modified, since, before, unreadable, ..Loaded::unread("") }))
    };
    let content = match content(found) {
        Ok(content) => content,
        Err(error) => return unreadable(error, before()),
    };
    if let Some(same) = usable.filter(|loaded| loaded.content == content) {
        return Ok(Some(Loaded { size, modified, ..same.clone() }));
    }
    // The same content once more is no change: what was seen before it stays what it was.
    let same = known.loaded.filter(|loaded| loaded.content == content);
    let (since, before) = match same {
        Some(same) => (same.since, same.before.clone()),
        None => (since, before()),
    };
    tracing::debug!(dataset = %known.contract.id, file = %found.name, bytes = size, "file parsed");
    let corrections = corrections(known, found, &content)?;
    publish::rehearsal::reached("inputs fingerprinted");
    let loaded = lake::load(known.contract, found, before, corrections, &known.cx.state)?;
    if let Some(same) = same {
        keep_age(known, found, same, &loaded);
    }
    if stamp(found) != (size, modified) {
        let error = io::Error::other("it changed while it was read; is it still being written?");
        return unreadable(error, loaded.before);
    }
    Ok(Some(Loaded { size, modified, since, ..loaded }))
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

/// The fingerprint of a file's bytes, as they lie on disk.
fn content(found: &Found) -> io::Result<String> {
    let mut file = found.open()?;
    let mut print = Fingerprinter::new("content");
    let mut block = Vec::with_capacity(BLOCK as usize);
    loop {
        block.clear();
        if Read::by_ref(&mut file).take(BLOCK).read_to_end(&mut block)? == 0 {
            return Ok(print.finish());
        }
        print.field(&block);
    }
}

fn stamp(found: &Found) -> (u64, u64) {
    let Ok(metadata) = fs::metadata(&found.path) else { return (0, 0) };
    let modified = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    (metadata.len(), modified.map_or(0, |since| since.as_nanos() as u64))
}
