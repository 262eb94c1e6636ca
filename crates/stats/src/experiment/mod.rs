//! What did a trial show, and may it be called?
//!
//! Answers: is the split sound, how large is the difference, and is it a win — read once, at planned looks, or at any
//! time. Also how many units and days a trial needs.
//! Rule: everything is computed from one summary table (counts, sums, squares); the sample ratio is checked first, and
//! below 0.01 nothing is called a win. What cannot be computed is `None`.
//! Not for: units that see both versions, or clusters (shops, cities) counted as if they were people: see [`crate::geo`].

mod always_valid;
mod bayes;
mod compare;
mod cuped;
mod design;
mod planning;
mod power;
mod read_out;
mod sample;
mod sample_ratio;
mod spending;
#[cfg(test)]
mod tests;

use statrs::distribution::{ContinuousCDF as _, StudentsT};

pub use self::always_valid::{AlwaysValid, always_valid};
pub use self::bayes::{Belief, Prior, belief, rates_belief};
pub use self::compare::{Comparison, Scale, compare};
pub use self::cuped::{Covaried, cuped, cuped_estimates};
pub use self::design::{Baseline, Design};
pub use self::planning::{Duration, Need, duration, smallest_effect, units_needed};
pub use self::power::{
    means_power, means_sample_size, rates_power, rates_sample_size, smallest_rate_change,
};
pub use self::read_out::{Plan, ReadOut, Reading, Trial, Verdict, read_out};
pub use self::sample::{Estimate, Sample};
pub use self::sample_ratio::{SOUND_SPLIT, SampleRatio, sample_ratio, sample_ratio_any_time};
pub use self::spending::{Bound, Spending, bounds, inflation};

/// The standard normal distribution.
fn normal() -> statrs::distribution::Normal {
    statrs::distribution::Normal::standard()
}

/// The quantile of Student's t; with many degrees of freedom from the normal one, Abramowitz and Stegun (1964), 26.7.5,
/// where the search of the incomplete beta function does not end.
fn student_quantile(p: f64, freedom: f64) -> Option<f64> {
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
    if freedom < 1e4 {
        return Some(student.inverse_cdf(p));
    }
    let z = normal().inverse_cdf(p);
    let first = (z.powi(3) + z) / (4.0 * freedom);
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * freedom * freedom);
    Some(z + first + second)
}

/// Whether a number is a probability that is neither certain nor impossible.
fn is_open_share(value: f64) -> bool {
    value > 0.0 && value < 1.0
}
