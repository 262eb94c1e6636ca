//! Pareto/NBD: purchases at a rate of one's own until one leaves, at any moment.
//!
//! Method: Schmittlein, Morrison and Colombo (1987), *Counting Your Customers: Who Are They and What Will They Do
//! Next?*, Management Science 33, 1–24: rates are gamma with r and α, lifetimes exponential with a rate that is gamma
//! with s and β. Formulas as in Fader and Hardie (2005), *A Note on Deriving the Pareto/NBD Model and Related Expressions*.

use statrs::function::gamma::ln_gamma;

use super::Customer;
use super::fit::{FLAT, Fit, Refusal, alike, check, likelihood_of, unit};
use super::geometric::log_sum;
use super::worth::Purchasing;
use crate::simplex::highest_to;

/// The parameters of Pareto/NBD, times in weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoNbd {
    /// Shape of the purchase rates among customers.
    pub r: f64,
    /// Rate parameter of the purchase rates, in weeks; their mean is r/α.
    pub alpha: f64,
    /// Shape of the rates at which customers leave.
    pub s: f64,
    /// Rate parameter of these, in weeks.
    pub beta: f64,
}

impl ParetoNbd {
    /// The log-likelihood of one customer: equation 20 of the note.
    pub fn log_likelihood(&self, customer: &Customer) -> f64 {
        self.of_repeats(customer.repeats) + self.of_times(customer)
    }

    /// What the number of purchases makes of it.
    fn of_repeats(&self, repeats: u32) -> f64 {
        let shape = self.r + f64::from(repeats);
        let rates = ln_gamma(shape) - ln_gamma(self.r) + self.r * self.alpha.ln();
        rates + self.s * self.beta.ln()
    }

    /// What the times of purchase make of it.
    fn of_times(&self, customer: &Customer) -> f64 {
        let (alive, gone) = self.fates(customer);
        log_sum(alive, gone)
    }

    /// The log-likelihood of customers that look alike.
    pub(super) fn of_groups(&self, groups: &[(Customer, f64)]) -> f64 {
        likelihood_of(groups, |repeats| self.of_repeats(repeats), |one| self.of_times(one))
    }

    /// Still there at the end, or gone since the last purchase: logarithms of (α+T)^−(r+x) (β+T)^−s, and of s times the
    /// integral of (α+y)^−(r+x) (β+y)^−(s+1) for y from t_x to T.
    fn fates(&self, customer: &Customer) -> (f64, f64) {
        let shape = self.r + f64::from(customer.repeats);
        let ends =
            (self.alpha + customer.age).ln() * shape + (self.beta + customer.age).ln() * self.s;
        let powers = if self.alpha < self.beta {
            [(self.alpha, shape), (self.beta, self.s + 1.0)]
        } else {
            [(self.beta, self.s + 1.0), (self.alpha, shape)]
        };
        (-ends, self.s.ln() + log_integral(powers, customer.recency, customer.age))
    }
}

/// Nodes and weights of Gauss and Legendre's rule of sixteen: Abramowitz and Stegun (1964), table 25.4.
pub(super) const NODES: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_7, 0.149_595_988_816_576_73),
    (0.755_404_408_355_003, 0.124_628_971_255_533_87),
    (0.865_631_202_387_831_7, 0.095_158_511_682_492_78),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_89),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_095),
];

/// The logarithm of the integral of (m+y)^−p (n+y)^−q over y, the pairs being (m, p) and (n, q) with m ≤ n.
///
/// The literature writes it as a difference of two hypergeometric functions, whose series crawl where m ≪ n. Over
/// ln(m+y) the integrand is near an exponential, and a few panels give it to the last digits.
fn log_integral([(m, p), (n, q)]: [(f64, f64); 2], from: f64, to: f64) -> f64 {
    if to <= from {
        return f64::NEG_INFINITY;
    }
    let share = (m + from) / (n + from);
    let range = ((to - from) / (m + from)).ln_1p();
    // The logarithm of the integrand falls and rises no faster than this, q counting by the share at the upper end.
    let steep = p + q * (m + to) / (n + to);
    let panels = (range / (8.0 / steep).min(2.0)).ceil().clamp(1.0, 10_000.0);
    let half = range / panels / 2.0;
    // As a share of its value at the lower end, times the derivative of y.
    let at = |h: f64| (h * (1.0 - p) - q * (share * h.exp_m1()).ln_1p()).exp();
    let mut sum = 0.0;
    for panel in 0..panels as usize {
        let middle = (2.0 * panel as f64 + 1.0) * half;
        for (node, weight) in NODES {
            sum += weight * half * (at(middle - node * half) + at(middle + node * half));
        }
    }
    (1.0 - p) * (m + from).ln() - q * (n + from).ln() + sum.ln()
}

impl Purchasing for ParetoNbd {
    fn alive(&self, customer: &Customer) -> f64 {
        let (alive, gone) = self.fates(customer);
        1.0 / (1.0 + (gone - alive).exp())
    }

    /// Equation 41 of the note; at s = 1 its limit, a logarithm.
    fn expected(&self, customer: &Customer, weeks: f64) -> f64 {
        if weeks <= 0.0 {
            return 0.0;
        }
        let shape = self.r + f64::from(customer.repeats);
        let rate = shape / (self.alpha + customer.age);
        let scale = self.beta + customer.age;
        let log_share = -(weeks / scale).ln_1p();
        let power = (self.s - 1.0) * log_share;
        let weeks_there = if power.abs() < 1e-12 {
            -scale * log_share
        } else {
            -scale * power.exp_m1() / (self.s - 1.0)
        };
        self.alive(customer) * rate * weeks_there
    }
}

/// Pareto/NBD by maximum likelihood.
pub fn fit_pareto_nbd(customers: &[Customer]) -> Result<Fit<ParetoNbd>, Refusal> {
    check(customers)?;
    let groups = alike(customers);
    let model = |[r, alpha, s, beta]: [f64; 4]| ParetoNbd { r, alpha, s, beta };
    let unit = unit(customers);
    let (found, log_likelihood) =
        highest_to(FLAT, [1.0, unit, 1.0, unit], |parameters| model(parameters).of_groups(&groups))
            .ok_or(Refusal::NotFound)?;
    Ok(Fit { model: model(found), log_likelihood })
}
