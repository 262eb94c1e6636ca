//! What a metric is counted in, and which way is good.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// The unit of a metric. Written as text: `count`, `money:CNY`, `percent`, `points`, `score`, `number`, `days`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// How many; whole.
    Count,
    /// An amount in a currency, by its ISO 4217 code.
    Money(String),
    /// A share, stored as a fraction of one and shown times one hundred.
    Percent,
    /// A scale from -100 to 100, such as NPS.
    Points,
    /// A mean on an answer scale, such as 4.1 of 5.
    Score,
    /// A plain number without a unit, such as a ratio of two amounts.
    Number,
    /// A duration in days.
    Days,
}

impl FromStr for Unit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "count" => Ok(Self::Count),
            "percent" => Ok(Self::Percent),
            "points" => Ok(Self::Points),
            "score" => Ok(Self::Score),
            "number" => Ok(Self::Number),
            "days" => Ok(Self::Days),
            _ => match text.strip_prefix("money:") {
                Some(code) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {
                    Ok(Self::Money(code.to_owned()))
                }
                _ => Err(format!(
                    "unknown unit `{text}`; use count, money:CNY (any ISO 4217 code), percent, points, score, number or days"
                )),
            },
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count => f.write_str("count"),
            Self::Money(code) => write!(f, "money:{code}"),
            Self::Percent => f.write_str("percent"),
            Self::Points => f.write_str("points"),
            Self::Score => f.write_str("score"),
            Self::Number => f.write_str("number"),
            Self::Days => f.write_str("days"),
        }
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Unit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Unit".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^(count|percent|points|score|number|days|money:[A-Z]{3})$",
            "description": "The unit of a metric: count, money:CNY (any ISO 4217 code), percent, points, score, number or days."
        })
    }
}

/// The decimal places that ISO 4217 gives a currency.
pub fn currency_digits(code: &str) -> u32 {
    match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Which way a metric should move.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    #[default]
    Up,
    /// Less is better.
    Down,
    /// Neither is better; changes are shown without judgement.
    Neutral,
}
