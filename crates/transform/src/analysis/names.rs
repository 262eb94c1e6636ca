//! The names in an analysis' settings, for checking them against the catalogue.

use model::{
    contract::ColumnType,
    expression::RowExpression,
    id::{DatasetId, DimensionId, FestivalId, MetricId, PeerGroupId, ThemesId},
};

/// The names that an analysis' settings refer to, each with its key.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Metrics.
    pub metrics: Vec<(String, MetricId)>,
    /// Dimensions by which metrics are sliced.
    pub dimensions: Vec<(String, DimensionId)>,
    /// Metric and dimension pairs that must go together.
    pub slices: Vec<(MetricId, DimensionId)>,
    /// Peer groups.
    pub peers: Vec<(String, PeerGroupId)>,
    /// Festivals.
    pub festivals: Vec<(String, FestivalId)>,
    /// Themes of comments.
    pub themes: Vec<(String, ThemesId)>,
    /// Rows of datasets.
    pub rows: Vec<RowNames>,
}

impl Names {
    pub(super) fn metrics(key: &str, ids: &[MetricId]) -> Vec<(String, MetricId)> {
        ids.iter().enumerate().map(|(index, id)| (format!("{key}[{index}]"), id.clone())).collect()
    }
}

/// A dataset whose rows an analysis reads, with the expressions over them.
#[derive(Debug, Clone)]
pub struct RowNames {
    /// The key of the dataset.
    pub key: String,
    /// The dataset.
    pub dataset: DatasetId,
    /// Whether its rows must have a business day.
    pub needs_days: bool,
    /// The expressions, each with its key and what it must yield.
    pub expressions: Vec<(String, RowExpression, Yields)>,
}

/// What an expression over a row must yield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yields {
    /// Anything that can be told in words: a name, a key, a number.
    Text,
    /// A number, or true and false as one and zero.
    Number,
    /// A date or a timestamp.
    Moment,
    /// True or false.
    Condition,
}

impl Yields {
    /// Whether a type is of this sort; null is of any.
    pub fn takes(self, kind: Option<ColumnType>) -> bool {
        match (self, kind) {
            (Self::Text, _) | (_, None) => true,
            (Self::Number, Some(kind)) => {
                matches!(kind, ColumnType::Number { .. } | ColumnType::Boolean)
            }
            (Self::Moment, Some(kind)) => {
                matches!(kind, ColumnType::Date | ColumnType::Timestamp)
            }
            (Self::Condition, Some(kind)) => kind == ColumnType::Boolean,
        }
    }

    /// The words for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "a name",
            Self::Number => "a number",
            Self::Moment => "a date or a timestamp",
            Self::Condition => "true or false",
        }
    }
}

impl RowNames {
    /// A dataset under its key, as yet without expressions.
    pub(super) fn new(key: &str, dataset: &DatasetId) -> Self {
        Self {
            key: key.to_owned(),
            dataset: dataset.clone(),
            needs_days: true,
            expressions: Vec::new(),
        }
    }

    /// And a name.
    pub(super) fn text(self, key: &str, expression: &RowExpression) -> Self {
        self.and(key, Some(expression), Yields::Text)
    }

    /// And a number, if there is one.
    pub(super) fn number(self, key: &str, expression: Option<&RowExpression>) -> Self {
        self.and(key, expression, Yields::Number)
    }

    /// And a moment, if there is one.
    pub(super) fn moment(self, key: &str, expression: Option<&RowExpression>) -> Self {
        self.and(key, expression, Yields::Moment)
    }

    /// And a condition, if there is one.
    pub(super) fn condition(self, key: &str, expression: Option<&RowExpression>) -> Self {
        self.and(key, expression, Yields::Condition)
    }

    fn and(mut self, key: &str, expression: Option<&RowExpression>, yields: Yields) -> Self {
        self.expressions.extend(expression.map(|one| (key.to_owned(), one.clone(), yields)));
        self
    }
}
