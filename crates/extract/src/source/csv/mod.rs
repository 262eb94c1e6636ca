//! Delimited text: exact field counts, columns by name, lines that end with CR, LF or both.
//!
//! Rule: a record is a row, or is told. Where a quote is not closed in its line, the line is refused, and what follows
//! counts only if each line that was swallowed is a sound row by itself, and only in files of at least
//! [`FEWEST_COLUMNS`] columns: fewer delimiters say too little. Else where rows end is not known, and the file is refused.

mod delimiter;
mod header;
mod quotes;
mod records;
mod tail;
#[cfg(test)]
mod tests;

use super::{
    Found, Item, Malformed, Record, Sink,
    header::{Header, Unfit},
    passed, text,
};
use crate::contract::Contract;
use delimiter::{UNIT, unmarked};
use quotes::{Marks, Quotes, lines};
use records::{Raw, Records};
use std::io::BufRead;
use tail::Tail;

/// The fewest columns that tell a row from a line of text.
const FEWEST_COLUMNS: usize = 4;

pub(super) fn read(
    contract: &Contract,
    found: &Found,
    text: &mut dyn BufRead,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let source = &contract.source;
    let delimiter = source.delimiter.clone().unwrap_or(found.usual_delimiter().to_string());
    let marks = marks(contract, &delimiter)?;
    let mut skipped = text::pass_mark(text)?;
    if source.sep_line {
        skipped += header::pass_sep_line(text, &delimiter)?;
    }
    let above = text::pass_preamble(contract, text)?;
    skipped += above.length;
    let (delimiter, most) = (delimiter.as_bytes(), source.limits.record());
    let mut records = Records::new(text, marks, delimiter, most, skipped);
    let names = match source.headerless(&found.name) {
        Some(names) => names.to_vec(),
        None => header::names(contract, &mut records)?,
    };
    sink(Item::Columns(&names))?;
    let mut tail = Tail::new(contract)?;
    let header = Header::new(contract, names)?;
    let quote = marks.quote.unwrap_or(b'"');
    let mut rows = Rows { contract, header, delimiter, quote, taken: 0, sink };
    for (at, line) in above.lines.iter().enumerate() {
        let mut line = line.as_slice();
        let mut lone = Records::new(&mut line, marks, delimiter, most, 0);
        if lone.next().is_ok_and(|one| one.is_some_and(|raw| rows.is_row(raw))) {
            return Err(passed::row_above(at + 1 + usize::from(source.sep_line)));
        }
    }
    let alone = records.lines();
    let mut number = 0;
    while let Some(raw) = records.next()? {
        number += 1;
        let Some(row) = tail.row(raw, &|raw| rows.is_row(raw))? else { continue };
        let swallowed = rows.take(&row, number)?;
        for (offset, line) in swallowed {
            let columns = rows.header.len();
            let is_row = |lone: &Raw| lone.quotes == Quotes::Sound && lone.fields.len() == columns;
            let lone = alone.record(&line, offset).filter(is_row);
            let lone = lone.ok_or_else(|| not_known(number, row.offset))?;
            rows.take(&lone, number)?;
        }
    }
    tail.judge(&|raw| rows.is_row(raw))?;
    tail.tell(sink)
}

/// A record's place, and its fields if it is sound.
pub(crate) type Sample = (u64, Option<Vec<String>>);

/// The records of a text, whatever they are.
///
/// # Errors
/// A text that cannot be read by this dialect at all.
pub(crate) fn fields(
    contract: &Contract,
    found: &Found,
    text: &str,
) -> Result<Vec<Sample>, String> {
    let delimiter = contract.source.delimiter.clone();
    let delimiter = delimiter.unwrap_or(found.usual_delimiter().to_string());
    let marks = marks(contract, &delimiter)?;
    let most = contract.source.limits.record();
    let mut bytes = text.as_bytes();
    let mut records = Records::new(&mut bytes, marks, delimiter.as_bytes(), most, 0);
    let mut sample = Vec::new();
    while let Some(raw) = records.next()? {
        let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
        let sound = (raw.quotes == Quotes::Sound).then(|| raw.fields.iter().map(text).collect());
        sample.push((raw.offset, sound));
    }
    Ok(sample)
}

/// What separates, quotes and escapes, as the parser is told.
fn marks(contract: &Contract, delimiter: &str) -> Result<Marks, String> {
    let source = &contract.source;
    let ascii = |mark: char| u8::try_from(mark).map_err(|_| format!("`{mark}` is not ASCII"));
    let delimiter = match delimiter.as_bytes() {
        [one] => *one,
        _ => UNIT,
    };
    let quote = match source.quoted {
        Some(false) => None,
        _ => Some(ascii(source.quote.unwrap_or('"'))?),
    };
    Ok(Marks { delimiter, quote, escape: source.escape.map(ascii).transpose()? })
}

fn not_known(number: u64, offset: u64) -> String {
    format!(
        "record {number} at byte {offset} opens a quote that is not closed as it should be, so where rows end is not \
         known"
    )
}

struct Rows<'a, 's> {
    contract: &'a Contract,
    header: Header,
    delimiter: &'a [u8],
    quote: u8,
    /// How many rows were handed over.
    taken: u64,
    sink: &'a mut Sink<'s>,
}

/// A field of a record.
fn field(row: &Raw, at: usize, trims: bool) -> Result<Option<&str>, Unfit> {
    match std::str::from_utf8(&row.fields[at]) {
        Ok(text) => Ok(Some(if trims { text.trim() } else { text })),
        Err(_) => Err(("encoding", "bytes that are not in the declared encoding".to_owned())),
    }
}

/// Lines that a record swallowed, with their places.
type Swallowed = Vec<(u64, Vec<u8>)>;

impl Rows<'_, '_> {
    /// Hands over what a record says, and gives back the lines that its quotes swallowed.
    fn take(&mut self, row: &Raw, number: u64) -> Result<Swallowed, String> {
        if row.quotes == Quotes::Sound {
            self.hand_over(row)?;
            return Ok(Vec::new());
        }
        let lines = lines(&row.bytes);
        let (first, others) = lines.split_first().ok_or("a record has a line")?;
        let is_odd = first.1.iter().filter(|byte| **byte == self.quote).count() % 2 == 1;
        let may_go_on = is_odd || !others.is_empty();
        if may_go_on && self.header.len() < FEWEST_COLUMNS {
            return Err(not_known(number, row.offset));
        }
        let detail = match (row.quotes, others.is_empty()) {
            (Quotes::Open, _) | (_, false) => "opens a quote that is not closed in this line",
            _ => "a quote stands inside a field, or an escape before something else",
        };
        self.refuse(row, first.1, "quoting", detail.to_owned())?;
        let place = |(at, line): &(usize, &[u8])| (row.offset + *at as u64, line.to_vec());
        Ok(others.iter().map(place).collect())
    }

    fn refuse(
        &mut self,
        row: &Raw,
        bytes: &[u8],
        rule: &'static str,
        detail: String,
    ) -> Result<(), String> {
        self.taken += 1;
        let (number, offset) = (self.taken, Some(row.offset));
        let raw = &*unmarked(bytes, self.delimiter);
        (self.sink)(Item::Bad(Malformed { number, offset, rule, detail, raw }))
    }

    /// Hands over what a record with sound quotes says.
    fn hand_over(&mut self, row: &Raw) -> Result<(), String> {
        if let Some((rule, detail)) = self.fault(row) {
            return self.refuse(row, &row.bytes, rule, detail);
        }
        let trims = self.contract.source.trim;
        let raw = &*unmarked(&row.bytes, self.delimiter);
        let (offset, taken, sink) = (Some(row.offset), &mut self.taken, &mut *self.sink);
        self.header.rows(&|at| field(row, at, trims), &mut |fields| {
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

    /// Whether a record is a row, although it is declared to be none.
    fn is_row(&self, raw: &Raw) -> bool {
        let trims = self.contract.source.trim;
        raw.quotes == Quotes::Sound
            && self.fault(raw).is_none()
            && passed::is_row(self.contract, &self.header, &|at| field(raw, at, trims))
    }

    /// Why a record is no row: the broken rule, and the reason.
    fn fault(&self, row: &Raw) -> Option<(&'static str, String)> {
        let bytes = row.bytes.as_slice();
        if let Err(error) = std::str::from_utf8(bytes) {
            let byte = error.valid_up_to() + 1;
            return Some(("encoding", format!("byte {byte} is not in the declared encoding")));
        }
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            return Some(("nul", format!("byte {} is NUL, which no text has", at + 1)));
        }
        if self.header.is_repeated_by(&row.fields) {
            return Some(("header", "the header once more".into()));
        }
        if row.fields.len() != self.header.len() {
            let detail = format!("{} fields, not {}", row.fields.len(), self.header.len());
            return Some(("field_count", detail));
        }
        bytes.starts_with(text::MARK).then(|| {
            ("encoding", "begins with a byte order mark, as where files were glued together".into())
        })
    }
}
