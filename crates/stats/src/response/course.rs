//! What spend of today's course brings, at multiples of it.

use super::History;
use super::curve::{Shape, repeated};
use super::measure::{Interval, Response, interval, largest};
use super::search::Fitted;

/// A point on the curve of a channel, counted for one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The spend.
    pub spend: f64,
    /// What it brings.
    pub brought: Interval,
    /// What one more unit of spend brings.
    pub marginal: Interval,
}

/// The spend of the last periods of one channel, as if it went on like that for ever.
pub(super) struct Course<'a> {
    spend: &'a [f64],
    most: f64,
    place: usize,
}

impl<'a> Course<'a> {
    /// `None` if there is no such channel, or there are no such periods.
    pub(super) fn new(history: &History<'a>, periods: usize, place: usize) -> Option<Course<'a>> {
        let spend = history.spend.get(place)?;
        let first = spend.len().checked_sub(periods).filter(|first| *first < spend.len())?;
        Some(Course { spend: &spend[first..], most: largest(spend), place })
    }

    /// The spend of all periods.
    pub(super) fn spent(&self) -> f64 {
        self.spend.iter().sum()
    }

    /// What the spend brings when it is multiplied, over all periods, and what one more unit of it brings.
    pub(super) fn at(&self, fit: &Fitted, multiple: f64) -> (f64, f64) {
        let (effect, shape): (f64, Shape) = (fit.effects[self.place], fit.shapes[self.place]);
        let lasting = repeated(self.spend, shape.carry);
        let (sum, slope) = shape.height(&lasting, self.most, multiple);
        let spent = self.spent();
        // The first unit of a channel that has nothing meets the curve where it is steepest.
        let slope = if spent > 0.0 { slope / spent } else { 0.5 * shape.steepness / self.most };
        (effect * sum, effect * slope)
    }

    fn point(&self, response: &Response, multiple: f64, level: f64) -> Point {
        let periods = self.spend.len() as f64;
        let drawn: Vec<(f64, f64)> =
            response.draws.iter().map(|fit| self.at(fit, multiple)).collect();
        let (brought, marginal) = self.at(&response.fit, multiple);
        let sums: Vec<f64> = drawn.iter().map(|one| one.0).collect();
        let slopes: Vec<f64> = drawn.iter().map(|one| one.1).collect();
        Point {
            spend: multiple * self.spent() / periods,
            brought: interval(brought, &sums, periods, level),
            marginal: interval(marginal, &slopes, 1.0, level),
        }
    }
}

/// What a channel brings at multiples of its spend in the last `periods`, which keeps its course and is repeated.
///
/// `None` if the history is not the one measured, there is no such channel or there are no such periods, a multiple is
/// negative, or the level is not between 0 and 1.
pub fn course(
    history: &History<'_>,
    response: &Response,
    (channel, periods): (usize, usize),
    multiples: &[f64],
    level: f64,
) -> Option<Vec<Point>> {
    let same = history.spend.len() == response.channels.len();
    let sound = level > 0.0 && level < 1.0 && multiples.iter().all(|one| *one >= 0.0);
    let course = Course::new(history, periods, channel).filter(|_| same && sound)?;
    Some(multiples.iter().map(|multiple| course.point(response, *multiple, level)).collect())
}
