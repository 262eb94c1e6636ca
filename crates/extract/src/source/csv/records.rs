//! The records of a text as they stand in it, each with its place, its bytes and its quotes.

use super::{
    delimiter::{Marking, lost, unmarked_fields},
    quotes::{Marks, Quotes},
};
use crate::source::{keeping::Keeping, text};
use ::csv::{ByteRecord, Reader, ReaderBuilder};
use std::io::BufRead;

/// How far the parser reads ahead.
const AHEAD: usize = 1 << 16;

/// A record.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) fields: ByteRecord,
    /// As the parser sees it, without what ends its last line.
    pub(super) bytes: Vec<u8>,
    /// Where it starts in the decoded text.
    pub(super) offset: u64,
    pub(super) quotes: Quotes,
}

/// A parser whose records end with CR, LF or both.
fn parser(marks: Marks) -> ReaderBuilder {
    let mut parser = ReaderBuilder::new();
    parser
        .delimiter(marks.delimiter)
        .quote(marks.quote.unwrap_or(b'"'))
        .quoting(marks.quote.is_some())
        .escape(marks.escape)
        .double_quote(marks.escape.is_none())
        .has_headers(false)
        // Ragged rows come through so that they can be quarantined one by one; none is accepted.
        .flexible(true);
    parser
}

/// Reads records.
pub(super) struct Records<'a> {
    reader: Reader<Keeping<Marking<'a>>>,
    marks: Marks,
    delimiter: &'a [u8],
    /// How far what was read lies behind its place in the file: what stands before, and delimiters told shorter.
    behind: u64,
    /// The one record that is filled again and again.
    raw: Raw,
}

impl<'a> Records<'a> {
    /// Records of at most `most` bytes of a text that starts at byte `skipped`.
    pub(super) fn new(
        text: &'a mut dyn BufRead,
        marks: Marks,
        delimiter: &'a [u8],
        most: usize,
        skipped: u64,
    ) -> Self {
        let is_long = delimiter.len() > 1;
        let text = Marking::new(text, is_long.then_some(delimiter));
        let reader =
            parser(marks).buffer_capacity(AHEAD).from_reader(Keeping::new(text, most, 2 * AHEAD));
        let raw =
            Raw { fields: ByteRecord::new(), bytes: Vec::new(), offset: 0, quotes: Quotes::Sound };
        Self { reader, marks, delimiter, behind: skipped, raw }
    }

    /// The next record.
    ///
    /// # Errors
    /// A text that cannot be read on.
    pub(super) fn next(&mut self) -> Result<Option<&Raw>, String> {
        let start = self.reader.position().byte();
        self.reader.get_mut().forget(start);
        let is_one = self.reader.read_byte_record(&mut self.raw.fields);
        if !is_one.map_err(|error| error.to_string())? {
            return Ok(None);
        }
        let end = self.reader.position().byte();
        // The reader's position before a record may stand on the line end of the one before.
        let start = self.raw.fields.position().map_or(start, ::csv::Position::byte);
        let bytes = self.reader.get_ref().bytes(start..end);
        let line_ends = bytes.iter().take_while(|byte| b"\r\n".contains(byte)).count();
        let bytes = text::without_line_end(&bytes[line_ends..]);
        self.raw.bytes.clear();
        self.raw.bytes.extend_from_slice(bytes);
        self.raw.offset = start + line_ends as u64 + self.behind;
        self.raw.quotes = self.marks.quotes(bytes);
        if self.delimiter.len() > 1 {
            self.behind += lost(bytes, self.delimiter);
            self.raw.fields = unmarked_fields(&self.raw.fields, self.delimiter);
        }
        Ok(Some(&self.raw))
    }

    /// What reads single lines in the same way.
    pub(super) fn lines(&self) -> Lines<'a> {
        Lines { marks: self.marks, delimiter: self.delimiter }
    }
}

/// Reads single lines.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    marks: Marks,
    delimiter: &'a [u8],
}

impl Lines<'_> {
    /// The record of a line that stands at a place.
    pub(super) fn record(&self, line: &[u8], offset: u64) -> Option<Raw> {
        let mut reader = parser(self.marks).from_reader(line);
        let fields = reader.byte_records().next()?.ok()?;
        let fields = match self.delimiter.len() {
            1 => fields,
            _ => unmarked_fields(&fields, self.delimiter),
        };
        let quotes = self.marks.quotes(line);
        Some(Raw { fields, bytes: line.to_vec(), offset, quotes })
    }
}
