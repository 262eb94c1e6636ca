//! Delimited text: exact field counts, columns by name, lines that end with CR, LF or both.

use super::{Found, Item, Malformed, Record, Sink, header::Header, keeping::Keeping, text};
use crate::contract::Contract;
use ::csv::{ByteRecord, ReaderBuilder};
use std::io::{BufRead, Read};

/// How far the parser reads ahead.
const AHEAD: usize = 1 << 16;

pub(super) fn read(
    contract: &Contract,
    found: &Found,
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let skipped = text::before_rows(contract, text)?;
    let delimiter = ascii(contract.source.delimiter.unwrap_or(found.usual_delimiter()))?;
    let quote = ascii(contract.source.quote.unwrap_or('"'))?;
    let quoted = contract.source.quoted.unwrap_or(true);
    let headerless = contract.source.headerless(&found.name);
    // A record ends with CR, LF or both.
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .quote(quote)
        .quoting(quoted)
        .has_headers(headerless.is_none())
        // Ragged rows come through so that they can be quarantined one by one; none is accepted.
        .flexible(true)
        .buffer_capacity(AHEAD)
        .from_reader(Keeping::new(text, contract.source.limits.record(), 2 * AHEAD));
    let names = match headerless {
        Some(names) => names.to_vec(),
        None => header_names(contract, &mut reader)?,
    };
    let rows = Rows { contract, header: Header::new(contract, names)? };
    let mut record = ByteRecord::new();
    let (mut number, mut taken) = (0, 0);
    let mut is_open = false;
    loop {
        let start = reader.position().byte();
        reader.get_mut().forget(start);
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) if is_open => return Err(never_closed(number)),
            Ok(false) => return Ok(()),
            Err(error) => return Err(error.to_string()),
        }
        number += 1;
        let end = reader.position().byte();
        // The reader's position before a record may stand on the line end of the one before.
        let start = record.position().map_or(start, ::csv::Position::byte);
        let record_bytes = reader.get_ref().bytes(start..end);
        let line_ends = record_bytes.iter().take_while(|byte| b"\r\n".contains(byte)).count();
        let raw = text::without_line_end(&record_bytes[line_ends..]);
        let offset = start + line_ends as u64 + skipped;
        let strays = quoted && strays(raw, delimiter, quote);
        if strays && raw.iter().any(|byte| b"\r\n".contains(byte)) {
            let fault = "has quotes inside fields and spans lines, so where rows end is not known";
            return Err(format!("record {number} at byte {offset} {fault}"));
        }
        if strays {
            taken += 1;
            let (number, offset) = (taken, Some(offset));
            let detail = "a quote stands inside a field".to_owned();
            sink(Item::Bad(Malformed { number, offset, rule: "quoting", detail, raw }))?;
            continue;
        }
        is_open = quoted && raw.iter().filter(|byte| **byte == quote).count() % 2 == 1;
        rows.hand_over(&record, Place { offset, raw }, &mut taken, sink)?;
    }
}

fn ascii(mark: char) -> Result<u8, String> {
    u8::try_from(mark).map_err(|_| format!("`{mark}` cannot separate fields"))
}

fn header_names(
    contract: &Contract,
    reader: &mut ::csv::Reader<impl Read>,
) -> Result<Vec<String>, String> {
    let header = reader.byte_headers().map_err(|error| error.to_string())?;
    if header.is_empty() {
        return Err("the file is empty: not even a header".into());
    }
    let name = |name: &[u8]| {
        let name = if contract.source.trim { name.trim_ascii() } else { name };
        String::from_utf8_lossy(name).into_owned()
    };
    Ok(header.iter().map(name).collect())
}

/// Whether a quote stands anywhere but around a field or doubled within one: lenient readers would carry on and
/// swallow what follows. An unclosed last field is not strayed; the caller sees to that.
fn strays(raw: &[u8], delimiter: u8, quote: u8) -> bool {
    let mut rest = raw;
    loop {
        if let Some(quoted) = rest.strip_prefix(&[quote]) {
            let Some(end) = end_of_quoted(quoted, quote) else { return false };
            rest = &quoted[end..];
            match rest.first() {
                None => return false,
                Some(byte) if *byte == delimiter => rest = &rest[1..],
                Some(_) => return true,
            }
        } else {
            let end = rest.iter().position(|byte| *byte == delimiter);
            if rest[..end.unwrap_or(rest.len())].contains(&quote) {
                return true;
            }
            match end {
                Some(end) => rest = &rest[end + 1..],
                None => return false,
            }
        }
    }
}

/// Where the text after an opening quote goes on behind its closing one.
fn end_of_quoted(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].iter().position(|byte| *byte == quote)?;
        match text.get(at + 1) {
            Some(next) if *next == quote => at += 2,
            _ => return Some(at + 1),
        }
    }
}

/// A quote left open swallows every row after it.
fn never_closed(number: u64) -> String {
    format!("record {number} opens a quote that is never closed, so where rows end is not known")
}

struct Place<'a> {
    offset: u64,
    raw: &'a [u8],
}

struct Rows<'a> {
    contract: &'a Contract,
    header: Header,
}

impl Rows<'_> {
    /// Hands over what a record says; `taken` counts the rows.
    fn hand_over(
        &self,
        record: &ByteRecord,
        place: Place<'_>,
        taken: &mut u64,
        sink: &mut Sink<'_>,
    ) -> Result<(), String> {
        let Place { offset, raw } = place;
        let offset = Some(offset);
        if record.len() != self.header.len() {
            *taken += 1;
            let detail = format!("{} fields, not {}", record.len(), self.header.len());
            let (number, rule) = (*taken, "field_count");
            return sink(Item::Bad(Malformed { number, offset, rule, detail, raw }));
        }
        let field = |at: usize| match std::str::from_utf8(&record[at]) {
            Ok(text) => Ok(Some(if self.contract.source.trim { text.trim() } else { text })),
            Err(_) => Err(("encoding", "bytes that are not in the declared encoding".to_owned())),
        };
        self.header.rows(&field, &mut |fields| {
            *taken += 1;
            let number = *taken;
            sink(match &fields {
                Ok(fields) => Item::Good(Record { number, offset, fields, raw }),
                Err((rule, detail)) => {
                    let detail = detail.clone();
                    Item::Bad(Malformed { number, offset, rule, detail, raw })
                }
            })
        })
    }
}
