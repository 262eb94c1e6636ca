//! The shapes and effects that fit best.

use super::background::Background;
use super::curve::{Shape, shapes};
use super::{History, Options};

/// Rounds over the channels after which the shapes are taken as they are.
const ROUNDS: usize = 12;

/// The effect of each channel and its shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    pub(super) effects: Vec<f64>,
    pub(super) shapes: Vec<Shape>,
}

/// Every channel in every shape, ready to be fitted to many outcomes.
pub(super) struct Search {
    shapes: Vec<Shape>,
    channels: usize,
    /// Candidates less the background, channel by channel.
    candidates: Vec<Vec<f64>>,
    /// Products of candidates with each other.
    gram: Vec<Vec<f64>>,
    /// What one unit of effect of a candidate returns on the spend of its channel.
    returns: Vec<f64>,
    ridge: f64,
}

/// Lift tests as they weigh in one fit: channel, return, and noise variance over their own.
type Weighed = [(usize, f64, f64)];

impl Search {
    pub(super) fn new(
        history: &History<'_>,
        background: &Background,
        options: &Options<'_>,
    ) -> Search {
        let shapes = shapes();
        let (mut candidates, mut returns) = (Vec::new(), Vec::new());
        for spend in history.spend {
            let largest = spend.iter().fold(0.0f64, |most, x| most.max(*x));
            for shape in &shapes {
                let curve = shape.curve(spend, largest, 1.0);
                returns.push(curve.iter().sum::<f64>() / spend.iter().sum::<f64>());
                candidates.push(background.rest(&curve));
            }
        }
        let gram = candidates.iter().map(|a| candidates.iter().map(|b| dot(a, b)).collect());
        let gram = gram.collect();
        let ridge = options.ridge;
        Search { shapes, channels: history.spend.len(), candidates, gram, returns, ridge }
    }

    /// The best shapes for an outcome less its background, and their effects.
    pub(super) fn fit(&self, rest: &[f64], tests: &Weighed) -> Fitted {
        let right: Vec<f64> = self.candidates.iter().map(|one| dot(one, rest)).collect();
        let each = self.shapes.len();
        let middle = each / 2;
        let mut chosen: Vec<usize> = (0..self.channels).map(|k| k * each + middle).collect();
        let nothing = vec![0.0; self.channels];
        let (mut effects, mut best) = self.effects(&chosen, &right, tests, &nothing);
        for _ in 0..ROUNDS {
            let before = best;
            for channel in 0..self.channels {
                for shape in 0..each {
                    let mut tried = chosen.clone();
                    tried[channel] = channel * each + shape;
                    let (found, value) = self.effects(&tried, &right, tests, &effects);
                    if value < best {
                        (chosen, effects, best) = (tried, found, value);
                    }
                }
            }
            if before - best <= 1e-9 * before.abs() {
                break;
            }
        }
        let shapes = chosen.iter().map(|place| self.shapes[place % each]).collect();
        Fitted { effects, shapes }
    }

    /// Effects that are not negative, by descent along each in turn from those at hand, and half the penalised squares
    /// less a constant.
    fn effects(
        &self,
        chosen: &[usize],
        right: &[f64],
        tests: &Weighed,
        at_hand: &[f64],
    ) -> (Vec<f64>, f64) {
        let count = chosen.len();
        let mut pull: Vec<f64> = chosen.iter().map(|place| right[*place]).collect();
        let mut own: Vec<f64> =
            chosen.iter().map(|place| self.gram[*place][*place] * (1.0 + self.ridge)).collect();
        for (channel, roas, weight) in tests {
            let gain = self.returns[chosen[*channel]];
            own[*channel] += weight * gain * gain;
            pull[*channel] += weight * gain * roas;
        }
        let gram: Vec<f64> =
            chosen.iter().flat_map(|a| chosen.iter().map(move |b| self.gram[*a][*b])).collect();
        let sizes: Vec<f64> = own.iter().map(|own| own.sqrt()).collect();
        let still = 1e-7 * pull.iter().fold(0.0f64, |most, x| most.max(x.abs())).sqrt();
        let mut effects = at_hand.to_vec();
        for _ in 0..200 {
            let mut moved = 0.0f64;
            for a in 0..count {
                if own[a] <= 0.0 {
                    effects[a] = 0.0;
                    continue;
                }
                let row = &gram[a * count..(a + 1) * count];
                let mut others = 0.0;
                for b in (0..count).filter(|b| *b != a) {
                    others += row[b] * effects[b];
                }
                let next = ((pull[a] - others) / own[a]).max(0.0);
                moved = moved.max((next - effects[a]).abs() * sizes[a]);
                effects[a] = next;
            }
            if moved <= still {
                break;
            }
        }
        let height = |a: usize| {
            let others = (0..count).filter(|b| *b != a).map(|b| gram[a * count + b] * effects[b]);
            effects[a] * (0.5 * (own[a] * effects[a] + others.sum::<f64>()) - pull[a])
        };
        let value = (0..count).map(height).sum::<f64>();
        let constants = tests.iter().map(|(_, roas, weight)| 0.5 * weight * roas * roas);
        (effects, value + constants.sum::<f64>())
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
