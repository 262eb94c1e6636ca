//! Order statistics of a sample.

/// The quantile at `share` (0 to 1) by linear interpolation between order statistics: type 7 of Hyndman and
/// Fan (1996), *Sample Quantiles in Statistical Packages*, The American Statistician 50(4), 361–365.
///
/// `None` for an empty sample, a value that is not a number, or a share outside 0 to 1.
pub fn quantile(sample: &[f64], share: f64) -> Option<f64> {
    if sample.is_empty() || !(0.0..=1.0).contains(&share) || sample.iter().any(|x| x.is_nan()) {
        return None;
    }
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = place.ceil() as usize;
    Some(sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]))
}

/// The percentile rank of `value` among `others`, 0 to 1: the share below it and half of the share equal to it.
///
/// `None` when there are no others.
pub fn percentile_rank(value: f64, others: &[f64]) -> Option<f64> {
    if others.is_empty() || value.is_nan() {
        return None;
    }
    let below = others.iter().filter(|other| **other < value).count() as f64;
    let equal = others.iter().filter(|other| other.total_cmp(&value).is_eq()).count() as f64;
    Some((below + equal / 2.0) / others.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_as_by_hand() {
        // 1 2 3 4: the lower quartile lies 3/4 of the way from the first to the second value.
        let sample = [4.0, 1.0, 3.0, 2.0];
        let found: Vec<_> = [0.0, 0.25, 0.5, 0.75, 1.0].map(|q| quantile(&sample, q)).into();
        assert_eq!(found, [1.0, 1.75, 2.5, 3.25, 4.0].map(Some));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn quantiles_agree_with_published_summaries() {
        // R's `quantile(airquality$Wind)` prints 1.7 7.4 9.7 11.5 20.7; its first 12 values give, by R's default
        // type 7: 25 % 8.45, 50 % 10.3, 75 % 13.975.
        let wind = [7.4, 8.0, 12.6, 11.5, 14.3, 14.9, 8.6, 13.8, 20.1, 8.6, 6.9, 9.7];
        for (share, expected) in [(0.25, 8.45), (0.5, 10.6), (0.75, 13.925)] {
            let found = quantile(&wind, share).expect("sample");
            assert!((found - expected).abs() < 1e-9, "{share}: {found}");
        }
    }

    #[test]
    fn a_rank_counts_half_of_the_ties() {
        assert_eq!(percentile_rank(3.0, &[1.0, 2.0, 3.0, 4.0]), Some(0.625));
        assert_eq!(percentile_rank(0.0, &[1.0, 2.0]), Some(0.0));
        assert_eq!(percentile_rank(9.0, &[1.0, 2.0]), Some(1.0));
        assert_eq!(percentile_rank(9.0, &[]), None);
    }

    #[test]
    fn ranks_ignore_shift_and_scale() {
        let others = [1.0, 5.0, 2.5, 9.0, 5.0];
        let rank = percentile_rank(5.0, &others);
        let moved: Vec<f64> = others.iter().map(|x| 3.0 * x - 7.0).collect();
        assert_eq!(rank, percentile_rank(3.0 * 5.0 - 7.0, &moved));
    }
}
