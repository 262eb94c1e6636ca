//! Bounds for a trial that is looked at more than once.
//!
//! Method: Lan and DeMets (1983), *Discrete Sequential Boundaries for Clinical Trials*, Biometrika 70, 659–663; the
//! chance to cross at each look by recursive integration, Armitage, McPherson and Rowe (1969), JRSS A 132, 235–244.

use statrs::distribution::{Continuous as _, ContinuousCDF as _};

use super::{is_open_share, normal};

/// Points of the grid between the bounds; Simpson's rule asks for an even number of steps.
const STEPS: usize = 400;
/// Bounds beyond this z are not told apart: the chance is below 1e-15.
const FARTHEST: f64 = 8.0;

/// How the permitted error is spent over the trial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spending {
    /// Almost nothing early: `2 − 2 Φ(z / √t)`, close to O'Brien and Fleming (1979).
    OBrienFleming,
    /// Evenly: `ln(1 + (e − 1) t)`, close to Pocock (1977).
    Pocock,
    /// A power of the information: `t ^ power`.
    Power(f64),
}

/// What a look must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// |z| that must be reached.
    pub z: f64,
    /// The two-sided probability that belongs to it: at this look a p below it counts.
    pub nominal: f64,
}

impl Spending {
    /// The error of one side spent at a share of the information, out of `side` in all.
    fn spent(self, information: f64, side: f64) -> f64 {
        let share = information.min(1.0);
        match self {
            Self::OBrienFleming => {
                2.0 * normal().sf(normal().inverse_cdf(1.0 - side / 2.0) / share.sqrt())
            }
            Self::Pocock => side * (1.0 + (std::f64::consts::E - 1.0) * share).ln(),
            Self::Power(power) => side * share.powf(power),
        }
    }
}

/// Two-sided bounds at each share of the planned information (0 to 1, rising), with total error `alpha`.
///
/// Looks may come at any time, and only the past ones need be given: a bound does not depend on later looks.
/// `None` for no looks, information that does not rise within 0 to 1, or an error that is not between 0 and 1.
pub fn bounds(spending: Spending, information: &[f64], alpha: f64) -> Option<Vec<Bound>> {
    let rises = information.windows(2).all(|pair| pair[0] < pair[1]);
    let within = information.iter().all(|share| *share > 0.0 && *share <= 1.0);
    let power_is_sound =
        !matches!(spending, Spending::Power(power) if power.is_nan() || power <= 0.0);
    if information.is_empty() || !(rises && within && power_is_sound && is_open_share(alpha)) {
        return None;
    }
    let mut bounds = Vec::with_capacity(information.len());
    let mut inside = Inside::start();
    let (mut past, mut spent) = (0.0, 0.0);
    for share in information {
        let budget = spending.spent(*share, alpha / 2.0);
        let step = (share - past).sqrt();
        let z = inside.bound(budget - spent, step, share.sqrt());
        spent += inside.above(z * share.sqrt(), step);
        bounds.push(Bound { z, nominal: 2.0 * normal().sf(z) });
        inside = inside.carried(z * share.sqrt(), step);
        past = *share;
    }
    Some(bounds)
}

/// How many times the units of a trial that is read once it needs for the same power, with looks at these shares of its
/// information, the last of which is 1: Jennison and Turnbull (2000), *Group Sequential Methods*, chapter 2.
///
/// `None` as for [`bounds`], for looks that do not end at 1, or a power that is not between half of `alpha` and 1.
pub fn inflation(spending: Spending, information: &[f64], alpha: f64, power: f64) -> Option<f64> {
    let bounds = bounds(spending, information, alpha)?;
    let ends = information.last().is_some_and(|last| *last >= 1.0);
    if !ends || !is_open_share(power) || power <= alpha / 2.0 {
        return None;
    }
    let once = normal().inverse_cdf(1.0 - alpha / 2.0) + normal().inverse_cdf(power);
    let crossed = |drift: f64| {
        let (mut inside, mut past, mut chance) = (Inside::start(), 0.0, 0.0);
        for (share, bound) in information.iter().zip(&bounds) {
            let (step, level) = (f64::sqrt(share - past), bound.z * share.sqrt());
            chance += inside.above_with(level, step, drift);
            inside = inside.carried_with(level, step, drift);
            past = *share;
        }
        chance
    };
    let (mut low, mut high) = (once, 3.0 * once);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if crossed(middle) < power {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some((high / once).powi(2))
}

/// Where the score may be among trials that have not crossed yet: points with the weight of each.
struct Inside {
    points: Vec<f64>,
    weights: Vec<f64>,
}

impl Inside {
    fn start() -> Inside {
        Inside { points: vec![0.0], weights: vec![1.0] }
    }

    /// The chance to stand above `level` after a step of this standard deviation.
    fn above(&self, level: f64, step: f64) -> f64 {
        self.above_with(level, step, 0.0)
    }

    /// The same if each unit of information moves the score by `drift`.
    fn above_with(&self, level: f64, step: f64, drift: f64) -> f64 {
        let moved = level - drift * step * step;
        let chance = |(x, weight): (&f64, &f64)| weight * normal().sf((moved - x) / step);
        self.points.iter().zip(&self.weights).map(chance).sum()
    }

    /// The z that is crossed upwards with this chance, by bisection.
    fn bound(&self, chance: f64, step: f64, root: f64) -> f64 {
        let (mut low, mut high) = (0.0, FARTHEST);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.above(middle * root, step) > chance {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// The weights after the step, of those that stay within ± `level`, by Simpson's rule.
    fn carried(&self, level: f64, step: f64) -> Inside {
        self.carried_with(level, step, 0.0)
    }

    /// The same if each unit of information moves the score by `drift`.
    fn carried_with(&self, level: f64, step: f64, drift: f64) -> Inside {
        let moved = drift * step * step;
        let width = 2.0 * level / STEPS as f64;
        let points: Vec<f64> = (0..=STEPS).map(|k| -level + width * k as f64).collect();
        let weigh = |(k, x): (usize, &f64)| {
            let density: f64 = self
                .points
                .iter()
                .zip(&self.weights)
                .map(|(from, weight)| weight * normal().pdf((x - from - moved) / step) / step)
                .sum();
            let simpson = match k {
                0 | STEPS => 1.0,
                k if k % 2 == 1 => 4.0,
                _ => 2.0,
            };
            density * simpson * width / 3.0
        };
        let weights = points.iter().enumerate().map(weigh).collect();
        Inside { points, weights }
    }
}
