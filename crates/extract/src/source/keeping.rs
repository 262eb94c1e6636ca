//! The bytes of the record that is being read: parsers hand over fields, and quarantine wants the record as it stood.

use std::{
    io::{self, Read},
    ops::Range,
};

/// A reader that keeps what passes through it until it is told to forget.
pub(super) struct Keeping<R> {
    reader: R,
    kept: Vec<u8>,
    /// The place of the first kept byte.
    from: u64,
    /// How many of the kept bytes are past already.
    past: usize,
    /// The most bytes kept.
    most: usize,
}

impl<R: Read> Keeping<R> {
    /// Keeps at most `most` bytes beyond what the parser reads ahead.
    pub(super) fn new(reader: R, most: usize, ahead: usize) -> Self {
        Self { reader, kept: Vec::new(), from: 0, past: 0, most: most.saturating_add(ahead) }
    }

    /// The kept bytes between two places.
    pub(super) fn bytes(&self, places: Range<u64>) -> &[u8] {
        let within = |place: u64| (place.saturating_sub(self.from) as usize).min(self.kept.len());
        &self.kept[within(places.start)..within(places.end).max(within(places.start))]
    }

    /// Forgets what lies before a place.
    pub(super) fn forget(&mut self, before: u64) {
        self.past = (before.saturating_sub(self.from) as usize).min(self.kept.len());
        // Moved in one go when most of what is kept is past.
        if self.past > self.kept.len() / 2 {
            self.kept.drain(..self.past);
            self.from += self.past as u64;
            self.past = 0;
        }
    }
}

impl<R: Read> Read for Keeping<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.kept.len() - self.past > self.most {
            let detail =
                "a record is longer than `limits.record_kilobytes`, or a quote is never closed";
            return Err(io::Error::other(detail));
        }
        let read = self.reader.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}
