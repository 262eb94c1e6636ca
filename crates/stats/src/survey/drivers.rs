//! Which touchpoints go with overall satisfaction.
//!
//! Method: the share of R² of each driver, averaged over all orders in which drivers may enter the regression (LMG):
//! Lindeman, Merenda and Gold (1980), *Introduction to Bivariate and Multivariate Analysis*, 119 ff.; Grömping (2006),
//! *Relative Importance for Linear Regression in R*, Journal of Statistical Software 17(1).
//! Ranges are percentiles over people drawn anew (bootstrap: Efron 1979, *Annals of Statistics* 7, 1–26).
//! Not for: claims of cause. A driver that others bring along has a share of its own.

use crate::contribution::shapley;
use crate::correlation::unit;
use crate::least_squares::least_squares;
use crate::random::Random;

/// The most drivers that are shared out exactly.
pub const MOST_DRIVERS: usize = crate::contribution::MOST_FACTORS;

/// What the scores of touchpoints tell of overall satisfaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    /// The part of R² of each touchpoint, in their order; they add up to `r_squared`.
    pub parts: Vec<f64>,
    /// The share of the variance of overall satisfaction that all touchpoints tell, 0 to 1.
    pub r_squared: f64,
    /// The people behind it.
    pub people: usize,
}

impl Drivers {
    /// The parts as shares of R², adding up to 1; `None` if the touchpoints tell nothing.
    pub fn shares(&self) -> Option<Vec<f64>> {
        let tells = self.r_squared > 0.0;
        tells.then(|| self.parts.iter().map(|part| part / self.r_squared).collect())
    }
}

/// How sure the shares of touchpoints are.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverRanges {
    /// Between which shares each lies, in the order of the touchpoints.
    pub ranges: Vec<(f64, f64)>,
    /// How often each has the largest share among people drawn anew, 0 to 1.
    pub first: Vec<f64>,
}

/// How often people are drawn anew.
const DRAWS: usize = 200;
/// Any constant: the draws are the same in every run.
const SEED: u64 = 0x5EED_D217;

/// Between which shares those of [`Drivers::shares`] lie, from people drawn anew.
///
/// `None` as for [`key_drivers`], for a confidence that is not between 0 and 1, or if half of the draws tell nothing.
pub fn driver_ranges(
    scores: &[Vec<f64>],
    overall: &[f64],
    confidence: f64,
) -> Option<DriverRanges> {
    super::critical(confidence)?;
    key_drivers(scores, overall)?;
    let mut random = Random::new(SEED);
    let mut found: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); scores.len()];
    let mut first = vec![0.0; scores.len()];
    for _ in 0..DRAWS {
        let people: Vec<usize> = overall.iter().map(|_| random.below(overall.len())).collect();
        let drawn = |list: &[f64]| people.iter().map(|person| list[*person]).collect::<Vec<f64>>();
        let columns: Vec<Vec<f64>> = scores.iter().map(|score| drawn(score)).collect();
        let shares = key_drivers(&columns, &drawn(overall)).and_then(|drivers| drivers.shares());
        let Some(shares) = shares else { continue };
        let largest = (0..shares.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b]))?;
        first[largest] += 1.0;
        found.iter_mut().zip(&shares).for_each(|(all, share)| all.push(*share));
    }
    let draws = found[0].len();
    if draws < DRAWS / 2 {
        return None;
    }
    let tail = (1.0 - confidence) / 2.0;
    let range = |mut shares: Vec<f64>| {
        shares.sort_by(f64::total_cmp);
        let at = |share: f64| shares[((draws - 1) as f64 * share).round() as usize];
        (at(tail), at(1.0 - tail))
    };
    first.iter_mut().for_each(|count| *count /= draws as f64);
    Some(DriverRanges { ranges: found.into_iter().map(range).collect(), first })
}

/// The parts of R² of `scores`, one list for each touchpoint, in the regression of `overall` on them.
///
/// `None` without touchpoints or with more than [`MOST_DRIVERS`], for lists of different lengths, fewer than two people
/// more than touchpoints, a value that is not finite, a score that is the same for all, or scores that follow
/// from others.
pub fn key_drivers(scores: &[Vec<f64>], overall: &[f64]) -> Option<Drivers> {
    let (count, people) = (scores.len(), overall.len());
    if !(1..=MOST_DRIVERS).contains(&count) || people < count + 2 {
        return None;
    }
    let target = unit(overall)?;
    let mut columns = Vec::with_capacity(count);
    for score in scores {
        columns.push(unit(score).filter(|one| one.len() == people)?);
    }
    least_squares(&columns, &target)?;
    let with_target: Vec<f64> = columns.iter().map(|column| dot(column, &target)).collect();
    let among: Vec<Vec<f64>> =
        columns.iter().map(|one| columns.iter().map(|other| dot(one, other)).collect()).collect();
    let told = |on: &[f64]| {
        let chosen: Vec<usize> = (0..count).filter(|driver| on[*driver] > 0.5).collect();
        told_by(&chosen, &among, &with_target).unwrap_or(f64::NAN)
    };
    let shared = shapley(&vec![0.0; count], &vec![1.0; count], &told)?;
    Some(Drivers { parts: shared.effects, r_squared: shared.after, people })
}

/// R² of the chosen drivers from their correlations.
fn told_by(chosen: &[usize], among: &[Vec<f64>], with_target: &[f64]) -> Option<f64> {
    if chosen.is_empty() {
        return Some(0.0);
    }
    let pick = |list: &[f64]| chosen.iter().map(|driver| list[*driver]).collect::<Vec<f64>>();
    let columns: Vec<Vec<f64>> = chosen.iter().map(|driver| pick(&among[*driver])).collect();
    let right = pick(with_target);
    let slopes = least_squares(&columns, &right)?.coefficients;
    Some(dot(&slopes, &right))
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(x, y)| x * y).sum()
}
