//! Single odd values, set to what is usual around them.

/// Values to either side of a value that say what is usual: up to three odd values in a row are recognised.
const SIDE: usize = 3;

/// The standard deviation of a normal distribution in units of its median distance from the middle.
pub(super) const ROBUST: f64 = 1.482_602_218_505_602;

/// The values with each one that lies more than `bound` robust deviations from the median of the seven around it set
/// to that median: the filter of Hampel as in Pearson (2002), IEEE Transactions on Control Systems Technology 10(1),
/// 55–63. The deviation is that of the whole series: 1.4826 × the median distance, or 1.2533 × the mean distance where
/// the median is 0, as in Iglewicz and Hoaglin (1993), *How to Detect and Handle Outliers*.
///
/// A median keeps the edge of a step, so a change of at least four values is left as it is.
pub(super) fn smoothed(values: &[f64], bound: f64) -> Vec<f64> {
    let usual: Vec<f64> = (0..values.len()).map(|at| median(around(values, at))).collect();
    let distances: Vec<f64> =
        values.iter().zip(&usual).map(|(value, usual)| (value - usual).abs()).collect();
    let mean = distances.iter().sum::<f64>() / distances.len() as f64;
    let robust = ROBUST * median(&distances);
    let deviation = if robust > 0.0 { robust } else { 1.253_314_137_315_5 * mean };
    let mut smoothed = values.to_vec();
    for (at, value) in smoothed.iter_mut().enumerate() {
        let is_middle = (SIDE..values.len().saturating_sub(SIDE)).contains(&at);
        // The first and last values have no middle of their own: a slope alone must not make them odd. It puts the
        // last value 3 steps from the middle, and the spread of seven is 3 steps.
        let local = if is_middle { 0.0 } else { spread(around(values, at)) / 2.0 };
        if distances[at] > bound * deviation.max(local) {
            *value = usual[at];
        }
    }
    smoothed
}

/// The seven values around one, or nearest to it at the ends.
fn around(values: &[f64], at: usize) -> &[f64] {
    let width = (2 * SIDE + 1).min(values.len());
    let first = at.saturating_sub(SIDE).min(values.len() - width);
    &values[first..first + width]
}

/// The robust deviation of a few values.
fn spread(values: &[f64]) -> f64 {
    let middle = median(values);
    let distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    ROBUST * median(&distances)
}

/// The middle value; 0 of nothing.
pub(super) fn median(values: &[f64]) -> f64 {
    crate::quantile::quantile(values, 0.5).unwrap_or(0.0)
}
