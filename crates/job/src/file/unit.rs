//! The unit of a metric file: that of a metric, or `money` in the currency of the job.

use model::unit::Unit;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The unit of a metric file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitSpec {
    /// `money`: in the currency that the job names.
    Money,
    /// Any other unit, written as it is.
    Unit(Unit),
}

impl UnitSpec {
    /// The unit of a job; `None` for `money` when the job names no currency.
    pub fn lower(&self, currency: Option<&str>) -> Option<Unit> {
        match self {
            Self::Money => currency.map(|code| Unit::Money(code.to_owned())),
            Self::Unit(unit) => Some(unit.clone()),
        }
    }
}

/// Whether a text has the form of an ISO 4217 code.
pub fn is_currency(code: &str) -> bool {
    format!("money:{code}").parse::<Unit>().is_ok()
}

impl fmt::Display for UnitSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money => f.write_str("money"),
            Self::Unit(unit) => unit.fmt(f),
        }
    }
}

impl Serialize for UnitSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UnitSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "money" => Ok(Self::Money),
            other => other.parse().map(Self::Unit).map_err(serde::de::Error::custom),
        }
    }
}

impl JsonSchema for UnitSpec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Unit".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^(count|percent|points|score|number|days|money(:[A-Z]{3})?)$",
            "description": "The unit of a metric: count, money (in the job's currency), money:CNY (any ISO 4217 code), percent, points, score, number or days."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_takes_the_currency_of_the_job_and_nothing_else_does() {
        let unit = |text: &str| {
            let value = toml::Value::String(text.to_owned());
            UnitSpec::deserialize(value).expect("a unit")
        };
        assert_eq!(unit("money").lower(Some("EUR")), Some(Unit::Money("EUR".into())));
        assert_eq!(unit("money").lower(None), None);
        assert_eq!(unit("money:CNY").lower(Some("EUR")), Some(Unit::Money("CNY".into())));
        assert_eq!(unit("percent").lower(None), Some(Unit::Percent));
        assert!(is_currency("CNY") && !is_currency("yuan"));
    }
}
