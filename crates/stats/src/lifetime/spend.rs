//! Gamma–Gamma: what a customer spends at a purchase.
//!
//! Method: Fader, Hardie and Lee (2005), *RFM and CLV: Using Iso-Value Curves for Customer Base Analysis*, Journal of
//! Marketing Research 42, 415–430, and Fader and Hardie (2013), *The Gamma-Gamma Model of Monetary Value*: amounts are
//! gamma with shape p, their rates among customers gamma with q and v. Spend must not depend on frequency.

use statrs::function::gamma::ln_gamma;

use super::Customer;
use super::fit::{Fit, LEAST_CUSTOMERS, Refusal};
use crate::correlation::{Correlation, pearson};
use crate::simplex::highest;

/// The correlation of spend and frequency, either way, from which a warning is due: a small one of Cohen (1988).
pub const DEPENDENT: f64 = 0.1;

/// The parameters of the Gamma–Gamma model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    /// Shape of the amounts of one customer.
    pub p: f64,
    /// Shape of the rates among customers; above 1, so that there is a mean.
    pub q: f64,
    /// Rate parameter of the rates, in units of money.
    pub v: f64,
}

impl GammaGamma {
    /// The log-likelihood of a customer with `repeats` purchases of mean `spend`, both above 0.
    pub fn log_likelihood(&self, repeats: u32, spend: f64) -> f64 {
        let x = f64::from(repeats);
        let shape = self.p * x;
        let constant = ln_gamma(shape + self.q) - ln_gamma(shape) - ln_gamma(self.q);
        let amounts = (shape - 1.0) * spend.ln() + shape * x.ln() + self.q * self.v.ln();
        constant + amounts - (shape + self.q) * (x * spend + self.v).ln()
    }

    /// The mean amount a customer will spend at a purchase, in money: what they spent, drawn to the mean of all.
    pub fn expected(&self, customer: &Customer) -> f64 {
        let (x, spend) = match customer.spend {
            Some(spend) if spend > 0.0 => (f64::from(customer.repeats), spend),
            _ => (0.0, 0.0),
        };
        self.p * (self.v + x * spend) / (self.p * x + self.q - 1.0)
    }
}

/// How far the assumption holds that spend does not depend on frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpendDependence {
    /// Pearson's correlation of mean spend and repeat purchases among those who came back and paid.
    pub correlation: Correlation,
    /// Whether it reaches [`DEPENDENT`] and is below 5 % by chance: then values of frequent buyers lean to one side.
    pub warns: bool,
}

/// The customers who came back and paid: repeat purchases and mean spend.
fn payers(customers: &[Customer]) -> Vec<(u32, f64)> {
    let paid = |one: &Customer| one.spend.filter(|spend| *spend > 0.0).map(|m| (one.repeats, m));
    customers.iter().filter_map(paid).collect()
}

/// The Gamma–Gamma model by maximum likelihood, over those who came back and paid.
pub fn fit_gamma_gamma(customers: &[Customer]) -> Result<Fit<GammaGamma>, Refusal> {
    if !customers.iter().all(Customer::is_sound) {
        return Err(Refusal::NotNumbers);
    }
    let payers = payers(customers);
    if payers.is_empty() && !customers.is_empty() {
        return Err(Refusal::NoRepeatPurchase);
    }
    if payers.len() < LEAST_CUSTOMERS {
        return Err(Refusal::TooFewCustomers);
    }
    let mean = payers.iter().map(|payer| payer.1).sum::<f64>() / payers.len() as f64;
    let model = |[p, excess, v]: [f64; 3]| GammaGamma { p, q: 1.0 + excess, v };
    let (found, log_likelihood) = highest([1.0, 1.0, mean], |parameters| {
        let model = model(parameters);
        payers.iter().map(|(repeats, spend)| model.log_likelihood(*repeats, *spend)).sum()
    })
    .ok_or(Refusal::NotFound)?;
    Ok(Fit { model: model(found), log_likelihood })
}

/// The correlation of spend and frequency; `None` for fewer than three who paid again, or if all do alike.
pub fn spend_dependence(customers: &[Customer]) -> Option<SpendDependence> {
    let (repeats, spend): (Vec<f64>, Vec<f64>) =
        payers(customers).into_iter().map(|(repeats, spend)| (f64::from(repeats), spend)).unzip();
    let correlation = pearson(&spend, &repeats)?;
    let warns = correlation.coefficient.abs() >= DEPENDENT && correlation.p < 0.05;
    Some(SpendDependence { correlation, warns })
}
