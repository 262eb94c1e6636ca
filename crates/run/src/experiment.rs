//! What the control of a trial shows, for planning it.

use crate::error::RunError;
use engine::{Engine, Query};
use job::JobPlan;
use model::context::RunContext;
use transform::analysis::experiment::{ControlSoFar, Spec};

/// Extracts what is new and reads the control; `None` while it has too few people.
///
/// # Errors
/// As extracting and computing.
pub fn experiment_baseline(
    plan: &JobPlan,
    engine: &dyn Engine,
    cx: &RunContext,
    spec: &Spec,
) -> Result<Option<ControlSoFar>, RunError> {
    let extracted = extract::extract(&plan.extract, cx)?;
    let query = spec.query(&plan.transform);
    let queries = [Query::Trails(query)];
    let answers = engine::ask_all(engine, &queries, &extracted.value.tables)?;
    Ok(spec.control_so_far(&plan.transform, &answers))
}
