//! What a model says of a customer, and what that is worth.

use super::{Customer, GammaGamma};

/// What every model of purchases says of a customer.
pub trait Purchasing {
    /// The probability that the customer has not left at the end of observation, 0 to 1.
    fn alive(&self, customer: &Customer) -> f64;

    /// Purchases expected within `weeks` after the end of observation; 0 if `weeks` is not above 0.
    fn expected(&self, customer: &Customer, weeks: f64) -> f64;

    /// Repeat purchases expected of somebody in the first `weeks` after their first purchase.
    fn expected_of_new(&self, weeks: f64) -> f64 {
        let fresh = Customer {
            customer: 0,
            repeats: 0,
            recency: 0.0,
            age: 0.0,
            log_gaps: 0.0,
            spend: None,
        };
        self.expected(&fresh, weeks)
    }
}

/// The mean of two models: errors that they do not share are halved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean<A, B>(pub A, pub B);

impl<A: Purchasing, B: Purchasing> Purchasing for Mean<A, B> {
    fn alive(&self, customer: &Customer) -> f64 {
        f64::midpoint(self.0.alive(customer), self.1.alive(customer))
    }

    fn expected(&self, customer: &Customer, weeks: f64) -> f64 {
        f64::midpoint(self.0.expected(customer, weeks), self.1.expected(customer, weeks))
    }
}

/// How far a value looks ahead, and what waiting costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Periods to come.
    pub periods: u32,
    /// Weeks of one period.
    pub weeks: f64,
    /// Discount per period, paid at its end: 0.01 is one percent, 0 none.
    pub discount: f64,
}

impl Horizon {
    /// Twelve months of equal length at a discount per month.
    pub fn year(discount: f64) -> Self {
        Self { periods: 12, weeks: 365.25 / 12.0 / 7.0, discount }
    }
}

/// What a customer will spend within the horizon, in units of money of today: expected purchases of each period times
/// expected spend, discounted as in Fader, Hardie and Lee (2005), *RFM and CLV*.
///
/// `None` for a period without length or a discount of −1 and less.
pub fn value(
    model: &impl Purchasing,
    spend: &GammaGamma,
    customer: &Customer,
    horizon: Horizon,
) -> Option<f64> {
    let is_usable = horizon.weeks > 0.0 && horizon.weeks.is_finite() && horizon.discount > -1.0;
    if !is_usable {
        return None;
    }
    let (mut so_far, mut purchases) = (0.0, 0.0);
    for period in 1..=horizon.periods {
        let expected = model.expected(customer, horizon.weeks * f64::from(period));
        purchases += (expected - so_far) / (1.0 + horizon.discount).powf(f64::from(period));
        so_far = expected;
    }
    Some(purchases * spend.expected(customer))
}

/// What is expected of one customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// The probability that they have not left, 0 to 1.
    pub alive: f64,
    /// Purchases within the horizon.
    pub purchases: f64,
    /// Mean spend at a purchase, in units of money; `None` without a model of spend.
    pub spend: Option<f64>,
    /// What they will spend within the horizon, in money of today; `None` without a model of spend.
    pub value: Option<f64>,
}

/// What is expected of each customer, in their order.
pub fn worths(
    model: &impl Purchasing,
    spend: Option<&GammaGamma>,
    customers: &[Customer],
    horizon: Horizon,
) -> Vec<Worth> {
    let weeks = horizon.weeks * f64::from(horizon.periods);
    let worth = |customer: &Customer| Worth {
        alive: model.alive(customer),
        purchases: model.expected(customer, weeks),
        spend: spend.map(|spend| spend.expected(customer)),
        value: spend.and_then(|spend| value(model, spend, customer, horizon)),
    };
    customers.iter().map(worth).collect()
}
