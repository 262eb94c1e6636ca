//! The torture sets: every goal of `cargo xtask torture` holds.

use crate::real_data;
use xtask::torture;

/// Runs a set and shows what failed in it.
#[track_caller]
fn holds(set: &str) {
    let Some(data) = real_data::data() else { return };
    let lines = torture::measure(set, &data).expect("the set can be read");
    for line in lines {
        assert!(line.holds(), "{line}\n{}", line.failures.join("\n"));
    }
}

#[test]
fn csv_spectrum_is_read_text_for_text() {
    holds("csv-spectrum");
}
