//! Tests of customer value: by hand, against published figures, and on seeded customers.

mod by_hand;
mod counts;
mod properties;
mod published;
mod refusals;
mod sure;

use super::Customer;

/// A buyer without regularity and spend.
fn buyer(repeats: u32, recency: f64, age: f64) -> Customer {
    Customer { customer: 0, repeats, recency, age, log_gaps: 0.0, spend: None }
}

fn assert_near(found: f64, expected: f64, slack: f64) {
    assert!((found - expected).abs() <= slack, "{found} is not {expected}");
}
