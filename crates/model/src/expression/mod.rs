//! The small SQL of contracts and metrics: parsed once, checked against a shape, compiled by engines.
//!
//! Three languages share one parser: *scalars* over the columns of a row (`quantity * unit_price`),
//! *measures* over the rows of a dataset (`sum(amount) filter (where paid)`), and *formulas* over the
//! metrics of a job (`gross_sales / orders`).

mod aggregate;
mod check;
mod parse;
mod print;
mod row;
mod scalar;

pub use aggregate::{Aggregate, AggregateFunction, Formula, FormulaOperator};
pub use check::type_of;
pub use parse::{parse_formula, parse_measure, parse_scalar};
pub use row::RowExpression;
pub use scalar::{BinaryOperator, Function, Literal, Scalar};

/// Why an expression cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What is wrong, lower case, names in backticks.
    pub message: String,
    /// The name that was not found, if that is the fault, so that callers can suggest one.
    pub unknown: Option<String>,
}

impl ExpressionError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), unknown: None }
    }
}

#[cfg(test)]
mod tests;
