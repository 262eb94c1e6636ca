//! Which points of a series are unlike those before them?
//!
//! Answers: is today's value unusual, when did it begin, is it over, has the level changed for good?
//! Method: streaming. The expectation is the midmean of the latest values or, where that brings the scale down by a
//! tenth, the same of values without season plus the midmean offset of the place in the season. The scale of
//! residuals is the larger of median / 0.6745 and 95 % point / 1.96 of their absolute values, blended with the first
//! of these of the place. The score is the residual or the mean residual of a short window, each in its own scale,
//! whichever is further out; its normal tail probability is held against the budget. Hysteresis makes one event of
//! a run: new, continuing, recovered; an event that lasts becomes the new level.
//! Residuals enter the record cut at the band, so that one event neither widens the band nor moves the level.
//! Not for: seasons that grow with the level (pass logarithms), or the cause of an event.

mod baseline;
mod detector;
mod event;
mod options;
#[cfg(test)]
mod tests;
mod window;

pub use detector::Detector;
pub use event::{AlertRule, Direction, Event, events};
pub use options::Options;

/// Where a value is expected, in units of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The expected value.
    pub expected: f64,
    /// The lower end of what is usual for a single point.
    pub low: f64,
    /// The upper end of what is usual for a single point.
    pub high: f64,
}

/// Where a point stands in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A gap, or too little history.
    Unjudged,
    /// Usual, and no event lasts.
    Normal,
    /// Opens an event: the one point to alert on.
    New,
    /// Within an event.
    Continuing,
    /// Ends an event: the series is back.
    Recovered,
    /// Ends an event that lasted: its level is expected from the next point on.
    Settled,
}

/// What is said about one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// What was expected before the point was seen; `None` while history is too short.
    pub band: Option<Band>,
    /// The value minus what was expected, in units of the series; `None` for a gap.
    pub residual: Option<f64>,
    /// How far out the point or its short window lies, in robust scales, with its sign.
    pub score: Option<f64>,
    /// The two-sided normal tail probability of the score.
    pub tail: Option<f64>,
    /// Where the point stands in an event.
    pub state: State,
}

/// Judges a whole series as the stream would have.
///
/// `None` if the lengths differ, a value is not finite, a place lies outside the season, or the options do not hold.
pub fn judge(
    values: &[Option<f64>],
    places: &[usize],
    excluded: &[bool],
    options: &Options,
) -> Option<Vec<Judgement>> {
    if values.len() != places.len() || values.len() != excluded.len() {
        return None;
    }
    let mut detector = Detector::new(*options)?;
    let points = values.iter().zip(places).zip(excluded);
    points.map(|((value, place), excluded)| detector.push(*value, *place, *excluded)).collect()
}
