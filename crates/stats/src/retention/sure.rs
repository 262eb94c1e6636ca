//! How sure a curve of renewal is of the periods to come.
//!
//! Method: the bootstrap of Efron (1979). The customers of each cohort are drawn again with replacement, the curve is
//! fitted to each draw, and the range is that of the middle shares of the draws. The draws are the same in every run.
//! Not for: changes of the market, which no history tells.

use super::{Curve, Refusal};
use crate::random::Random;

/// Draws; enough for the tenth and the ninetieth of a hundred.
const DRAWS: usize = 200;

/// The largest cohort that is drawn one by one; of a larger one this many are drawn, and the spread is scaled.
const MOST_DRAWN: usize = 20_000;

/// A share of a cohort that is left after a period, with its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Of the fitted curve.
    pub share: f64,
    /// The lower end of the range.
    pub low: f64,
    /// The upper end of the range.
    pub high: f64,
}

/// The share left after each period from 0 to `last`, with the range that holds the middle `level` (0.8) of the draws.
///
/// `fit` is the fit of the curve, cohorts as there. `None` if fewer than half of the draws can be fitted.
pub fn bands(
    cohorts: &[Vec<f64>],
    fit: impl Fn(&[Vec<f64>]) -> Result<Curve, Refusal>,
    last: u32,
    level: f64,
) -> Result<Option<Vec<Band>>, Refusal> {
    let curve = fit(cohorts)?;
    let mut random = Random::new(20_070_076);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::new(); last as usize + 1];
    for _ in 0..DRAWS {
        let again: Vec<Vec<f64>> = cohorts.iter().map(|one| resampled(one, &mut random)).collect();
        let Ok(curve) = fit(&again) else { continue };
        for (period, shares) in drawn.iter_mut().enumerate() {
            shares.push(curve.survival(period as u32));
        }
    }
    if drawn[0].len() < DRAWS / 2 {
        return Ok(None);
    }
    // Of a large cohort fewer are drawn than there are, which widens the draws by the root of the ratio.
    let size: f64 = cohorts.iter().filter_map(|cohort| cohort.first()).sum();
    let counted: f64 =
        cohorts.iter().filter_map(|one| Some(one.first()?.min(MOST_DRAWN as f64))).sum();
    let scale = (counted / size).sqrt();
    let band = |(period, shares): (usize, &mut Vec<f64>)| {
        shares.sort_by(f64::total_cmp);
        let share = curve.survival(period as u32);
        let at = |part: f64| {
            let drawn = shares[((shares.len() - 1) as f64 * part).round() as usize];
            share + (drawn - share) * scale
        };
        Band { share, low: at((1.0 - level) / 2.0), high: at((1.0 + level) / 2.0) }
    };
    Ok(Some(drawn.iter_mut().enumerate().map(band).collect()))
}

/// The cohort with its customers drawn again.
fn resampled(cohort: &[f64], random: &mut Random) -> Vec<f64> {
    let size = cohort.first().copied().unwrap_or(0.0);
    let draws = (size as usize).min(MOST_DRAWN);
    let mut survivors = vec![0usize; cohort.len()];
    for _ in 0..draws {
        let place = random.uniform() * size;
        // The customer at this place is there as long as more than `place` are left.
        let stays = cohort.partition_point(|left| *left > place);
        survivors[stays.max(1) - 1] += 1;
    }
    // From those who leave after a period to those who are left.
    for period in (1..survivors.len()).rev() {
        survivors[period - 1] += survivors[period];
    }
    survivors.into_iter().map(|left| left as f64).collect()
}
