//! Runs of unusual points as events, and the rule that makes an event an alert.

use super::{Judgement, State};

/// Whether an event lies above or below what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Above.
    Up,
    /// Below.
    Down,
}

/// One run of unusual points: one alert, however long it lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// Index of the point that opened it.
    pub from: usize,
    /// Index of the point furthest from its expectation.
    pub peak: usize,
    /// Index of the point that ended it, by recovery or as the new level; `None` while it lasts. A recovery is seen up
    /// to one short window after the last unusual point.
    pub to: Option<usize>,
    /// The side on which the peak lies.
    pub direction: Direction,
    /// The value at the peak minus what was expected there, in units of the series.
    pub excess: f64,
    /// What was expected at the peak, in units of the series.
    pub expected: f64,
    /// Whether it ended because its level became the new one.
    pub settled: bool,
}

/// The events of a judged series, in order.
pub fn events(judgements: &[Judgement]) -> Vec<Event> {
    let mut found: Vec<Event> = Vec::new();
    for (index, judgement) in judgements.iter().enumerate() {
        let (Some(excess), Some(band)) = (judgement.residual, judgement.band) else { continue };
        let direction = if excess < 0.0 { Direction::Down } else { Direction::Up };
        let expected = band.expected;
        let here = Event {
            from: index,
            peak: index,
            to: None,
            direction,
            excess,
            expected,
            settled: false,
        };
        match (judgement.state, found.last_mut()) {
            (State::New, _) => found.push(here),
            (State::Continuing | State::Recovered | State::Settled, Some(event)) => {
                if excess.abs() > event.excess.abs() {
                    *event = Event { from: event.from, ..here };
                }
                if judgement.state != State::Continuing {
                    event.to = Some(index);
                    event.settled = judgement.state == State::Settled;
                }
            }
            _ => {}
        }
    }
    found
}

/// When an event is worth an alert: all three conditions at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlertRule {
    /// Least change against what was expected, as a share of it.
    pub relative: f64,
    /// Least change in units of the series.
    pub floor: f64,
    /// Least expected value, in units of the series, for which a share means anything.
    pub minimum_base: f64,
}

impl AlertRule {
    /// Whether `event` reaches all three bounds; a base of 0 never does.
    pub fn alerts(&self, event: &Event) -> bool {
        let (change, base) = (event.excess.abs(), event.expected.abs());
        base > 0.0
            && base >= self.minimum_base
            && change >= self.floor
            && change >= self.relative * base
    }
}
