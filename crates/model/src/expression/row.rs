//! An expression over one row as settings hold it: parsed when it is read, kept as it was written.

use super::{ExpressionError, Scalar, parse_scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A SQL expression over one row of a dataset, such as `customer_id` or `amount - shipping`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowExpression {
    text: String,
    scalar: Scalar,
}

impl RowExpression {
    /// What it computes.
    pub fn scalar(&self) -> &Scalar {
        &self.scalar
    }

    /// The column of this name.
    pub fn column(name: &str) -> Self {
        Self { text: name.to_owned(), scalar: Scalar::Column(name.to_owned()) }
    }
}

impl FromStr for RowExpression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self { text: text.to_owned(), scalar: parse_scalar(text)? })
    }
}

impl fmt::Display for RowExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for RowExpression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for RowExpression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for RowExpression {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RowExpression".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A SQL expression over one row of a dataset, such as `customer_id` or `amount - shipping`."
        })
    }
}
