//! The slope of Theil and Sen: the median of all slopes between two points.

use super::concordance::concordance;
use statrs::distribution::{ContinuousCDF, Normal};

/// A straight line through a series that single odd values cannot turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// The median slope, in units of the values for one unit of time.
    pub slope: f64,
    /// The line's value at time 0: median value minus slope times median time (Conover 1980).
    pub intercept: f64,
    /// The interval of the slope at the asked confidence, ends included; `None` if the series is too short for it or
    /// constant.
    pub interval: Option<(f64, f64)>,
}

/// The Theil–Sen line of equally spaced values at times 0, 1, 2, …; the slope is for one step.
///
/// See [`theil_sen_at`] for method, sources and cost.
pub fn theil_sen(values: &[f64], confidence: f64) -> Option<Slope> {
    let times: Vec<f64> = (0..values.len()).map(|index| index as f64).collect();
    theil_sen_at(&times, values, confidence)
}

/// The Theil–Sen line of values at the given, strictly rising times: Sen (1968), *Estimates of the Regression
/// Coefficient Based on Kendall's Tau*, JASA 63, 1379–1389; the interval by the normal approximation of Gilbert
/// (1987), 16.5, its ranks rounded outwards.
///
/// Looks at all n(n − 1)/2 slopes: 13 MB for five years of days. `None` for fewer than two points, times that do not
/// rise, values that are not finite, or a confidence that is not between 0 and 1.
pub fn theil_sen_at(times: &[f64], values: &[f64], confidence: f64) -> Option<Slope> {
    let rises = times.windows(2).all(|pair| pair[0] < pair[1]);
    let finite = times.iter().chain(values).all(|x| x.is_finite());
    if values.len() < 2 || times.len() != values.len() || !rises || !finite {
        return None;
    }
    let slopes = slopes(times, values);
    let slope_and_interval = median_slope(slopes, concordance(values).variance, confidence)?;
    let (slope, interval) = slope_and_interval;
    let intercept = median(values.to_vec())? - median(times.to_vec())? * slope;
    Some(Slope { slope, intercept, interval })
}

/// The slopes between any two points.
pub(super) fn slopes(times: &[f64], values: &[f64]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(values.len() * values.len().saturating_sub(1) / 2);
    for (first, (time, value)) in times.iter().zip(values).enumerate() {
        let later = times[first + 1..].iter().zip(&values[first + 1..]);
        slopes.extend(later.map(|(at, other)| (other - value) / (at - time)));
    }
    slopes
}

/// The median of slopes and its interval, given the variance of the balance of pairs behind them.
pub(super) fn median_slope(
    mut slopes: Vec<f64>,
    variance: f64,
    confidence: f64,
) -> Option<(f64, Option<(f64, f64)>)> {
    if !(confidence > 0.0 && confidence < 1.0) || slopes.iter().any(|slope| slope.is_nan()) {
        return None;
    }
    slopes.sort_unstable_by(f64::total_cmp);
    let median = median_of_sorted(&slopes)?;
    let critical = Normal::standard().inverse_cdf((1.0 + confidence) / 2.0);
    let half = critical * variance.sqrt();
    let count = slopes.len() as f64;
    let low = ((count - half) / 2.0).floor();
    let high = ((count + half) / 2.0).ceil() + 1.0;
    let known = variance > 0.0 && low >= 1.0 && high <= count;
    let interval = known.then(|| (slopes[low as usize - 1], slopes[high as usize - 1]));
    Some((median, interval))
}

/// The middle value, or the mean of the two middle values; `None` for none.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    median_of_sorted(&values)
}

fn median_of_sorted(sorted: &[f64]) -> Option<f64> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = &sorted[(sorted.len() - 1) / 2];
    Some((lower + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::published::NILE;
    use super::*;
    use crate::draws::Draws;

    #[test]
    fn four_points_by_hand() {
        // 1 3 2 6: slopes 2, 1/2, 5/3, -1, 3/2, 4; sorted -1, 1/2, 3/2, 5/3, 2, 4; median 19/12.
        // Median value 2.5, median time 1.5: intercept 2.5 - 2.375.
        let line = theil_sen(&[1.0, 3.0, 2.0, 6.0], 0.95).expect("four values");
        assert!((line.slope - 19.0 / 12.0).abs() < 1e-15);
        assert!((line.intercept - 0.125).abs() < 1e-15);
        assert_eq!(line.interval, None);
    }

    #[test]
    fn the_example_of_sen() {
        // Sen (1968), section 6: slope 4, interval from 26/7 to 35/8 at 93 %.
        let times = [1.0, 2.0, 3.0, 4.0, 10.0, 12.0, 18.0];
        let values = [9.0, 15.0, 19.0, 20.0, 45.0, 55.0, 78.0];
        let line = theil_sen_at(&times, &values, 0.93).expect("seven points");
        assert!((line.slope - 4.0).abs() < 1e-15);
        let (low, high) = line.interval.expect("an interval");
        assert!((low - 26.0 / 7.0).abs() < 1e-12, "{low}");
        assert!((high - 35.0 / 8.0).abs() < 1e-12, "{high}");
    }

    #[test]
    fn the_nile_falls_at_the_published_speed() {
        // R package trend, sens.slope(Nile): -2.6 a year.
        let line = theil_sen(&NILE, 0.95).expect("hundred values");
        assert!((line.slope + 2.6).abs() < 1e-12);
        let (low, high) = line.interval.expect("an interval");
        assert!(low < -2.6 && -2.6 < high && high < 0.0, "{low} {high}");
    }

    #[test]
    fn a_line_moves_with_its_values() {
        let mut draws = Draws::new(21);
        for count in 8..40 {
            let series = draws.normals(count);
            let line = theil_sen(&series, 0.9).expect("a line");
            let moved: Vec<f64> = series.iter().map(|x| 5.0 - 4.0 * x).collect();
            let turned = theil_sen(&moved, 0.9).expect("a line");
            assert!((turned.slope + 4.0 * line.slope).abs() < 1e-9);
            assert!((turned.intercept - (5.0 - 4.0 * line.intercept)).abs() < 1e-9);
            let tilted: Vec<f64> =
                series.iter().enumerate().map(|(at, x)| x + 0.5 * at as f64).collect();
            let steeper = theil_sen(&tilted, 0.9).expect("a line");
            assert!((steeper.slope - line.slope - 0.5).abs() < 1e-9);
        }
    }

    #[test]
    fn the_interval_covers_the_true_slope() {
        let mut draws = Draws::new(22);
        let runs = 2_000;
        let mut covered = 0;
        for _ in 0..runs {
            let series: Vec<f64> = (0..20).map(|at| 0.3 * at as f64 + draws.t3()).collect();
            let line = theil_sen(&series, 0.95).expect("a line");
            let (low, high) = line.interval.expect("an interval");
            covered += usize::from(low <= 0.3 && 0.3 <= high);
        }
        let share = covered as f64 / runs as f64;
        assert!((0.94..0.98).contains(&share), "{share}");
    }

    #[test]
    fn odd_input_has_no_answer() {
        assert_eq!(theil_sen(&[1.0], 0.95), None);
        assert_eq!(theil_sen(&[1.0, f64::NAN, 2.0], 0.95), None);
        assert_eq!(theil_sen(&[1.0, 2.0, 3.0], 1.0), None);
        assert_eq!(theil_sen_at(&[0.0, 0.0, 1.0], &[1.0, 2.0, 3.0], 0.95), None);
        let constant = theil_sen(&[3.0; 12], 0.95).expect("a line");
        assert_eq!(constant, Slope { slope: 0.0, intercept: 3.0, interval: None });
    }
}
