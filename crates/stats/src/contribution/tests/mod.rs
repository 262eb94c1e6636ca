//! Tests of the contributions: by hand, against published cases, and as properties over seeded draws.

mod factors;
mod segments;

#[track_caller]
fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not {expected}");
}
