//! `[[rule]]`: what must hold of rows among each other, of whole days and of whole files.
//!
//! Rule: a broken clause of a column sets its row aside; a broken rule sets nothing aside. It is told, to the owner and
//! at the sections that rest on the dataset, and by its severity it holds the report.

use super::{Spec, resolve::Fault};
use chrono::NaiveTime;
use model::{
    contract::{ColumnType, Shape},
    id::DatasetId,
    quality::Severity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A series and its number: what stands before the digits at the end, and these.
const NUMBERED: &str = r"^(.*?)(\d+)$";

/// How much a broken rule matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeveritySpec {
    /// Told in the data quality part of the report.
    Note,
    /// Told there and at every section that rests on the dataset.
    Warn,
    /// No figure is mailed; the owner is told.
    Hold,
}

impl From<SeveritySpec> for Severity {
    fn from(spec: SeveritySpec) -> Self {
        match spec {
            SeveritySpec::Note => Self::Info,
            SeveritySpec::Warn => Self::Warning,
            SeveritySpec::Hold => Self::Error,
        }
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckSpec {
    /// Rows are there by a time of each workday.
    Fresh,
    /// A column has no value that it never had before.
    NewMembers,
    /// A value is a key of another dataset.
    Reference,
    /// There are neither too few rows nor too many.
    RowCount,
    /// Values have not become a hundred or a thousand times as large or as small.
    Scale,
    /// Numbers such as those of invoices follow each other: none is left out, none comes late.
    Sequence,
    /// No two rows have the same values, in columns that are no key.
    Unique,
    /// Not too many values of a column are unknown.
    UnknownShare,
}

/// What is judged as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// The rows of a business day.
    Day,
    /// The rows of a source file.
    File,
}

/// A rule of a contract.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// What it looks at.
    pub check: CheckSpec,
    /// How much it matters when broken; `warn` when absent.
    pub severity: Option<SeveritySpec>,
    /// What is judged as one; `day` when absent, `file` for a dataset without days.
    pub per: Option<Per>,
    /// The column, for all checks but `fresh`, `row_count` and `unique`.
    pub column: Option<String>,
    /// The columns of `unique`; rows in which one of them is unknown are not compared.
    pub columns: Option<Vec<String>>,
    /// The other dataset of `reference`; its key must be a single column.
    pub dataset: Option<String>,
    /// The fewest rows of `row_count`.
    pub min: Option<u64>,
    /// The most rows of `row_count`.
    pub max: Option<u64>,
    /// The largest share, 0 to 1: needed by `unknown_share`, 0 for `reference` when absent.
    pub max_share: Option<f64>,
    /// The local time of `fresh` by which rows are there on each workday of the job's calendar. Example: `08:30`.
    pub expected_by: Option<String>,
    /// How many days back the rows of `fresh` reach by then; 1 when absent, which is the day before.
    pub days: Option<u32>,
    /// The least jump of `scale` that is told, a power of ten; 100 when absent.
    pub factor: Option<u32>,
    /// A regular expression of `sequence` whose first group is the series and whose second is the number; what stands
    /// before the digits at the end, and these, when absent.
    pub pattern: Option<String>,
}

/// A rule without open questions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// How much it matters when broken.
    pub severity: Severity,
    /// What is judged as one.
    pub per: Per,
    /// What it looks at.
    pub(crate) check: Check,
}

/// What a rule looks at, with its settings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) enum Check {
    /// Rows of so many days back are there by a time of each workday.
    Fresh { expected_by: NaiveTime, days: u32 },
    /// The column has no value that it never had before.
    NewMembers { column: String },
    /// Values of the column are keys of the other dataset, but for a share; the key is found when contracts are linked.
    Reference { column: String, dataset: DatasetId, key: String, max_share: f64 },
    /// Bounds of the number of rows.
    RowCount { min: u64, max: u64 },
    /// The least jump of the column's median that is told.
    Scale { column: String, factor: u32 },
    /// Series and number of the column's values.
    Sequence { column: String, pattern: String },
    /// Columns whose values together are no two rows'.
    Unique { columns: Vec<String> },
    /// The largest share of unknown values.
    UnknownShare { column: String, max_share: f64 },
}

impl Rule {
    /// The other dataset that it looks into.
    pub fn other(&self) -> Option<&DatasetId> {
        match &self.check {
            Check::Reference { dataset, .. } => Some(dataset),
            _ => None,
        }
    }
}

/// The rules of a contract; their faults are collected.
pub(super) fn resolve(spec: &Spec, own: &Shape, faults: &mut Vec<Fault>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (index, rule) in spec.rule.iter().enumerate() {
        let is_dated = spec.time.is_some();
        let mut reader = Reader { rule, path: format!("rule[{index}]"), own, is_dated, faults };
        reader.refuse_strangers();
        rules.extend(reader.rule());
    }
    rules
}

/// Reads one rule.
struct Reader<'a> {
    rule: &'a RuleSpec,
    path: String,
    own: &'a Shape,
    is_dated: bool,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, key: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(format!("{}.{key}", self.path), message));
    }

    /// Clauses that this check does not know.
    fn refuse_strangers(&mut self) {
        let known: &[&str] = match self.rule.check {
            CheckSpec::Fresh => &["expected_by", "days"],
            CheckSpec::NewMembers => &["per", "column"],
            CheckSpec::Reference => &["per", "column", "dataset", "max_share"],
            CheckSpec::RowCount => &["per", "min", "max"],
            CheckSpec::Scale => &["per", "column", "factor"],
            CheckSpec::Sequence => &["per", "column", "pattern"],
            CheckSpec::Unique => &["per", "columns"],
            CheckSpec::UnknownShare => &["per", "column", "max_share"],
        };
        let rule = self.rule;
        for (key, is_given) in [
            ("per", rule.per.is_some()),
            ("column", rule.column.is_some()),
            ("columns", rule.columns.is_some()),
            ("dataset", rule.dataset.is_some()),
            ("min", rule.min.is_some()),
            ("max", rule.max.is_some()),
            ("max_share", rule.max_share.is_some()),
            ("expected_by", rule.expected_by.is_some()),
            ("days", rule.days.is_some()),
            ("factor", rule.factor.is_some()),
            ("pattern", rule.pattern.is_some()),
        ] {
            if is_given && !known.contains(&key) {
                let known = known.join("`, `");
                self.fault(key, format!("this check has no `{key}`; it has `{known}`"));
            }
        }
    }

    fn rule(&mut self) -> Option<Rule> {
        let per = self.per();
        let check = self.check()?;
        let severity = self.rule.severity.unwrap_or(SeveritySpec::Warn).into();
        Some(Rule { severity, per, check })
    }

    fn per(&mut self) -> Per {
        if self.rule.per == Some(Per::Day) && !self.is_dated {
            self.fault("per", "the dataset has no `[time]`, so its rows belong to no day");
        }
        self.rule.per.unwrap_or(if self.is_dated { Per::Day } else { Per::File })
    }

    fn check(&mut self) -> Option<Check> {
        match self.rule.check {
            CheckSpec::Fresh => self.fresh(),
            CheckSpec::NewMembers => {
                let column = self.column(|kind| kind == ColumnType::Text, "text")?;
                Some(Check::NewMembers { column })
            }
            CheckSpec::Reference => self.reference(),
            CheckSpec::RowCount => self.row_count(),
            CheckSpec::Scale => {
                let is_number = |kind| matches!(kind, ColumnType::Number { .. });
                let column = self.column(is_number, "a number")?;
                let factor = self.rule.factor.unwrap_or(100);
                if factor < 10 || 10_u32.pow(factor.ilog10()) != factor {
                    self.fault("factor", "jumps are told in powers of ten: 10, 100, 1000 …");
                }
                Some(Check::Scale { column, factor })
            }
            CheckSpec::Sequence => self.sequence(),
            CheckSpec::Unique => self.unique(),
            CheckSpec::UnknownShare => {
                let column = self.column(|_| true, "")?;
                let Some(max_share) = self.share() else {
                    self.fault("check", "needs `max_share`, e.g. `max_share = 0.02`");
                    return None;
                };
                Some(Check::UnknownShare { column, max_share })
            }
        }
    }

    fn fresh(&mut self) -> Option<Check> {
        if !self.is_dated {
            self.fault(
                "check",
                "the dataset has no `[time]`, so nobody knows how old its rows are",
            );
        }
        let Some(text) = &self.rule.expected_by else {
            self.fault("check", "needs `expected_by`, e.g. `expected_by = \"08:30\"`");
            return None;
        };
        match NaiveTime::parse_from_str(text, "%H:%M") {
            Ok(expected_by) => {
                Some(Check::Fresh { expected_by, days: self.rule.days.unwrap_or(1) })
            }
            Err(_) => {
                self.fault("expected_by", format!("`{text}` is no time of day; write `08:30`"));
                None
            }
        }
    }

    fn reference(&mut self) -> Option<Check> {
        let column = self.column(|_| true, "")?;
        let Some(dataset) = &self.rule.dataset else {
            self.fault("check", "needs `dataset`, the one whose key the values are");
            return None;
        };
        let dataset = DatasetId::new(dataset);
        let max_share = self.share().unwrap_or(0.0);
        Some(Check::Reference { column, dataset, key: String::new(), max_share })
    }

    fn row_count(&mut self) -> Option<Check> {
        let (min, max) = (self.rule.min, self.rule.max);
        if min.is_none() && max.is_none() {
            self.fault("check", "needs `min`, `max` or both");
        }
        let (min, max) = (min.unwrap_or(0), max.unwrap_or(u64::MAX));
        if min > max {
            self.fault("min", format!("{min} is more than `max`, {max}"));
        }
        Some(Check::RowCount { min, max })
    }

    fn sequence(&mut self) -> Option<Check> {
        let is_numbered = |kind| matches!(kind, ColumnType::Text | ColumnType::Number { scale: 0 });
        let column = self.column(is_numbered, "text or a whole number")?;
        let pattern = self.rule.pattern.clone().unwrap_or_else(|| NUMBERED.to_owned());
        match regex::Regex::new(&pattern) {
            Ok(expression) if expression.captures_len() == 3 => {
                Some(Check::Sequence { column, pattern })
            }
            Ok(_) => {
                self.fault("pattern", "needs two groups: the series, and its number");
                None
            }
            Err(error) => {
                self.fault("pattern", error.to_string());
                None
            }
        }
    }

    fn unique(&mut self) -> Option<Check> {
        let columns = self.rule.columns.clone().unwrap_or_default();
        if columns.is_empty() {
            self.fault("check", "needs `columns`, e.g. `columns = [\"invoice_no\", \"line\"]`");
            return None;
        }
        for (index, name) in columns.iter().enumerate() {
            if self.own.kind(name).is_none() {
                let path = format!("{}.columns[{index}]", self.path);
                self.faults.push(super::missing(&path, name, self.own));
            }
        }
        Some(Check::Unique { columns })
    }

    fn column(&mut self, is_fit: impl Fn(ColumnType) -> bool, wanted: &str) -> Option<String> {
        let Some(name) = &self.rule.column else {
            self.fault("check", "needs `column`");
            return None;
        };
        match self.own.kind(name) {
            None => {
                let path = format!("{}.column", self.path);
                self.faults.push(super::missing(&path, name, self.own));
                None
            }
            Some(kind) if !is_fit(kind) => {
                self.fault("column", format!("`{name}` is {}, not {wanted}", kind.word()));
                None
            }
            Some(_) => Some(name.clone()),
        }
    }

    fn share(&mut self) -> Option<f64> {
        let share = self.rule.max_share?;
        if !(0.0..=1.0).contains(&share) {
            self.fault("max_share", format!("{share} is no share; use 0 to 1"));
        }
        Some(share)
    }
}
