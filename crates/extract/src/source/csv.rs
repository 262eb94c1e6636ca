//! Delimited text: exact field counts, columns by name.

use super::{Item, Malformed, Record};
use crate::contract::Contract;
use ::csv::{ByteRecord, ReaderBuilder};
use std::borrow::Cow;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

pub(crate) fn read(
    contract: &Contract,
    usual_delimiter: char,
    bytes: &[u8],
    sink: &mut dyn FnMut(Item<'_>),
) -> Result<(), String> {
    let text = decoded(contract, bytes)?;
    let skipped = if text.starts_with(MARK) { MARK.len() } else { 0 };
    let body = &text[skipped..];
    let ascii =
        |mark: char| u8::try_from(mark).map_err(|_| format!("`{mark}` cannot separate fields"));
    let delimiter = ascii(contract.source.delimiter.unwrap_or(usual_delimiter))?;
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .quote(ascii(contract.source.quote.unwrap_or('"'))?)
        // Ragged rows come through so that they can be quarantined one by one; none is accepted.
        .flexible(true)
        .from_reader(body);
    let header = reader.byte_headers().map_err(|error| error.to_string())?.clone();
    if header.is_empty() {
        return Err("the file is empty: not even a header".into());
    }
    let places = places(contract, &header)?;
    let quote = ascii(contract.source.quote.unwrap_or('"'))?;
    let mut record = ByteRecord::new();
    let mut number = 0;
    let mut last: &[u8] = &[];
    loop {
        let start = reader.position().byte() as usize;
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return closed(last, quote, number),
            Err(error) => return Err(error.to_string()),
        }
        number += 1;
        let end = (reader.position().byte() as usize).min(body.len());
        // The reader's position before a record may stand on the line end of the one before.
        let start = record.position().map_or(start, |place| place.byte() as usize);
        let line_ends = body[start.min(end)..end].iter().take_while(|byte| b"\r\n".contains(byte));
        let start = start + line_ends.count();
        let raw = without_line_end(&body[start.min(end)..end]);
        let strays = strays(raw, delimiter, quote);
        if strays && raw.contains(&b'\n') {
            let fault = "has quotes inside fields and spans lines, so where rows end is not known";
            return Err(format!("record {number} at byte {} {fault}", start + skipped));
        }
        if strays {
            let (offset, detail) =
                (Some((start + skipped) as u64), "a quote stands inside a field".to_owned());
            sink(Item::Bad(Malformed { number, offset, rule: "quoting", detail, raw }));
            continue;
        }
        last = raw;
        hand_over(
            contract,
            &header,
            &places,
            &record,
            Place { number, offset: (start + skipped) as u64, raw },
            sink,
        );
    }
}

/// Whether a quote stands anywhere but around a field or doubled within one: lenient readers would carry on and
/// swallow what follows. An unclosed last field is not strayed; [`closed`] sees to that.
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

/// Whether the file ends outside of quotes: a quote left open swallows every row after it.
fn closed(last: &[u8], quote: u8, number: u64) -> Result<(), String> {
    let quotes = last.iter().filter(|byte| **byte == quote).count();
    if quotes % 2 == 0 {
        return Ok(());
    }
    Err(format!(
        "record {number} opens a quote that is never closed, so where rows end is not known"
    ))
}

struct Place<'a> {
    number: u64,
    offset: u64,
    raw: &'a [u8],
}

fn hand_over(
    contract: &Contract,
    header: &ByteRecord,
    places: &[Option<usize>],
    record: &ByteRecord,
    place: Place<'_>,
    sink: &mut dyn FnMut(Item<'_>),
) {
    let Place { number, offset, raw } = place;
    let mut bad = |rule, detail| {
        sink(Item::Bad(Malformed { number, offset: Some(offset), rule, detail, raw }));
    };
    if record.len() != header.len() {
        return bad("field_count", format!("{} fields, not {}", record.len(), header.len()));
    }
    let mut fields = Vec::with_capacity(places.len());
    for place in places {
        let field = match place.map(|place| std::str::from_utf8(&record[place])) {
            None => None,
            Some(Ok(text)) => Some(if contract.source.trim { text.trim() } else { text }),
            Some(Err(_)) => {
                return bad("encoding", "bytes that are not in the declared encoding".into());
            }
        };
        fields.push(field);
    }
    sink(Item::Good(Record { number, offset: Some(offset), fields: &fields, raw }));
}

/// Where each contract column stands in the file.
fn places(contract: &Contract, header: &ByteRecord) -> Result<Vec<Option<usize>>, String> {
    let mut missing = Vec::new();
    let mut places = Vec::new();
    for column in &contract.columns {
        if column.from_file_name.is_some() {
            places.push(None);
            continue;
        }
        let mut found = None;
        for alias in &column.aliases {
            let is_named = |name: &[u8]| {
                let name = if contract.source.trim { name.trim_ascii() } else { name };
                name == alias.as_bytes()
            };
            let mut matches = header.iter().enumerate().filter(|(_, name)| is_named(name));
            if let Some((place, _)) = matches.next() {
                if matches.next().is_some() {
                    return Err(format!("the header has `{alias}` twice"));
                }
                found = Some(place);
                break;
            }
        }
        if found.is_none() && !column.may_be_absent {
            missing.push(format!("`{}`", column.aliases.join("` or `")));
        }
        places.push(found);
    }
    if missing.is_empty() {
        return Ok(places);
    }
    let header: Vec<_> = header.iter().map(String::from_utf8_lossy).collect();
    Err(format!("the header lacks {}; it has: {}", missing.join(", "), header.join(", ")))
}

fn decoded<'a>(contract: &Contract, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, String> {
    let Some(name) = &contract.source.encoding else { return Ok(Cow::Borrowed(bytes)) };
    let encoding = encoding_rs::Encoding::for_label(name.as_bytes())
        .ok_or_else(|| format!("unknown encoding `{name}`"))?;
    if encoding == encoding_rs::UTF_8 {
        return Ok(Cow::Borrowed(bytes));
    }
    match encoding.decode_with_bom_removal(bytes) {
        (text, false) => Ok(Cow::Owned(text.into_owned().into_bytes())),
        (_, true) => Err(format!("the file has bytes that are not {name}")),
    }
}

fn without_line_end(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
    raw.strip_suffix(b"\r").unwrap_or(raw)
}
