//! Settings of an experiment section: who saw what, what is counted, and the rule agreed before the start.

use crate::analysis::{ActsSpec, Limits, Names, RowNames};
use chrono::NaiveDate;
use model::{
    expression::RowExpression,
    id::DatasetId,
    label::Label,
    unit::{Direction, Unit},
};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Settings of an experiment section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Who saw which version, one row per showing or per person.
    pub exposures: Option<ExposuresSpec>,
    /// Sums for each version, where rows of single people are not kept; instead of `exposures`.
    pub summary: Option<SummarySpec>,
    /// The version that all others are compared with. Example: `"old_page"`.
    pub control: String,
    /// The agreed split by version, in any unit; equal shares of all versions found when absent. Example:
    /// `{ old_page = 50, new_page = 50 }`.
    #[serde(default)]
    pub shares: BTreeMap<String, u32>,
    /// Names of versions for readers. Example: `{ new_page = { en = "New page", zh-CN = "新页面" } }`.
    #[serde(default)]
    pub names: BTreeMap<String, Label>,
    /// The first day on which somebody could see a version. Example: `"2026-05-04"`.
    pub start: NaiveDate,
    /// The last day on which somebody could; open when absent. Example: `"2026-05-31"`.
    pub end: Option<NaiveDate>,
    /// How often it is read, agreed before the start. Example: `{ read = "once", people = 20000 }`.
    pub plan: PlanSpec,
    /// Days after somebody first saw a version in which outcomes count, that day besides; all days when absent.
    pub window: Option<u32>,
    /// Days before somebody first saw a version in which the same outcome is counted to take noise away (CUPED).
    pub before: Option<u32>,
    /// The smallest change that matters, as a share of the control's value. Example: `"0.05"`.
    #[schemars(with = "Option<String>")]
    pub smallest: Option<Decimal>,
    /// The confidence of all comparisons of one outcome together, in percent.
    #[serde(default = "default_confidence")]
    pub confidence: u32,
    /// What is counted. The first one decides, the others must not come to harm.
    pub outcome: Vec<OutcomeSpec>,
}

fn default_confidence() -> u32 {
    95
}

/// Rows that say who saw which version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExposuresSpec {
    /// The dataset. Example: `"assignments"`.
    pub dataset: DatasetId,
    /// Who saw it. Example: `"customer_id"`.
    pub person: RowExpression,
    /// When, a date or a timestamp; the row's business day when absent. Example: `"seen_at"`.
    pub at: Option<RowExpression>,
    /// The rows that count; all when absent.
    #[serde(rename = "where")]
    pub only: Option<RowExpression>,
    /// Which version. Example: `"variant"`.
    pub version: RowExpression,
}

impl ExposuresSpec {
    pub(super) fn acts(&self) -> ActsSpec {
        ActsSpec {
            dataset: self.dataset.clone(),
            person: self.person.clone(),
            at: self.at.clone(),
            only: self.only.clone(),
        }
    }
}

/// Rows with the sums of one version each; rows of one version are added up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SummarySpec {
    /// The dataset. Example: `"test_results"`.
    pub dataset: DatasetId,
    /// The day of the row, each person counted on one day only; the row's business day when absent.
    pub at: Option<RowExpression>,
    /// Which version. Example: `"variant"`.
    pub version: RowExpression,
    /// How many people. Example: `"visitors"`.
    pub people: RowExpression,
}

impl SummarySpec {
    pub(super) fn acts(&self) -> ActsSpec {
        ActsSpec {
            dataset: self.dataset.clone(),
            person: self.version.clone(),
            at: self.at.clone(),
            only: None,
        }
    }
}

/// The rule agreed before the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "read", rename_all = "snake_case", deny_unknown_fields)]
pub enum PlanSpec {
    /// At any time, as often as one likes.
    Anytime {
        /// People of two versions at which intervals are tightest; 5000 when absent.
        people: Option<u32>,
    },
    /// On days planned beforehand: data before each of them are looked at.
    Looks {
        /// The days, rising. Example: `["2026-05-18", "2026-06-01"]`.
        on: Vec<NaiveDate>,
        /// Planned people of all versions together.
        people: u32,
        /// How the permitted error is spent over the looks.
        #[serde(default)]
        spending: SpendingSpec,
    },
    /// Once: when the planned people are there, or after the end.
    Once {
        /// Planned people of all versions together.
        people: Option<u32>,
    },
}

/// How the permitted error is spent over the looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpendingSpec {
    /// Almost nothing early, close to O'Brien and Fleming.
    #[default]
    Late,
    /// Evenly, close to Pocock.
    Even,
}

/// What sort of number an outcome is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number for each person, such as spend.
    Mean,
    /// A share of people who did something.
    Rate,
    /// A sum over another sum, such as revenue per order.
    Ratio,
}

/// One outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeSpec {
    /// Its name.
    pub label: Label,
    /// Whether it is a share of people, a number for each person, or a ratio.
    pub kind: Kind,
    /// Where it is found; in the rows of `exposures` when absent.
    pub acts: Option<ActsSpec>,
    /// What is added up; rows when absent. A rate counts people with more than zero. In a summary: the sum over
    /// people, of a rate how many did it. Example: `"amount"`.
    pub value: Option<RowExpression>,
    /// What a ratio is per. Example: `"1"` for rows, `"items"`.
    pub per: Option<RowExpression>,
    /// In a summary: the sum over people of `value` squared.
    pub squares: Option<RowExpression>,
    /// In a summary: the sum over people of `per` squared.
    pub per_squares: Option<RowExpression>,
    /// In a summary: the sum over people of `value` times `per`.
    pub products: Option<RowExpression>,
    /// Which way is good.
    #[serde(default)]
    pub direction: Direction,
    /// Its unit; percent for a rate, else a plain number.
    pub unit: Option<Unit>,
}

impl OutcomeSpec {
    /// The expressions of a summary's row, in the order in which they are read.
    pub(super) fn sums(&self) -> Vec<&RowExpression> {
        let all = [&self.value, &self.squares, &self.per, &self.per_squares, &self.products];
        all.into_iter().flatten().collect()
    }

    fn missing(&self, is_summary: bool) -> Option<&'static str> {
        let needed: &[(&'static str, &Option<RowExpression>)] = match (self.kind, is_summary) {
            (Kind::Rate | Kind::Mean, false) => &[],
            (Kind::Ratio, false) => &[("value", &self.value), ("per", &self.per)],
            (Kind::Rate, true) => &[("value", &self.value)],
            (Kind::Mean, true) => &[("value", &self.value), ("squares", &self.squares)],
            (Kind::Ratio, true) => &[
                ("value", &self.value),
                ("squares", &self.squares),
                ("per", &self.per),
                ("per_squares", &self.per_squares),
                ("products", &self.products),
            ],
        };
        needed.iter().find(|(_, given)| given.is_none()).map(|(key, _)| *key)
    }
}

impl Spec {
    /// Where an outcome is found.
    pub(super) fn acts_of(&self, outcome: &OutcomeSpec) -> Option<ActsSpec> {
        let own = outcome.acts.clone();
        own.or_else(|| self.exposures.as_ref().map(ExposuresSpec::acts))
    }

    pub(super) fn all_names(&self) -> Names {
        let mut rows = Vec::new();
        if let Some(seen) = &self.exposures {
            rows.push(seen.acts().names("exposures").text("exposures.version", &seen.version));
        }
        if let Some(summary) = &self.summary {
            let names = RowNames::new("summary.dataset", &summary.dataset);
            let names = RowNames { needs_days: summary.at.is_none(), ..names };
            let names = names.text("summary.version", &summary.version);
            let names = names.moment("summary.at", summary.at.as_ref());
            rows.push(names.number("summary.people", Some(&summary.people)));
        }
        let dataset = self.summary.as_ref().map(|summary| summary.dataset.clone());
        for (index, outcome) in self.outcome.iter().enumerate() {
            let key = |name: &str| format!("outcome[{index}].{name}");
            let names = match (&outcome.acts, &dataset, self.acts_of(outcome)) {
                (Some(acts), _, _) => acts.names(&key("acts")),
                (None, Some(dataset), _) => undated("summary.dataset", dataset),
                (None, None, Some(acts)) => undated("exposures.dataset", &acts.dataset),
                (None, None, None) => continue,
            };
            let names = names.number(&key("value"), outcome.value.as_ref());
            let names = names.number(&key("per"), outcome.per.as_ref());
            let names = names.number(&key("squares"), outcome.squares.as_ref());
            let names = names.number(&key("per_squares"), outcome.per_squares.as_ref());
            rows.push(names.number(&key("products"), outcome.products.as_ref()));
        }
        Names { rows, ..Names::default() }
    }

    pub(super) fn all_limits(&self) -> Limits {
        let sources = usize::from(self.exposures.is_some()) + usize::from(self.summary.is_some());
        let mut limits = Limits::default()
            .needs(sources == 1, "analysis", "needs one of `exposures` and `summary`")
            .needs(
                !self.outcome.is_empty(),
                "analysis",
                "counts nothing; give it an [[section.outcome]]",
            )
            .within("confidence", self.confidence, 80..=99)
            .within("window", self.window.unwrap_or(0), 0..=400)
            .within("before", self.before.unwrap_or(1), 1..=400)
            .needs(
                self.end.is_none_or(|end| end >= self.start),
                "end",
                "lies before `start`; use that day or a later one",
            );
        if !self.shares.is_empty() {
            let control = format!("names no share of the control `{}`", self.control);
            limits = limits
                .needs(self.shares.contains_key(&self.control), "shares", control)
                .needs(self.shares.len() >= 2, "shares", "names one version; at least 2 are needed")
                .needs(
                    !self.shares.values().any(|share| *share == 0),
                    "shares",
                    "a share is 0; use 1 or more",
                );
        }
        if let Some(smallest) = self.smallest {
            let message = format!("{smallest} is out of range; use more than 0, such as \"0.05\"");
            limits = limits.needs(smallest > Decimal::ZERO, "smallest", message);
        }
        limits = self.plan_limits(limits);
        let is_summary = self.summary.is_some();
        for (index, outcome) in self.outcome.iter().enumerate() {
            let key = format!("outcome[{index}]");
            let missing = outcome.missing(is_summary);
            let message = format!("needs `{}` for its kind", missing.unwrap_or_default());
            limits = limits.needs(missing.is_none(), &key, message);
            let reads = !is_summary || outcome.acts.is_none();
            limits = limits.needs(
                reads,
                &format!("{key}.acts"),
                "a summary holds its own sums; leave `acts` out",
            );
            let judged = outcome.direction != Direction::Neutral;
            limits = limits.needs(
                judged,
                &format!("{key}.direction"),
                "says not which way is good; use up or down",
            );
        }
        limits
    }

    fn plan_limits(&self, limits: Limits) -> Limits {
        match &self.plan {
            PlanSpec::Anytime { people } => {
                limits.within("plan.people", people.unwrap_or(5000), 10..=u32::MAX)
            }
            PlanSpec::Looks { on, people, .. } => {
                limits.within("plan.people", *people, 10..=u32::MAX).list("plan.on", on, 1).needs(
                    on.windows(2).all(|pair| pair[0] < pair[1])
                        && on.iter().all(|day| *day > self.start),
                    "plan.on",
                    "the days must rise and lie after `start`",
                )
            }
            PlanSpec::Once { people } => limits
                .needs(
                    people.is_some() || self.end.is_some(),
                    "plan",
                    "does not say when it is read; set `plan.people` or `end`",
                )
                .within("plan.people", people.unwrap_or(10), 10..=u32::MAX),
        }
    }
}

/// Names of expressions over a dataset whose days are checked elsewhere.
fn undated(key: &str, dataset: &DatasetId) -> RowNames {
    RowNames { needs_days: false, ..RowNames::new(key, dataset) }
}
