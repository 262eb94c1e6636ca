//! `[quarantine]`: how long refused rows are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A quarter: long enough to correct a row, short enough for what people wrote into it.
const KEEP_DAYS: u32 = 90;

/// How long refused rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarantineSpec {
    /// After so many days quarantined rows lose their text and keep place, column and rule; 90 when absent.
    pub keep_days: Option<u32>,
}

impl QuarantineSpec {
    /// The days, settled.
    pub(super) fn days(spec: Option<Self>) -> u32 {
        spec.and_then(|spec| spec.keep_days).unwrap_or(KEEP_DAYS)
    }
}
