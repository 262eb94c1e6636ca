//! The typed shape that a contract promises; the rules themselves live with `extract`.

use crate::id::DatasetId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The type of a column in the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text; names, ids, members.
    Text,
    /// A number kept as an integer of `10^-scale` units: counts have scale 0, money two or more.
    Number {
        /// Decimal places.
        scale: u32,
    },
    /// True or false.
    Boolean,
    /// A calendar day.
    Date,
    /// A moment, kept in UTC microseconds.
    Timestamp,
}

impl ColumnType {
    /// The word for messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number { scale: 0 } => "a whole number",
            Self::Number { .. } => "a decimal",
            Self::Boolean => "true or false",
            Self::Date => "a date",
            Self::Timestamp => "a timestamp",
        }
    }
}

/// A column of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ColumnShape {
    /// Its name in contract and expressions.
    pub name: String,
    /// Its type.
    pub kind: ColumnType,
}

/// The columns that expressions over a dataset may use: its own, derived ones, and looked-up ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The dataset.
    pub dataset: DatasetId,
    /// Its columns in contract order.
    pub columns: Vec<ColumnShape>,
}

impl Shape {
    /// The type of a column.
    pub fn kind(&self, name: &str) -> Option<ColumnType> {
        self.columns.iter().find(|column| column.name == name).map(|column| column.kind)
    }

    /// The column names, for suggestions.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }
}

/// On which days rows are expected.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// On every day.
    Daily,
    /// From Monday to Friday.
    Weekdays,
    /// At least once in every calendar month.
    Monthly,
    /// Whenever there are some.
    Irregular,
}
