//! What holds for every series.

use super::series::made_up;
use crate::forecast::{Request, forecast};

const SEASONS: [&[usize]; 4] = [&[], &[7], &[30], &[7, 30]];

#[test]
fn another_unit_gives_the_same_forecast_in_it() {
    for (seed, seasons) in (0..8).zip(SEASONS.iter().cycle()) {
        let series = made_up(seed, 120, 7);
        let scaled: Vec<f64> = series.iter().map(|value| value * 1024.0).collect();
        let one = forecast(&Request::new(&series, seasons, 10)).expect("120 values");
        let other = forecast(&Request::new(&scaled, seasons, 10)).expect("120 values");
        for step in 0..10 {
            let (low, high) = one.bounds95[step];
            let near = |a: f64, b: f64| (a * 1024.0 - b).abs() <= 1e-6 * 1024.0 * (high - low);
            assert!(near(one.mean[step], other.mean[step]));
            assert!(near(low, other.bounds95[step].0) && near(high, other.bounds95[step].1));
        }
        assert_eq!(one.methods, other.methods);
    }
}

#[test]
fn another_zero_moves_the_forecast_along() {
    // Values on both sides of zero: all models are additive, and nothing is cut off at zero. Complex smoothing alone
    // depends on where zero is, and it is one of three of which the median is taken.
    for (seed, seasons) in (20..28).zip(SEASONS.iter().cycle()) {
        let made = made_up(seed, 120, 7);
        let middle = made.iter().sum::<f64>() / 120.0;
        let series: Vec<f64> = made.iter().map(|value| value - middle).collect();
        let moved: Vec<f64> = series.iter().map(|value| value - 5.0).collect();
        let one = forecast(&Request::new(&series, seasons, 10)).expect("120 values");
        let other = forecast(&Request::new(&moved, seasons, 10)).expect("120 values");
        for step in 0..10 {
            let (low, high) = one.bounds95[step];
            let distance = (one.mean[step] - 5.0 - other.mean[step]).abs();
            assert!(distance < 0.12 * (high - low), "{seed} {step}: {distance} {}", high - low);
        }
    }
}

#[test]
fn bounds_nest_around_the_middle_and_are_numbers() {
    for seed in 40..60 {
        let seasons = SEASONS[seed as usize % SEASONS.len()];
        let series = made_up(seed, 100, 7);
        let found = forecast(&Request::new(&series, seasons, 14)).expect("100 values");
        let median = found.quantile(0.5).expect("0.5 lies between 0 and 1");
        for (step, middle) in median.into_iter().enumerate() {
            let ((low, high), (lower, upper)) = (found.bounds80[step], found.bounds95[step]);
            assert!(lower <= low && low <= middle && middle <= high && high <= upper);
            assert!(lower <= found.mean[step] && found.mean[step] <= upper);
        }
        let tested = found.backtest.expect("there is a past");
        assert!((0.0..=1.0).contains(&tested.coverage) && tested.ours > 0.0);
    }
}

#[test]
fn the_same_question_gets_the_same_answer() {
    let series = made_up(70, 100, 7);
    let request = Request::new(&series, &[7], 14);
    assert_eq!(forecast(&request), forecast(&request));
}

#[test]
fn paths_agree_with_the_bounds() {
    for seed in 80..86 {
        let seasons = SEASONS[seed as usize % SEASONS.len()];
        let series = made_up(seed, 150, 7);
        let found = forecast(&Request::new(&series, seasons, 7)).expect("150 values");
        let paths = found.paths(4000, seed);
        for step in 0..7 {
            let (low, high) = found.bounds80[step];
            let inside = paths.iter().filter(|path| low <= path[step] && path[step] <= high);
            let share = inside.count() as f64 / 4000.0;
            assert!((0.72..=0.88).contains(&share), "{seed} {step}: {share}");
        }
    }
}

#[test]
fn a_season_is_found_when_it_is_there() {
    for seed in 90..95 {
        let series = made_up(seed, 140, 7);
        let (history, future) = series.split_at(126);
        let found = forecast(&Request::new(history, &[7], 14)).expect("126 values");
        let error = |step: usize| (found.mean[step] - future[step]).abs();
        let naive = |step: usize| (history[119 + step % 7] - future[step]).abs();
        let (ours, theirs): (f64, f64) = (0..14)
            .map(|s| (error(s), naive(s)))
            .fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        assert!(ours < theirs, "{seed}: {ours} {theirs}");
    }
}
