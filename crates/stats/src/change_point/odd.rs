//! Single odd values, set to what is usual around them.

/// Values to either side of a value that say what is usual: up to three odd values in a row are recognised.
const SIDE: usize = 3;

/// The values with each one that lies more than `bound` robust deviations from the median of the seven around it set
/// to that median: the filter of Hampel as in Pearson (2002), IEEE Transactions on Control Systems Technology 10(1),
/// 55–63. The deviation is that of the whole series, 1.4826 × the median distance.
///
/// A median keeps the edge of a step, so a change of at least four values is left as it is.
pub(super) fn smoothed(values: &[f64], bound: f64) -> Vec<f64> {
    let usual: Vec<f64> = (0..values.len())
        .map(|at| {
            let first = at.saturating_sub(SIDE).min(values.len().saturating_sub(2 * SIDE + 1));
            median(&values[first..values.len().min(first + 2 * SIDE + 1)])
        })
        .collect();
    let distances: Vec<f64> =
        values.iter().zip(&usual).map(|(value, usual)| (value - usual).abs()).collect();
    let deviation = 1.482_602_218_505_602 * median(&distances);
    if deviation <= 0.0 {
        return values.to_vec();
    }
    let pairs = values.iter().zip(&usual).zip(&distances);
    pairs
        .map(|((value, usual), far)| if *far > bound * deviation { *usual } else { *value })
        .collect()
}

/// The middle value; 0 of nothing.
pub(super) fn median(values: &[f64]) -> f64 {
    crate::quantile::quantile(values, 0.5).unwrap_or(0.0)
}
