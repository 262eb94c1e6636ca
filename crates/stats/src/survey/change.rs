//! The change from one wave to the next.

use super::critical;
use super::nps::Answers;
use super::share::Share;

/// Which way a score went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The interval of the difference is below zero.
    Down,
    /// The interval of the difference is above zero.
    Up,
}

/// The difference of two waves, after less before, in the unit of the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The raw difference.
    pub difference: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
    /// The way it went; `None` while the interval holds zero, and then no arrow is drawn.
    pub direction: Option<Direction>,
}

impl Change {
    fn new(difference: f64, low: f64, high: f64) -> Self {
        let direction = if low > 0.0 {
            Some(Direction::Up)
        } else if high < 0.0 {
            Some(Direction::Down)
        } else {
            None
        };
        Self { difference, low, high, direction }
    }
}

/// The change of a net promoter score in points, with the adjusted-Wald interval of each wave of different people.
///
/// `None` as for [`nps`](super::nps).
pub fn nps_change(before: Answers, after: Answers, confidence: f64) -> Option<Change> {
    let raw = |one: &Answers| Some((one.promoters - one.detractors) / one.number()?);
    let difference = raw(&after)? - raw(&before)?;
    let (earlier, later) = (before.adjusted()?, after.adjusted()?);
    let centre = later.0 - earlier.0;
    let half = critical(confidence)? * (earlier.1 + later.1).sqrt();
    let low = (100.0 * (centre - half)).max(-200.0);
    let high = (100.0 * (centre + half)).min(200.0);
    Some(Change::new(100.0 * difference, low, high))
}

/// The change of a share between waves of different people, its interval from the Wilson intervals of both: method 10
/// of Newcombe (1998), *Interval Estimation for the Difference between Independent Proportions*, Statistics in
/// Medicine 17, 873–890.
pub fn share_change(before: Share, after: Share) -> Change {
    let difference = after.share - before.share;
    let down = (after.share - after.low).hypot(before.high - before.share);
    let up = (after.high - after.share).hypot(before.share - before.low);
    Change::new(difference, difference - down, difference + up)
}
