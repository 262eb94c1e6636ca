//! Removal effects of an order-1 Markov chain.
//!
//! Method: Anderl, Becker, von Wangenheim and Schumann (2016), *Mapping the Customer Journey*, International
//! Journal of Research in Marketing 33(3), 457–474. States are start, the channels, conversion and null; the removal
//! effect of a channel is the share of conversions lost if whoever comes to it ends in null. Absorption probabilities
//! solve (I − Q) h = r: Kemeny and Snell (1960), *Finite Markov Chains*, theorem 3.3.7. Solved, never simulated.
//! Rule: a touch repeated at once leaves the state as it is and changes no absorption probability, so steps from a
//! channel to itself are left out; loops over other channels stay.

use super::{Credit, Path, are_usable};
use crate::least_squares::least_squares;

/// Removal effects and the credit that follows from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    /// The share of conversions lost without each channel, 0 to 1; they do not add up to 1.
    pub effects: Vec<f64>,
    /// Conversions in proportion to the effects, value in proportion to the value lost.
    pub credit: Credit,
    /// The probability that a path of the chain ends in a conversion, 0 to 1.
    pub conversion: f64,
}

/// The removal effect of each channel, all conversions shared out in proportion to them, and all value in proportion to
/// the value that would be lost: a conversion is worth the mean of those that follow the same last touch.
///
/// `None` as for [`by_position`](super::by_position), and where no path converts.
pub fn markov(paths: &[Path], channels: usize) -> Option<Removal> {
    if !are_usable(paths, channels) {
        return None;
    }
    let chain = Chain::of(paths, channels);
    let conversion = chain.expected(None, &chain.converted)?;
    if conversion <= 0.0 {
        return None;
    }
    let lost = |rewards: &[f64], all: f64| -> Option<Vec<f64>> {
        let effect = |channel| match chain.is_seen(channel) {
            true => Some((1.0 - chain.expected(Some(channel), rewards)? / all).clamp(0.0, 1.0)),
            false => Some(0.0),
        };
        (0..channels).map(effect).collect()
    };
    let effects = lost(&chain.converted, conversion)?;
    let (conversions, value) =
        paths.iter().fold((0.0, 0.0), |sum, path| (sum.0 + path.conversions, sum.1 + path.value));
    let worth = chain.expected(None, &chain.earned)?;
    let valued = if worth > 0.0 { lost(&chain.earned, worth)? } else { effects.clone() };
    let credit = Credit {
        conversions: in_proportion(conversions, &effects),
        value: in_proportion(
            value,
            if valued.iter().sum::<f64>() > 0.0 { &valued } else { &effects },
        ),
    };
    Some(Removal { effects, credit, conversion })
}

fn in_proportion(total: f64, effects: &[f64]) -> Vec<f64> {
    let sum: f64 = effects.iter().sum();
    effects.iter().map(|effect| total * effect / sum).collect()
}

/// How often each step was taken.
struct Chain {
    /// From start to each channel.
    starts: Vec<f64>,
    /// From each channel to each other.
    steps: Vec<Vec<f64>>,
    /// From each channel to conversion.
    converted: Vec<f64>,
    /// From each channel to null.
    lost: Vec<f64>,
    /// The value of the conversions that follow each channel.
    earned: Vec<f64>,
}

impl Chain {
    fn of(paths: &[Path], channels: usize) -> Self {
        let none = vec![0.0; channels];
        let mut chain = Self {
            starts: none.clone(),
            steps: vec![none.clone(); channels],
            converted: none.clone(),
            lost: none.clone(),
            earned: none,
        };
        for path in paths {
            let (Some(first), Some(last)) = (path.touches.first(), path.touches.last()) else {
                continue;
            };
            let walked = path.conversions + path.nulls;
            chain.starts[*first] += walked;
            for pair in path.touches.windows(2).filter(|pair| pair[0] != pair[1]) {
                chain.steps[pair[0]][pair[1]] += walked;
            }
            chain.converted[*last] += path.conversions;
            chain.lost[*last] += path.nulls;
            chain.earned[*last] += path.value;
        }
        chain
    }

    /// How often the channel was left for another state.
    fn left(&self, channel: usize) -> f64 {
        self.steps[channel].iter().sum::<f64>() + self.converted[channel] + self.lost[channel]
    }

    fn is_seen(&self, channel: usize) -> bool {
        self.left(channel) > 0.0
    }

    /// What a walk from start brings where `removed` leads to null, `rewards` being what followed each channel: with
    /// conversions the probability to convert, with their value the expected value.
    fn expected(&self, removed: Option<usize>, rewards: &[f64]) -> Option<f64> {
        let states: Vec<usize> = (0..self.starts.len())
            .filter(|channel| Some(*channel) != removed && self.is_seen(*channel))
            .collect();
        if states.is_empty() {
            return Some(0.0);
        }
        let left: Vec<f64> = states.iter().map(|from| self.left(*from)).collect();
        let column = |to: &usize| {
            let entry = |(from, left): (&usize, &f64)| {
                if from == to { 1.0 } else { -self.steps[*from][*to] / left }
            };
            states.iter().zip(&left).map(entry).collect::<Vec<_>>()
        };
        let columns: Vec<Vec<f64>> = states.iter().map(column).collect();
        let right: Vec<f64> =
            states.iter().zip(&left).map(|(from, left)| rewards[*from] / left).collect();
        let reached = least_squares(&columns, &right)?.coefficients;
        let started: f64 = self.starts.iter().sum();
        Some(states.iter().zip(reached).map(|(at, h)| self.starts[*at] / started * h).sum())
    }
}
