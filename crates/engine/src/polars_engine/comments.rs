//! Comment queries: every comment is read once, and counted in each window that its day belongs to.

use super::{compile, scan};
use crate::{CommentAnswer, CommentQuery, EngineError, Tables, table::DAY};
use chrono::NaiveDate;
use model::{comment::Reader, expression::ExpressionError, period::DateRange};
use polars::prelude::*;

/// Answers a comment query.
pub(crate) fn comments(
    query: &CommentQuery,
    tables: &Tables,
) -> Result<CommentAnswer, EngineError> {
    let mut answer: CommentAnswer =
        query.windows.iter().map(|window| (*window, Default::default())).collect();
    let start = query.windows.iter().map(|window| window.start).min();
    let end = query.windows.iter().map(|window| window.end).max();
    let Some((start, end)) = start.zip(end) else { return Ok(answer) };
    let fault = |source| EngineError::Refused { what: query.dataset.to_string(), source };
    let frame = frame(query, DateRange { start, end }, tables)?;
    let days = frame.column(DAY).and_then(|days| days.cast(&DataType::Int32)).map_err(fault)?;
    let days = days.i32().map_err(fault)?;
    let texts = frame.column("__text").and_then(|texts| texts.str().cloned()).map_err(fault)?;
    let reader = Reader::new(&query.lexicon);
    for row in 0..frame.height() {
        let Some(day) = days.get(row) else { continue };
        let day = NaiveDate::default() + chrono::Duration::days(i64::from(day));
        let windows = answer.iter_mut().filter(|(window, _)| window.contains(day));
        windows.for_each(|(_, themes)| themes.add(&reader, texts.get(row).unwrap_or_default()));
    }
    Ok(answer)
}

fn frame(query: &CommentQuery, days: DateRange, tables: &Tables) -> Result<DataFrame, EngineError> {
    let fault = |source| EngineError::Refused { what: query.dataset.to_string(), source };
    let wrong =
        |error: ExpressionError| fault(PolarsError::InvalidOperation(error.to_string().into()));
    let table =
        tables.0.get(&query.dataset).ok_or_else(|| EngineError::NoTable(query.dataset.clone()))?;
    let rows = scan::rows(&query.dataset, &query.columns(), Some(days), tables)?;
    let rows = match &query.only {
        Some(only) => rows.filter(compile::scalar(only, &table.shape).map_err(wrong)?.0),
        None => rows,
    };
    let text = compile::scalar(&query.text, &table.shape).map_err(wrong)?.0;
    let selected = [col(DAY), text.cast(DataType::String).alias("__text")];
    rows.select(selected).collect().map_err(fault)
}
