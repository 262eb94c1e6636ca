//! Sources: bytes to records of text. Nothing is typed and nothing is guessed here.

mod archive;
mod csv;
mod damage;
mod doubts;
mod encoding;
mod files;
mod fixed_width;
mod header;
mod json;
mod json_lines;
mod json_names;
mod json_path;
mod json_words;
mod keeping;
mod lines;
mod names;
mod packed;
mod parquet;
mod passed;
mod path;
mod spreadsheet;
#[cfg(test)]
pub(crate) mod tests;
mod text;
mod web_log;

pub(crate) use archive::name_within;
pub(crate) use csv::{Sample as CsvSample, fields as csv_fields};
pub(crate) use files::{Found, day_in, find, format_of, stem, undated, unpacked_name};
pub(crate) use packed::whole as whole_file;
pub(crate) use spreadsheet::first_rows as sheet_rows;
pub(crate) use web_log::Layout;

use crate::contract::{Contract, Format, LimitsSpec};
use doubts::Doubts;
use model::{
    quality::Severity,
    report::{Argument, Message},
};
use std::{
    io::BufRead,
    panic::{self, AssertUnwindSafe},
};

/// One record of a source: a field per contract column, in the contract's order.
pub(crate) struct Record<'a> {
    /// Counted from 1, header not counted.
    pub(crate) number: u64,
    /// Where it starts, in bytes of the unpacked file; `None` where records have no place of their own.
    pub(crate) offset: Option<u64>,
    /// The fields; `None` where the source itself says null.
    pub(crate) fields: &'a [Option<&'a str>],
    /// The record as it stands in the file.
    pub(crate) raw: &'a [u8],
}

/// A record that is none: why, and its bytes.
pub(crate) struct Malformed<'a> {
    pub(crate) number: u64,
    pub(crate) offset: Option<u64>,
    pub(crate) rule: &'static str,
    pub(crate) detail: String,
    pub(crate) raw: &'a [u8],
}

/// What a reader hands over, record by record.
pub(crate) enum Item<'a> {
    Good(Record<'a>),
    /// A record whose fields have places of their own: where that of a contract column, by its number, stands.
    Placed(Record<'a>, &'a dyn Fn(usize) -> Option<String>),
    Bad(Malformed<'a>),
    /// What the file itself calls its columns, in order; it is no record.
    Columns(&'a [String]),
    /// Something about the whole file that the reader of the report should know; it is no record.
    Remark(Severity, Message),
}

/// Takes items one by one; an error ends the reading.
pub(crate) type Sink<'a> = dyn FnMut(Item<'_>) -> Result<(), String> + 'a;

/// Reads all records of a file.
///
/// # Errors
/// Why the file as a whole cannot be read: in one sentence for the owner of the data.
pub(crate) fn read(contract: &Contract, found: &Found, sink: &mut Sink<'_>) -> Result<(), String> {
    if let Some(reason) = contract.source.unfit(&found.name, found.format) {
        return Err(reason);
    }
    let contract = &*contract.in_file(&found.name);
    let limits = &contract.source.limits;
    let mut doubts = Doubts::default();
    let mut half = 0;
    let passed_over = {
        let mut sink = |item: Item<'_>| {
            doubts.see(&item);
            sink(item)
        };
        let text = &mut |read: &mut TextReader<'_>| {
            packed::stream(found, limits, &mut |bytes| {
                half = encoding::decoded(contract, bytes, read)?;
                Ok(())
            })
        };
        match found.format {
            Format::Csv => text(&mut |text| csv::read(contract, found, text, &mut sink))?,
            Format::FixedWidth => text(&mut |text| fixed_width::read(contract, text, &mut sink))?,
            Format::JsonLines => packed::stream(found, limits, &mut |text| {
                json_lines::read(contract, !found.is_batch, text, &mut sink)
            })?,
            Format::WebLog => text(&mut |text| web_log::read(contract, text, &mut sink))?,
            Format::Parquet => parquet::read(contract, found, &mut sink).map(|()| Vec::new())?,
            Format::Spreadsheet => {
                spreadsheet::read(contract, found, &mut sink).map(|()| Vec::new())?
            }
        }
    };
    doubts.tell(sink)?;
    if half > 0 {
        let count = Argument::Count(i64::try_from(half).unwrap_or(i64::MAX));
        let message = Message::new("quality.half_character").with("count", count);
        sink(Item::Remark(Severity::Warning, message))?;
    }
    if !passed_over.is_empty() {
        let names = Argument::Text(passed_over.join(", "));
        let message = Message::new("quality.passed_over").with("names", names);
        sink(Item::Remark(Severity::Info, message))?;
    }
    Ok(())
}

/// Reads records from a text that is no file.
///
/// # Errors
/// As [`read`]; also a format whose records have no text.
pub(crate) fn read_text(
    contract: &Contract,
    found: &Found,
    text: &str,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let contract = &*contract.in_file(&found.name);
    let text = &mut text.as_bytes();
    match found.format {
        Format::Csv => csv::read(contract, found, text, sink),
        Format::FixedWidth => fixed_width::read(contract, text, sink),
        Format::JsonLines => json_lines::read(contract, false, text, sink),
        Format::WebLog => web_log::read(contract, text, sink),
        Format::Parquet | Format::Spreadsheet => Err("has no text".into()),
    }
}

/// Reads a file by a library that was not written for hostile ones: where it panics over one, the file is refused like
/// any other that cannot be read. What a panic leaves behind, rows in a sink, is thrown away with the file.
pub(crate) fn guarded(
    broken: &str,
    read: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(broken.to_owned()))
}

/// Reads a text.
type TextReader<'a> = dyn FnMut(&mut dyn BufRead) -> Result<(), String> + 'a;

/// Lets `read` see the unpacked bytes of a file as they are.
///
/// # Errors
/// What `read` returns, or why the file cannot be unpacked.
pub(crate) fn with_bytes(
    found: &Found,
    limits: &LimitsSpec,
    read: &mut TextReader<'_>,
) -> Result<(), String> {
    packed::stream(found, limits, read).map(|_| ())
}
