//! Models that look at the place or the age of a touch alone.

use super::{Credit, Path, are_usable};

/// How a path's conversions are shared out among its touches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// A touch counts by 2^(−age / half-life).
    Decay {
        /// In the unit of the ages; in touches, counted back from the last, where a path has no ages.
        half_life: f64,
    },
    /// All to the first touch.
    First,
    /// All to the last touch.
    Last,
    /// The same to every touch.
    Linear,
    /// 40 % to the first and to the last, 20 % to those between; halves where there are only two.
    PositionBased,
}

/// The credit of each channel by a rule.
///
/// `None` without paths, for an empty path, an unknown channel, a count or an age that is negative or not finite, a
/// half-life that is not above 0.
pub fn by_position(paths: &[Path], channels: usize, rule: Rule) -> Option<Credit> {
    if !are_usable(paths, channels) {
        return None;
    }
    let mut credit = Credit::nothing(channels);
    for path in paths {
        for (channel, share) in path.touches.iter().zip(shares(path, rule)?) {
            credit.give(*channel, share, path);
        }
    }
    Some(credit)
}

/// The share of each touch, adding up to 1.
fn shares(path: &Path, rule: Rule) -> Option<Vec<f64>> {
    let count = path.touches.len();
    let last = count - 1;
    let only = |place: usize| (0..count).map(|at| if at == place { 1.0 } else { 0.0 }).collect();
    Some(match rule {
        Rule::Decay { half_life } => decayed(path, half_life)?,
        Rule::First => only(0),
        Rule::Last => only(last),
        Rule::Linear => vec![1.0 / count as f64; count],
        Rule::PositionBased if count < 3 => vec![1.0 / count as f64; count],
        Rule::PositionBased => {
            let mut shares = vec![0.2 / (count - 2) as f64; count];
            (shares[0], shares[last]) = (0.4, 0.4);
            shares
        }
    })
}

fn decayed(path: &Path, half_life: f64) -> Option<Vec<f64>> {
    if !(half_life > 0.0 && half_life.is_finite()) {
        return None;
    }
    let count = path.touches.len();
    let by_order = || (0..count).rev().map(|back| back as f64).collect();
    let ages: Vec<f64> = path.ages.clone().unwrap_or_else(by_order);
    // Counted from the youngest touch, so that a path long ago does not vanish in rounding.
    let youngest = ages.iter().copied().fold(f64::INFINITY, f64::min);
    let weights: Vec<f64> = ages.iter().map(|age| (-(age - youngest) / half_life).exp2()).collect();
    let total: f64 = weights.iter().sum();
    Some(weights.into_iter().map(|weight| weight / total).collect())
}
