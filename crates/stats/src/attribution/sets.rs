//! Shapley values over the sets of channels on the paths.
//!
//! Method: the worth of a set S of channels is what the paths within S earned, v(S) = Σ over T ⊆ S of c(T). It is a
//! sum of unanimity games, so the Shapley value of a channel is Σ over T that hold it of c(T) / |T|, exact for any
//! number of channels: Shapley (1953), *A Value for n-Person Games*, lemmas 2 and 3; for channels Zhao, Mahboobi and
//! Bagheri (2018), *Shapley Value Methods for Attribution Modeling in Online Advertising*, arXiv:1804.05327.
//! Not for: reading the order of touches, how often a channel was touched, or the paths that came to nothing; it sees
//! none of them.

use std::collections::BTreeSet;

use super::{Credit, Path, are_usable};

/// The Shapley value of each channel; `None` as for [`by_position`](super::by_position).
pub fn shapley_sets(paths: &[Path], channels: usize) -> Option<Credit> {
    if !are_usable(paths, channels) {
        return None;
    }
    let mut credit = Credit::nothing(channels);
    for path in paths {
        let set: BTreeSet<usize> = path.touches.iter().copied().collect();
        for channel in &set {
            credit.give(*channel, 1.0 / set.len() as f64, path);
        }
    }
    Some(credit)
}
