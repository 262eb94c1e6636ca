//! Expressions over the columns of one row.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An expression over one row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    /// A column by name.
    Column(String),
    /// A constant.
    Literal(Literal),
    /// `-x`.
    Negate(Box<Scalar>),
    /// `not x`.
    Not(Box<Scalar>),
    /// `x op y`.
    Binary {
        /// The operator.
        op: BinaryOperator,
        /// Its left side.
        left: Box<Scalar>,
        /// Its right side.
        right: Box<Scalar>,
    },
    /// `x is null` or `x is not null`.
    IsNull {
        /// The tested value.
        of: Box<Scalar>,
        /// Whether it is `is not null`.
        negated: bool,
    },
    /// `x in (…)` or `x not in (…)`.
    InList {
        /// The tested value.
        of: Box<Scalar>,
        /// The constants.
        list: Vec<Literal>,
        /// Whether it is `not in`.
        negated: bool,
    },
    /// `x like 'C%'` or `x not like 'C%'`.
    Like {
        /// The tested text.
        of: Box<Scalar>,
        /// The pattern, with `%` and `_`.
        pattern: String,
        /// Whether it is `not like`.
        negated: bool,
    },
    /// `case when … then … else … end`.
    Case {
        /// The branches in order.
        branches: Vec<(Scalar, Scalar)>,
        /// The last resort; null when absent.
        otherwise: Option<Box<Scalar>>,
    },
    /// A function of scalars.
    Call {
        /// Which function.
        function: Function,
        /// Its arguments.
        arguments: Vec<Scalar>,
    },
}

impl Scalar {
    /// Adds the names of all columns it reads to `names`.
    pub fn columns(&self, names: &mut std::collections::BTreeSet<String>) {
        match self {
            Self::Column(name) => {
                names.insert(name.clone());
            }
            Self::Literal(_) => {}
            Self::Negate(of) | Self::Not(of) => of.columns(names),
            Self::Binary { left, right, .. } => {
                left.columns(names);
                right.columns(names);
            }
            Self::IsNull { of, .. } | Self::InList { of, .. } | Self::Like { of, .. } => {
                of.columns(names);
            }
            Self::Case { branches, otherwise } => {
                for (when, then) in branches {
                    when.columns(names);
                    then.columns(names);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.columns(names);
                }
            }
            Self::Call { arguments, .. } => {
                for argument in arguments {
                    argument.columns(names);
                }
            }
        }
    }
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Literal {
    /// Nothing known.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number, exactly as written.
    Number(Decimal),
    /// Text.
    Text(String),
    /// A day: `date '2026-01-05'`.
    Date(NaiveDate),
}

/// An operator between two scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `and`
    And,
    /// `or`
    Or,
    /// `||`
    Concat,
}

impl BinaryOperator {
    /// Its sign in SQL.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::And => "and",
            Self::Or => "or",
            Self::Concat => "||",
        }
    }
}

/// A function of scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// The first argument that is not null.
    Coalesce,
    /// Null when both arguments are equal, else the first.
    NullIf,
    /// Text in lower case.
    Lower,
    /// Text in upper case.
    Upper,
    /// Text without white space at its ends.
    Trim,
    /// The number of characters of a text.
    Length,
    /// `substr(text, start, length)`, counted from 1.
    Substr,
    /// A number without its sign.
    Abs,
    /// Whole days from the first date to the second: `days_between(created_on, won_on)`.
    DaysBetween,
    /// The calendar day of a timestamp in UTC, or a date itself.
    Date,
    /// A timestamp so many milliseconds later: `plus_milliseconds(started_at, hit_time)`.
    PlusMilliseconds,
}

impl Function {
    /// Every function.
    pub const ALL: [Self; 11] = [
        Self::Coalesce,
        Self::NullIf,
        Self::Lower,
        Self::Upper,
        Self::Trim,
        Self::Length,
        Self::Substr,
        Self::Abs,
        Self::DaysBetween,
        Self::Date,
        Self::PlusMilliseconds,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Coalesce => "coalesce",
            Self::NullIf => "nullif",
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::Trim => "trim",
            Self::Length => "length",
            Self::Substr => "substr",
            Self::Abs => "abs",
            Self::DaysBetween => "days_between",
            Self::Date => "date",
            Self::PlusMilliseconds => "plus_milliseconds",
        }
    }
}
