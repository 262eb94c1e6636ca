//! The clauses of one column.

use super::AliasSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A column's clauses.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: TypeSpec,
    /// Names or paths the source uses for it, of which a file has one; its own name when absent. Exact, blanks included.
    #[serde(default)]
    pub aliases: Vec<AliasSpec>,
    /// A regular expression on the file's name whose first group is the value, for what only the name says.
    pub from_file_name: Option<String>,
    /// What the source leaves out, around a `{}` that stands for the field: `2014-{}`. Without `{}` it is the value of
    /// every row.
    pub template: Option<String>,
    /// Whether an unknown value breaks the contract; false when absent.
    #[serde(default)]
    pub required: bool,
    /// Which values of JSON it takes: `number`, `text` or `any`; `number` for an `integer` and `any` for all other types
    /// when absent. In other formats, and out of a database, every value is text.
    pub json: Option<JsonToken>,
    /// Whether files without this column are fine (its values are then unknown); false when absent.
    #[serde(default)]
    pub may_be_absent: bool,
    /// Texts that mean "unknown" here, instead of the source's.
    pub null: Option<Vec<String>>,
    /// The decimal places of `decimal` and `money`; the currency's own for money, else 2.
    pub scale: Option<u32>,
    /// The currency of `money`, by its ISO 4217 code.
    pub currency: Option<String>,
    /// The decimal and thousands marks.
    #[serde(default)]
    pub number: NumberText,
    /// How many of the source's units make one: 10, 100 … Example: `1000000` for an amount told in millionths.
    pub divide: Option<u64>,
    /// Whether digits beyond the scale are rounded (half away from zero) and numbers such as `4.4e-16` and `144.` are
    /// read, for sources that write binary floats; when false, such a row breaks its type.
    #[serde(default)]
    pub round: bool,
    /// How dates or timestamps are written, in strftime form; several are tried in order. Timestamps also
    /// know `epoch_seconds`, `epoch_milliseconds` and `epoch_microseconds`. Both know the day counts of spreadsheets,
    /// `excel_1900` and `excel_1904`. Years of two digits (`%y`) from 70 are 19xx, others 20xx.
    #[serde(default)]
    pub format: Vec<String>,
    /// The IANA zone of a timestamp that does not carry an offset itself; the job's zone when absent.
    pub zone: Option<String>,
    /// The least allowed value (inclusive), as the column's type is written canonically.
    pub min: Option<String>,
    /// The greatest allowed value (inclusive).
    pub max: Option<String>,
    /// The allowed texts; required for `enumeration`.
    #[serde(default)]
    pub values: Vec<String>,
    /// A regular expression that the whole text must match.
    pub pattern: Option<String>,
    /// Texts that mean true; `true` when absent.
    pub yes: Option<Vec<String>>,
    /// Texts that mean false; `false` when absent.
    pub no: Option<Vec<String>>,
}

impl ColumnSpec {
    /// Whether there are texts that break its clauses.
    pub(super) fn is_choosy(&self) -> bool {
        let bounds = [&self.min, &self.max, &self.pattern];
        self.kind != TypeSpec::Text
            || self.required
            || !self.values.is_empty()
            || bounds.iter().any(|bound| bound.is_some())
    }
}

/// A column's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TypeSpec {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number with `scale` decimals, exact.
    Decimal,
    /// An amount in `currency`, exact.
    Money,
    /// A day.
    Date,
    /// A moment.
    Timestamp,
    /// True or false.
    Boolean,
    /// One of `values`.
    Enumeration,
}

/// Which values of JSON a column takes; null is unknown in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JsonToken {
    /// Any value.
    Any,
    /// No text: `16`, but not `"16"`.
    Number,
    /// No number: `"16"`, but not `16`.
    Text,
}

/// How numbers are written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberText {
    /// The decimal mark; a point when absent.
    pub decimal: Option<char>,
    /// The thousands mark, or several of which a number has one; none is allowed when absent. Example: `","`.
    pub thousands: Option<String>,
    /// How many digits stand between thousands marks; `thousands` when absent.
    pub grouping: Option<Grouping>,
    /// How negative numbers are written, besides a minus before them.
    #[serde(default)]
    pub negative: Vec<Negative>,
    /// Signs that may stand directly before or behind a number. Example: `["$"]`.
    #[serde(default)]
    pub symbols: Vec<String>,
    /// Whether `%` may stand behind a number, which then is hundredths; false when absent.
    #[serde(default)]
    pub percent: bool,
    /// Whether digits may be full-width, as in `１２３`; false when absent.
    #[serde(default)]
    pub full_width: bool,
}

/// How many digits stand between thousands marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Three: `1,234,567`.
    Thousands,
    /// Two, and three in the last group: `12,34,567`.
    Indian,
}

/// How a negative number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Negative {
    /// `(5)`.
    Parentheses,
    /// `5-`.
    Behind,
    /// With the minus of typesetters, U+2212.
    MinusSign,
}
