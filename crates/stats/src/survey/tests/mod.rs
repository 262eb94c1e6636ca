//! Scores and weights by hand, published and in general.

mod drivers;
mod scores;
mod weighting;

fn close(found: &[f64], expected: &[f64], within: f64) {
    assert_eq!(found.len(), expected.len());
    for (one, other) in found.iter().zip(expected) {
        assert!((one - other).abs() < within, "{found:?} is not {expected:?}");
    }
}
