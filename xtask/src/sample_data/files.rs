//! Generated files, and the text of their cells.

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder, read::GzDecoder};
use std::io::{Read, Write};

/// A file to be written, uncompressed.
#[derive(Debug, Clone)]
pub(crate) struct SampleFile {
    /// Its path within the folder, with `/`; a name that ends in `.gz` is compressed when written.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl SampleFile {
    /// The bytes on disk; compression carries no name and no time.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>> {
        if !self.path.ends_with(".gz") {
            return Ok(self.text.clone().into_bytes());
        }
        let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        encoder.write_all(self.text.as_bytes())?;
        encoder.finish().with_context(|| format!("cannot compress `{}`", self.path))
    }

    /// Whether `bytes` hold this text; compressed files are compared by content, so that a new version of
    /// the compressor does not make them stale.
    pub(crate) fn matches(&self, bytes: &[u8]) -> bool {
        if !self.path.ends_with(".gz") {
            return bytes == self.text.as_bytes();
        }
        let mut text = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut text).is_ok() && text == self.text.as_bytes()
    }
}

/// A CSV file in the making.
#[derive(Debug, Clone)]
pub(crate) struct Csv {
    text: String,
    line_end: &'static str,
}

impl Csv {
    /// A file with a header.
    pub(crate) fn new(header: &str) -> Self {
        Self { text: format!("{header}\n"), line_end: "\n" }
    }

    /// A file as a spreadsheet on Windows writes it: byte order mark and CRLF.
    pub(crate) fn from_spreadsheet(header: &str) -> Self {
        Self { text: format!("\u{feff}{header}\r\n"), line_end: "\r\n" }
    }

    /// Adds a record, quoting the cells that need it.
    pub(crate) fn push<S: AsRef<str>>(&mut self, cells: &[S]) {
        let quoted: Vec<String> = cells.iter().map(|cell| quoted(cell.as_ref())).collect();
        self.push_line(&quoted.join(","));
    }

    /// Adds a line as it is.
    pub(crate) fn push_line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push_str(self.line_end);
    }

    /// The line on which the next record will start, counted from 1.
    pub(crate) fn next_line(&self) -> u64 {
        self.text.matches('\n').count() as u64 + 1
    }

    /// The finished file.
    pub(crate) fn into_file(self, path: impl Into<String>) -> SampleFile {
        SampleFile { path: path.into(), text: self.text }
    }
}

/// A CSV cell.
pub(crate) fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// An amount of minor units, as in `-3299.00`.
pub(crate) fn money(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// An amount with thousands separators, as in `3,299.00`.
pub(crate) fn grouped_money(minor: i64) -> String {
    let plain = money(minor);
    let (whole, cents) = plain.split_at(plain.len() - 3);
    format!("{}{cents}", grouped(whole))
}

/// Digits in groups of three.
pub(crate) fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        let follows_digit = text.ends_with(|last: char| last.is_ascii_digit());
        if follows_digit && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `units` of `10^-decimals`, as in `0.0203` for 203 units and four decimals.
pub(crate) fn decimal(units: i64, decimals: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", units.abs(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    format!("{sign}{whole}.{part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_exactly() {
        assert_eq!(money(329_900), "3299.00");
        assert_eq!(money(-5), "-0.05");
        assert_eq!(grouped_money(329_900), "3,299.00");
        assert_eq!(grouped_money(123_456_789), "1,234,567.89");
        assert_eq!(grouped_money(99_900), "999.00");
        assert_eq!(grouped("-123456"), "-123,456");
        assert_eq!(decimal(203, 4), "0.0203");
        assert_eq!(decimal(-12, 1), "-1.2");
    }

    #[test]
    fn only_cells_that_need_it_are_quoted() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
