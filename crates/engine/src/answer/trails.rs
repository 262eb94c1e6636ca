//! What people did, without who they were.
//!
//! Rule: not serializable on purpose. Trails are answered, read and dropped; they are never stored.

use chrono::NaiveDate;
use model::number::Number;
use std::{cmp::Ordering, sync::Arc};

/// The answer to a trail query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrailAnswer {
    /// One per person, ordered by what they did, which says nothing about who they were.
    pub trails: Vec<Trail>,
    /// Acts of each kind that belong to nobody: their person is unknown.
    pub nobodys: Vec<u64>,
    /// Acts of each kind without a known moment, which are left out.
    pub undated: Vec<u64>,
}

/// What one person did, in order; never empty.
pub type Trail = Vec<Moment>;

/// One act.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// When, in microseconds since 1970 in UTC; the start of the day where only days are known.
    pub at: i64,
    /// The business day.
    pub day: NaiveDate,
    /// Which kind of act, by its place in the query.
    pub act: usize,
    /// What is told of it in words, in the query's order.
    pub labels: Box<[Option<Arc<str>>]>,
    /// What is told of it in numbers, in the query's order.
    pub values: Box<[Option<Number>]>,
}

impl Moment {
    /// The first label.
    pub fn label(&self) -> Option<&str> {
        self.labels.first()?.as_deref()
    }

    /// The first value.
    pub fn value(&self) -> Option<Number> {
        self.values.first().copied().flatten()
    }

    /// By time, then by kind, then by what is told.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let number = |value: &Option<Number>| value.map_or(f64::NEG_INFINITY, Number::to_f64);
        let values = || {
            let pairs = self.values.iter().zip(&*other.values);
            pairs
                .map(|(a, b)| number(a).total_cmp(&number(b)))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        };
        let known = (self.at, self.act, &self.labels).cmp(&(other.at, other.act, &other.labels));
        known.then_with(values)
    }
}
