//! Was the traffic split as agreed?

use statrs::distribution::{ChiSquared, ContinuousCDF as _};
use statrs::function::gamma::ln_gamma;

/// Below this probability a split is not sound, and nothing read from it is called a win: Fabijan et al. (2019),
/// *Diagnosing Sample Ratio Mismatch in Online Controlled Experiments*, KDD, ask for 0.01 or less.
pub const SOUND_SPLIT: f64 = 0.01;

/// The test of the split.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleRatio {
    /// Pearson's statistic.
    pub chi_square: f64,
    /// The probability of a split at least as far off if traffic is split as agreed.
    pub p: f64,
}

impl SampleRatio {
    /// Whether the arms may be compared.
    pub fn is_sound(&self) -> bool {
        self.p >= SOUND_SPLIT
    }
}

/// Pearson's chi-square of the `units` of each arm against the agreed `shares`, in any unit (1 to 1, 50 to 50).
///
/// `None` for fewer than two arms, lists of different lengths, no units, or a share that is not above zero.
pub fn sample_ratio(units: &[f64], shares: &[f64]) -> Option<SampleRatio> {
    let (total, whole) = totals(units, shares)?;
    let chi_square: f64 = units
        .iter()
        .zip(shares)
        .map(|(units, share)| {
            let expected = total * share / whole;
            (units - expected).powi(2) / expected
        })
        .sum();
    let spread = ChiSquared::new((units.len() - 1) as f64).ok()?;
    Some(SampleRatio { chi_square, p: spread.sf(chi_square) })
}

/// A probability that stays valid when the split is looked at every day: the multinomial against a flat Dirichlet
/// mixture, Lindon and Malek (2022), *Anytime-Valid Inference for Multinomial Count Data*, NeurIPS.
///
/// `None` as for [`sample_ratio`].
pub fn sample_ratio_any_time(units: &[f64], shares: &[f64]) -> Option<f64> {
    let (total, whole) = totals(units, shares)?;
    let arms = units.len() as f64;
    let mut evidence = ln_gamma(arms) - ln_gamma(arms + total);
    for (units, share) in units.iter().zip(shares) {
        evidence += ln_gamma(1.0 + units) - units * (share / whole).ln();
    }
    Some((-evidence).exp().min(1.0))
}

fn totals(units: &[f64], shares: &[f64]) -> Option<(f64, f64)> {
    let counted = units.iter().all(|units| *units >= 0.0 && units.is_finite());
    let agreed = shares.iter().all(|share| *share > 0.0 && share.is_finite());
    let (total, whole) = (units.iter().sum::<f64>(), shares.iter().sum::<f64>());
    let usable = units.len() >= 2 && units.len() == shares.len() && counted && agreed;
    (usable && total > 0.0).then_some((total, whole))
}
