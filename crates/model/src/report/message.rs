//! Sentences without a language.

use super::figure::Fmt;
use crate::{label::Label, number::Number, period::Period};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A key of the locale files with its arguments by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The key, e.g. `trend.rose`.
    pub key: String,
    /// The arguments.
    #[serde(default)]
    pub arguments: BTreeMap<String, Argument>,
}

impl Message {
    /// A message without arguments.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), arguments: BTreeMap::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, argument: Argument) -> Self {
        self.arguments.insert(name.to_owned(), argument);
        self
    }
}

/// One typed argument; the locale formats it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// A name in every language.
    Label(Label),
    /// Text that is the same in every language: a member, a file name.
    Text(String),
    /// A whole number.
    Count(i64),
    /// A value in a unit. Exact: reals are rounded to 12 digits first.
    Value {
        /// The value; `None` when unknown.
        #[schemars(with = "Option<String>")]
        value: Option<Decimal>,
        /// How it is written.
        format: Fmt,
    },
    /// A signed relative change as a fraction of one: shown as `+7.8 %`.
    Change(#[schemars(with = "Option<String>")] Option<Decimal>),
    /// A signed difference of two percentages as a fraction: shown as `+0.4 pp`.
    PercentagePoints(#[schemars(with = "Option<String>")] Option<Decimal>),
    /// A day.
    Date(NaiveDate),
    /// A period.
    Period(Period),
    /// A list of names, joined by the locale's marks.
    List(Vec<Label>),
}

impl Argument {
    /// A value argument from a number.
    pub fn value(value: Option<Number>, format: Fmt) -> Self {
        Self::Value { value: value.and_then(rounded), format }
    }

    /// A relative-change argument.
    pub fn change(change: Option<f64>) -> Self {
        Self::Change(change.and_then(|change| rounded(Number::Real(change))))
    }
}

fn rounded(number: Number) -> Option<Decimal> {
    number.to_decimal().map(|value| value.round_dp(12))
}
