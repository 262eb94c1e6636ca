//! In which encoding a text is written: by its mark, by its bytes, or as a guess that is called one.

use crate::{
    contract::LimitsSpec,
    source::{Found, with_bytes},
};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// What was found.
pub(super) struct Guess {
    pub(super) encoding: &'static Encoding,
    /// What the contract has to declare, unless it is UTF-8.
    pub(super) declared: Option<String>,
    pub(super) evidence: String,
}

/// Looks at every byte of a file.
pub(super) fn of(found: &Found) -> Result<Guess, String> {
    let mut looked = Looked::default();
    with_bytes(found, &LimitsSpec::default(), &mut |bytes| {
        loop {
            let block = bytes.fill_buf().map_err(|error| error.to_string())?;
            if block.is_empty() {
                looked.end();
                return Ok(());
            }
            looked.see(block);
            let length = block.len();
            bytes.consume(length);
        }
    })?;
    Ok(looked.guess())
}

/// What the bytes of a file said.
struct Looked {
    first: Vec<u8>,
    detector: EncodingDetector,
    /// The end of a block that may be the start of a character.
    rest: Vec<u8>,
    is_utf8: bool,
    is_ascii: bool,
    /// How many NUL bytes stand at even and at odd places, and how many bytes there are.
    nul: [u64; 2],
    bytes: u64,
}

impl Default for Looked {
    fn default() -> Self {
        Self {
            first: Vec::new(),
            detector: EncodingDetector::new(Iso2022JpDetection::Allow),
            rest: Vec::new(),
            is_utf8: true,
            is_ascii: true,
            nul: [0, 0],
            bytes: 0,
        }
    }
}

impl Looked {
    fn see(&mut self, block: &[u8]) {
        let wanted = 4_usize.saturating_sub(self.first.len()).min(block.len());
        self.first.extend_from_slice(&block[..wanted]);
        self.is_ascii &= block.is_ascii();
        for (at, _) in block.iter().enumerate().filter(|(_, byte)| **byte == 0) {
            self.nul[((self.bytes + at as u64) % 2) as usize] += 1;
        }
        self.bytes += block.len() as u64;
        self.detector.feed(block, false);
        if self.is_utf8 {
            let mut bytes = std::mem::take(&mut self.rest);
            bytes.extend_from_slice(block);
            if let Err(error) = std::str::from_utf8(&bytes) {
                self.is_utf8 = error.error_len().is_none();
                self.rest = bytes[error.valid_up_to()..].to_vec();
            }
        }
    }

    fn end(&mut self) {
        self.detector.feed(&[], true);
        self.is_utf8 &= self.rest.is_empty();
    }

    fn guess(self) -> Guess {
        let told = |encoding: &'static Encoding, evidence: String| Guess {
            encoding,
            declared: (encoding != UTF_8).then(|| encoding.name().to_lowercase()),
            evidence,
        };
        if let Some((encoding, _)) = Encoding::for_bom(&self.first) {
            return told(
                encoding,
                format!("the file has the byte order mark of {}", encoding.name()),
            );
        }
        let [even, odd] = self.nul;
        if even.max(odd) * 4 > self.bytes && even.min(odd) * 20 < even.max(odd) {
            let encoding = if odd > even { UTF_16LE } else { UTF_16BE };
            let evidence = "every other byte is NUL, and there is no byte order mark";
            return told(encoding, evidence.into());
        }
        if self.is_utf8 && self.is_ascii {
            return told(UTF_8, "every byte is ASCII".into());
        }
        if self.is_utf8 {
            return told(UTF_8, "every byte is part of valid UTF-8".into());
        }
        let encoding = match self.detector.guess(None, Utf8Detection::Deny) {
            // All of GBK, and what its newer files hold besides.
            gbk if gbk == encoding_rs::GBK => encoding_rs::GB18030,
            other => other,
        };
        let evidence = "A GUESS by the frequency of bytes: ask whoever writes the file";
        told(encoding, evidence.into())
    }
}
