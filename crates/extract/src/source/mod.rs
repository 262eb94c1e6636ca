//! Sources: bytes to records of text. Nothing is typed and nothing is guessed here.

mod csv;
mod files;
mod fixed_width;
mod header;
mod json_lines;
mod parquet;
mod path;
mod spreadsheet;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use files::{Found, find};

use crate::contract::{Contract, Format};

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
    Bad(Malformed<'a>),
}

/// Reads all records of an unpacked file.
///
/// # Errors
/// Why the file as a whole cannot be read: in one sentence for the owner of the data.
pub(crate) fn read(
    contract: &Contract,
    found: &Found,
    bytes: &[u8],
    sink: &mut dyn FnMut(Item<'_>),
) -> Result<(), String> {
    match found.format {
        Format::Csv => csv::read(contract, found, bytes, sink),
        Format::FixedWidth => fixed_width::read(contract, bytes, sink),
        Format::JsonLines => json_lines::read(contract, bytes, sink),
        Format::Parquet => parquet::read(contract, bytes, sink),
        Format::Spreadsheet => spreadsheet::read(contract, bytes, sink),
    }
}
