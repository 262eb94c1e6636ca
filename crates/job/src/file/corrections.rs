//! `[corrections]` of a job file: when readers are told that a report they had was wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When readers are told that a report they had was wrong. Without this section nothing is corrected by itself; the next
/// report tells which figures have changed.
///
/// ```toml
/// [corrections]
/// threshold = 0.01
/// within_days = 14
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The share of a figure by which it must have moved; 0.01 when absent. 0 corrects every change.
    pub threshold: Option<f64>,
    /// How old a report may be, in days, to be corrected by itself; 14 when absent.
    pub within_days: Option<u32>,
}

/// The same, resolved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CorrectionPlan {
    /// The share of a figure by which it must have moved.
    pub threshold: f64,
    /// How old a report may be, in days.
    pub within_days: u32,
}

/// The oldest report that is corrected by itself, in days: figures of closed days are remembered for five weeks.
const OLDEST: u32 = 35;

impl Spec {
    /// Resolves the section; refused values are told by key.
    ///
    /// # Errors
    /// Key and reason of every value out of range.
    pub fn lower(&self) -> Result<CorrectionPlan, Vec<(&'static str, String)>> {
        let plan = CorrectionPlan {
            threshold: self.threshold.unwrap_or(0.01),
            within_days: self.within_days.unwrap_or(14),
        };
        let mut faults = Vec::new();
        if !(0.0..=1.0).contains(&plan.threshold) {
            faults.push(("threshold", format!("{} is no share; use 0 to 1", plan.threshold)));
        }
        if !(1..=OLDEST).contains(&plan.within_days) {
            faults.push(("within_days", format!("must be 1 to {OLDEST}")));
        }
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_usual_and_what_is_out_of_range_is_told_by_key() {
        let usual = Spec::default().lower().expect("fine");
        assert_eq!(usual, CorrectionPlan { threshold: 0.01, within_days: 14 });
        let odd = Spec { threshold: Some(f64::NAN), within_days: Some(36) };
        let keys: Vec<_> = odd.lower().unwrap_err().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["threshold", "within_days"]);
    }
}
