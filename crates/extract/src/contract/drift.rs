//! `[drift]`: when a file is no longer the one that its contract describes.

use super::{Spec, resolve::Fault};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More rows than this share make a column another one.
const RETYPED_SHARE: f64 = 0.5;

/// When a file is refused as a whole instead of row by row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftSpec {
    /// The share of rows, of at least 20, above which a column that breaks its type is taken for another one; 0.5 when
    /// absent, 1 for never.
    pub retyped_share: Option<f64>,
}

/// The settled share.
pub(super) fn resolve(spec: &Spec, faults: &mut Vec<Fault>) -> f64 {
    let share = spec.drift.and_then(|drift| drift.retyped_share).unwrap_or(RETYPED_SHARE);
    if !(0.0..=1.0).contains(&share) {
        let message = format!("{share} is no share; use 0 to 1");
        faults.push(Fault::new("drift.retyped_share", message));
    }
    share
}
