//! From the declared encoding to UTF-8, block by block.
//!
//! Rule: nothing stands in for what cannot be decoded. Its bytes go on as a sequence that is never UTF-8: [`BAD`], then
//! each byte as `\xNN`; so the row they stand in goes to quarantine, and shows them.

use crate::contract::{self, Contract};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::{
    cell::Cell,
    io::{self, BufRead, BufReader, Read},
};

/// How many bytes are decoded at once.
const BLOCK: usize = 1 << 16;

/// A byte that UTF-8 never has.
const BAD: u8 = 0xff;

/// The most bytes of one sequence that cannot be decoded, and of what the decoder had to look at behind it.
const LONGEST: usize = 16;

/// Byte order marks, the longer ones first, and what they are marks of.
const MARKS: [(&[u8], Option<&Encoding>); 5] = [
    (b"\xff\xfe\x00\x00", None),
    (b"\x00\x00\xfe\xff", None),
    (b"\xef\xbb\xbf", Some(UTF_8)),
    (b"\xff\xfe", Some(UTF_16LE)),
    (b"\xfe\xff", Some(UTF_16BE)),
];

/// Lets `read` read the file as UTF-8; says how many bytes behind the last line are half a character.
///
/// # Errors
/// What `read` returns, an encoding that there is not, or one that the file's own mark contradicts.
pub(super) fn decoded(
    contract: &Contract,
    bytes: &mut dyn BufRead,
    read: &mut dyn FnMut(&mut dyn BufRead) -> Result<(), String>,
) -> Result<u64, String> {
    let name = contract.source.encoding.as_deref().unwrap_or("utf-8");
    let encoding = contract::encoding(name)?;
    let mut first = Vec::new();
    (&mut *bytes).take(4).read_to_end(&mut first).map_err(|error| error.to_string())?;
    check_mark(&first, encoding, name)?;
    let mut bytes = first.as_slice().chain(bytes);
    if encoding == UTF_8 {
        return read(&mut bytes).map(|()| 0);
    }
    let half = Cell::new(0);
    let decoded = Decoded {
        bytes: &mut bytes,
        decoder: encoding.new_decoder_with_bom_removal(),
        half: &half,
        recent: Vec::new(),
        text: Vec::new(),
        at: 0,
        last: b'\n',
        ended: false,
    };
    read(&mut BufReader::with_capacity(BLOCK, decoded))?;
    Ok(half.get())
}

/// A mark that is not of the declared encoding: whoever wrote the file says something else than the contract.
fn check_mark(first: &[u8], encoding: &'static Encoding, name: &str) -> Result<(), String> {
    let Some((_, of)) = MARKS.iter().find(|(mark, _)| first.starts_with(mark)) else {
        return Ok(());
    };
    match of {
        Some(of) if *of == encoding => Ok(()),
        Some(of) => Err(format!(
            "begins with the byte order mark of {}, and its contract declares `{name}`",
            of.name()
        )),
        None => Err("is in UTF-32, which is not supported; save it as UTF-8".into()),
    }
}

/// Bytes of another encoding as UTF-8.
struct Decoded<'a> {
    bytes: &'a mut dyn BufRead,
    decoder: Decoder,
    half: &'a Cell<u64>,
    /// The last bytes that were decoded.
    recent: Vec<u8>,
    text: Vec<u8>,
    /// How much of the text was handed over.
    at: usize,
    /// The last byte of the text so far.
    last: u8,
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
    /// Decodes up to the end of the next block or to what cannot be decoded; characters that reach over the end of a
    /// block are finished with the next one.
    fn decode(&mut self) -> io::Result<()> {
        let block = self.bytes.fill_buf()?;
        let is_last = block.is_empty();
        // One byte makes at most three, and a few may be left over from the block before.
        self.text.resize(block.len() * 3 + LONGEST, 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(block, &mut self.text, is_last);
        let kept = &block[read.saturating_sub(LONGEST)..read];
        self.recent.extend_from_slice(kept);
        self.recent.drain(..self.recent.len().saturating_sub(LONGEST));
        self.bytes.consume(read);
        self.text.truncate(written);
        self.at = 0;
        self.last = self.text.last().copied().unwrap_or(self.last);
        match result {
            DecoderResult::InputEmpty => self.ended = is_last,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, behind) => {
                let end = self.recent.len().saturating_sub(behind.into());
                let bad = &self.recent[end.saturating_sub(length.into())..end];
                if is_last && b"\r\n".contains(&self.last) {
                    // Behind the last line there is no row to which they could belong.
                    self.half.set(bad.len() as u64);
                } else {
                    self.text.push(BAD);
                    for byte in bad {
                        self.text.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
                    }
                    self.last = BAD;
                }
            }
        }
        Ok(())
    }
}
