//! What comments are about: counts by theme and tone per window, with quotes that carry no personal data.

use model::{comment::Lexicon, expression::Scalar, id::DatasetId, period::DateRange};
use serde::{Deserialize, Serialize};

/// What the comments of a dataset are about, for every window; windows may overlap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CommentQuery {
    /// The dataset.
    pub dataset: DatasetId,
    /// The text of a comment.
    pub text: Scalar,
    /// The rows that count; all when absent.
    pub only: Option<Scalar>,
    /// The windows, sorted and without repetition.
    pub windows: Vec<DateRange>,
    /// The themes and their words.
    pub lexicon: Lexicon,
}

impl CommentQuery {
    /// The columns it reads.
    pub fn columns(&self) -> std::collections::BTreeSet<String> {
        let mut names = std::collections::BTreeSet::new();
        [&self.text].into_iter().chain(&self.only).for_each(|part| part.columns(&mut names));
        names
    }
}
