//! `[gate]` of a job file: what must hold before anything is mailed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What must hold before anything is mailed. A failed check holds the report: no figures leave, the owner is told.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The largest share of quarantined rows of a dataset, and of its newest file if that has 100 rows or more;
    /// 0.01 when absent.
    pub max_quarantined_share: Option<f64>,
    /// The most days between the last day with rows and the scheduled day, for datasets expected daily; 2 when absent.
    pub max_age_days: Option<i64>,
    /// The least share of expected days with rows in the reported period; 0.9 when absent.
    pub min_coverage: Option<f64>,
    /// How many times fewer or more rows than the usual day (the median of the last 28) the last day may have;
    /// 4 when absent.
    pub max_volume_factor: Option<f64>,
}

/// The same, resolved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GatePlan {
    /// The largest share of quarantined rows.
    pub max_quarantined_share: f64,
    /// The most days between the last day with rows and the scheduled day.
    pub max_age_days: i64,
    /// The least share of expected days with rows.
    pub min_coverage: f64,
    /// How many times fewer or more rows than usual.
    pub max_volume_factor: f64,
}

impl Spec {
    /// Resolves the section; refused values are told by key.
    ///
    /// # Errors
    /// Key and reason of every value out of range.
    pub fn lower(&self) -> Result<GatePlan, Vec<(&'static str, String)>> {
        let mut faults = Vec::new();
        let mut share = |key, value: Option<f64>, usual: f64| {
            let value = value.unwrap_or(usual);
            if !(0.0..=1.0).contains(&value) {
                faults.push((key, format!("{value} is no share; use 0 to 1")));
            }
            value
        };
        let plan = GatePlan {
            max_quarantined_share: share("max_quarantined_share", self.max_quarantined_share, 0.01),
            min_coverage: share("min_coverage", self.min_coverage, 0.9),
            max_age_days: self.max_age_days.unwrap_or(2),
            max_volume_factor: self.max_volume_factor.unwrap_or(4.0),
        };
        if plan.max_volume_factor.is_nan() || plan.max_volume_factor <= 1.0 {
            faults.push(("max_volume_factor", "must be above 1".into()));
        }
        if plan.max_age_days < 1 {
            faults.push(("max_age_days", "must be at least 1".into()));
        }
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }
}
