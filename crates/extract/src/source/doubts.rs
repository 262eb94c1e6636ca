//! What a text says is doubtful although it is sound: it is told, and nothing is repaired.

use super::{Item, Sink};
use encoding_rs::WINDOWS_1252;
use model::{
    quality::Severity,
    report::{Argument, Message},
};

/// Rows with doubtful text.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// With U+FFFD: whoever wrote the file had lost a character already.
    replaced: u64,
    /// With text that was UTF-8, read as Windows-1252 and written as UTF-8 again.
    twice_encoded: u64,
}

impl Doubts {
    /// Looks at a row.
    pub(super) fn see(&mut self, item: &Item<'_>) {
        let (Item::Good(record) | Item::Placed(record, _)) = item else { return };
        let texts = || record.fields.iter().flatten().filter(|text| !text.is_ascii());
        self.replaced += u64::from(texts().any(|text| text.contains('\u{fffd}')));
        self.twice_encoded += u64::from(texts().any(|text| is_twice_encoded(text)));
    }

    /// Tells what was seen.
    ///
    /// # Errors
    /// Those of the sink.
    pub(super) fn tell(&self, sink: &mut Sink<'_>) -> Result<(), String> {
        let told = [
            ("quality.replacement_characters", self.replaced),
            ("quality.twice_encoded", self.twice_encoded),
        ];
        for (key, count) in told.into_iter().filter(|(_, count)| *count > 0) {
            let count = Argument::Count(i64::try_from(count).unwrap_or(i64::MAX));
            let message = Message::new(key).with("count", count);
            sink(Item::Remark(Severity::Warning, message))?;
        }
        Ok(())
    }
}

/// Whether a text makes sense as UTF-8 once more: `MÃ¼ller`, which was `Müller`.
fn is_twice_encoded(text: &str) -> bool {
    let could_be = |pair: &[u8]| pair[0] == 0xc3 && (0x82..=0xb4).contains(&pair[1]);
    if !text.as_bytes().windows(2).any(could_be) {
        return false;
    }
    let (bytes, _, has_others) = WINDOWS_1252.encode(text);
    !has_others && std::str::from_utf8(&bytes).is_ok()
}
