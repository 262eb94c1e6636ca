//! The columns that no file has: which rows are a bot's, what is derived by SQL, and the business day.

use crate::{
    contract::{Contract, IS_BOT},
    parse::day_of,
};
use engine::{DAY, polars_engine::compile};
use model::contract::ColumnType;
use polars::prelude::*;

/// Adds them to rows of a contract.
pub(crate) fn with_derived(contract: &Contract, mut frame: DataFrame) -> PolarsResult<DataFrame> {
    let invalid = |error: model::expression::ExpressionError| {
        PolarsError::InvalidOperation(error.to_string().into())
    };
    if let Some((column, pattern)) = &contract.bots {
        let is_bot = col(column.as_str()).str().contains(lit(pattern.as_str()), true);
        // Who does not say what they are is not known to be a bot.
        let is_bot = is_bot.fill_null(lit(false)).alias(IS_BOT);
        frame = frame.lazy().with_column(is_bot).collect()?;
    }
    for (name, scalar, kind) in &contract.derived {
        let (expression, _) = compile::scalar(scalar, &contract.own).map_err(invalid)?;
        let expression = expression.cast(compile::frame_type(*kind)).alias(name.as_str());
        frame = frame.lazy().with_column(expression).collect()?;
    }
    let Some(time) = &contract.time else { return Ok(frame) };
    let days: Vec<Option<i32>> = match contract.own.kind(time) {
        Some(ColumnType::Timestamp) => {
            let moments = frame.column(time)?.cast(&DataType::Int64)?;
            moments
                .i64()?
                .iter()
                .map(|moment| moment.and_then(|moment| day_of(moment, contract.zone)))
                .collect()
        }
        _ => frame.column(time)?.cast(&DataType::Int32)?.i32()?.iter().collect(),
    };
    let day = Column::new(DAY.into(), days).cast(&DataType::Date)?;
    frame.with_column(day)?;
    Ok(frame)
}
