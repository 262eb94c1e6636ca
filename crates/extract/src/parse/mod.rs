//! From text to contract types: exact or refused, never guessed.

mod layout;
mod number;
mod plain;
mod serial;
mod temporal;

pub(crate) use temporal::{date_of, day_of, start_of};

use crate::contract::{ColumnSpec, TypeSpec};
use chrono_tz::Tz;
use model::contract::ColumnType;
use number::NumberParser;
use temporal::{DateParser, TimestampParser};

/// A typed value on its way into the lake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Text.
    Text(String),
    /// An integer of the column's smallest unit.
    Number(i64),
    /// True or false.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// UTC microseconds since 1970-01-01.
    Timestamp(i64),
}

/// Why a text is not a value of its column: the broken rule and what was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The rule: `type`, `range`, `values`, `pattern` …
    pub rule: &'static str,
    /// What was wrong, without the row's other fields.
    pub detail: String,
}

impl Broken {
    pub(crate) fn new(rule: &'static str, detail: impl Into<String>) -> Self {
        Self { rule, detail: detail.into() }
    }
}

/// Text to value, by the clauses of one column.
#[derive(Debug, Clone)]
pub struct Parser {
    kind: Kind,
    least: Option<Value>,
    greatest: Option<Value>,
    values: Vec<String>,
    pattern: Option<regex::Regex>,
}

#[derive(Debug, Clone)]
enum Kind {
    Text,
    Number(NumberParser),
    Boolean { yes: Vec<String>, no: Vec<String> },
    Date(DateParser),
    Timestamp(TimestampParser),
}

impl Parser {
    /// Compiles a column's clauses; the zone is that of timestamps without one.
    ///
    /// # Errors
    /// The clause at fault and why.
    pub fn new(spec: &ColumnSpec, zone: Tz) -> Result<Self, (&'static str, String)> {
        let kind = match spec.kind {
            TypeSpec::Text | TypeSpec::Enumeration => Kind::Text,
            TypeSpec::Integer => Kind::Number(NumberParser::new(0, spec)?),
            TypeSpec::Decimal => Kind::Number(NumberParser::new(spec.scale.unwrap_or(2), spec)?),
            TypeSpec::Money => {
                let habit =
                    model::unit::currency_digits(spec.currency.as_deref().unwrap_or_default());
                Kind::Number(NumberParser::new(spec.scale.unwrap_or(habit), spec)?)
            }
            TypeSpec::Boolean => Kind::Boolean {
                yes: spec.yes.clone().unwrap_or_else(|| vec!["true".into()]),
                no: spec.no.clone().unwrap_or_else(|| vec!["false".into()]),
            },
            TypeSpec::Date => Kind::Date(DateParser::new(&spec.format)?),
            TypeSpec::Timestamp => {
                Kind::Timestamp(TimestampParser::new(&spec.format, spec.zone.as_deref(), zone)?)
            }
        };
        let bounds = match &kind {
            Kind::Number(number) => Kind::Number(number.of_bounds()),
            other if spec.divide.is_none() && !spec.round => other.clone(),
            _ => {
                let key = if spec.round { "round" } else { "divide" };
                return Err((key, "belongs to numbers: `integer`, `decimal`, `money`".into()));
            }
        };
        let mut parser =
            Self { kind, least: None, greatest: None, values: spec.values.clone(), pattern: None };
        let bound = |key, text: &Option<String>| {
            let parsed = text.as_deref().map(|text| bounds.typed(text));
            parsed.transpose().map_err(|broken| (key, broken.detail))
        };
        let (least, greatest) = (bound("min", &spec.min)?, bound("max", &spec.max)?);
        let whole =
            spec.pattern.as_ref().map(|pattern| regex::Regex::new(&format!("^(?:{pattern})$")));
        parser.pattern = whole.transpose().map_err(|error| ("pattern", error.to_string()))?;
        parser.least = least;
        parser.greatest = greatest;
        Ok(parser)
    }

    /// The only texts that are allowed; any when there are none.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// The type in the lake.
    pub fn kind(&self) -> ColumnType {
        match &self.kind {
            Kind::Text => ColumnType::Text,
            Kind::Number(number) => ColumnType::Number { scale: number.scale },
            Kind::Boolean { .. } => ColumnType::Boolean,
            Kind::Date(_) => ColumnType::Date,
            Kind::Timestamp(_) => ColumnType::Timestamp,
        }
    }

    /// The value of a text that is not one of the null tokens.
    ///
    /// # Errors
    /// The first broken clause.
    pub fn value(&self, text: &str) -> Result<Value, Broken> {
        let value = self.kind.typed(text)?;
        if !self.values.is_empty() && !self.values.iter().any(|allowed| allowed == text) {
            return Err(Broken::new(
                "values",
                format!("`{}` is not one of the allowed values", short(text)),
            ));
        }
        if self.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(text)) {
            return Err(Broken::new(
                "pattern",
                format!("`{}` does not match the pattern", short(text)),
            ));
        }
        if self.least.as_ref().is_some_and(|least| value < *least) {
            return Err(Broken::new(
                "range",
                format!("`{}` is below the least allowed value", short(text)),
            ));
        }
        if self.greatest.as_ref().is_some_and(|greatest| value > *greatest) {
            return Err(Broken::new(
                "range",
                format!("`{}` is above the greatest allowed value", short(text)),
            ));
        }
        Ok(value)
    }
}

impl Kind {
    fn typed(&self, text: &str) -> Result<Value, Broken> {
        match self {
            Kind::Text => Ok(Value::Text(text.to_owned())),
            Kind::Number(number) => number.parse(text).map(Value::Number),
            Kind::Date(date) => date.parse(text).map(Value::Date),
            Kind::Timestamp(timestamp) => timestamp.parse(text).map(Value::Timestamp),
            Kind::Boolean { yes, no } => {
                let is = |tokens: &[String]| tokens.iter().any(|token| token == text);
                match (is(yes), is(no)) {
                    (true, _) => Ok(Value::Boolean(true)),
                    (_, true) => Ok(Value::Boolean(false)),
                    _ => Err(Broken::new(
                        "type",
                        format!("`{}` is neither true nor false", short(text)),
                    )),
                }
            }
        }
    }
}

/// The start of a text, for messages.
pub(crate) fn short(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    if start.len() < text.len() { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests;
