//! The net promoter score: per cent of promoters (9, 10) less per cent of detractors (0 to 6).
//!
//! Method: adjusted Wald, three answers added, three quarters of one at each end: Rocks (2016), *Interval Estimation
//! for the "Net Promoter Score"*, The American Statistician 70(4), 365–372. The interval stands around the adjusted
//! score; the score shown is the raw one.

use super::critical;

/// How many answered how; weighted answers are scaled to the number they are worth, so counts may be fractions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Answers {
    /// Answers of 9 and 10.
    pub promoters: f64,
    /// Answers of 7 and 8.
    pub passives: f64,
    /// Answers of 0 to 6.
    pub detractors: f64,
}

impl Answers {
    /// Counts answers of 0 to 10; `None` if one is above 10.
    pub fn count(answers: &[u8]) -> Option<Self> {
        let mut counts = Self::default();
        for answer in answers {
            match answer {
                0..=6 => counts.detractors += 1.0,
                7 | 8 => counts.passives += 1.0,
                9 | 10 => counts.promoters += 1.0,
                _ => return None,
            }
        }
        Some(counts)
    }

    /// The number of answers; `None` if there are none, or a count is negative or not finite.
    pub(super) fn number(&self) -> Option<f64> {
        let counts = [self.promoters, self.passives, self.detractors];
        let sound = counts.iter().all(|count| count.is_finite() && *count >= 0.0);
        let number: f64 = counts.iter().sum();
        (sound && number > 0.0).then_some(number)
    }

    /// The score from −1 to 1 after the adjustment, and the square of its standard error.
    pub(super) fn adjusted(&self) -> Option<(f64, f64)> {
        let number = self.number()? + 3.0;
        let (for_it, against) =
            ((self.promoters + 0.75) / number, (self.detractors + 0.75) / number);
        let score = for_it - against;
        Some((score, (for_it + against - score * score) / number))
    }
}

/// A net promoter score in points, −100 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nps {
    /// The raw score.
    pub score: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// The answers behind it.
    pub answers: f64,
}

/// The net promoter score with its adjusted-Wald interval.
///
/// `None` without answers, for a count that is negative or not finite, or a confidence that is not between 0 and 1.
pub fn nps(answers: Answers, confidence: f64) -> Option<Nps> {
    let number = answers.number()?;
    let (centre, variance) = answers.adjusted()?;
    let half = critical(confidence)? * variance.sqrt();
    Some(Nps {
        score: 100.0 * (answers.promoters - answers.detractors) / number,
        low: (100.0 * (centre - half)).max(-100.0),
        high: (100.0 * (centre + half)).min(100.0),
        answers: number,
    })
}
