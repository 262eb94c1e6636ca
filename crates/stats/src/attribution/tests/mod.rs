//! Credits by hand, published and in general.

mod by_hand;
mod properties;

use super::Path;

/// A path of letters, `a` being channel 0.
fn path(touches: &str, conversions: f64, value: f64, nulls: f64) -> Path {
    let touches = touches.bytes().map(|letter| usize::from(letter - b'a')).collect();
    Path { touches, ages: None, conversions, value, nulls }
}

fn close(found: &[f64], expected: &[f64], within: f64) {
    assert_eq!(found.len(), expected.len());
    for (one, other) in found.iter().zip(expected) {
        assert!((one - other).abs() < within, "{found:?} is not {expected:?}");
    }
}
