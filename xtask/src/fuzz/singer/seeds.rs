//! Streams to begin with, and what becomes of them: lines come twice, go, change places and are mixed before single
//! bytes change.

use crate::{fuzz::mutation, rng::Rng};
use std::{fs, path::Path};

/// A sound stream.
pub(super) const SOUND: &[u8] = br#"{"type":"SCHEMA","stream":"orders","schema":{"properties":{"id":{"type":"integer"}}},"key_properties":["id"]}
{"type":"RECORD","stream":"orders","record":{"id":1,"amount":10.0}}
{"type":"RECORD","stream":"orders","record":{"id":7,"amount":12345678901234567890.120}}
{"type":"STATE","value":{"bookmarks":{"orders":{"id":7}}}}
"#;

/// Lines that a tap should say, may say, and should not.
const LINES: [&str; 37] = [
    "\u{feff}{\"id\":4,\"amount\":1}",
    "\u{feff}[1]",
    r#"{"type":"SCHEMA","stream":"orders","schema":{"properties":{"id":{"type":"integer"}}},"key_properties":["id"]}"#,
    r#"{"type":"SCHEMA","stream":"orders","schema":{"properties":{"id":{"type":"integer"}}},"key_properties":["id"],"bookmark_properties":["at"]}"#,
    r#"{"type":"SCHEMA","stream":"orders","schema":{"properties":{"id":{"maximum":1e400}}},"key_properties":["id","at"]}"#,
    r#"{"type":"SCHEMA","stream":"orders","schema":{}}"#,
    r#"{"type":"SCHEMA","stream":"customers","schema":{},"key_properties":[]}"#,
    r#"{"type":"RECORD","stream":"orders","record":{"id":1,"amount":64.90}}"#,
    r#"{"type":"RECORD","stream":"orders","record":{"id":1,"amount":64.9},"time_extracted":"2026-01-01T00:00:00Z"}"#,
    r#"{"type": "RECORD", "stream": "orders", "record": {"id": 12345678901234567890123, "amount": 0.1000000000000000055511151231257827}, "version": 1}"#,
    r#"{"record":{"amount":-0.0,"id":1E+2},"stream":"orders","type":"RECORD"}"#,
    r#"{"type":"RECORD","stream":"orders","record":{"id":"1","amount":"64.90"}}"#,
    r#"{"type":"RECORD","stream":"orders","record":{"id":"\u0031","amount":"\ud83d\ude00 \u00e9"}}"#,
    r#"{"type":"RECORD","stream":"orders","record":{"id":"x","amount":"\ud83d"}}"#,
    r#"{"type":"RECORD","stream":"orders","record":{"id":null,"amount":null}}"#,
    r#"{"type":"RECORD","stream":"orders","record":{"id":[1, {"b":[]}],"amount":{"a" : 1}}}"#,
    r#"{"type":"RECORD","stream":"orders","record":{"id":2,"id":3}}"#,
    r#"{"type":"RECORD","stream":"orders","record":{}}"#,
    r#"{"type":"RECORD","stream":"orders","record":17}"#,
    r#"{"type":"RECORD","stream":"orders","record":null}"#,
    r#"{"type":"RECORD","stream":"customers","record":{"id":5}}"#,
    r#"{"typ\u0065":"RECORD","stream":"order\u0073","record":{"id":6,"amount":1e400}}"#,
    r#"{"type":"STATE","value":{"bookmarks":{"orders":{"id":3, "big":123456789012345678901234567890}}}}"#,
    r#"{"type":"STATE","value":{}}"#,
    r#"{"type":"STATE","value":"2026"}"#,
    r#"{"type":"STATE","value":null}"#,
    r#"{"type":"STATE"}"#,
    r#"{"type":"ACTIVATE_VERSION","stream":"orders","version":1}"#,
    r#"{"type":"BATCH","stream":"customers","manifest":[]}"#,
    r#"{"type":"BATCH","stream":"orders","manifest":[]}"#,
    r#"{"id":1,"amount":10}"#,
    r#"["STATE",null,null,null,null,{"id":9}]"#,
    r#"["RECORD","orders",null,null,{"id":9,"amount":1},null]"#,
    "INFO starting tap",
    "PK\u{3}\u{4}",
    "17",
    "",
];

/// Streams of the collection, and one of each of a few kinds.
pub(super) fn corpus(data: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(data.join("torture/streams"))? {
        paths.push(entry?.path());
    }
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    paths.retain(|path| name(path).is_some_and(|name| name.starts_with("singer_")));
    paths.sort();
    let mut files: Vec<Vec<u8>> = paths.iter().map(fs::read).collect::<Result<_, _>>()?;
    files.push(SOUND.to_vec());
    files.push(LINES.join("\n").into_bytes());
    let sound = String::from_utf8_lossy(SOUND).into_owned();
    files.push(sound.replace('\n', "\r\n").into_bytes());
    files.push(sound.replace(':', " : ").replace('\n', " \t\n\n").into_bytes());
    for depth in [126, 127, 128, 129] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        files.push(sound.replace("10.0", &format!("{open}1{close}")).into_bytes());
    }
    Ok(files)
}

/// A stream with a few changes.
pub(super) fn drawn(corpus: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut file = if rng.per_mille(400) { SOUND.to_vec() } else { rng.pick(corpus).clone() };
    for _ in 0..rng.below(6) {
        file = rearranged(&file, rng);
    }
    let changes = if rng.per_mille(300) { 0 } else { 1 + rng.below(4) };
    for _ in 0..changes {
        mutation::change(&mut file, corpus, rng);
    }
    file
}

/// A line of another kind, a line twice, one less, or two that change places.
fn rearranged(file: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    let place = |lines: &[&[u8]], rng: &mut Rng| rng.below(lines.len() as u64) as usize;
    let mut line = rng.pick(&LINES).as_bytes().to_vec();
    line.push(b'\n');
    match rng.below(6) {
        0 if !lines.is_empty() => drop(lines.remove(place(&lines, rng))),
        1 if !lines.is_empty() => {
            let twice = lines[place(&lines, rng)];
            lines.insert(place(&lines, rng), twice);
        }
        2 if !lines.is_empty() => {
            let (one, other) = (place(&lines, rng), place(&lines, rng));
            lines.swap(one, other);
        }
        _ => lines.insert(rng.below(lines.len() as u64 + 1) as usize, &line),
    }
    lines.concat()
}
