//! The shares of a budget at which the last unit brings the same everywhere.

use super::History;
use super::course::Course;
use super::measure::{Interval, Response, interval};
use super::search::Fitted;

/// Halvings of a range: more than a float can tell.
const HALVINGS: usize = 100;

/// What is shared out, and within which bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget<'a> {
    /// The last periods: their spend is today's, keeps its course, and is repeated.
    pub periods: usize,
    /// The least and the most that a channel may get, as multiples of today's spend.
    pub bounds: (f64, f64),
    /// What is spent over those periods on all channels; today's spend when absent.
    pub total: Option<f64>,
    /// Which channels may be moved, those whose return is told; all when absent.
    pub free: Option<&'a [bool]>,
    /// The confidence of intervals.
    pub level: f64,
}

impl Budget<'_> {
    /// Today's spend of the last periods, each channel between half of it and half as much again.
    pub fn of_last(periods: usize) -> Self {
        Budget { periods, bounds: (0.5, 1.5), total: None, free: None, level: 0.9 }
    }
}

/// Where the same budget would bring more.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// Each channel's spend as a multiple of today's.
    pub multiples: Vec<f64>,
    /// What the last unit of spend brings in each channel.
    pub marginal: Vec<f64>,
    /// What it brings wherever no bound is met.
    pub common: f64,
    /// What is spent over the periods: the budget, unless the bounds do not allow it.
    pub spent: f64,
    /// The outcome gained by each channel over the periods.
    pub gains: Vec<Interval>,
    /// The outcome gained over the periods.
    pub gain: Interval,
}

/// Shares a budget out anew; spend keeps its course over time. Channels are concave, so that equal marginal returns are
/// the optimum; one at its bound may differ. Intervals are those of the draws.
///
/// `None` if the history is not the one measured, no channel that may be moved has spend and an effect, the bounds do
/// not embrace today's spend, or the level is not between 0 and 1.
pub fn allocate(
    history: &History<'_>,
    response: &Response,
    budget: &Budget<'_>,
) -> Option<Allocation> {
    let channels = history.spend.len();
    let (least, most) = budget.bounds;
    let sound = channels == response.channels.len()
        && budget.free.is_none_or(|free| free.len() == channels)
        && (0.0..=1.0).contains(&least)
        && (1.0..f64::INFINITY).contains(&most)
        && budget.level > 0.0
        && budget.level < 1.0;
    let courses: Vec<Course<'_>> = (0..channels)
        .map(|place| Course::new(history, budget.periods, place))
        .collect::<Option<_>>()
        .filter(|_| sound)?;
    let spent: Vec<f64> = courses.iter().map(Course::spent).collect();
    let fit = &response.fit;
    let moves = |place: usize| spent[place] > 0.0 && budget.free.is_none_or(|free| free[place]);
    if !(0..channels).any(|place| moves(place) && fit.effects[place] > 0.0) {
        return None;
    }
    let slope = |place: usize, multiple: f64| courses[place].at(fit, multiple).1;
    let asked = |common: f64| -> Vec<f64> {
        let one = |place: usize| match moves(place) {
            true => multiple(common, budget.bounds, |m| slope(place, m)),
            false => 1.0,
        };
        (0..channels).map(one).collect()
    };
    let cost = |multiples: &[f64]| multiples.iter().zip(&spent).map(|(m, s)| m * s).sum::<f64>();
    let wanted = budget.total.unwrap_or_else(|| spent.iter().sum());
    let steepest = (0..channels).map(|place| slope(place, least)).fold(0.0f64, f64::max);
    let (mut low, mut high) = (0.0, steepest);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if cost(&asked(middle)) > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    let multiples = asked(high);
    let gained = |fit: &Fitted, place: usize| {
        courses[place].at(fit, multiples[place]).0 - courses[place].at(fit, 1.0).0
    };
    let drawn: Vec<Vec<f64>> = (0..channels)
        .map(|place| response.draws.iter().map(|fit| gained(fit, place)).collect())
        .collect();
    let sums: Vec<f64> = (0..response.draws.len())
        .map(|draw| drawn.iter().map(|channel| channel[draw]).sum())
        .collect();
    let whole = (0..channels).map(|place| gained(fit, place)).sum();
    let gains = (0..channels)
        .map(|place| interval(gained(fit, place), &drawn[place], 1.0, budget.level))
        .collect();
    Some(Allocation {
        marginal: (0..channels).map(|place| slope(place, multiples[place])).collect(),
        common: high,
        spent: cost(&multiples),
        gain: interval(whole, &sums, 1.0, budget.level),
        gains,
        multiples,
    })
}

/// The multiple within bounds at which a falling slope meets `common`.
fn multiple(common: f64, (mut low, mut high): (f64, f64), slope: impl Fn(f64) -> f64) -> f64 {
    if slope(low) <= common {
        return low;
    }
    if slope(high) >= common {
        return high;
    }
    for _ in 0..HALVINGS / 2 {
        let middle = 0.5 * (low + high);
        if slope(middle) > common {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}
