//! `[schedule.ready]`: a scheduled run that waits for its data, and what happens when they do not come.
//!
//! Rule: one policy, declared beforehand. Whatever is sent without the data says so on top.

use super::ScheduleProblem;
use chrono::TimeDelta;
use model::id::DatasetId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often it is looked whether data have come, where the job file does not say.
const DEFAULT_EVERY: u32 = 10;

/// A day: then the next edition of a daily job is due.
const LONGEST_WAIT: u32 = 24 * 60;

/// What a scheduled run waits for: `[schedule.ready]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// How long after its moment a run waits for its data, in minutes: 1 to 1440.
    pub wait_minutes: u32,
    /// What happens when the data have not come by then.
    pub late: Late,
    /// The datasets that are waited for; those of the job with rows on every day or weekday when absent.
    pub datasets: Option<Vec<DatasetId>>,
    /// How often it is looked, in minutes; 10 when absent.
    pub every_minutes: Option<u32>,
}

/// What happens when the data have not come by the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    /// Nothing is sent; the owner is told.
    Hold,
    /// The last good report is sent again, and says on top that it is.
    SendLastGood,
    /// The report is sent as it is, and says on top what is missing. The gate stays in force.
    SendMarked,
}

/// The same, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadyPlan {
    /// How many minutes a run waits.
    pub wait_minutes: u32,
    /// What happens then.
    pub late: Late,
    /// The datasets that are waited for; `None` for those of the job with rows on every day or weekday.
    pub datasets: Option<Vec<DatasetId>>,
    /// How many minutes lie between two looks.
    pub every_minutes: u32,
}

impl Spec {
    pub(super) fn lower(&self, problems: &mut Vec<ScheduleProblem>) -> ReadyPlan {
        let every_minutes = self.every_minutes.unwrap_or(DEFAULT_EVERY);
        for (key, minutes) in
            [("ready.wait_minutes", self.wait_minutes), ("ready.every_minutes", every_minutes)]
        {
            if !(1..=LONGEST_WAIT).contains(&minutes) {
                problems.push(ScheduleProblem::Minutes { key, minutes });
            }
        }
        if self.datasets.as_ref().is_some_and(Vec::is_empty) {
            let reason = "without a dataset there is nothing to wait for";
            problems.push(ScheduleProblem::Idle { key: "ready.datasets", reason });
        }
        let (wait_minutes, late) = (self.wait_minutes, self.late);
        ReadyPlan { wait_minutes, late, datasets: self.datasets.clone(), every_minutes }
    }
}

impl ReadyPlan {
    /// How long a run waits.
    pub fn wait(&self) -> TimeDelta {
        TimeDelta::minutes(self.wait_minutes.into())
    }

    /// How long between two looks.
    pub fn every(&self) -> TimeDelta {
        TimeDelta::minutes(self.every_minutes.into())
    }

    /// In words.
    pub fn described(&self) -> String {
        let what = match &self.datasets {
            None => "every daily dataset".to_owned(),
            Some(some) => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        };
        let then = match self.late {
            Late::Hold => "held",
            Late::SendLastGood => "the last good report is sent again, marked",
            Late::SendMarked => "sent marked as incomplete",
        };
        format!("waits up to {} minutes for {what}, then {then}", self.wait_minutes)
    }
}
