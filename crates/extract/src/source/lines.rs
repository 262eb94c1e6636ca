//! Text line by line, each with its place, under a limit.

use std::io::{self, BufRead};

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// CR, LF or both.
    Any,
    /// LF, with or without a CR before it; a CR alone is a character.
    Feed,
}

/// The lines of a text.
pub(super) struct Lines<'a> {
    text: &'a mut dyn BufRead,
    ends: Ends,
    most: usize,
    number: u64,
    offset: u64,
    line: Vec<u8>,
}

/// A line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: u64,
    /// Where it starts, in bytes.
    pub(super) offset: u64,
    /// Without what ends it; of a line that is too long only its start.
    pub(super) text: &'a [u8],
    /// Whether it has more bytes than a record may have.
    pub(super) is_too_long: bool,
    /// Whether something ends it; the last line of a file that was cut has nothing.
    pub(super) is_ended: bool,
}

impl<'a> Lines<'a> {
    /// The lines of a text that starts at a byte and a line of its file; none of them longer than `most` bytes.
    pub(super) fn new(
        text: &'a mut dyn BufRead,
        ends: Ends,
        most: usize,
        before: (u64, u64),
    ) -> Self {
        Self { text, ends, most, number: before.1, offset: before.0, line: Vec::new() }
    }

    /// The next line.
    ///
    /// # Errors
    /// A text that cannot be read on.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let offset = self.offset;
        let (mut is_too_long, mut is_ended) = (false, false);
        while !is_ended {
            let block = self.text.fill_buf()?;
            if block.is_empty() {
                break;
            }
            let is_end = |byte: &u8| *byte == b'\n' || (self.ends == Ends::Any && *byte == b'\r');
            let end = block.iter().position(is_end);
            let length = end.unwrap_or(block.len());
            let room = self.most.saturating_sub(self.line.len());
            is_too_long |= length > room;
            self.line.extend_from_slice(&block[..length.min(room)]);
            let is_return = end.is_some_and(|end| block[end] == b'\r');
            let taken = length + usize::from(end.is_some());
            self.text.consume(taken);
            self.offset += taken as u64;
            is_ended = end.is_some();
            if is_return && self.text.fill_buf()?.starts_with(b"\n") {
                self.text.consume(1);
                self.offset += 1;
            }
        }
        if self.offset == offset {
            return Ok(None);
        }
        self.number += 1;
        let text = match self.ends {
            Ends::Feed if is_ended => self.line.strip_suffix(b"\r").unwrap_or(&self.line),
            _ => &self.line,
        };
        Ok(Some(Line { number: self.number, offset, text, is_too_long, is_ended }))
    }
}

/// Why a line that is too long is no record: the broken rule, and the reason.
pub(super) fn too_long(line: &Line<'_>) -> (&'static str, String) {
    let (number, most) = (line.number, line.text.len());
    ("size", format!("line {number} has more than {most} bytes (`limits.record_kilobytes`)"))
}
