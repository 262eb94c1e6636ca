//! The share that takes a step, with two intervals.

use statrs::distribution::{Beta, ContinuousCDF};

use crate::quantile::wilson;

/// A share of people with its intervals, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Hits over trials.
    pub share: f64,
    /// The score interval of Wilson (1927), which the report shows.
    pub wilson: (f64, f64),
    /// The interval of Clopper and Pearson (1934), which never covers less than it says.
    pub exact: (f64, f64),
}

/// The share of `hits` among `trials` with its intervals.
///
/// `None` without trials, for more hits than trials, or a confidence that is not between 0 and 1.
pub fn rate(hits: u64, trials: u64, confidence: f64) -> Option<Rate> {
    let exact = clopper_pearson(hits, trials, confidence)?;
    let wilson = wilson(hits as f64, trials as f64, confidence)?;
    Some(Rate { share: hits as f64 / trials as f64, wilson, exact })
}

/// The exact interval of a share by quantiles of the beta distribution: Clopper and Pearson (1934), *The Use of
/// Confidence or Fiducial Limits Illustrated in the Case of the Binomial*, Biometrika 26, 404–413.
///
/// `None` as for [`rate`].
pub fn clopper_pearson(hits: u64, trials: u64, confidence: f64) -> Option<(f64, f64)> {
    if trials == 0 || hits > trials || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let tail = (1.0 - confidence) / 2.0;
    let (hit, missed) = (hits as f64, (trials - hits) as f64);
    let low = if hits == 0 { 0.0 } else { Beta::new(hit, missed + 1.0).ok()?.inverse_cdf(tail) };
    let high = if hits == trials {
        1.0
    } else {
        Beta::new(hit + 1.0, missed).ok()?.inverse_cdf(1.0 - tail)
    };
    Some((low, high))
}
