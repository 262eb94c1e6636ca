//! Trend of a series with seasons: each season is compared with itself only.

use super::concordance::{Concordance, concordance};
use super::mann_kendall::MannKendall;
use super::theil_sen::{Slope, median, median_slope, slopes};

/// The seasonal Mann–Kendall test of Hirsch, Slack and Smith (1982), *Techniques of Trend Analysis for Monthly Water
/// Quality Data*, Water Resources Research 18, 107–121: the balances of all seasons and their variances add up.
///
/// `period` is the number of values in one cycle; the series may end within a cycle. `None` for a period below 2,
/// fewer than two full cycles, fewer than six pairs within seasons, or values that are not finite.
pub fn seasonal_mann_kendall(values: &[f64], period: usize) -> Option<MannKendall> {
    Some(MannKendall::of(within_seasons(values, period)?))
}

/// The seasonal Theil–Sen line of Hirsch, Slack and Smith (1982): the median slope within seasons, in units of the
/// values for one full cycle.
///
/// The intercept is that of time 0 counted in cycles; the interval is that of `theil_sen`, with the variance of
/// [`seasonal_mann_kendall`]. `None` as there, and for a confidence that is not between 0 and 1.
pub fn seasonal_theil_sen(values: &[f64], period: usize, confidence: f64) -> Option<Slope> {
    let pairs = within_seasons(values, period)?;
    let mut found = Vec::with_capacity(pairs.pairs as usize);
    for season in seasons(values, period) {
        let cycles: Vec<f64> = (0..season.len()).map(|cycle| cycle as f64).collect();
        found.extend(slopes(&cycles, &season));
    }
    let (slope, interval) = median_slope(found, pairs.variance, confidence)?;
    let middle = (values.len() - 1) as f64 / 2.0;
    let intercept = median(values.to_vec())? - middle / period as f64 * slope;
    Some(Slope { slope, intercept, interval })
}

fn within_seasons(values: &[f64], period: usize) -> Option<Concordance> {
    let cycles = values.len().checked_div(period)?;
    if period < 2 || cycles < 2 || !values.iter().all(|x| x.is_finite()) {
        return None;
    }
    let mut sum = Concordance { s: 0, variance: 0.0, pairs: 0 };
    for season in seasons(values, period) {
        let found = concordance(&season);
        sum.s += found.s;
        sum.variance += found.variance;
        sum.pairs += found.pairs;
    }
    (sum.pairs >= 6).then_some(sum)
}

fn seasons(values: &[f64], period: usize) -> impl Iterator<Item = Vec<f64>> {
    (0..period).map(move |season| values.iter().skip(season).step_by(period).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::super::published::SHAMPOO;
    use super::*;
    use crate::draws::Draws;

    #[test]
    fn two_seasons_by_hand() {
        // Seasons 1 2 3 and 9 8 8: three rising pairs, two falling, one tie; S = 1.
        // Variance 3·2·11/18 + (66 - 2·1·9)/18 = 3.6667 + 2.6667; slopes 1, 1, 1, -1, -1/2, 0: median 1/2.
        let values = [1.0, 9.0, 2.0, 8.0, 3.0, 8.0];
        let test = seasonal_mann_kendall(&values, 2).expect("three cycles");
        assert_eq!(test.s, 1);
        assert!((test.variance - 19.0 / 3.0).abs() < 1e-12);
        assert!(test.z.abs() < 1e-15);
        let line = seasonal_theil_sen(&values, 2, 0.95).expect("three cycles");
        assert!((line.slope - 0.5).abs() < 1e-15);
        // Median value 5.5, middle at 2.5 steps of half a cycle.
        assert!((line.intercept - (5.5 - 1.25 * 0.5)).abs() < 1e-15);
    }

    #[test]
    fn shampoo_sales_as_in_pymannkendall() {
        // pymannkendall 1.4.2, seasonal_test(period = 12): S 30, z 4.371914496377573, slope 139.925 a year.
        let test = seasonal_mann_kendall(&SHAMPOO, 12).expect("three years");
        assert_eq!(test.s, 30);
        assert!((test.z / 4.371_914_496_377_573 - 1.0).abs() < 1e-12, "{}", test.z);
        let line = seasonal_theil_sen(&SHAMPOO, 12, 0.95).expect("three years");
        assert!((line.slope - 139.925).abs() < 1e-9, "{}", line.slope);
        let (low, high) = line.interval.expect("an interval");
        assert!(low > 0.0 && low < line.slope && line.slope < high, "{low} {high}");
    }

    #[test]
    fn what_recurs_each_cycle_does_not_count() {
        let mut draws = Draws::new(41);
        for count in 10..60 {
            let series = draws.normals(count);
            let wave = |at: usize| [0.0, 50.0, -20.0, 7.0, 90.0][at % 5];
            let waved: Vec<f64> = series.iter().enumerate().map(|(at, x)| x + wave(at)).collect();
            assert_eq!(seasonal_mann_kendall(&series, 5), seasonal_mann_kendall(&waved, 5));
            let slope = |values: &[f64]| seasonal_theil_sen(values, 5, 0.9).map(|line| line.slope);
            let (plain, lifted) = (slope(&series), slope(&waved));
            let (Some(plain), Some(lifted)) = (plain, lifted) else { continue };
            assert!((plain - lifted).abs() < 1e-9);
        }
    }

    #[test]
    fn turning_the_cycles_round_turns_the_sign() {
        let mut draws = Draws::new(42);
        for _ in 0..50 {
            let series = draws.normals(24);
            let turned: Vec<f64> = series.iter().rev().copied().collect();
            let there = seasonal_mann_kendall(&series, 4).expect("six cycles");
            let back = seasonal_mann_kendall(&turned, 4).expect("six cycles");
            assert_eq!(there.s, -back.s);
        }
    }

    #[test]
    fn odd_input_has_no_answer() {
        assert_eq!(seasonal_mann_kendall(&[1.0; 24], 0), None);
        assert_eq!(seasonal_mann_kendall(&[1.0; 24], 1), None);
        assert_eq!(seasonal_mann_kendall(&[1.0; 23], 12), None);
        assert_eq!(seasonal_mann_kendall(&[1.0; 4], 2), None);
        assert_eq!(seasonal_mann_kendall(&[f64::NAN; 24], 12), None);
        assert_eq!(seasonal_theil_sen(&[1.0; 24], 12, 0.0), None);
        let constant = seasonal_mann_kendall(&[1.0; 24], 12).expect("two cycles");
        assert_eq!(constant.direction(), 0);
    }
}
