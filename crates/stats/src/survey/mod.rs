//! What a survey says of those it asked for, and how sure that is.
//!
//! Answers: what is the score, did it change since the last wave, what would it be had the right people answered, and
//! which touchpoints go with it?
//! Rule: a score never comes without its interval and the number of answers behind it; a weighted one not without the
//! number of unweighted answers it is worth.
//! Not for: answers of whoever happened to reply, if weights know nothing of why the others did not.

mod calibrate;
mod change;
mod drivers;
mod nps;
mod rake;
mod sample;
mod share;
#[cfg(test)]
mod tests;
mod weights;

pub use self::change::{Change, Direction, nps_change, share_change};
pub use self::drivers::{DriverRanges, Drivers, MOST_DRIVERS, driver_ranges, key_drivers};
pub use self::nps::{Answers, Nps, nps};
pub use self::rake::Margin;
pub use self::sample::{Estimate, Sample};
pub use self::share::{Share, top_box};
pub use self::weights::{design_effect, effective, trimmed};

use statrs::distribution::{ContinuousCDF, Normal};

/// The number of standard errors on each side of an interval; `None` for a confidence that is not between 0 and 1.
fn critical(confidence: f64) -> Option<f64> {
    let asked = confidence > 0.0 && confidence < 1.0;
    asked.then(|| Normal::standard().inverse_cdf((1.0 + confidence) / 2.0))
}
