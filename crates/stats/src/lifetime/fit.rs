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
    weighed(customers.iter().map(|customer| (*customer, 1.0)))
}

/// Customers with the same history, each with a weight; the weights added up. Those with fewer purchases stand first.
pub fn weighed(customers: impl IntoIterator<Item = (Customer, f64)>) -> Vec<(Customer, f64)> {
    let plain = |(one, weight)| (Customer { log_gaps: 0.0, ..one }, weight);
    let mut sorted: Vec<(Customer, f64)> = customers.into_iter().map(plain).collect();
    sorted.sort_by(|(a, _), (b, _)| {
        let times = a.recency.total_cmp(&b.recency).then(a.age.total_cmp(&b.age));
        a.repeats.cmp(&b.repeats).then(times)
    });
    let same = |(a, _): &(Customer, f64), (b, _): &(Customer, f64)| {
        a.repeats == b.repeats && a.recency >= b.recency && a.age >= b.age
    };
    let sum = |group: &[(Customer, f64)]| group.iter().map(|(_, weight)| weight).sum();
    sorted.chunk_by(same).map(|group| (group[0].0, sum(group))).collect()
}

/// The log-likelihood of groups that [`alike`] made: what depends on the number of purchases alone is worked out once for
/// all who share it, and what depends on their times for each group.
pub(super) fn likelihood_of(
    groups: &[(Customer, f64)],
    of_repeats: impl Fn(u32) -> f64,
    of_times: impl Fn(&Customer) -> f64,
) -> f64 {
    let mut known: Option<(u32, f64)> = None;
    let mut sum = 0.0;
    for (one, count) in groups {
        let shared = match known {
            Some((repeats, shared)) if repeats == one.repeats => shared,
            _ => of_repeats(one.repeats),
        };
        known = Some((one.repeats, shared));
        sum += count * (shared + of_times(one));
    }
    sum
}

/// Mean age in weeks, the unit in which scales of time are searched.
pub(super) fn unit(customers: &[Customer]) -> f64 {
    let mean = customers.iter().map(|one| one.age).sum::<f64>() / customers.len() as f64;
    if mean > 0.0 { mean } else { 1.0 }
}
