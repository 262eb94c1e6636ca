//! Text under a drawn encoding.
//!
//! Promised: no panic; rows reconcile; U+FFFD in a row only if the file itself has it; and a file that can be decoded
//! as a whole gives the rows that its text gives as UTF-8.

use super::Target;
use crate::{
    rng::Rng,
    torture::bed::{self, Loaded},
};
use encoding_rs::Encoding;
use serde_json::json;
use std::{fs, path::Path};

/// Encodings.
pub(super) const TARGET: Target = Target { name: "encoding", corpus, check };

const NAMES: [&str; 13] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "gb18030",
    "gbk",
    "big5",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "euc-kr",
    "windows-1252",
    "koi8-r",
    "macintosh",
];

fn corpus(torture: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(torture.join("encodings"))? {
        paths.push(entry?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
    paths.sort();
    Ok(paths.iter().map(fs::read).collect::<Result<_, _>>()?)
}

fn check(input: &[u8], rng: &mut Rng) -> Result<(), String> {
    let name = *rng.pick(&NAMES);
    let encoding = Encoding::for_label(name.as_bytes()).ok_or("an encoding of the list")?;
    let loaded = read(name, input)?;
    let (text, _) = encoding.decode_without_bom_handling(input);
    let whole = encoding.decode_without_bom_handling_and_without_replacement(input);
    let genuine = whole.as_ref().is_some_and(|text| text.contains('\u{fffd}'));
    let cells = || loaded.rows.iter().flatten().flatten();
    if whole.is_some() && !genuine && cells().any(|cell| cell.contains('\u{fffd}')) {
        return Err(format!("U+FFFD was put in, as {name}: {loaded}"));
    }
    // Of a file with faults no more U+FFFD than a lenient reader would show.
    let shown = text.matches('\u{fffd}').count();
    if cells().map(|cell| cell.matches('\u{fffd}').count()).sum::<usize>() > shown {
        return Err(format!("more U+FFFD than there can be, as {name}: {loaded}"));
    }
    let Some(text) = whole.filter(|_| !loaded.is_refused()) else { return Ok(()) };
    let same = read("utf-8", text.as_bytes())?;
    match (&same.rows, same.counts) == (&loaded.rows, loaded.counts) {
        true => Ok(()),
        false => Err(format!("as {name} {loaded}, as UTF-8 {same}")),
    }
}

fn read(encoding: &str, input: &[u8]) -> Result<Loaded, String> {
    let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
    let source = json!({
        "files": ["*.csv"], "null": [], "encoding": encoding, "headerless": { "columns": names },
    });
    bed::load(&bed::texts(source, &names), &[("file.csv", input)])
}
