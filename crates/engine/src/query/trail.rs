//! What each person did, in order, without who it was.

use chrono_tz::Tz;
use model::{expression::Scalar, id::DatasetId, period::DateRange};
use serde::{Deserialize, Serialize};

/// What each person did within a window, in order, without who it was.
///
/// Acts of several datasets meet by the person. A person is whoever has one value of `person`: a customer, a visitor, a
/// lead. The value itself stays in the engine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrailQuery {
    /// What counts as an act; acts of one moment stand in this order.
    pub acts: Vec<Acts>,
    /// The days.
    pub window: DateRange,
    /// The zone in which an act without a time of day begins its day.
    pub zone: Zone,
}

/// A time zone, ordered by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone(pub Tz);

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.name().cmp(other.0.name())
    }
}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// One kind of act: rows of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Acts {
    /// The dataset.
    pub dataset: DatasetId,
    /// Whose act it is; rows in which it is unknown are counted and left out.
    pub person: Scalar,
    /// When it happened, a date or a timestamp; its business day when absent. If any kind of act of a query has no
    /// timestamp, all are ordered by days.
    pub at: Option<Scalar>,
    /// What is told of it in words.
    pub labels: Vec<Scalar>,
    /// What is told of it in numbers; true and false are one and zero.
    pub values: Vec<Scalar>,
    /// The rows that count; all when absent.
    pub only: Option<Scalar>,
}

impl Acts {
    /// The columns it reads.
    pub fn columns(&self) -> std::collections::BTreeSet<String> {
        let mut names = std::collections::BTreeSet::new();
        let parts = [&self.person].into_iter().chain(&self.at).chain(&self.labels);
        parts.chain(&self.values).chain(&self.only).for_each(|part| part.columns(&mut names));
        names
    }
}
