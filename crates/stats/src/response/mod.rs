//! What does each channel's spend bring, and how should it be shared out?
//!
//! Answers: return on spend (ROAS) of each channel, at the margin too, its share of the outcome, and the shares of a
//! budget at which the last unit brings the same everywhere.
//! Method: geometric adstock, Broadbent (1979), and logistic saturation, Jin et al. (2017), *Bayesian Methods for Media
//! Mix Modeling with Carryover and Shape Effects*, Google, on a grid; effects that are not negative by ridge inside;
//! intervals by a bootstrap of blocks of residuals, Künsch (1989), Annals of Statistics 17, 1217–1241.
//! Not for: spend that follows demand unseen by the model. What a model can know, an experiment knows better: lift
//! tests are taken as priors.

mod background;
mod budget;
mod course;
mod curve;
mod holdout;
mod measure;
mod search;
#[cfg(test)]
mod tests;

pub use self::budget::{Allocation, Budget, allocate};
pub use self::course::{Point, course};
pub use self::holdout::{Holdout, holdout};
pub use self::measure::{ChannelResponse, Doubt, Interval, Response, needed, respond};

/// An outcome with the spend that may drive it, one value for each period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History<'a> {
    /// The outcome, such as sales.
    pub outcome: &'a [f64],
    /// The spend of each channel; not negative.
    pub spend: &'a [Vec<f64>],
    /// What else drives the outcome, such as prices and events.
    pub controls: &'a [Vec<f64>],
    /// Periods in a year: 52.18 weeks.
    pub year: f64,
}

/// The return that an experiment has found for a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiftTest {
    /// The place of the channel.
    pub channel: usize,
    /// The return on spend it found.
    pub roas: f64,
    /// Its standard error.
    pub error: f64,
}

/// How a response is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options<'a> {
    /// Ridge on effects, as a share of each curve's own square.
    pub ridge: f64,
    /// Pairs of sine and cosine for the season.
    pub harmonics: usize,
    /// What experiments have found.
    pub lift_tests: &'a [LiftTest],
    /// Draws of the bootstrap.
    pub draws: usize,
    /// Periods in a block of it.
    pub block: usize,
    /// The seed of the draws.
    pub seed: u64,
    /// The confidence of intervals.
    pub level: f64,
    /// An interval wider than so many times the estimate tells nothing.
    pub widest: f64,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            ridge: 0.01,
            harmonics: 2,
            lift_tests: &[],
            draws: 400,
            block: 8,
            seed: 1,
            level: 0.9,
            widest: 2.0,
        }
    }
}
