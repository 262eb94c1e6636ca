//! Lines of web servers' logs: combined, common and layouts of one's own.
//!
//! Promised: no panic; rows reconcile; a line is accepted if and only if it is of the layout, and then its fields are
//! what another reader finds in it, one made of regular expressions; and what was accepted, written as lines and read
//! again, is accepted with the same fields.

mod reader;
mod writer;

use super::{Target, mutation};
use crate::{rng::Rng, torture::bed};
use reader::Reader;
use serde_json::{Value, json};
use std::{fs, path::Path, sync::LazyLock};

/// Log lines.
pub(super) const TARGET: Target = Target { name: "web_log", corpus, draw: mutation::drawn, check };

/// The most kilobytes of a line.
const LONGEST: usize = 1;

/// What a file may not begin with: marks of other encodings, and of archives.
const MARKS: [&[u8]; 6] = [
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x00\x00\xfe\xff",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
];

static READERS: LazyLock<Vec<Reader>> = LazyLock::new(reader::all);

/// Odd lines, and pieces of a real log; all of them in every layout.
fn corpus(data: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let odd = fs::read(data.join("torture/streams/access.log"))?;
    let log = fs::read_to_string(data.join("access_log/apache_logs"))?;
    let lines: Vec<&str> = log.lines().collect();
    let mut files: Vec<Vec<u8>> = vec![odd];
    files.extend(lines.chunks(6).step_by(100).map(|lines| lines.join("\n").into_bytes()));
    let mut rng = Rng::named(0, "web_log");
    let combined = READERS[0].read(&files.concat(), usize::MAX).rows;
    for reader in &READERS[1..] {
        for rows in combined.chunks(6) {
            let rows: Vec<_> = rows.iter().map(|row| reader.row_of(&READERS[0], row)).collect();
            files.push(writer::lines(reader, &rows, &mut rng));
        }
    }
    Ok(files)
}

fn check(input: &[u8], rng: &mut Rng) -> Result<(), String> {
    let reader = match rng.per_mille(150) {
        true => rng.pick(&READERS),
        false => fitting(input),
    };
    let loaded =
        bed::load(&spec(reader, json!({ "record_kilobytes": LONGEST })), &[("a.log", input)])?;
    if loaded.is_refused() {
        return match MARKS.iter().any(|mark| input.starts_with(mark)) {
            true => Ok(()),
            false => Err(format!("the file was refused: {loaded}")),
        };
    }
    let expected = reader.read(input, LONGEST << 10);
    let bad: Vec<u64> = loaded.quarantined.iter().map(|row| row.record).collect();
    if (&loaded.rows, &bad) != (&expected.rows, &expected.refused) {
        let (rows, refused) = (expected.rows, expected.refused);
        return Err(format!(
            "by `{}` there are the rows {rows:?}, and the records {refused:?} are none; {loaded}",
            reader.log
        ));
    }
    again(reader, &loaded.rows, rng)
}

/// The layout of which most lines are.
fn fitting(input: &[u8]) -> &'static Reader {
    let accepted = |reader: &&Reader| reader.read(input, LONGEST << 10).rows.len();
    READERS.iter().rev().max_by_key(accepted).unwrap_or(&READERS[0])
}

/// The rows once more, from lines that say the same in another way.
fn again(reader: &Reader, rows: &[Vec<Option<String>>], rng: &mut Rng) -> Result<(), String> {
    if rows.is_empty() {
        return Ok(());
    }
    let file = writer::lines(reader, rows, rng);
    let loaded = bed::load(&spec(reader, json!({})), &[("a.log", &file)])?;
    match loaded.rows == rows && loaded.quarantined.is_empty() {
        true => Ok(()),
        false => {
            let file = String::from_utf8_lossy(&file).into_owned();
            Err(format!("by `{}` {rows:?} written as {file:?}, read again {loaded}", reader.log))
        }
    }
}

fn spec(reader: &Reader, limits: Value) -> Value {
    let names: Vec<String> = reader.names.iter().map(|name| (*name).to_owned()).collect();
    let source = json!({
        "files": ["*.log"], "format": "web_log", "log": reader.log, "null": [], "limits": limits,
    });
    bed::texts(source, &names)
}
