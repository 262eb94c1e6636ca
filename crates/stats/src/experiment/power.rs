//! How likely is a real difference to be seen?

use statrs::distribution::ContinuousCDF as _;
use statrs::function::gamma::ln_gamma;

use super::{is_open_share, normal, student_quantile};

/// Steps of Simpson's rule over the spread of a standard deviation.
const STEPS: usize = 2000;
/// The most units of one arm that are thought of.
const MOST_UNITS: f64 = 1e12;

/// The power to tell two rates apart, two-sided with error `alpha`, `units` in each arm: the normal approximation with
/// the pooled rate without a difference, as R's `power.prop.test`.
///
/// `None` for rates outside 0 to 1, no units, or an error that is not between 0 and 1.
pub fn rates_power(first: f64, second: f64, units: f64, alpha: f64) -> Option<f64> {
    let rates = is_open_share(first) && is_open_share(second);
    if !(rates && units > 0.0 && units.is_finite() && is_open_share(alpha)) {
        return None;
    }
    let both = first + second;
    let without = (both * (1.0 - both / 2.0)).sqrt();
    let with = (first * (1.0 - first) + second * (1.0 - second)).sqrt();
    let critical = normal().inverse_cdf(1.0 - alpha / 2.0);
    Some(normal().cdf((units.sqrt() * (first - second).abs() - critical * without) / with))
}

/// Units in each arm to tell two rates apart with this power; not rounded.
///
/// `None` as for [`rates_power`], or if the rates are the same or the power cannot be had.
pub fn rates_sample_size(first: f64, second: f64, alpha: f64, power: f64) -> Option<f64> {
    if !is_open_share(power) {
        return None;
    }
    least(|units| rates_power(first, second, units, alpha), power, (1.0, MOST_UNITS))
}

/// The smallest rise of a rate that this many units in each arm tell with this power.
///
/// `None` as for [`rates_power`], or if no rise is told.
pub fn smallest_rate_change(rate: f64, units: f64, alpha: f64, power: f64) -> Option<f64> {
    if !is_open_share(rate) || !is_open_share(power) {
        return None;
    }
    let rise = |change: f64| rates_power(rate, rate + change, units, alpha);
    least(rise, power, (1e-9 * (1.0 - rate), (1.0 - rate) * (1.0 - 1e-9)))
}

/// The power of the two-sided t test for two means with one standard deviation, `units` in each arm: the noncentral t,
/// as R's `power.t.test`, which leaves out the far tail.
///
/// `None` for fewer than two units, no deviation, or an error that is not between 0 and 1.
pub fn means_power(difference: f64, deviation: f64, units: f64, alpha: f64) -> Option<f64> {
    let shift = (units / 2.0).sqrt() * difference.abs() / deviation;
    let sound = deviation > 0.0 && units > 1.0 && shift.is_finite() && is_open_share(alpha);
    if !sound {
        return None;
    }
    let freedom = 2.0 * (units - 1.0);
    let critical = student_quantile(1.0 - alpha / 2.0, freedom)?;
    Some(noncentral_upper(critical, freedom, shift))
}

/// Units in each arm to tell two means apart with this power; not rounded.
///
/// `None` as for [`means_power`], or if there is no difference.
pub fn means_sample_size(difference: f64, deviation: f64, alpha: f64, power: f64) -> Option<f64> {
    if !is_open_share(power) || difference.is_nan() || difference == 0.0 {
        return None;
    }
    least(|units| means_power(difference, deviation, units, alpha), power, (1.5, 1e9))
}

/// P(T > t) for the noncentral t: the normal shifted, over the spread of the estimated standard deviation.
fn noncentral_upper(t: f64, freedom: f64, shift: f64) -> f64 {
    // The estimated standard deviation is chi over the root of its degrees: about one, ± 1 / √(2 ν).
    let reach = 9.0 / (2.0 * freedom).sqrt();
    let (low, high) = ((1.0 - reach).max(1e-9), 1.0 + reach.max(1.0 / freedom) * 1.6);
    let constant =
        std::f64::consts::LN_2 + freedom / 2.0 * (freedom / 2.0).ln() - ln_gamma(freedom / 2.0);
    let width = (high - low) / STEPS as f64;
    let (mut sum, mut whole) = (0.0, 0.0);
    for k in 0..=STEPS {
        let s = low + width * k as f64;
        let density = (constant + (freedom - 1.0) * s.ln() - freedom * s * s / 2.0).exp();
        let simpson = match k {
            0 | STEPS => 1.0,
            k if k % 2 == 1 => 4.0,
            _ => 2.0,
        };
        whole += simpson * density;
        sum += simpson * density * normal().cdf(shift - t * s);
    }
    (sum / whole).clamp(0.0, 1.0)
}

/// The least argument at which a rising function reaches `wanted`, by bisection of the logarithm.
fn least(rising: impl Fn(f64) -> Option<f64>, wanted: f64, range: (f64, f64)) -> Option<f64> {
    let (mut low, mut high) = (range.0.ln(), range.1.ln());
    if rising(range.1)? < wanted {
        return None;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if rising(middle.exp())? < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high.exp())
}
