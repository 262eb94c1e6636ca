//! What files of text have in common: a byte order mark, and what stands above their rows.

use crate::contract::Contract;
use std::io::{self, BufRead};

/// The byte order mark of UTF-8.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Passes over a byte order mark; says how many bytes it has.
///
/// # Errors
/// A text that cannot be read.
pub(super) fn pass_mark(text: &mut dyn BufRead) -> Result<u64, String> {
    let has_mark = text.fill_buf().map_err(|error| error.to_string())?.starts_with(MARK);
    let length = if has_mark { MARK.len() } else { 0 };
    text.consume(length);
    Ok(length as u64)
}

/// The lines above the rows.
#[derive(Default)]
pub(super) struct Preamble {
    /// How many bytes they are.
    pub(super) length: u64,
    /// Their texts; nothing of those that are too long for a row.
    pub(super) lines: Vec<Vec<u8>>,
}

/// Passes over the declared number of lines, whatever ends them.
///
/// # Errors
/// A file that ends within them.
pub(super) fn pass_preamble(
    contract: &Contract,
    text: &mut dyn BufRead,
) -> Result<Preamble, String> {
    let most = contract.source.limits.record();
    let mut passed = Preamble::default();
    let lines = contract.source.preamble.unwrap_or(0);
    for line in 0..lines {
        let mut said = Vec::new();
        let length = pass_line(text, most + 1, &mut said).map_err(|error| error.to_string())?;
        passed.length += length.ok_or_else(|| {
            format!("the file ends within its preamble: {lines} lines, not {line}")
        })?;
        passed.lines.push(if said.len() > most { Vec::new() } else { said });
    }
    Ok(passed)
}

/// Passes over a line and what ends it: CR, LF or both; its length, unless the file ends first. At most so many bytes of
/// its text come into `start`.
pub(super) fn pass_line(
    text: &mut dyn BufRead,
    most: usize,
    start: &mut Vec<u8>,
) -> io::Result<Option<u64>> {
    let mut passed = 0;
    loop {
        let block = text.fill_buf()?;
        if block.is_empty() {
            return Ok(None);
        }
        let end = block.iter().position(|byte| b"\r\n".contains(byte));
        let length = end.unwrap_or(block.len());
        start.extend_from_slice(&block[..length.min(most.saturating_sub(start.len()))]);
        let Some(end) = end else {
            text.consume(length);
            passed += length as u64;
            continue;
        };
        let is_return = block[end] == b'\r';
        text.consume(end + 1);
        passed += end as u64 + 1;
        if is_return && text.fill_buf()?.starts_with(b"\n") {
            text.consume(1);
            passed += 1;
        }
        return Ok(Some(passed));
    }
}

/// A record without what ends its last line.
pub(super) fn without_line_end(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
    raw.strip_suffix(b"\r").unwrap_or(raw)
}
