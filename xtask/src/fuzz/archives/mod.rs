//! Archives: gzip with several members, Zstandard with several frames, zip; made of random texts, then damaged.
//!
//! Promised: no panic; the limits of size and ratio hold; a file is refused as a whole, or its rows are those of the
//! text that other readers find in it, so that nothing of a broken archive is ever half accepted; and an archive of
//! which these know no fault is not refused.

mod maker;
mod reader;

use super::Target;
use crate::{
    rng::Rng,
    torture::bed::{self, Loaded},
};
use reader::{Fault, Whole};
use serde_json::json;
use std::{fs, path::Path};

/// Archives.
pub(super) const TARGET: Target = Target { name: "archives", corpus, draw: maker::drawn, check };

/// The limits of the contract, and the size up to which no ratio is judged.
const MEGABYTES: u64 = 10;
const RATIO: u64 = 20;
const HARMLESS: u64 = 8 << 20;

/// The largest archive of the collection from which inputs are made.
const LARGEST: usize = 16 << 10;

/// Texts, and the archives of the collection but for the large ones.
fn corpus(data: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut paths = Vec::new();
    for folder in ["torture/archives", "torture/csv-spectrum/csvs"] {
        for entry in fs::read_dir(data.join(folder))? {
            paths.push(entry?.path());
        }
    }
    paths.sort();
    let mut files: Vec<Vec<u8>> = paths.iter().map(fs::read).collect::<Result<_, _>>()?;
    files.retain(|file| file.len() <= LARGEST);
    Ok(files)
}

fn check(input: &[u8], rng: &mut Rng) -> Result<(), String> {
    let ending = ending(input, rng);
    let loaded = load(&format!("file.csv.{ending}"), input)?;
    let told = |reason: String| Err(format!("as .{ending} {reason}: {loaded}"));
    if loaded.is_refused() && !loaded.rows.is_empty() {
        return told("it is refused and has rows".into());
    }
    match (reader::read(ending, input), loaded.is_refused()) {
        (Ok(whole), false) => compared(&whole, &loaded),
        (Ok(whole), true) if whole.is_plain && whole.content.len() as u64 <= most(&whole) => {
            // A text may begin like an archive, and is then refused by itself.
            match load("file.csv", &whole.content)?.is_refused() {
                true => Ok(()),
                false => told("is refused without a reason".into()),
            }
        }
        (Err(fault @ (Fault::Broken(_) | Fault::TooLarge)), false) => {
            told(format!("is accepted, and another reader says {fault:?}"))
        }
        (Err(_), true) | (Ok(_), true) | (Err(Fault::Unknown), false) => Ok(()),
    }
}

/// The ending that a file's name has: most often that of its mark.
fn ending(input: &[u8], rng: &mut Rng) -> &'static str {
    let any = *rng.pick::<&'static str>(&["gz", "zip", "zst"]);
    if rng.per_mille(20) {
        return any;
    }
    match input {
        [0x1f, 0x8b, ..] => "gz",
        [b'P', b'K', ..] => "zip",
        [0x28, 0xb5, ..] | [_, 0x2a, 0x4d, 0x18, ..] => "zst",
        _ if input.windows(4).any(|bytes| bytes == b"PK\x05\x06") => "zip",
        _ => any,
    }
}

/// How many bytes may be unpacked of an archive.
fn most(whole: &Whole) -> u64 {
    (MEGABYTES << 20).min(HARMLESS + whole.packed * RATIO)
}

/// Whether the rows are those of the text that another reader found.
fn compared(whole: &Whole, loaded: &Loaded) -> Result<(), String> {
    if whole.content.len() as u64 > most(whole) {
        return Err(format!("the limits let {} bytes pass: {loaded}", whole.content.len()));
    }
    let same = load("file.csv", &whole.content)?;
    let bad = |loaded: &Loaded| -> Vec<_> {
        let rows = loaded.quarantined.iter();
        rows.map(|row| (row.record, row.offset, row.detail.clone(), row.raw.clone())).collect()
    };
    match (&same.rows, same.counts, bad(&same)) == (&loaded.rows, loaded.counts, bad(loaded)) {
        true => Ok(()),
        false => Err(format!("packed {loaded}; by another reader {same}")),
    }
}

/// Loads a file whose lines are rows of one cell.
fn load(name: &str, bytes: &[u8]) -> Result<Loaded, String> {
    let columns = ["line".to_owned()];
    let source = json!({
        "files": ["*"], "format": "csv", "null": [], "quoted": false, "delimiter": "\u{1}",
        "headerless": { "columns": columns },
        "limits": { "megabytes": MEGABYTES, "ratio": RATIO, "record_kilobytes": 64, "seconds": 60 },
    });
    bed::load(&bed::texts(source, &columns), &[(name, bytes)])
}
