//! A figure: a number that knows what it is.

use crate::{number::Number, unit::Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a number is written; the locale decides on marks, words and scaling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fmt {
    /// The unit it is counted in.
    pub unit: Unit,
    /// Decimals to show; the unit's habit when absent.
    pub decimals: Option<u32>,
}

/// A value with its unit; unknown values are shown as such.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The value; `None` when it is unknown.
    pub value: Option<Number>,
    /// How it is written.
    pub format: Fmt,
    /// The share of expected days that had data, 0 to 1; `None` where nothing is expected daily.
    pub coverage: Option<f64>,
}
