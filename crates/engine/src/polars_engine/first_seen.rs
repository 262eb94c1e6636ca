//! When was each entity seen first?
//!
//! Method: the entities seen before a month are kept as an index file, named by the fingerprint of
//! everything before that month; the next month's index is that one and the month's own entities. A night
//! reads one index and the open month, whatever history weighs.

use super::{PolarsEngine, compile, scan};
use crate::{
    CubeQuery, EngineError, Tables,
    table::{DAY, Table},
};
use chrono::{Datelike, Months, NaiveDate};
use model::{
    contract::Shape,
    expression::{Aggregate, ExpressionError, Scalar},
    fingerprint::Fingerprinter,
    period::DateRange,
};
use polars::prelude::*;
use std::{collections::BTreeSet, fs::File, path::Path};

const ENTITY: &str = "__entity";
const FIRST: &str = "__first";

/// The name of the column with an aggregate's first day.
pub(crate) fn column(index: usize) -> String {
    format!("{FIRST}{index}")
}

/// Adds the first day of each row's entity; null for entities seen before the windows.
pub(crate) fn with_first_day(
    frame: LazyFrame,
    index: usize,
    aggregate: &Aggregate,
    first: DataFrame,
    shape: &Shape,
) -> Result<LazyFrame, ExpressionError> {
    let entity = entity(aggregate, shape)?;
    let key = format!("{ENTITY}{index}");
    let first = first.lazy().select([col(ENTITY).alias("__key"), col(FIRST).alias(column(index))]);
    let keyed = frame.with_column(entity.alias(key.as_str()));
    Ok(keyed.join(first, [col(key.as_str())], [col("__key")], JoinArgs::new(JoinType::Left)))
}

/// The first day of every entity that was not seen before the month in which `hull` starts.
pub(crate) fn first_days(
    engine: &PolarsEngine,
    query: &CubeQuery,
    aggregate: &Aggregate,
    hull: DateRange,
    tables: &Tables,
) -> Result<DataFrame, EngineError> {
    let ask = Ask { engine, query, aggregate, tables };
    let boundary = hull.start.with_day(1).unwrap_or(hull.start);
    let seen = ask.seen_before(boundary)?;
    let fresh = ask.entities(DateRange { start: boundary, end: hull.end })?;
    fresh
        .join(seen.lazy(), [col(ENTITY)], [col(ENTITY)], JoinArgs::new(JoinType::Anti))
        .group_by([col(ENTITY)])
        .agg([col(DAY).min().alias(FIRST)])
        .collect()
        .map_err(|source| ask.refused(source))
}

fn entity(aggregate: &Aggregate, shape: &Shape) -> Result<Expr, ExpressionError> {
    let argument =
        aggregate.argument.clone().unwrap_or(Scalar::Literal(model::expression::Literal::Null));
    Ok(compile::scalar(&argument, shape)?.0.cast(DataType::String))
}

struct Ask<'a> {
    engine: &'a PolarsEngine,
    query: &'a CubeQuery,
    aggregate: &'a Aggregate,
    tables: &'a Tables,
}

impl Ask<'_> {
    fn table(&self) -> Result<&Table, EngineError> {
        let dataset = &self.query.dataset;
        self.tables.0.get(dataset).ok_or_else(|| EngineError::NoTable(dataset.clone()))
    }

    fn refused(&self, source: PolarsError) -> EngineError {
        EngineError::Refused { what: self.aggregate.to_string(), source }
    }

    /// Every entity with its days within `days`, where the aggregate's condition holds.
    fn entities(&self, days: DateRange) -> Result<LazyFrame, EngineError> {
        let shape = &self.table()?.shape;
        let invalid = |error: ExpressionError| {
            self.refused(PolarsError::InvalidOperation(error.to_string().into()))
        };
        let entity = entity(self.aggregate, shape).map_err(invalid)?;
        let condition = match &self.aggregate.filter {
            Some(filter) => compile::scalar(filter, shape).map_err(invalid)?.0,
            None => lit(true),
        };
        let names: BTreeSet<String> = self.aggregate.columns();
        let rows = scan::rows(&self.query.dataset, &names, Some(days), self.tables)?;
        let inside = col(DAY)
            .gt_eq(lit(compile::days_since_epoch(days.start)).cast(DataType::Date))
            .and(col(DAY).lt(lit(compile::days_since_epoch(days.end)).cast(DataType::Date)));
        let known = col(ENTITY).is_not_null();
        Ok(rows
            .filter(inside.and(condition))
            .select([entity.alias(ENTITY), col(DAY)])
            .filter(known))
    }

    fn seen_before(&self, boundary: NaiveDate) -> Result<DataFrame, EngineError> {
        let past = DateRange { start: NaiveDate::MIN, end: boundary };
        let table = self.table()?;
        if table.parts_in(past).next().is_none() {
            let none = Column::new_empty(ENTITY.into(), &DataType::String);
            return DataFrame::new(0, vec![none]).map_err(|source| self.refused(source));
        }
        let path = self.engine.indexes.as_ref().map(|folder| {
            let mut print = Fingerprinter::new("first-seen");
            print.field(self.query.dataset.as_str()).field(self.aggregate.to_string());
            print.field(boundary.to_string()).field(table.fingerprint(table.parts_in(past)));
            print.field(self.tables.looked_up(&self.query.dataset, &self.aggregate.columns()));
            folder.join(format!("{}.parquet", print.finish()))
        });
        if let Some(kept) = path.as_deref().and_then(read) {
            return Ok(kept);
        }
        let month_before = boundary - Months::new(1);
        let older = self.seen_before(month_before)?;
        let month = self.entities(DateRange { start: month_before, end: boundary })?;
        let mut all = concat([older.lazy(), month.select([col(ENTITY)])], UnionArgs::default())
            .map(|both| {
                both.unique(None, UniqueKeepStrategy::Any)
                    .sort([ENTITY], SortMultipleOptions::default())
            })
            .and_then(LazyFrame::collect)
            .map_err(|source| self.refused(source))?;
        if let Some(path) = path {
            let written = publish::with(&path, |file| {
                ParquetWriter::new(file).finish(&mut all).map(|_| ()).map_err(std::io::Error::other)
            });
            written.map_err(|source| EngineError::Publish { path, source })?;
        }
        Ok(all)
    }
}

/// A kept index, if it is there and whole; an unreadable one is simply made again.
fn read(path: &Path) -> Option<DataFrame> {
    ParquetReader::new(File::open(path).ok()?).finish().ok()
}
