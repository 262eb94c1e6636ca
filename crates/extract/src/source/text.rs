//! What files of text have in common: their encoding, what stands above their rows, and how lines end.

use crate::contract::Contract;
use std::borrow::Cow;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The file as UTF-8, as far as the contract names another encoding.
///
/// # Errors
/// Bytes that the named encoding does not have, or a name that is none.
pub(super) fn decoded<'a>(contract: &Contract, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, String> {
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

/// How many bytes stand before header and rows: a byte order mark and the declared number of lines, whatever ends them.
///
/// # Errors
/// A file that ends within them.
pub(super) fn before_rows(contract: &Contract, text: &[u8]) -> Result<usize, String> {
    let lines = contract.source.preamble.unwrap_or(0);
    let mut at = if text.starts_with(MARK) { MARK.len() } else { 0 };
    for line in 0..lines {
        let rest = &text[at..];
        let Some(end) = line_end(rest) else {
            return Err(format!("the file ends within its preamble: {lines} lines, not {line}"));
        };
        at += end.0 + end.1;
    }
    Ok(at)
}

/// The length of the first line and of what ends it: CR, LF or both.
pub(super) fn line_end(text: &[u8]) -> Option<(usize, usize)> {
    let end = text.iter().position(|byte| b"\r\n".contains(byte))?;
    Some((end, if text[end..].starts_with(b"\r\n") { 2 } else { 1 }))
}

/// A record without what ends its last line.
pub(super) fn without_line_end(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
    raw.strip_suffix(b"\r").unwrap_or(raw)
}
