//! Tests of retention: by hand, against published figures, and on seeded customers.

mod by_hand;
mod properties;
mod published;
mod refusals;
mod sure;

fn assert_near(found: f64, expected: f64, slack: f64) {
    assert!((found - expected).abs() <= slack, "{found} is not {expected}");
}

/// Cohorts of 1000 with these shares left after each year: Fader and Hardie (2007), table 1.
fn cohort(shares: [f64; 8]) -> Vec<f64> {
    shares.iter().map(|share| share * 1_000.0).collect()
}

const HIGH_END: [f64; 8] = [1.0, 0.869, 0.743, 0.653, 0.593, 0.551, 0.517, 0.491];
const REGULAR: [f64; 8] = [1.0, 0.631, 0.468, 0.382, 0.326, 0.289, 0.262, 0.241];
