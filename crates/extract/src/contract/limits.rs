//! Limits against files that were made, or went wrong, to fill disk and memory.

use super::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const MEGABYTE: u64 = 1 << 20;

/// A stream that unpacks to less costs no more than any file of that size, however small its archive: rows that are much
/// alike pack a thousandfold.
const HARMLESS: u64 = 8 * MEGABYTE;

/// What one file may cost before it is refused; the other files go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsSpec {
    /// The most megabytes that it has when unpacked; 16384 when absent.
    pub megabytes: Option<u64>,
    /// How many times as large as its archive it may be, beyond its first 8 megabytes, or the first one of a part of a
    /// workbook that is held in memory; 200 when absent.
    pub ratio: Option<u64>,
    /// The most kilobytes of one record; 1024 when absent.
    pub record_kilobytes: Option<u64>,
    /// The most megabytes of a file that is read as a whole; 64 for spreadsheets, which grow tenfold, and 2048 for
    /// Parquet when absent.
    pub whole_megabytes: Option<u64>,
    /// The most rows; 200 million when absent.
    pub rows: Option<u64>,
    /// The most seconds that reading it takes; 7200 when absent.
    pub seconds: Option<u64>,
}

impl LimitsSpec {
    /// The most bytes of a file that takes `packed` bytes in its archive; `None` for a file that is not packed.
    pub(crate) fn bytes(&self, packed: Option<u64>) -> u64 {
        packed.map_or(self.most(), |packed| self.beyond(HARMLESS, packed))
    }

    /// The most bytes of a part of a file that takes `packed` bytes in its archive and is held in memory.
    pub(crate) fn held(&self, packed: u64, format: Format) -> u64 {
        self.beyond(MEGABYTE, packed).min(self.whole(format))
    }

    fn beyond(&self, harmless: u64, packed: u64) -> u64 {
        self.most().min(harmless.saturating_add(packed.saturating_mul(self.times())))
    }

    /// What is wrong with a file of which more came than it may have, `read` bytes of it.
    pub(crate) fn exceeded(&self, packed: Option<u64>, read: u64) -> String {
        let what = match packed {
            Some(packed) if read <= self.most() => format!(
                "unpacks to {} times its {packed} bytes or more, and `limits.ratio` allows {} times",
                read / packed.max(1),
                self.times()
            ),
            _ => format!(
                "has more than the {} MB that `limits.megabytes` allows",
                self.most() / MEGABYTE
            ),
        };
        format!("{what}; if it is sound, raise the limit in its contract")
    }

    fn most(&self) -> u64 {
        self.megabytes.unwrap_or(16384).saturating_mul(MEGABYTE)
    }

    /// How many times as large as its archive a file may be.
    fn times(&self) -> u64 {
        self.ratio.unwrap_or(200)
    }

    /// The most bytes of one record.
    pub(crate) fn record(&self) -> usize {
        usize::try_from(self.record_kilobytes.unwrap_or(1024).saturating_mul(1024))
            .unwrap_or(usize::MAX)
    }

    /// The most bytes of a file that is read as a whole.
    pub(crate) fn whole(&self, format: Format) -> u64 {
        let usual = if format == Format::Spreadsheet { 64 } else { 2048 };
        self.whole_megabytes.unwrap_or(usual).saturating_mul(MEGABYTE)
    }

    /// The most rows.
    pub(crate) fn rows(&self) -> u64 {
        self.rows.unwrap_or(200_000_000)
    }

    /// The longest time.
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.unwrap_or(7200))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_judged_where_it_can_do_harm_and_the_broken_limit_is_named() {
        let limits = LimitsSpec::default();
        // Two hundred thousand rows that are much alike, and an archive that was made to swell.
        assert!(limits.bytes(Some(22_176)) > 7_600_016);
        assert!(limits.bytes(Some(130_000)) < 128 * MEGABYTE);
        assert!(limits.held(22_176, Format::Spreadsheet) < 7_600_016, "memory is dearer");
        assert_eq!(limits.bytes(None), 16384 * MEGABYTE);
        let told = limits.exceeded(Some(100_000), 87_000_000);
        let says =
            "unpacks to 870 times its 100000 bytes or more, and `limits.ratio` allows 200 times; ";
        assert!(told.starts_with(says), "{told}");
        let small = LimitsSpec { megabytes: Some(1), ..limits };
        for packed in [None, Some(3000)] {
            assert!(
                small
                    .exceeded(packed, MEGABYTE + 1)
                    .contains("1 MB that `limits.megabytes` allows")
            );
        }
    }
}
