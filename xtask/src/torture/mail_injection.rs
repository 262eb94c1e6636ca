//! mail-injection: subjects and recipients that would be something else, and bodies with dots after every kind of line
//! end.
//!
//! Each goes through the program's own delivery to a recording server. What came is read twice: as a strict server ends a
//! message, and as a lenient one does, which also takes LF.LF, CR.CR and LF.CRLF for the end.

use super::{
    email_addresses::one_and_the_same,
    relayed::{
        Relayed,
        server::{Server, Stored},
    },
    tally::Line,
};
use crate::letters;
use anyhow::Context as _;
use serde::Deserialize;
use std::{fs, path::Path};

/// The headers of a mail, in their order.
const HEADERS: [&str; 10] = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "MIME-Version",
    "Content-Type",
];

/// What a lenient server takes for the end of a message.
const ENDS: [&[u8]; 3] = [b"\n.\n", b"\r.\r", b"\n.\r\n"];

#[derive(Deserialize)]
struct Header {
    field: String,
    value: String,
}

/// Headers and bodies of the set.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let headers: Vec<Header> =
        serde_json::from_str(&fs::read_to_string(set.join("headers.json"))?)?;
    let mut header_line = Line::new("mail-injection-headers");
    for Header { field, value } in &headers {
        let outcome = match field.as_str() {
            "subject" => subject(value),
            "recipient" => recipient(value),
            other => anyhow::bail!("unknown field `{other}`"),
        };
        header_line.count(&format!("{field} {value:?}"), outcome);
    }
    let mut bodies = Line::new("mail-injection-bodies");
    let files = fs::read_dir(set.join("bodies"))?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<_> = files.collect::<anyhow::Result<_>>()?;
    files.sort();
    for file in files {
        let name = file.file_name().context("a name")?.to_string_lossy().into_owned();
        let bytes = fs::read(&file)?;
        bodies.count(&format!("{name} as text"), body(&as_text(&bytes)));
        bodies.count(&format!("{name} as a file"), attached(&bytes));
    }
    Ok(vec![header_line, bodies])
}

/// Texts of other encodings are told as what they are in Latin-1: a body is text.
fn as_text(bytes: &[u8]) -> String {
    let latin = || bytes.iter().copied().map(char::from).collect();
    std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned)
}

/// Sends one mail; what came of it, if anything.
fn sent(change: impl FnOnce(&mut Relayed)) -> Result<Option<Stored>, String> {
    let server = Server::start(vec![]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(|error| error.to_string())?;
    change(&mut bed);
    let outcome = bed.run();
    let stored = server.stored();
    match (outcome, stored.as_slice()) {
        (Err(_), []) => Ok(None),
        (Ok(_), [one]) if one.to == ["a@example.com"] => {
            clean(&one.wire)?;
            Ok(Some(one.clone()))
        }
        (outcome, stored) => Err(format!("{} mails, {outcome:?}", stored.len())),
    }
}

/// The rules of the wire, for a strict and for a lenient server.
fn clean(wire: &[u8]) -> Result<(), String> {
    if let Some(byte) = wire.iter().find(|byte| !byte.is_ascii() || **byte == 0) {
        return Err(format!("byte {byte:#04x} on the wire"));
    }
    for (at, byte) in wire.iter().enumerate() {
        let bare = match byte {
            b'\r' => wire.get(at + 1) != Some(&b'\n'),
            b'\n' => at == 0 || wire[at - 1] != b'\r',
            _ => false,
        };
        if bare {
            return Err(format!("a bare {byte:#04x} at byte {at}"));
        }
    }
    if let Some(line) = wire.split(|byte| *byte == b'\n').find(|line| line.len() > 999) {
        return Err(format!("a line of {} bytes", line.len()));
    }
    let mut framed = b"\r\n".to_vec();
    framed.extend_from_slice(wire);
    match ENDS.iter().find(|end| framed.windows(end.len()).any(|found| found == **end)) {
        Some(end) => Err(format!("a lenient server ends the mail at {end:?}")),
        None => Ok(()),
    }
}

/// The message without the doubled dots of the wire.
fn unstuffed(wire: &[u8]) -> Vec<u8> {
    let lines = wire.split_inclusive(|byte| *byte == b'\n');
    lines.flat_map(|line| line.strip_prefix(b".").unwrap_or(line)).copied().collect()
}

fn parts(stored: &Stored) -> Result<Vec<letters::Leaf>, String> {
    letters::leaves(&unstuffed(&stored.wire)).map_err(|error| error.to_string())
}

fn subject(value: &str) -> Result<(), String> {
    let Some(stored) = sent(|bed| value.clone_into(&mut bed.edition.subject))? else {
        return Ok(());
    };
    let head = letters::head(&unstuffed(&stored.wire)).map_err(|error| error.to_string())?;
    let names: Vec<&str> = head.lines().filter_map(|line| line.split(':').next()).collect();
    if names == HEADERS { Ok(()) } else { Err(format!("the headers are {names:?}")) }
}

fn recipient(value: &str) -> Result<(), String> {
    match value.parse::<deliver::Address>() {
        Ok(address) => one_and_the_same(value, address.as_str()),
        Err(_) => Ok(()),
    }
}

fn body(text: &str) -> Result<(), String> {
    let stored = sent(|bed| {
        text.clone_into(&mut bed.edition.mail_text);
        text.clone_into(&mut bed.edition.mail_html);
    })?;
    let parts = parts(&stored.ok_or("nothing was sent")?)?;
    let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    for kind in ["text/plain", "text/html"] {
        let found = parts.iter().find(|part| part.kind == kind).ok_or(kind)?;
        if found.body != lines.as_bytes() {
            return Err(format!("the {kind} part is not what was written"));
        }
    }
    Ok(())
}

fn attached(bytes: &[u8]) -> Result<(), String> {
    let stored = sent(|bed| bed.edition.images[0].png = bytes.to_vec())?;
    let parts = parts(&stored.ok_or("nothing was sent")?)?;
    let found = parts.iter().find(|part| part.kind == "image/png").ok_or("no such part")?;
    match found.body == bytes {
        true => Ok(()),
        false => Err("the bytes are not those of the file".to_owned()),
    }
}
