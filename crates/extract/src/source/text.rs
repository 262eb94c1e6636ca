//! What files of text have in common: their encoding, and what stands above their rows.

use crate::contract::Contract;
use encoding_rs::{Decoder, DecoderResult, UTF_8};
use std::io::{self, BufRead, BufReader, Read};

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// How many bytes are decoded at once.
const BLOCK: usize = 1 << 16;

/// Lets `read` read the file as UTF-8, as far as the contract names another encoding.
///
/// # Errors
/// What `read` returns, or the name of an encoding that is none.
pub(super) fn decoded(
    contract: &Contract,
    bytes: &mut dyn BufRead,
    read: &mut dyn FnMut(&mut dyn BufRead) -> Result<(), String>,
) -> Result<(), String> {
    let Some(name) = &contract.source.encoding else { return read(bytes) };
    let encoding = encoding_rs::Encoding::for_label(name.as_bytes())
        .ok_or_else(|| format!("unknown encoding `{name}`"))?;
    if encoding == UTF_8 {
        return read(bytes);
    }
    let decoder = encoding.new_decoder_with_bom_removal();
    let decoded = Decoded { bytes, decoder, name, text: Vec::new(), at: 0, ended: false };
    read(&mut BufReader::with_capacity(BLOCK, decoded))
}

/// Bytes of another encoding as UTF-8.
struct Decoded<'a> {
    bytes: &'a mut dyn BufRead,
    decoder: Decoder,
    name: &'a str,
    text: Vec<u8>,
    /// How much of the text was handed over.
    at: usize,
    ended: bool,
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.ended {
            self.decode()?;
        }
        let taken = buffer.len().min(self.text.len() - self.at);
        buffer[..taken].copy_from_slice(&self.text[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

impl Decoded<'_> {
    /// Decodes the next block; characters that reach over its end are finished with the next one.
    fn decode(&mut self) -> io::Result<()> {
        let block = self.bytes.fill_buf()?;
        self.ended = block.is_empty();
        // One byte makes at most three, and a few may be left over from the block before.
        self.text.resize(block.len() * 3 + 16, 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(block, &mut self.text, self.ended);
        if !matches!(result, DecoderResult::InputEmpty) {
            return Err(io::Error::other(format!("the file has bytes that are not {}", self.name)));
        }
        self.bytes.consume(read);
        self.text.truncate(written);
        self.at = 0;
        Ok(())
    }
}

/// Passes over a byte order mark and the declared number of lines, whatever ends them; says how many bytes these are.
///
/// # Errors
/// A file that ends within them.
pub(super) fn before_rows(contract: &Contract, text: &mut dyn BufRead) -> Result<u64, String> {
    let told = |error: io::Error| error.to_string();
    let mut passed = 0;
    if text.fill_buf().map_err(told)?.starts_with(MARK) {
        text.consume(MARK.len());
        passed += MARK.len() as u64;
    }
    let lines = contract.source.preamble.unwrap_or(0);
    for line in 0..lines {
        let length = pass_line(text).map_err(told)?;
        passed += length.ok_or_else(|| {
            format!("the file ends within its preamble: {lines} lines, not {line}")
        })?;
    }
    Ok(passed)
}

/// Passes over a line and what ends it: CR, LF or both; its length, unless the file ends first.
fn pass_line(text: &mut dyn BufRead) -> io::Result<Option<u64>> {
    let mut passed = 0;
    loop {
        let block = text.fill_buf()?;
        if block.is_empty() {
            return Ok(None);
        }
        let Some(end) = block.iter().position(|byte| b"\r\n".contains(byte)) else {
            let length = block.len();
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
