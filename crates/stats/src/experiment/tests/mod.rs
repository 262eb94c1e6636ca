//! Trials by hand, as published, and by simulation.

mod edges;
mod planned;
mod properties;
mod published;

use super::*;

fn rate(hits: f64, units: f64) -> Sample {
    Sample::Rate { units, hits }
}

fn mean(sum: f64, squares: f64, units: f64) -> Sample {
    Sample::Mean { units, sum, squares }
}

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted}");
}
