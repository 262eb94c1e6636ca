//! Limits against files that were made, or went wrong, to fill disk and memory.

use super::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const MEGABYTE: u64 = 1 << 20;

/// What one file may cost before it is refused; the other files go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsSpec {
    /// The most megabytes that it has when unpacked; 16384 when absent.
    pub megabytes: Option<u64>,
    /// How many times as large as its archive it may be, beyond its first megabyte; 200 when absent.
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
        let most = self.megabytes.unwrap_or(16384).saturating_mul(MEGABYTE);
        packed.map_or(most, |packed| {
            most.min(MEGABYTE.saturating_add(packed.saturating_mul(self.ratio.unwrap_or(200))))
        })
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
