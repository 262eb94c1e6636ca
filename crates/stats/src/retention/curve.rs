//! Curves of renewal: shifted beta-geometric, and beta discrete Weibull.
//!
//! Method: each customer leaves at a renewal with a probability of their own, which is beta with α and β among them.
//! Fader and Hardie (2007), *How to Project Customer Retention*, Journal of Interactive Marketing 21, 76–90. With an
//! exponent of time the probability also changes with duration: Fader, Hardie, Liu, Davin and Steenburgh (2018), *"How
//! to Project Customer Retention" Revisited: The Role of Duration Dependence*, Journal of Interactive Marketing 43,
//! 1–16.

use statrs::function::gamma::ln_gamma;

use crate::simplex::highest;

/// The fewest customers, over all cohorts, from whom a curve is fitted.
pub const LEAST_CUSTOMERS: f64 = 50.0;

/// Terms after which the sum of a residual life is given up.
const MOST_TERMS: u32 = 1_000_000;

/// Why there is no curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody has left, so no rate can be told.
    NoLoss,
    /// The likelihood is nowhere finite.
    NotFound,
    /// A count is not a number or below 0, or a cohort grows.
    NotNumbers,
    /// Fewer customers than [`LEAST_CUSTOMERS`].
    TooFewCustomers,
    /// No cohort has as many finished periods as the curve has parameters.
    TooFewPeriods,
}

/// The share of a cohort that is left after each renewal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// First parameter of the probabilities to leave at the first renewal.
    pub alpha: f64,
    /// Second parameter of them.
    pub beta: f64,
    /// Exponent of time: 1 is the shifted beta-geometric; above 1 a customer is likelier to leave the longer they stay,
    /// below 1 less likely.
    pub duration: f64,
}

/// A fitted curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The curve.
    pub curve: Curve,
    /// Its log-likelihood of the customers, natural logarithm.
    pub log_likelihood: f64,
}

impl Curve {
    /// The share left after `periods`, 0 to 1: B(α, β + t^c) / B(α, β), equation 6 of Fader and Hardie (2007) at c = 1.
    pub fn survival(&self, periods: u32) -> f64 {
        self.log_survival(periods).exp()
    }

    fn log_survival(&self, periods: u32) -> f64 {
        let total = self.alpha + self.beta;
        let power = f64::from(periods).powf(self.duration);
        ln_gamma(total) - ln_gamma(self.beta) + ln_gamma(self.beta + power)
            - ln_gamma(total + power)
    }

    /// The share of those left after `periods` who stay for one more, 0 to 1.
    pub fn renewal(&self, periods: u32) -> f64 {
        (self.log_survival(periods + 1) - self.log_survival(periods)).exp()
    }

    /// Periods that somebody who has stayed for `periods` will still pay for, each discounted by `discount` (0.1); the
    /// next renewal, which is due now, is not discounted: Fader and Hardie (2010), *Customer-Base Valuation in a
    /// Contractual Setting*, Marketing Science 29, 85–93, equation 8.
    ///
    /// `None` unless the discount is above 0, or if it is too small for the sum to end.
    pub fn residual_life(&self, periods: u32, discount: f64) -> Option<f64> {
        if !discount.is_finite() || discount <= 0.0 {
            return None;
        }
        let (mut left, mut sum) = (1.0, 0.0);
        for ahead in 0..MOST_TERMS {
            left *= self.renewal(periods + ahead) / if ahead == 0 { 1.0 } else { 1.0 + discount };
            sum += left;
            // What follows is less than a geometric series of the discount alone.
            if left / discount < 1e-12 * sum {
                return Some(sum);
            }
        }
        None
    }

    fn log_likelihood(&self, survivors: &[f64]) -> f64 {
        let mut likelihood = 0.0;
        let mut before = 0.0;
        for (period, pair) in survivors.windows(2).enumerate() {
            let after = self.log_survival(period as u32 + 1);
            let lost = pair[0] - pair[1];
            if lost > 0.0 {
                likelihood += lost * (before + (-(after - before).exp_m1()).ln());
            }
            before = after;
        }
        likelihood + survivors.last().map_or(0.0, |left| left * before)
    }
}

/// The shifted beta-geometric curve by maximum likelihood.
///
/// A cohort is its size and then those left after each finished period; cohorts may be of different length.
pub fn fit_shifted_beta_geometric(cohorts: &[Vec<f64>]) -> Result<Fit, Refusal> {
    check(cohorts, 2)?;
    let curve = |[alpha, beta]: [f64; 2]| Curve { alpha, beta, duration: 1.0 };
    fit(cohorts, curve)
}

/// The beta discrete Weibull curve by maximum likelihood, cohorts as in [`fit_shifted_beta_geometric`].
pub fn fit_beta_discrete_weibull(cohorts: &[Vec<f64>]) -> Result<Fit, Refusal> {
    check(cohorts, 3)?;
    fit(cohorts, |[alpha, beta, duration]: [f64; 3]| Curve { alpha, beta, duration })
}

fn fit<const N: usize>(
    cohorts: &[Vec<f64>],
    curve: impl Fn([f64; N]) -> Curve,
) -> Result<Fit, Refusal> {
    let (found, log_likelihood) = highest([1.0; N], |parameters| {
        let curve = curve(parameters);
        cohorts.iter().map(|survivors| curve.log_likelihood(survivors)).sum()
    })
    .ok_or(Refusal::NotFound)?;
    Ok(Fit { curve: curve(found), log_likelihood })
}

fn check(cohorts: &[Vec<f64>], parameters: usize) -> Result<(), Refusal> {
    let falls = |cohort: &Vec<f64>| cohort.windows(2).all(|pair| pair[1] <= pair[0]);
    let counts = |cohort: &Vec<f64>| cohort.iter().all(|left| left.is_finite() && *left >= 0.0);
    if !cohorts.iter().all(|cohort| counts(cohort) && falls(cohort)) {
        return Err(Refusal::NotNumbers);
    }
    if cohorts.iter().filter_map(|cohort| cohort.first()).sum::<f64>() < LEAST_CUSTOMERS {
        return Err(Refusal::TooFewCustomers);
    }
    if cohorts.iter().all(|cohort| cohort.len() <= parameters) {
        return Err(Refusal::TooFewPeriods);
    }
    if cohorts.iter().all(|cohort| cohort.first() <= cohort.last()) {
        return Err(Refusal::NoLoss);
    }
    Ok(())
}
