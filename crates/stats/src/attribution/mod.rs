//! Which channel gets credit for a conversion at the end of a path of touches.
//!
//! Answers: how many conversions, and how much value, does each channel get, and how far do the models disagree?
//! Rule: every model shares out exactly the conversions and the value of the paths, never more and never less. No
//! model here is causal: each says who was on the path, none says what would have happened without.
//! Not for: deciding a budget by one model alone; print [`spread`] beside any of them.

mod markov;
mod position;
mod sampling;
mod sets;
mod spread;
#[cfg(test)]
mod tests;

pub use self::markov::{Removal, markov};
pub use self::position::{Rule, by_position};
pub use self::sampling::sampling;
pub use self::sets::shapley_sets;
pub use self::spread::{Spread, spread};

/// People who touched the same channels in the same order, those who converted and those who did not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Path {
    /// The channels touched, first to last, as indices from 0.
    pub touches: Vec<usize>,
    /// How long before the end of the path each touch was, in any one unit; `None` where only the order is known.
    pub ages: Option<Vec<f64>>,
    /// The conversions at the end of the path.
    pub conversions: f64,
    /// The value of these conversions, in any one unit.
    pub value: f64,
    /// The times the path ended without a conversion.
    pub nulls: f64,
}

/// What each channel is given by one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Credit {
    /// The conversions of each channel, adding up to those of the paths.
    pub conversions: Vec<f64>,
    /// The value of each channel, adding up to that of the paths.
    pub value: Vec<f64>,
}

impl Credit {
    fn nothing(channels: usize) -> Self {
        Self { conversions: vec![0.0; channels], value: vec![0.0; channels] }
    }

    /// Gives a channel a share, 0 to 1, of what a path has earned.
    fn give(&mut self, channel: usize, share: f64, path: &Path) {
        self.conversions[channel] += share * path.conversions;
        self.value[channel] += share * path.value;
    }
}

/// Whether the paths can be shared out: at least one, none empty, channels below `channels`, counts and ages finite
/// and not negative, values finite.
fn are_usable(paths: &[Path], channels: usize) -> bool {
    let counts = |x: f64| x.is_finite() && x >= 0.0;
    let usable = |path: &Path| {
        let aged = path.ages.as_ref().is_none_or(|ages| {
            ages.len() == path.touches.len() && ages.iter().all(|age| counts(*age))
        });
        let known = path.touches.iter().all(|channel| *channel < channels);
        let counted = counts(path.conversions) && counts(path.nulls) && path.value.is_finite();
        !path.touches.is_empty() && known && aged && counted
    };
    !paths.is_empty() && paths.iter().all(usable)
}
