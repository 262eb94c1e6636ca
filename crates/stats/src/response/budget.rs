//! The shares of a budget at which the last unit brings the same everywhere.

use super::History;
use super::measure::{Interval, Response, interval, largest};
use super::search::Fitted;

/// The least and the most of the observed spend of a channel that an allocation may ask for.
const BOUNDS: (f64, f64) = (0.5, 1.5);
/// Halvings of a range: more than a float can tell.
const HALVINGS: usize = 100;

/// Where the same budget would bring more.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// Each channel's spend as a multiple of the observed one, 0.5 to 1.5.
    pub multiples: Vec<f64>,
    /// What the last unit of spend brings in each channel.
    pub marginal: Vec<f64>,
    /// What it brings wherever no bound is met.
    pub common: f64,
    /// The outcome gained over the whole history.
    pub gain: Interval,
}

/// Shares the observed budget out anew; spend keeps its course over time. Channels are concave, so that equal marginal
/// returns are the optimum; one at its bound may differ. The gain's interval is that of the draws at `level`.
///
/// `None` if the history is not the one measured, no channel has an effect, or the level is not between 0 and 1.
pub fn allocate(history: &History<'_>, response: &Response, level: f64) -> Option<Allocation> {
    let channels = history.spend.len();
    let has_effect = response.fit.effects.iter().any(|effect| *effect > 0.0);
    let same = channels == response.channels.len();
    if !(same && has_effect && level > 0.0 && level < 1.0) {
        return None;
    }
    let spent: Vec<f64> = history.spend.iter().map(|spend| spend.iter().sum()).collect();
    let budget: f64 = spent.iter().sum();
    let fit = &response.fit;
    let slope = |place: usize, multiple: f64| total(history, fit, place, multiple).1 / spent[place];
    let asked = |common: f64| -> Vec<f64> {
        (0..channels).map(|place| multiple(common, |m| slope(place, m))).collect()
    };
    let steepest = (0..channels).map(|place| slope(place, BOUNDS.0)).fold(0.0f64, f64::max);
    let (mut low, mut high) = (0.0, steepest);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        let cost: f64 = asked(middle).iter().zip(&spent).map(|(m, s)| m * s).sum();
        if cost > budget {
            low = middle;
        } else {
            high = middle;
        }
    }
    let multiples = asked(high);
    let gain = |fit: &Fitted| -> f64 {
        let gained = |place: usize| {
            total(history, fit, place, multiples[place]).0 - total(history, fit, place, 1.0).0
        };
        (0..channels).map(gained).sum()
    };
    let drawn: Vec<f64> = response.draws.iter().map(gain).collect();
    let marginal = (0..channels).map(|place| slope(place, multiples[place])).collect();
    let gain = interval(gain(fit), &drawn, 1.0, level);
    Some(Allocation { marginal, common: high, gain, multiples })
}

/// The multiple within bounds at which a falling slope meets `common`.
fn multiple(common: f64, slope: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = BOUNDS;
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

/// The outcome of a channel at a multiple of its spend, and the slope in that multiple.
fn total(history: &History<'_>, fit: &Fitted, place: usize, multiple: f64) -> (f64, f64) {
    let spend = &history.spend[place];
    let (sum, slope) = fit.shapes[place].total(spend, largest(spend), multiple);
    (fit.effects[place] * sum, fit.effects[place] * slope)
}
