//! The share of answers in the top boxes: CSAT (satisfied or better), CES (easy or better).

use super::critical;
use crate::quantile::wilson;

/// A share of answers, 0 to 1, with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share of answers in the top boxes.
    pub share: f64,
    /// The lower end of the Wilson interval.
    pub low: f64,
    /// The upper end of the Wilson interval.
    pub high: f64,
    /// The answers behind it.
    pub answers: f64,
}

impl Share {
    /// The share of `hits` among `answers` with its Wilson interval; weighted answers are scaled to the number they are
    /// worth, so both may be fractions.
    ///
    /// `None` without answers, for more hits than answers, or a confidence that is not between 0 and 1.
    pub fn of(hits: f64, answers: f64, confidence: f64) -> Option<Self> {
        critical(confidence)?;
        let (low, high) = wilson(hits, answers, confidence)?;
        Some(Self { share: hits / answers, low, high, answers })
    }
}

/// The share of `answers` at or above `from`, with its Wilson interval.
///
/// `None` without answers or for a confidence that is not between 0 and 1.
pub fn top_box(answers: &[u8], from: u8, confidence: f64) -> Option<Share> {
    let hits = answers.iter().filter(|answer| **answer >= from).count() as f64;
    Share::of(hits, answers.len() as f64, confidence)
}
