//! Known effects on single steps: holidays, campaigns, outages.
//!
//! Method: an effect is the median, over the steps it acted on, of the value beside the median of the nearest steps
//! of the same season on which nothing acted: a factor where all values are above zero, else a difference. Where those
//! steps lie far apart, they are first brought to the level of the season around the step.

use super::recipe;
use crate::quantile::quantile;

/// Something that acts on certain steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// For each step of history and horizon, whether it acts.
    pub acts: Vec<bool>,
}

/// What an effect was worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectSize {
    /// Factor on the value (1 is none), or difference (0 is none) where values are not all above zero.
    pub size: f64,
    /// Whether the size is a factor.
    pub is_factor: bool,
    /// Past steps it was measured on; on fewer than two it is taken off the past, but not claimed for the future.
    pub occurrences: usize,
}

/// The sizes of all effects.
pub(super) struct Known {
    pub sizes: Vec<EffectSize>,
    factor: bool,
    /// The history as it would have been on steps that only once-seen effects acted on.
    usual: Vec<Option<f64>>,
}

/// Neighbours looked at on each side.
const NEIGHBOURS: usize = 4;

/// Measures the effects on the history.
pub(super) fn estimate(history: &[f64], seasons: &[usize], effects: &[Effect]) -> Known {
    let factor = history.iter().all(|value| *value > 0.0);
    let season = recipe::usable(seasons, history.len()).first().copied().unwrap_or(1);
    let acted = |step: usize| effects.iter().any(|effect| effect.acts[step]);
    let usual: Vec<Option<f64>> = (0..history.len())
        .map(
            |step| {
                if acted(step) { neighbours(history, step, season, factor, &acted) } else { None }
            },
        )
        .collect();
    let mut sizes: Vec<EffectSize> = vec![neutral(factor); effects.len()];
    // Effects that fall on the same step share it: each is measured on what the others leave, until that settles.
    for _ in 0..if effects.len() > 1 { 5 } else { 1 } {
        for place in 0..effects.len() {
            let seen: Vec<f64> = (0..history.len())
                .filter(|&step| effects[place].acts[step])
                .filter_map(|step| {
                    let expected = usual[step]?;
                    let others = (0..effects.len())
                        .filter(|&other| other != place && effects[other].acts[step]);
                    Some(if factor {
                        history[step] / others.fold(expected, |sum, other| sum * sizes[other].size)
                    } else {
                        history[step] - others.fold(expected, |sum, other| sum + sizes[other].size)
                    })
                })
                .filter(|size| size.is_finite())
                .collect();
            if let Some(size) = quantile(&seen, 0.5) {
                sizes[place] = EffectSize { size, is_factor: factor, occurrences: seen.len() };
            }
        }
    }
    Known { sizes, factor, usual }
}

fn neutral(is_factor: bool) -> EffectSize {
    EffectSize { size: if is_factor { 1.0 } else { 0.0 }, is_factor, occurrences: 0 }
}

/// Seasons up to this length lie close enough together to be compared as they are.
const NEAR: usize = 7;

/// The median of the nearest steps of the same season on which nothing acted.
fn neighbours(
    history: &[f64],
    step: usize,
    season: usize,
    factor: bool,
    acted: &impl Fn(usize) -> bool,
) -> Option<f64> {
    let before = (1..).map_while(|back| step.checked_sub(back * season));
    let after = (1..).map(|on| step + on * season).take_while(|&at| at < history.len());
    let mut near: Vec<usize> = before.filter(|&at| !acted(at)).take(NEIGHBOURS).collect();
    near.extend(after.filter(|&at| !acted(at)).take(NEIGHBOURS));
    let level = |at: usize| {
        let first = at.saturating_sub(season / 2).min(history.len() - season);
        let quiet: Vec<f64> =
            (first..first + season).filter(|&at| !acted(at)).map(|at| history[at]).collect();
        quantile(&quiet, 0.5)
    };
    let there: Option<Vec<f64>> = (near.into_iter())
        .map(|at| match (season > NEAR, factor) {
            (false, _) => Some(history[at]),
            (true, true) => Some(history[at] / level(at)? * level(step)?),
            (true, false) => Some(history[at] - level(at)? + level(step)?),
        })
        .collect();
    quantile(&there?, 0.5)
}

impl Known {
    /// The history as it would have been without the effects.
    pub(super) fn removed(&self, history: &[f64], effects: &[Effect]) -> Vec<f64> {
        (0..history.len())
            .map(|step| {
                let acting = || (0..effects.len()).filter(|&place| effects[place].acts[step]);
                if acting().any(|place| self.sizes[place].occurrences < 2) {
                    return self.usual[step].unwrap_or(history[step]);
                }
                acting().fold(history[step], |value, place| {
                    let size = self.sizes[place].size;
                    if !self.factor {
                        value - size
                    } else if size > 0.0 {
                        value / size
                    } else {
                        value
                    }
                })
            })
            .collect()
    }

    /// What the effects do to a future step: a factor and a difference.
    pub(super) fn at(&self, step: usize, effects: &[Effect]) -> (f64, f64) {
        let acting = (0..effects.len())
            .filter(|&place| effects[place].acts[step] && self.sizes[place].occurrences >= 2);
        acting.fold((1.0, 0.0), |(factor, difference), place| {
            let size = self.sizes[place].size;
            if self.factor { (factor * size, difference) } else { (factor, difference + size) }
        })
    }
}
