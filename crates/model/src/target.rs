//! Agreed values.

use crate::{id::MetricId, period::Grain};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The value agreed for a metric in every period of a grain that starts within a span, optionally for one slice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The metric it is agreed for.
    pub metric: MetricId,
    /// The grain at which it holds.
    pub grain: Grain,
    /// First day of the first period for which it holds; open when absent.
    pub from: Option<NaiveDate>,
    /// Last day on which a period may start; open when absent.
    pub to: Option<NaiveDate>,
    /// The slice it holds for, as `{dimension: member}`; the total when empty.
    #[serde(default)]
    pub slice: BTreeMap<String, String>,
    /// The agreed value in the metric's unit (a percentage as a fraction). Write money as text: `"1250000.00"`.
    #[schemars(with = "String")]
    pub value: Decimal,
}

impl Target {
    /// Whether it holds for a period that starts on `start` at `grain` in `slice`.
    pub fn holds(&self, grain: Grain, start: NaiveDate, slice: &BTreeMap<String, String>) -> bool {
        self.grain == grain
            && self.from.is_none_or(|from| from <= start)
            && self.to.is_none_or(|to| start <= to)
            && &self.slice == slice
    }
}
