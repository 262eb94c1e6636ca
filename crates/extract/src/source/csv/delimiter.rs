//! Delimiters of several bytes, such as `, ` or `‖`: told to the parser as one byte that texts do not have.

use ::csv::ByteRecord;
use std::{
    borrow::Cow,
    io::{self, BufRead, Read},
};

/// What stands for the delimiter: the separator of units, which no text has.
pub(super) const UNIT: u8 = 0x1f;

/// A text in which [`UNIT`] stands for every delimiter.
pub(super) struct Marking<'a> {
    text: &'a mut dyn BufRead,
    /// None if the parser knows the delimiter itself.
    delimiter: Option<&'a [u8]>,
    /// The start of a delimiter, perhaps, at the end of the last block.
    carried: Vec<u8>,
    marked: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<'a> Marking<'a> {
    pub(super) fn new(text: &'a mut dyn BufRead, delimiter: Option<&'a [u8]>) -> Self {
        let (carried, marked) = (Vec::new(), Vec::new());
        Self { text, delimiter, carried, marked, at: 0, ended: false }
    }

    fn mark(&mut self, delimiter: &[u8]) -> io::Result<()> {
        let block = self.text.fill_buf()?;
        self.ended = block.is_empty();
        let mut bytes = std::mem::take(&mut self.carried);
        bytes.extend_from_slice(block);
        let length = block.len();
        if block.contains(&UNIT) {
            return Err(io::Error::other("has the byte 1F, which no text has"));
        }
        self.text.consume(length);
        (self.at, self.marked) = (0, Vec::with_capacity(bytes.len()));
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix(delimiter) {
                self.marked.push(UNIT);
                rest = behind;
            } else if !self.ended && delimiter.starts_with(rest) {
                self.carried = rest.to_vec();
                break;
            } else {
                self.marked.push(rest[0]);
                rest = &rest[1..];
            }
        }
        Ok(())
    }
}

impl Read for Marking<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(delimiter) = self.delimiter else { return self.text.read(buffer) };
        while self.at == self.marked.len() && !self.ended {
            self.mark(delimiter)?;
        }
        let taken = buffer.len().min(self.marked.len() - self.at);
        buffer[..taken].copy_from_slice(&self.marked[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

/// How many more bytes a marked text has in its file.
pub(super) fn lost(marked: &[u8], delimiter: &[u8]) -> u64 {
    (marked.iter().filter(|byte| **byte == UNIT).count() * (delimiter.len() - 1)) as u64
}

/// The text as it stands in the file.
pub(super) fn unmarked<'a>(marked: &'a [u8], delimiter: &[u8]) -> Cow<'a, [u8]> {
    if !marked.contains(&UNIT) {
        return Cow::Borrowed(marked);
    }
    let parts: Vec<&[u8]> = marked.split(|byte| *byte == UNIT).collect();
    Cow::Owned(parts.join(delimiter))
}

/// A record whose quoted fields have delimiters again.
pub(super) fn unmarked_fields(record: &ByteRecord, delimiter: &[u8]) -> ByteRecord {
    record.iter().map(|field| unmarked(field, delimiter).into_owned()).collect()
}
