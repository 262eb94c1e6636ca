//! Answers: sorted, free of frames and of persons.

mod trails;

pub use trails::{Moment, Trail, TrailAnswer};

use crate::{
    query::{CommentQuery, CubeQuery, Query, TrailQuery},
    table::Tables,
};
use chrono::NaiveDate;
use model::{
    comment::Themes,
    expression::{Aggregate, AggregateFunction},
    id::DatasetId,
    number::Number,
    period::DateRange,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a value stands: its window and the members of the grouping set, in the query's order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    /// The window.
    pub window: DateRange,
    /// The members; `None` is "blank".
    pub members: Vec<Option<String>>,
}

/// The answer to a cube query: one value per aggregate in every cell that has rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CubeAnswer {
    /// The cells with rows; values in the order of the query's aggregates.
    pub cells: BTreeMap<Cell, Vec<Option<Number>>>,
}

/// The answer to a query, of the query's kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To [`Query::Comments`].
    Comments(CommentAnswer),
    /// To [`Query::Cube`].
    Cube(CubeAnswer),
    /// To [`Query::Trails`].
    Trails(TrailAnswer),
}

/// The answer to a comment query: what is known of each window. It holds counts of few; `Themes::shown` is for readers.
pub type CommentAnswer = BTreeMap<DateRange, Themes>;

/// The answers of a run, with the days on which each dataset has rows.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    cubes: BTreeMap<CubeQuery, CubeAnswer>,
    comments: BTreeMap<CommentQuery, CommentAnswer>,
    trails: BTreeMap<TrailQuery, TrailAnswer>,
    days: BTreeMap<DatasetId, BTreeMap<NaiveDate, u64>>,
}

impl Answers {
    /// No answers yet, over the given tables.
    pub fn over(tables: &Tables) -> Self {
        let days = tables.0.iter().map(|(id, table)| (id.clone(), table.days())).collect();
        Self { days, ..Self::default() }
    }

    /// Keeps an answer; one that is not of the query's kind is not an answer to it and is dropped.
    pub fn insert(&mut self, query: Query, answer: Answer) {
        match (query, answer) {
            (Query::Comments(query), Answer::Comments(answer)) => {
                self.comments.insert(*query, answer);
            }
            (Query::Cube(query), Answer::Cube(answer)) => {
                self.cubes.insert(query, answer);
            }
            (Query::Trails(query), Answer::Trails(answer)) => {
                self.trails.insert(query, answer);
            }
            _ => {}
        }
    }

    /// What comments of a window are about; `None` where it was not asked.
    pub fn comments(&self, query: &CommentQuery, window: DateRange) -> Option<&Themes> {
        self.comments.get(query)?.get(&window)
    }

    /// What people did; nobody did anything where it was not asked.
    pub fn trails(&self, query: &TrailQuery) -> &TrailAnswer {
        static NOBODY: TrailAnswer =
            TrailAnswer { trails: Vec::new(), nobodys: Vec::new(), undated: Vec::new() };
        self.trails.get(query).unwrap_or(&NOBODY)
    }

    /// Counted rows per business day of a dataset.
    pub fn days(&self, dataset: &DatasetId) -> &BTreeMap<NaiveDate, u64> {
        static NONE: BTreeMap<NaiveDate, u64> = BTreeMap::new();
        self.days.get(dataset).unwrap_or(&NONE)
    }

    /// Whether the dataset has any row in `window`.
    pub fn covers(&self, dataset: &DatasetId, window: DateRange) -> bool {
        self.days(dataset).range(window.start..window.end).next().is_some()
    }

    /// The value of the aggregate at `index` of `query` in a cell.
    ///
    /// A slice without rows in a window that has rows is an honest zero for sums and counts; a window
    /// without any rows is unknown.
    pub fn value(&self, query: &CubeQuery, index: usize, cell: &Cell) -> Option<Number> {
        if !self.covers(&query.dataset, cell.window) {
            return None;
        }
        match self.cubes.get(query)?.cells.get(cell) {
            Some(values) => values.get(index).copied().flatten(),
            None => empty_value(query.aggregates.get(index)?),
        }
    }

    /// The slices of `query` that have rows in any of `windows`.
    pub fn members(
        &self,
        query: &CubeQuery,
        windows: &[DateRange],
    ) -> BTreeSet<Vec<Option<String>>> {
        let Some(answer) = self.cubes.get(query) else { return BTreeSet::new() };
        let cells = answer.cells.keys().filter(|cell| windows.contains(&cell.window));
        cells.map(|cell| cell.members.clone()).collect()
    }
}

/// What an aggregate is where there is nothing to aggregate, though the window has rows.
pub(crate) fn empty_value(aggregate: &Aggregate) -> Option<Number> {
    match aggregate.function {
        AggregateFunction::Min | AggregateFunction::Max | AggregateFunction::SumLast => None,
        AggregateFunction::Count
        | AggregateFunction::CountDistinct
        | AggregateFunction::CountFirst
        | AggregateFunction::Sum => Some(Number::whole(0)),
    }
}
