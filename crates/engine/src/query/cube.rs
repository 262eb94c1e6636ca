//! Aggregates of one dataset per window, for one grouping set.

use model::{
    expression::Aggregate,
    id::{DatasetId, DimensionId},
    period::DateRange,
};
use serde::{Deserialize, Serialize};

/// Aggregates of one dataset per window, for one grouping set.
///
/// Windows may overlap (month to date, trailing days): every window is answered on its own, so that
/// distinct counts are exact for each. An empty `by` asks for the total.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CubeQuery {
    /// The dataset.
    pub dataset: DatasetId,
    /// What is computed, sorted and without repetition.
    pub aggregates: Vec<Aggregate>,
    /// The grouping set.
    pub by: Vec<DimensionId>,
    /// The windows, sorted and without repetition.
    pub windows: Vec<DateRange>,
}
