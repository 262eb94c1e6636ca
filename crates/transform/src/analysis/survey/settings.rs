//! Settings of a survey section: what was asked, who stands for whom, what is looked for.

use crate::analysis::ActsSpec;
use model::{expression::RowExpression, id::ThemesId, label::Label};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Settings of a survey section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The answers, one row each; rows of `responses` by `response_id` when absent.
    #[serde(default = "default_answers")]
    pub answers: ActsSpec,
    /// The questions, in order; would they recommend us (`nps`) and are they satisfied (`csat`) when absent.
    #[serde(default = "default_questions")]
    pub questions: Vec<QuestionSpec>,
    /// What splits the answers into segments. Example: `"region"`.
    pub by: Option<RowExpression>,
    /// For how many people an answer stands; one each when absent. Example: `"weight"`.
    pub weight: Option<RowExpression>,
    /// Margins whose shares are known; the answers of each wave are weighted to agree with all of them.
    #[serde(default)]
    pub rake: Vec<MarginSpec>,
    /// Answers below which a value is not stated, 5 at least.
    #[serde(default = "default_minimum")]
    pub minimum: u32,
    /// Waves shown, that of the section's period included.
    #[serde(default = "default_waves")]
    pub waves: u32,
    /// The most segments shown; the others are put together.
    #[serde(default = "default_rows")]
    pub rows: usize,
    /// Scores of touchpoints, of which is told which go with `overall`.
    #[serde(default)]
    pub drivers: Vec<DriverSpec>,
    /// The score that touchpoints are held against; that of the first `csat` question when absent, else of the first.
    pub overall: Option<RowExpression>,
    /// The comments.
    pub comments: Option<CommentsSpec>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionSpec {
    /// What is made of its answers.
    pub kind: Kind,
    /// The answer, a number. Example: `"nps"`.
    pub score: RowExpression,
    /// Its name for readers.
    pub label: Option<Label>,
    /// The lowest answer that is satisfied (`csat`, 4 when absent) or finds it easy (`ces`, 5 when absent).
    pub satisfied_from: Option<u32>,
    /// The lowest and the highest possible answer; 1 to 5 for `csat`, 1 to 7 for `ces` when absent.
    pub scale: Option<[u32; 2]>,
}

/// What is made of the answers to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The share that found it easy, from answers such as 1 to 7.
    Ces,
    /// The share that is satisfied, from answers such as 1 to 5.
    Csat,
    /// Per cent of promoters (9, 10) less per cent of detractors (0 to 6), from answers of 0 to 10.
    Nps,
}

/// A column whose shares among all people are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarginSpec {
    /// The column. Example: `"region"`.
    pub column: RowExpression,
    /// The share of each member among all people; they add up to 1. Example: `{ North = "0.4", South = "0.6" }`.
    #[schemars(with = "BTreeMap<String, String>")]
    pub shares: BTreeMap<String, Decimal>,
}

/// The score of a touchpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DriverSpec {
    /// The score, a number. Example: `"delivery_score"`.
    pub score: RowExpression,
    /// Its name for readers; the expression when absent.
    pub label: Option<Label>,
}

/// What people wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentsSpec {
    /// The text. Example: `"comment"`.
    pub text: RowExpression,
    /// The lexicon: a file of `themes/` without its ending. Example: `"default"`.
    #[serde(default = "default_themes")]
    pub themes: ThemesId,
    /// The most themes shown.
    #[serde(default = "default_rows")]
    pub rows: usize,
    /// Whether example quotes are shown, without personal data.
    #[serde(default = "default_quotes")]
    pub quotes: bool,
}

impl QuestionSpec {
    fn new(kind: Kind, score: &str) -> Self {
        let score = RowExpression::column(score);
        Self { kind, score, label: None, satisfied_from: None, scale: None }
    }

    /// The lowest and the highest possible answer.
    pub(super) fn scale(&self) -> [u32; 2] {
        match self.kind {
            Kind::Nps => [0, 10],
            Kind::Csat => self.scale.unwrap_or([1, 5]),
            Kind::Ces => self.scale.unwrap_or([1, 7]),
        }
    }

    /// The lowest answer that counts as satisfied.
    pub(super) fn satisfied_from(&self) -> u32 {
        self.satisfied_from.unwrap_or(if self.kind == Kind::Ces { 5 } else { 4 })
    }

    /// Its name for readers.
    pub(super) fn label(&self) -> Label {
        self.label.clone().unwrap_or_else(|| match self.kind {
            Kind::Nps => Label::new("Net promoter score", "净推荐值"),
            Kind::Csat => Label::new("Satisfied answers", "满意度"),
            Kind::Ces => Label::new("Easy for customers", "轻松度"),
        })
    }

    /// Whether an answer is one that the question allows.
    pub(super) fn takes(&self, answer: f64) -> bool {
        let [least, most] = self.scale().map(f64::from);
        let is_possible = (least..=most).contains(&answer);
        // Half a point is neither a promoter nor a passive.
        is_possible && (self.kind != Kind::Nps || answer.fract() == 0.0)
    }
}

impl DriverSpec {
    /// Its name for readers.
    pub(super) fn label(&self) -> Label {
        self.label.clone().unwrap_or_else(|| Label::verbatim(self.score.to_string()))
    }
}

impl Spec {
    /// The score that touchpoints are held against, with its question if it is one of them.
    pub(super) fn overall(&self) -> Option<&RowExpression> {
        let satisfied = self.questions.iter().find(|question| question.kind == Kind::Csat);
        let question = satisfied.or(self.questions.first()).map(|question| &question.score);
        self.overall.as_ref().or(question).filter(|_| !self.drivers.is_empty())
    }
}

fn default_answers() -> ActsSpec {
    ActsSpec::of("responses", "response_id", None)
}

fn default_questions() -> Vec<QuestionSpec> {
    vec![QuestionSpec::new(Kind::Nps, "nps"), QuestionSpec::new(Kind::Csat, "csat")]
}

fn default_minimum() -> u32 {
    crate::analysis::answered::MINIMUM
}

fn default_waves() -> u32 {
    6
}

fn default_rows() -> usize {
    8
}

fn default_themes() -> ThemesId {
    ThemesId::new("default")
}

fn default_quotes() -> bool {
    true
}
