//! The found changes in the units of the series, with the intervals of their places.

use super::segment::Segmentation;
use super::{ChangePoint, Kind, odd};

/// The 95 % point of the likelihood ratio for a place, −2 ln(1 − √0.95): Hansen (2000), table 1.
const CRITICAL: f64 = 7.352_277;

/// The changes of a segmentation of values that had this mean and scale.
pub(super) fn describe(found: &Segmentation, mean: f64, scale: f64) -> Vec<ChangePoint> {
    let noise = scale * robust_deviation(found);
    let bounds = found.bounds();
    let mut changes = Vec::with_capacity(found.changes.len());
    for at in bounds.windows(3) {
        let (low, high) = interval(found, at);
        let (earlier, later) = (found.fit(at[0], at[1]), found.fit(at[1], at[2]));
        let reach = (at[1] - at[0]).min(at[2] - at[1]);
        // The middle of the values compared, seen from the middle of each stretch.
        let middle = at[1] as f64 + (reach as f64 - 1.0) / 2.0;
        let ahead = middle - (at[0] + at[1] - 1) as f64 / 2.0;
        let within = middle - (at[1] + at[2] - 1) as f64 / 2.0;
        let before = mean + scale * (earlier.level + earlier.slope * ahead);
        let after = mean + scale * (later.level + later.slope * within);
        let size = after - before;
        let turn = scale * (later.slope - earlier.slope);
        // Half of the way to the middle comes from the turn, the rest from the jump at the place itself.
        let by_turn = turn * (reach as f64 - 1.0) / 2.0;
        let kind = if by_turn.abs() > (size - by_turn).abs() { Kind::Trend } else { Kind::Level };
        changes.push(ChangePoint {
            index: at[1],
            low,
            high,
            kind,
            before,
            after,
            size,
            standardised: size / noise,
            slope_before: scale * earlier.slope,
            slope_after: scale * later.slope,
            reach,
            noise,
        });
    }
    changes
}

/// The places between the neighbours of a change whose cost cannot be told from the least one.
fn interval(found: &Segmentation, at: &[usize]) -> (usize, usize) {
    let noise = found.noise();
    let profile = found.profile(at[0], at[2]);
    let least = profile.iter().fold(f64::INFINITY, |least, place| least.min(place.1));
    let bound = least + CRITICAL * noise.variance * noise.inflation;
    let near = || profile.iter().filter(|place| place.1 <= bound).map(|place| place.0);
    let low = near().min().unwrap_or(at[1]).min(at[1]);
    (low, near().max().unwrap_or(at[1]).max(at[1]))
}

/// The robust standard deviation of the residuals, or the plain one where more than half of them are zero; never 0.
fn robust_deviation(found: &Segmentation) -> f64 {
    let sizes: Vec<f64> = found.residuals().iter().map(|residual| residual.abs()).collect();
    let robust = odd::ROBUST * odd::median(&sizes);
    // Without any noise a size is still a finite number of it; 1e-6 of the spread of the series stands for none.
    if robust > 1e-6 { robust } else { found.noise().variance.sqrt().max(1e-6) }
}
