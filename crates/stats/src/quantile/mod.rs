//! Order statistics of a sample.
//!
//! Answers: which value has this share below it, how sure is that, and where does one value stand among others?
//! Method: Hyndman and Fan (1996), *Sample Quantiles in Statistical Packages*, The American Statistician 50(4),
//! 361–365; intervals by the binomial distribution, so that no shape is assumed.

mod interval;
mod rank;

pub use interval::{QuantileInterval, quantile_interval};
pub use rank::{Rank, percentile_rank, percentile_rank_interval, wilson};

/// The nine definitions of a sample quantile by Hyndman and Fan (1996), in their numbering and R's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileType {
    /// 1: inverse of the empirical distribution function.
    InverseDistribution,
    /// 2: as 1, with the mean of two values where the function is flat.
    AveragedInverse,
    /// 3: the nearest order statistic, the even one if two are equally near (SAS).
    NearestEven,
    /// 4: linear interpolation of the empirical distribution function.
    InterpolatedDistribution,
    /// 5: order statistic k stands at (k − 1/2)/n (Hazen).
    Hazen,
    /// 6: order statistic k stands at k/(n + 1) (Weibull).
    Weibull,
    /// 7: order statistic k stands at (k − 1)/(n − 1), the default here and in R.
    #[default]
    Linear,
    /// 8: approximately median-unbiased for any distribution, advised by Hyndman and Fan.
    MedianUnbiased,
    /// 9: approximately unbiased for normal samples (Blom).
    NormalUnbiased,
}

impl QuantileType {
    /// All types in the order of their numbers.
    pub const ALL: [Self; 9] = [
        Self::InverseDistribution,
        Self::AveragedInverse,
        Self::NearestEven,
        Self::InterpolatedDistribution,
        Self::Hazen,
        Self::Weibull,
        Self::Linear,
        Self::MedianUnbiased,
        Self::NormalUnbiased,
    ];

    /// Where the quantile stands among `count` values in rising order, counted from 0 and not yet within them.
    fn place(self, share: f64, count: f64) -> f64 {
        let (alpha, beta) = match self {
            Self::InverseDistribution | Self::AveragedInverse | Self::NearestEven => {
                return self.step(share, count);
            }
            Self::InterpolatedDistribution => (0.0, 1.0),
            Self::Hazen => (0.5, 0.5),
            Self::Weibull => (0.0, 0.0),
            Self::Linear => (1.0, 1.0),
            Self::MedianUnbiased => (1.0 / 3.0, 1.0 / 3.0),
            Self::NormalUnbiased => (0.375, 0.375),
        };
        share * (count + 1.0 - alpha - beta) + (alpha - 1.0)
    }

    /// The place for the types that do not interpolate: a whole one, or for type 2 half-way between two.
    fn step(self, share: f64, count: f64) -> f64 {
        let offset = if self == Self::NearestEven { 0.5 } else { 0.0 };
        let wanted = settled(share * count - offset);
        let (whole, on_step) = (wanted.floor(), wanted.fract() <= 0.0);
        match self {
            Self::AveragedInverse if on_step => whole - 0.5,
            Self::NearestEven if on_step && whole.rem_euclid(2.0) < 1.0 => whole - 1.0,
            Self::InverseDistribution if on_step => whole - 1.0,
            _ => whole,
        }
    }
}

/// A product such as 0.07 · 100 is taken for the whole number that rounding has missed.
fn settled(product: f64) -> f64 {
    let nearest = product.round();
    let rounding = 4.0 * f64::EPSILON * nearest.abs().max(1.0);
    if (product - nearest).abs() < rounding { nearest } else { product }
}

/// The quantile at `share` (0 to 1) by linear interpolation between order statistics, type 7 of Hyndman and Fan.
///
/// `None` for an empty sample, a value that is not a number, or a share outside 0 to 1.
pub fn quantile(sample: &[f64], share: f64) -> Option<f64> {
    quantile_of_type(sample, share, QuantileType::Linear)
}

/// The quantile at `share` (0 to 1) by one of the nine definitions of Hyndman and Fan.
///
/// `None` for an empty sample, a value that is not a number, or a share outside 0 to 1.
pub fn quantile_of_type(sample: &[f64], share: f64, kind: QuantileType) -> Option<f64> {
    if sample.is_empty() || !(0.0..=1.0).contains(&share) || sample.iter().any(|x| x.is_nan()) {
        return None;
    }
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = (sorted.len() - 1) as f64;
    let place = kind.place(share, sorted.len() as f64).clamp(0.0, last);
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    // Between equal infinities there is nothing to interpolate.
    let gap = if above > below { above - below } else { 0.0 };
    let part = place.fract();
    Some(if part > 0.0 { below + part * gap } else { below })
}

#[cfg(test)]
mod tests;
