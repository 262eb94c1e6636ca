//! Where an analysis of people finds what they did.

use super::RowNames;
use chrono::NaiveDate;
use engine::{Acts, TrailQuery, Zone};
use model::{expression::RowExpression, id::DatasetId, period::DateRange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::TransformPlan;

/// Rows of a dataset, each one thing that a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActsSpec {
    /// The dataset. Example: `"orders"`.
    pub dataset: DatasetId,
    /// Whose act it is. Example: `"customer_id"`.
    pub person: RowExpression,
    /// When it happened, a date or a timestamp; the row's business day when absent. Example: `"ordered_at"`.
    pub at: Option<RowExpression>,
    /// The rows that count; all when absent. Example: `"is_paid"`.
    #[serde(rename = "where")]
    pub only: Option<RowExpression>,
}

impl ActsSpec {
    /// Rows of a dataset by a column with the person, limited by a condition if there is one.
    pub(crate) fn of(dataset: &str, person: &str, only: Option<&str>) -> Self {
        Self {
            dataset: DatasetId::new(dataset),
            person: RowExpression::column(person),
            at: None,
            only: only.map(RowExpression::column),
        }
    }

    /// The acts with what shall be told of them.
    pub(crate) fn telling(&self, labels: &[&RowExpression], values: &[&RowExpression]) -> Acts {
        let scalars =
            |told: &[&RowExpression]| told.iter().map(|one| one.scalar().clone()).collect();
        Acts {
            dataset: self.dataset.clone(),
            person: self.person.scalar().clone(),
            at: self.at.as_ref().map(|at| at.scalar().clone()),
            labels: scalars(labels),
            values: scalars(values),
            only: self.only.as_ref().map(|only| only.scalar().clone()),
        }
    }

    /// Its names under `key`, for checking.
    pub(crate) fn names(&self, key: &str) -> RowNames {
        let mut names = RowNames::new(&format!("{key}.dataset"), &self.dataset);
        names.needs_days = self.at.is_none();
        let names = names.text(&format!("{key}.person"), &self.person);
        let names = names.moment(&format!("{key}.at"), self.at.as_ref());
        names.condition(&format!("{key}.where"), self.only.as_ref())
    }
}

/// What people did within days of the job's zone.
pub(crate) fn query(plan: &TransformPlan, acts: Vec<Acts>, window: DateRange) -> TrailQuery {
    TrailQuery { acts, window, zone: Zone(plan.calendar.zone) }
}

/// All days up to `end`, or those from `since` on.
pub(crate) fn up_to(end: NaiveDate, since: Option<NaiveDate>) -> DateRange {
    let start = since.or_else(|| NaiveDate::from_ymd_opt(1900, 1, 1)).unwrap_or(NaiveDate::MIN);
    DateRange { start: start.min(end), end }
}
