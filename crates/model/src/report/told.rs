//! What a report has told, for the reports after it.

use crate::{id::MetricId, number::Number, period::Period};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The total of a metric in a period that was over, as a report knew it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The metric.
    pub metric: MetricId,
    /// The period.
    pub period: Period,
    /// The value; `None` when it was unknown.
    pub value: Option<Number>,
}
