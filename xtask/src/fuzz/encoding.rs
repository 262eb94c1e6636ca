//! Text under a drawn encoding.
//!
//! Promised: no panic; rows reconcile; and a file gives the rows that its text gives as UTF-8 once it is decoded as a
//! whole, but for each row with bytes that cannot be decoded, which goes to quarantine; nothing stands in for them. A
//! file that begins with the mark of another encoding is refused.

use super::{Target, mutation};
use crate::{
    rng::Rng,
    torture::bed::{self, Loaded},
};
use encoding_rs::Encoding;
use serde_json::json;
use std::{fs, path::Path};

/// Encodings.
pub(super) const TARGET: Target = Target { name: "encoding", corpus, draw: mutation::drawn, check };

/// Stands for what cannot be decoded: no text has it.
const BAD: char = '\u{10fffe}';

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

fn corpus(data: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(data.join("torture/encodings"))? {
        paths.push(entry?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
    paths.sort();
    Ok(paths.iter().map(fs::read).collect::<Result<_, _>>()?)
}

fn check(input: &[u8], rng: &mut Rng) -> Result<(), String> {
    let name = *rng.pick(&NAMES);
    let loaded = read(name, input)?;
    if is_foreign(name, input) {
        return match loaded.is_refused() {
            true => Ok(()),
            false => Err(format!("is accepted as {name}, although it begins otherwise: {loaded}")),
        };
    }
    let Some(text) = decoded(name, input)?.filter(|text| !text.starts_with("PK\u{3}\u{4}")) else {
        return Ok(());
    };
    let same = read("utf-8", text.as_bytes())?;
    let told = |what: &str| Err(format!("{what}: as {name} {loaded}, as UTF-8 {same}"));
    if loaded.is_refused() != same.is_refused() {
        return told("refused in one of two encodings");
    }
    let is_whole =
        |row: &&Vec<Option<String>>| !row.iter().flatten().any(|cell| cell.contains(BAD));
    let rows: Vec<&Vec<Option<String>>> = same.rows.iter().filter(is_whole).collect();
    if !loaded.rows.iter().eq(rows.iter().copied()) {
        return told("other rows");
    }
    let broken = same.counts.accepted - rows.len() as u64;
    let counts = (same.counts.read, same.counts.quarantined + broken);
    // Half a character behind the last line is of no record.
    let last = text.trim_end_matches(BAD);
    let may_have_half =
        last.len() < text.len() && (last.is_empty() || last.ends_with(['\r', '\n']));
    match (loaded.counts.read, loaded.counts.quarantined) == counts || may_have_half {
        true => Ok(()),
        false => told("other counts"),
    }
}

/// Whether a file begins with the mark of another encoding, or of an archive.
fn is_foreign(name: &str, input: &[u8]) -> bool {
    let marks: [(&[u8], &str); 8] = [
        (b"\xff\xfe\0\0", ""),
        (b"\0\0\xfe\xff", ""),
        (b"\x1f\x8b", ""),
        (b"\x28\xb5\x2f\xfd", ""),
        (b"PK\x03\x04", ""),
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16le"),
        (b"\xfe\xff", "utf-16be"),
    ];
    let found = marks.iter().find(|(mark, _)| input.starts_with(mark));
    found.is_some_and(|(_, of)| *of != name)
}

/// The whole text with [`BAD`] for what cannot be decoded: Unicode by the standard library, the others at once by the
/// library that the program calls block by block. None where the file itself has what stands for that.
fn decoded(name: &str, input: &[u8]) -> Result<Option<String>, String> {
    let (mut text, mut has_own) = (String::new(), false);
    match name {
        "utf-8" => {
            for chunk in input.utf8_chunks() {
                has_own |= chunk.valid().contains(BAD);
                text.push_str(chunk.valid());
                text.extend((!chunk.invalid().is_empty()).then_some(BAD));
            }
        }
        "utf-16le" | "utf-16be" => {
            let unit = if name == "utf-16le" { u16::from_le_bytes } else { u16::from_be_bytes };
            let (pairs, rest) = input.as_chunks::<2>();
            for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
                has_own |= character == Ok(BAD);
                text.push(character.unwrap_or(BAD));
            }
            text.extend((!rest.is_empty()).then_some(BAD));
        }
        _ => {
            let encoding = Encoding::for_label(name.as_bytes()).ok_or("an encoding of the list")?;
            let (whole, _) = encoding.decode_without_bom_handling(input);
            // GB18030, as which GBK is read too, has a sequence for the character that stands for broken ones.
            let genuine = b"\x84\x31\xa4\x37";
            has_own = whole.contains(BAD)
                || (name.starts_with("gb") && input.windows(4).any(|bytes| bytes == genuine));
            let mark = BAD.to_string();
            text = whole.replace(char::REPLACEMENT_CHARACTER, &mark);
        }
    }
    Ok((!has_own).then_some(text))
}

fn read(encoding: &str, input: &[u8]) -> Result<Loaded, String> {
    let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
    let source = json!({
        "files": ["*.csv"], "null": [], "encoding": encoding, "headerless": { "columns": names },
    });
    bed::load(&bed::texts(source, &names), &[("file.csv", input)])
}
