//! Declares queries, and turns their answers into a report.
//!
//! Rule: pure. No frames, no clock, no files; analyses cannot fail, they say what is not known.

pub mod analysis;
mod compose;
mod desk;
mod earlier;
mod emptied;
mod plan;
mod restated;
mod rests;
mod slice;

pub use compose::{Quality, compose};
pub use desk::{Ask, Desk, datasets, queries};
pub use emptied::emptied;
pub use plan::{Event, SectionPlan, TransformPlan};
pub use restated::{Earlier, compare, correction, held_against, wrong};
pub use slice::SlicePlan;

use engine::Query;

/// Every query that the plan's sections need: sorted and without repetition.
pub fn needs(plan: &TransformPlan) -> Vec<Query> {
    let mut queries = desk::queries(plan, &compose::asks(plan));
    queries
        .extend(compose::comments(plan).into_iter().map(|query| Query::Comments(Box::new(query))));
    queries.extend(compose::trails(plan).into_iter().map(Query::Trails));
    queries.sort();
    queries.dedup();
    queries
}
