//! The small query language and what answers it.
//!
//! Rule: a [`Query`] is a value. Whoever answers it (polars here, a cache before it) answers the same:
//! sums exactly, distinct counts exactly, unknown as `None`.

mod answer;
mod cache;
mod error;
pub mod polars_engine;
mod query;
pub mod shared;
mod table;

pub use answer::{Answer, Answers, Cell, CommentAnswer, CubeAnswer, Moment, Trail, TrailAnswer};
pub use cache::{CacheError, Cached};
pub use error::EngineError;
pub use query::{Acts, CommentQuery, CubeQuery, Query, TrailQuery, Zone, sql};
pub use table::{DAY, Lookup, Part, Reach, Table, Tables};

/// Whatever can answer queries.
pub trait Engine: Send + Sync {
    /// Answers one query over the given tables.
    ///
    /// # Errors
    /// A table that is missing or unreadable, or a sum too large to be exact.
    fn ask(&self, query: &Query, tables: &Tables) -> Result<Answer, EngineError>;
}

/// Answers every query, in order.
///
/// # Errors
/// The first query's error that cannot be answered.
pub fn ask_all(
    engine: &dyn Engine,
    queries: &[Query],
    tables: &Tables,
) -> Result<Answers, EngineError> {
    let mut answers = Answers::over(tables);
    for query in queries {
        let answer = engine.ask(query, tables)?;
        answers.insert(query.clone(), answer);
    }
    Ok(answers)
}
