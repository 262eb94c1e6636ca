//! Quotes of a record: around fields, doubled or escaped within them, and nowhere else.
//!
//! Rule: lenient readers carry on behind a stray quote and swallow what follows. Here its record is refused.

/// How a record is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub(super) delimiter: u8,
    /// None where a quote is a character like any other.
    pub(super) quote: Option<u8>,
    pub(super) escape: Option<u8>,
}

/// What the quotes of a record are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Around fields only.
    Sound,
    /// One stands inside a field, or an escape before something else.
    Stray,
    /// The last one is never closed.
    Open,
}

impl Marks {
    /// What the quotes of a record are.
    pub(super) fn quotes(&self, raw: &[u8]) -> Quotes {
        let Some(quote) = self.quote.filter(|quote| raw.contains(quote)) else {
            return Quotes::Sound;
        };
        let mut rest = raw;
        loop {
            if let Some(quoted) = rest.strip_prefix(&[quote]) {
                match self.end_of_quoted(quoted, quote) {
                    Ok(end) => rest = &quoted[end..],
                    Err(fault) => return fault,
                }
                match rest.first() {
                    None => return Quotes::Sound,
                    Some(byte) if *byte == self.delimiter => rest = &rest[1..],
                    Some(_) => return Quotes::Stray,
                }
            } else {
                let end = rest.iter().position(|byte| *byte == self.delimiter);
                if rest[..end.unwrap_or(rest.len())].contains(&quote) {
                    return Quotes::Stray;
                }
                match end {
                    Some(end) => rest = &rest[end + 1..],
                    None => return Quotes::Sound,
                }
            }
        }
    }

    /// Where the text after an opening quote goes on behind its closing one.
    fn end_of_quoted(&self, text: &[u8], quote: u8) -> Result<usize, Quotes> {
        let mut at = 0;
        loop {
            let is_mark = |byte: &u8| *byte == quote || Some(*byte) == self.escape;
            at += text[at..].iter().position(is_mark).ok_or(Quotes::Open)?;
            match (text[at] == quote, text.get(at + 1)) {
                (true, Some(next)) if self.escape.is_none() && *next == quote => at += 2,
                (true, _) => return Ok(at + 1),
                (false, Some(next)) if is_mark(next) => at += 2,
                (false, Some(_)) => return Err(Quotes::Stray),
                (false, None) => return Err(Quotes::Open),
            }
        }
    }
}

/// The lines of a record that spans several, with their places in it.
pub(super) fn lines(raw: &[u8]) -> Vec<(usize, &[u8])> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, byte) in raw.iter().enumerate() {
        if b"\r\n".contains(byte) {
            if at > start {
                lines.push((start, &raw[start..at]));
            }
            start = at + 1;
        }
    }
    if start < raw.len() {
        lines.push((start, &raw[start..]));
    }
    lines
}
