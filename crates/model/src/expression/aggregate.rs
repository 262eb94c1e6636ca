//! Expressions over rows, and formulas over their results.

use super::scalar::Scalar;
use crate::number::Number;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One base aggregate: what an engine computes. Everything else is arithmetic on its results.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Aggregate {
    /// The function.
    pub function: AggregateFunction,
    /// Its argument; none for `count(*)`.
    pub argument: Option<Scalar>,
    /// The rows it looks at; all when absent.
    pub filter: Option<Scalar>,
}

impl Aggregate {
    /// The columns it reads.
    pub fn columns(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for part in self.argument.iter().chain(&self.filter) {
            part.columns(&mut names);
        }
        names
    }

    /// The same aggregate, looking only at rows that also satisfy `filter`.
    #[must_use]
    pub fn restricted(mut self, filter: Option<&Scalar>) -> Self {
        self.filter = match (self.filter.take(), filter) {
            (Some(own), Some(more)) => Some(Scalar::Binary {
                op: super::BinaryOperator::And,
                left: Box::new(own),
                right: Box::new(more.clone()),
            }),
            (own, more) => own.or_else(|| more.cloned()),
        };
        self
    }
}

/// An aggregate function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AggregateFunction {
    /// The exact sum.
    Sum,
    /// Rows, or rows in which the argument is known.
    Count,
    /// How many different known values, exactly.
    CountDistinct,
    /// The least known value.
    Min,
    /// The greatest known value.
    Max,
    /// How many different values whose first row ever, within the filter, lies in the window.
    CountFirst,
    /// The exact sum of the window's last day with rows of the dataset: for stocks, such as followers.
    SumLast,
}

/// Arithmetic over aggregates (by position) or metrics (by name).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// The n-th aggregate of the measure.
    Aggregate(usize),
    /// Another metric.
    Metric(String),
    /// A constant.
    Number(Decimal),
    /// `-x`.
    Negate(Box<Formula>),
    /// `x op y`.
    Binary {
        /// The operator.
        op: FormulaOperator,
        /// Its left side.
        left: Box<Formula>,
        /// Its right side.
        right: Box<Formula>,
    },
    /// `round(x, digits)`, half away from zero.
    Round {
        /// What is rounded.
        of: Box<Formula>,
        /// Decimals kept.
        digits: u32,
    },
    /// `coalesce(x, y)`: says in so many words that an unknown counts as something.
    Coalesce(Vec<Formula>),
}

/// An operator between two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormulaOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`; unknown when the divisor is zero.
    Divide,
}

impl FormulaOperator {
    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

impl Formula {
    /// The metrics it names.
    pub fn metrics(&self, names: &mut BTreeSet<String>) {
        match self {
            Self::Aggregate(_) | Self::Number(_) => {}
            Self::Metric(name) => {
                names.insert(name.clone());
            }
            Self::Negate(of) | Self::Round { of, .. } => of.metrics(names),
            Self::Binary { left, right, .. } => {
                left.metrics(names);
                right.metrics(names);
            }
            Self::Coalesce(parts) => parts.iter().for_each(|part| part.metrics(names)),
        }
    }

    /// Its value; unknown as soon as a part is, unless `coalesce` says otherwise.
    pub fn value(
        &self,
        aggregate: &dyn Fn(usize) -> Option<Number>,
        metric: &dyn Fn(&str) -> Option<Number>,
    ) -> Option<Number> {
        match self {
            Self::Aggregate(index) => aggregate(*index),
            Self::Metric(name) => metric(name),
            Self::Number(value) => Some(Number::Exact(*value)),
            Self::Negate(of) => Some(Number::whole(0).minus(of.value(aggregate, metric)?)),
            Self::Round { of, digits } => Some(of.value(aggregate, metric)?.rounded(*digits)),
            Self::Coalesce(parts) => parts.iter().find_map(|part| part.value(aggregate, metric)),
            Self::Binary { op, left, right } => {
                let left = left.value(aggregate, metric)?;
                let right = right.value(aggregate, metric)?;
                match op {
                    FormulaOperator::Add => Some(left.plus(right)),
                    FormulaOperator::Subtract => Some(left.minus(right)),
                    FormulaOperator::Multiply => Some(left.times(right)),
                    FormulaOperator::Divide => left.over(right),
                }
            }
        }
    }
}
