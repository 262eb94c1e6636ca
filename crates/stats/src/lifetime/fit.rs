//! Maximum likelihood over customers that look alike.

use super::Customer;

/// The fewest customers from whom a model is fitted.
pub const LEAST_CUSTOMERS: usize = 50;

/// How near the corners of a search are when it ends, as a share of the likelihood.
pub(super) const FLAT: f64 = 1e-12;

/// Why there is no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody has bought again, so neither rate nor loss can be told.
    NoRepeatPurchase,
    /// The likelihood is nowhere finite.
    NotFound,
    /// A figure is not a number, or contradicts another of the same customer.
    NotNumbers,
    /// Fewer customers than [`LEAST_CUSTOMERS`]; for spend, fewer who came back and paid.
    TooFewCustomers,
}

/// A fitted model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit<M> {
    /// The model with its parameters.
    pub model: M,
    /// Its log-likelihood of the customers, natural logarithm, times in weeks.
    pub log_likelihood: f64,
}

/// Refuses what no purchase model can be fitted to.
pub(super) fn check(customers: &[Customer]) -> Result<(), Refusal> {
    if customers.len() < LEAST_CUSTOMERS {
        return Err(Refusal::TooFewCustomers);
    }
    if !customers.iter().all(Customer::is_sound) {
        return Err(Refusal::NotNumbers);
    }
    if customers.iter().all(|customer| customer.repeats == 0) {
        return Err(Refusal::NoRepeatPurchase);
    }
    Ok(())
}

/// Customers with the same history, counted: the likelihood is worked out once for all of them.
pub(super) fn alike(customers: &[Customer]) -> Vec<(Customer, f64)> {
    let mut sorted: Vec<Customer> =
        customers.iter().map(|customer| Customer { log_gaps: 0.0, ..*customer }).collect();
    sorted.sort_by(|a, b| {
        let times = a.recency.total_cmp(&b.recency).then(a.age.total_cmp(&b.age));
        a.repeats.cmp(&b.repeats).then(times)
    });
    let same = |a: &Customer, b: &Customer| {
        a.repeats == b.repeats && a.recency >= b.recency && a.age >= b.age
    };
    sorted.chunk_by(same).map(|group| (group[0], group.len() as f64)).collect()
}

/// Mean age in weeks, the unit in which scales of time are searched.
pub(super) fn unit(customers: &[Customer]) -> f64 {
    let mean = customers.iter().map(|one| one.age).sum::<f64>() / customers.len() as f64;
    if mean > 0.0 { mean } else { 1.0 }
}
