//! What the control shows so far, for planning; no difference is looked at.

use super::{
    spec::{Kind, PlanSpec, Spec},
    trial::FLOOR,
};
use crate::plan::TransformPlan;
use engine::Answers;
use rust_decimal::prelude::ToPrimitive;

/// The control's outcome that decides.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlSoFar {
    /// What sort of number it is.
    pub kind: Kind,
    /// Its rate, mean or ratio.
    pub value: f64,
    /// The standard deviation of one person around it.
    pub deviation: f64,
    /// Versions, the control among them.
    pub versions: usize,
    /// New people a day, of all versions.
    pub daily: Option<f64>,
}

impl Spec {
    /// What the control shows so far; `None` while it has too few people, or its outcome is unknown.
    pub fn control_so_far(&self, plan: &TransformPlan, answers: &Answers) -> Option<ControlSoFar> {
        let evidence = self.evidence(answers.trails(&self.query(plan)));
        let arm = evidence.arm(0, &self.control, plan.today);
        let estimate = arm.sample().estimate().filter(|_| arm.units >= FLOOR)?;
        let versions = match self.shares.len() {
            0 => evidence.versions(),
            _ => self.shares.keys().cloned().collect(),
        };
        let people: u64 = versions.iter().map(|one| evidence.people(one, plan.today)).sum();
        let last = self.end.and_then(|end| end.succ_opt()).unwrap_or(plan.today).min(plan.today);
        let days = (last - self.start).num_days();
        Some(ControlSoFar {
            kind: self.outcome[0].kind,
            value: estimate.mean,
            deviation: estimate.variance.sqrt(),
            versions: versions.len().max(2),
            daily: (days > 0).then(|| people as f64 / days as f64),
        })
    }

    /// The smallest change that matters, as a share of the control's value.
    pub fn smallest_share(&self) -> Option<f64> {
        self.smallest.and_then(|smallest| smallest.to_f64())
    }

    /// The error permitted for all comparisons together.
    pub fn alpha(&self) -> f64 {
        f64::from(100 - self.confidence.min(99)) / 100.0
    }

    /// How often the plan reads.
    pub fn looks(&self) -> usize {
        match &self.plan {
            PlanSpec::Looks { on, .. } => on.len(),
            PlanSpec::Anytime { .. } | PlanSpec::Once { .. } => 1,
        }
    }
}
