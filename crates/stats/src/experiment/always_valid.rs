//! A reading that may be taken at any time, as often as one likes.
//!
//! Method: the mixture sequential probability ratio test, Robbins (1970), *Statistical Methods Related to the Law of
//! the Iterated Logarithm*, Annals of Mathematical Statistics 41, 1397–1409; Johari, Koomen, Pekelis and Walsh (2022),
//! *Always Valid Inference*, Operations Research 70. The width after Waudby-Smith et al. (2024), *Time-uniform central
//! limit theory*, Annals of Statistics 52.

use super::compare::{self, Scale};
use super::is_open_share;
use super::sample::Sample;

/// A difference with an interval that holds at all times together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlwaysValid {
    /// The version less the control, on the scale asked for.
    pub difference: f64,
    /// Its standard error.
    pub error: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// The probability that this or more evidence is ever seen without a difference.
    pub p: f64,
}

/// Compares `version` with `control` at `level` (0.95); the interval is tightest at about `tuning` units of both arms
/// (5000 is usual).
///
/// `None` as for [`super::compare()`], or if `tuning` is not above zero.
pub fn always_valid(
    control: &Sample,
    version: &Sample,
    scale: Scale,
    level: f64,
    tuning: f64,
) -> Option<AlwaysValid> {
    let (control, version) = (control.estimate()?, version.estimate()?);
    let (difference, error) = compare::difference(&control, &version, scale)?;
    if !is_open_share(level) || tuning.is_nan() || tuning <= 0.0 {
        return None;
    }
    let units = control.units + version.units;
    let alpha = 1.0 - level;
    let surprise = -2.0 * alpha.ln();
    let mixing = (surprise + (surprise + 1.0).ln()) / tuning;
    let grown = units * mixing + 1.0;
    let reach = (2.0 * grown / (units * mixing) * (grown.sqrt() / alpha).ln()).sqrt() * error;
    let square = (difference / error).powi(2);
    let evidence = units * mixing * square / (2.0 * grown) - 0.5 * grown.ln();
    Some(AlwaysValid {
        difference,
        error,
        low: difference - reach,
        high: difference + reach,
        p: (-evidence).exp().min(1.0),
    })
}
