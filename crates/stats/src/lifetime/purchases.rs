//! From a log of purchases to what the models ask of a customer.

use std::collections::BTreeMap;

use super::Refusal;

/// One purchase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchase {
    /// Who bought, by a number of the caller's.
    pub customer: usize,
    /// The day, counted from any fixed day.
    pub day: i64,
    /// What was paid, in units of money.
    pub amount: f64,
}

/// What the models ask of a customer; the notation is that of Fader, Hardie and Lee (2005).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Customer {
    /// Who, by the number in the log.
    pub customer: usize,
    /// Repeat purchases x: days with a purchase after the first.
    pub repeats: u32,
    /// Weeks from the first purchase to the last, t_x; 0 without a repeat.
    pub recency: f64,
    /// Weeks from the first purchase to the end of observation, T.
    pub age: f64,
    /// The sum of the logarithms of the weeks between purchases, which tells regular buyers from irregular ones.
    pub log_gaps: f64,
    /// Mean amount of a repeat purchase, in units of money; `None` without a repeat.
    pub spend: Option<f64>,
}

impl Customer {
    /// Whether the figures can belong to a customer.
    pub(super) fn is_sound(&self) -> bool {
        let is_timed = self.recency >= 0.0 && self.recency <= self.age && self.age.is_finite();
        let is_spent = self.spend.is_none_or(f64::is_finite);
        let is_repeated = (self.repeats > 0) == (self.recency > 0.0);
        is_timed && is_spent && is_repeated && self.log_gaps.is_finite()
    }
}

/// The customers of a log as seen at the end of day `end`, in the order of their numbers.
///
/// Purchases after `end` are left out, and so is who first bought then. Refused if an amount is not a number.
pub fn summarise(log: &[Purchase], end: i64) -> Result<Vec<Customer>, Refusal> {
    let mut days: BTreeMap<usize, BTreeMap<i64, f64>> = BTreeMap::new();
    for purchase in log.iter().filter(|purchase| purchase.day <= end) {
        if !purchase.amount.is_finite() {
            return Err(Refusal::NotNumbers);
        }
        *days.entry(purchase.customer).or_default().entry(purchase.day).or_default() +=
            purchase.amount;
    }
    let summary = |(customer, days): (&usize, &BTreeMap<i64, f64>)| one(*customer, days, end);
    Ok(days.iter().filter_map(summary).collect())
}

fn one(customer: usize, days: &BTreeMap<i64, f64>, end: i64) -> Option<Customer> {
    let (first, last) = (*days.first_key_value()?.0, *days.last_key_value()?.0);
    let weeks = |from: i64, to: i64| (to - from) as f64 / 7.0;
    let repeats = days.len() - 1;
    let gaps = days.keys().zip(days.keys().skip(1)).map(|(from, to)| weeks(*from, *to).ln());
    let spent = days.values().skip(1).sum::<f64>();
    Some(Customer {
        customer,
        repeats: repeats as u32,
        recency: weeks(first, last),
        age: weeks(first, end),
        log_gaps: gaps.sum(),
        spend: (repeats > 0).then(|| spent / repeats as f64),
    })
}
