//! A question's score with its interval, and how it differs from another.
//!
//! Method: NPS with the adjusted-Wald interval, shares with Wilson's; weighted answers count as the number of unweighted
//! ones that they are worth (Kish).

use super::settings::{Kind, QuestionSpec};
use model::{report::Fmt, unit::Unit};
use stats::survey::{
    Answers, Change, Share, design_effect, effective, nps, nps_change, share_change,
};

/// How sure intervals are.
pub(super) const CONFIDENCE: f64 = 0.95;

/// A score: points for NPS, a fraction of one for shares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// The answers behind it.
    pub answers: usize,
    /// The number of unweighted answers that these are worth.
    pub worth: f64,
    /// By how much weighting widens the variance.
    pub design_effect: f64,
    kept: Kept,
}

#[derive(Debug, Clone, Copy)]
enum Kept {
    Points(Answers),
    Share(Share),
}

impl Score {
    /// The score of answers with their weights; `None` without answers.
    pub(super) fn of(
        question: &QuestionSpec,
        answers: impl Iterator<Item = (f64, f64)>,
        confidence: f64,
    ) -> Option<Self> {
        let (scores, weights): (Vec<f64>, Vec<f64>) = answers.unzip();
        let worth = effective(&weights)?;
        let design_effect = design_effect(&weights)?;
        let whole: f64 = weights.iter().sum();
        let counted = |holds: &dyn Fn(f64) -> bool| {
            let pairs = scores.iter().zip(&weights).filter(|(score, _)| holds(**score));
            worth * pairs.map(|(_, weight)| weight).sum::<f64>() / whole
        };
        let from = f64::from(question.satisfied_from());
        let (value, low, high, kept) = match question.kind {
            Kind::Nps => {
                let counts = Answers {
                    promoters: counted(&|score| score >= 9.0),
                    passives: counted(&|score| (7.0..9.0).contains(&score)),
                    detractors: counted(&|score| score < 7.0),
                };
                let found = nps(counts, confidence)?;
                (found.score, found.low, found.high, Kept::Points(counts))
            }
            Kind::Csat | Kind::Ces => {
                let found =
                    Share::of(counted(&|score| score >= from).min(worth), worth, confidence)?;
                (found.share, found.low, found.high, Kept::Share(found))
            }
        };
        Some(Self { value, low, high, answers: scores.len(), worth, design_effect, kept })
    }

    /// The change from a score before, or the difference from that of other people; the intervals of shares have the
    /// confidence with which they were made.
    pub(super) fn less(&self, before: &Self, confidence: f64) -> Option<Change> {
        match (before.kept, self.kept) {
            (Kept::Points(before), Kept::Points(after)) => nps_change(before, after, confidence),
            (Kept::Share(before), Kept::Share(after)) => Some(share_change(before, after)),
            _ => None,
        }
    }
}

impl QuestionSpec {
    /// How its score is written.
    pub(super) fn format(&self) -> Fmt {
        let unit = if self.kind == Kind::Nps { Unit::Points } else { Unit::Percent };
        Fmt { unit, decimals: Some(1) }
    }
}
