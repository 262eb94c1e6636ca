//! Cases small enough to be worked out on paper.

use crate::forecast::member::{Blend, Member, blend, standardise};
use crate::forecast::{Request, arima, forecast, pacing, seasonal};
use crate::simplex::{FLAT, Search, minimise};

#[test]
fn the_simplex_finds_the_bottom_of_a_bent_valley() {
    // Rosenbrock's function: the minimum is 0 at (1, 1).
    let search = Search {
        start: &[-1.2, 1.0],
        lower: &[-5.0; 2],
        upper: &[5.0; 2],
        evaluations: 2000,
        flat: FLAT,
    };
    let (point, value) =
        minimise(&search, |p| 100.0 * (p[1] - p[0] * p[0]).powi(2) + (1.0 - p[0]).powi(2));
    assert!(value < 1e-6, "{value} at {point:?}");
    let search =
        Search { start: &[2.0], lower: &[1.5], upper: &[4.0], evaluations: 200, flat: FLAT };
    let (point, _) = minimise(&search, |p| p[0] * p[0]);
    assert!((point[0] - 1.5).abs() < 1e-9, "{point:?}");
}

#[test]
fn a_season_is_the_mean_distance_from_the_moving_average() {
    // A line of slope 1 with ±3 in turn: the moving average of two and two halves is the line.
    let series: Vec<f64> =
        (0..12).map(|t| f64::from(t) + if t % 2 == 0 { 3.0 } else { -3.0 }).collect();
    let found = seasonal::classical(&series, 2, false);
    assert!((found[0] - 3.0).abs() < 1e-12 && (found[1] + 3.0).abs() < 1e-12, "{found:?}");
    assert!((seasonal::slope(&[1.0, 3.0, 5.0]) - 2.0).abs() < 1e-12);
    // 10 and 30 in turn: factors 0.5 and 1.5.
    let series = [10.0, 30.0, 10.0, 30.0, 10.0, 30.0];
    let found = seasonal::classical(&series, 2, true);
    assert!((found[0] - 0.5).abs() < 1e-12 && (found[1] - 1.5).abs() < 1e-12, "{found:?}");
}

#[test]
fn partial_autocorrelations_become_weights() {
    // Durbin and Levinson for two lags: φ1 = r1 (1 − r2), φ2 = r2.
    let found = arima::from_partials(&[0.5, 0.2]);
    assert!((found[0] - 0.4).abs() < 1e-12 && (found[1] - 0.2).abs() < 1e-12, "{found:?}");
}

fn member(mean: f64, deviation: f64) -> Member {
    let surprises = vec![1.0, -1.0];
    Member { name: "m".into(), mean: vec![mean], response: vec![vec![deviation]], surprises }
}

#[test]
fn a_blend_takes_the_middle_and_the_mean_uncertainty() {
    let members = || vec![member(1.0, 2.0), member(2.0, 4.0), member(9.0, 6.0)];
    let median = blend(members(), Blend::Median).expect("three members");
    assert_eq!((median.mean[0], median.deviations()[0]), (2.0, 4.0));
    let mean = blend(members(), Blend::Mean).expect("three members");
    assert_eq!(mean.mean, [4.0]);
    let wild = vec![member(f64::NAN, 1.0), member(3.0, 1.0)];
    assert_eq!(blend(wild, Blend::Mean).map(|kept| kept.mean), Some(vec![3.0]));
    assert_eq!(blend(Vec::new(), Blend::Mean), None);
    let mut values = [1.0, 3.0];
    standardise(&mut values);
    assert_eq!(values, [-1.0, 1.0]);
}

#[test]
fn a_line_is_continued_and_beats_repetition() {
    // 10, 12, 14 …: repeating the last value misses by 2 and 4 over two steps, 3 on average.
    let series: Vec<f64> = (0..30).map(|t| 10.0 + 2.0 * f64::from(t)).collect();
    let found = forecast(&Request::new(&series, &[], 2)).expect("30 values are enough");
    assert!((found.mean[1] - 72.0).abs() < 0.1, "{:?}", found.mean);
    let tested = found.backtest.expect("there is a past");
    assert!((tested.naive - 3.0).abs() < 1e-9 && tested.ours < 0.1, "{tested:?}");
    assert_eq!((tested.origins, tested.beats_naive()), (3, true));
}

#[test]
fn a_curve_of_pace_by_hand() {
    let (even, late, early) = ([1.0; 4], [1.0, 1.0, 1.0, 5.0], [5.0, 1.0, 1.0, 1.0]);
    let found = pacing::curve(&[&even, &late, &early], 4).expect("three periods");
    // After two of four days: 2/4, 2/8 and 6/8.
    assert_eq!((found.median[1], found.lower[1], found.upper[1]), (0.5, 0.375, 0.625));
    assert_eq!((found.median[3], found.periods), (1.0, 3));
    // Half of an eight-day period is half of the four days.
    let longer = pacing::curve(&[&even, &late, &early], 8).expect("three periods");
    assert_eq!(longer.median[3], 0.5);
    assert_eq!(pacing::curve(&[&even, &late, &[0.0; 4]], 4), None);
    assert_eq!(pacing::running(&[2.0, 2.0], &[4.0]), Some(vec![0.25, 0.5, 1.0]));
    assert_eq!(pacing::needed_rate(60.0, 100.0, 8), Some(5.0));
    assert_eq!(pacing::needed_rate(60.0, 100.0, 0), None);
    assert_eq!(pacing::needed_rate(120.0, 100.0, 4), Some(-5.0));
}
