//! Cases by hand, published cases, and what must not move the parts.

use super::*;
use crate::draws::Draws;

/// The series of the tests of A. Kane's STL libraries; the results that they publish are of single precision.
const KANE: [f64; 30] = [
    5., 9., 2., 9., 0., 6., 3., 8., 5., 8., 7., 8., 8., 0., 2., 5., 0., 5., 6., 7., 3., 6., 1., 4.,
    4., 4., 3., 7., 5., 8.,
];

fn close(found: &[f64], expected: &[f64], most: f64) -> bool {
    found.iter().zip(expected).all(|(one, other)| (one - other).abs() <= most)
}

fn of_span(cycles: usize, robust: bool) -> Options {
    Options { season: SeasonalSpan::Cycles(cycles), trend: None, robust }
}

#[test]
fn a_level_with_a_pattern_by_hand() {
    // 10 plus 1 -1 3 -3: the pattern has the mean 0, so that it is the season and 10 the trend.
    let pattern = [1.0, -1.0, 3.0, -3.0];
    let series: Vec<f64> = (0..20).map(|at| 10.0 + pattern[at % 4]).collect();
    for options in [Options::default(), of_span(7, false), of_span(7, true)] {
        let parts = stl(&series, 4, options).expect("five cycles");
        let season: Vec<f64> = (0..20).map(|at| pattern[at % 4]).collect();
        assert!(close(&parts.seasonal, &season, 1e-12), "{parts:?}");
        assert!(close(&parts.trend, &[10.0; 20], 1e-12));
        assert!(close(&parts.remainder, &[0.0; 20], 1e-12));
        assert!(parts.strength_of_season().is_some_and(|strength| strength > 0.999_999));
        assert_eq!(parts.strength_of_trend(), None);
    }
}

#[test]
fn the_published_case_of_one_season() {
    let parts = stl(&KANE, 7, of_span(7, false)).expect("four cycles");
    let season = [0.369_265_76, 0.756_554_84, -1.332_413_9, 1.955_365_8, -0.604_480_2];
    assert!(close(&parts.seasonal[..5], &season, 3e-6), "{:?}", parts.seasonal);
    let trend = [4.804_099, 4.909_707_5, 5.015_316, 5.160_45, 5.305_584];
    assert!(close(&parts.trend[..5], &trend, 3e-6), "{:?}", parts.trend);
    assert!(parts.strength_of_season().is_some_and(|one| (one - 0.284_111_7).abs() < 1e-6));
    assert!(parts.strength_of_trend().is_some_and(|one| (one - 0.163_842_5).abs() < 1e-6));
    assert!(close(&parts.weights, &[1.0; 30], 0.0));
}

#[test]
fn the_published_case_of_a_robust_fit() {
    let parts = stl(&KANE, 7, of_span(7, true)).expect("four cycles");
    let season = [0.149_223_55, 0.479_390_26, -1.833_231, 1.741_138_7, 0.820_071_1];
    assert!(close(&parts.seasonal[..5], &season, 3e-6), "{:?}", parts.seasonal);
    let weights = [0.993_749_26, 0.812_937_7, 0.938_595_2, 0.945_803_6, 0.297_422_17];
    assert!(close(&parts.weights[..5], &weights, 3e-6), "{:?}", parts.weights);
}

#[test]
fn the_published_case_of_two_seasons() {
    let parts = mstl(&KANE, &[10, 6]).expect("three cycles");
    let periods: Vec<usize> = parts.seasons.iter().map(|season| season.period).collect();
    assert_eq!(periods, [6, 10]);
    let short = [0.283_182_32, 0.705_298_24, -1.980_384, 2.164_337_9, -2.335_687_4];
    assert!(close(&parts.seasons[0].values[..5], &short, 3e-6), "{:?}", parts.seasons[0]);
    let long = [1.413_043_6, 1.604_890_6, 0.050_958_008, -1.870_675_4, -1.770_451_4];
    assert!(close(&parts.seasons[1].values[..5], &long, 3e-6), "{:?}", parts.seasons[1]);
    let trend = [5.139_485, 5.223_691, 5.307_897_6, 5.387_292, 5.466_686_2];
    assert!(close(&parts.trend[..5], &trend, 3e-6), "{:?}", parts.trend);
}

#[test]
fn the_windows_are_those_of_r() {
    // nextodd(ceiling(1.5·12/(1 − 1.5/s))): 19 for a periodic season (s = 10n + 1), 21 for s = 21, 27 for s = 5.
    for (season, trend) in [
        (SeasonalSpan::Periodic, 19),
        (SeasonalSpan::Cycles(21), 21),
        (SeasonalSpan::Cycles(5), 27),
    ] {
        let series = Draws::new(70).normals(120);
        let usual = stl(&series, 12, Options { season, trend: None, robust: false });
        let given = stl(&series, 12, Options { season, trend: Some(trend), robust: false });
        assert_eq!(usual, given, "{season:?}");
    }
}

#[test]
fn the_parts_add_up_and_a_periodic_season_recurs() {
    let mut draws = Draws::new(71);
    for count in [24, 37, 60] {
        let series = draws.normals(count);
        let parts = stl(&series, 12, Options::default()).expect("two cycles");
        let sums = parts.seasonal.iter().zip(&parts.trend).zip(&parts.remainder);
        let sums: Vec<f64> = sums.map(|((season, trend), rest)| season + trend + rest).collect();
        assert!(close(&sums, &series, 1e-12));
        assert!(close(&parts.seasonal[12..], &parts.seasonal, 0.0));
        let many = mstl(&series, &[4, 12]).expect("two cycles");
        let adjusted = adjusted(&series, &[4, 12]).expect("two cycles");
        let seasons = many.seasons[0].values.iter().zip(&many.seasons[1].values);
        let sums: Vec<f64> =
            seasons.zip(&adjusted).map(|((short, long), rest)| short + long + rest).collect();
        assert!(close(&sums, &series, 1e-12));
    }
}

#[test]
fn a_fit_that_is_not_robust_is_linear() {
    let mut draws = Draws::new(72);
    let (one, other) = (draws.normals(60), draws.normals(60));
    let sum: Vec<f64> = one.iter().zip(&other).map(|(x, y)| 5.0 - 3.0 * x + y).collect();
    let fit = |series: &[f64]| stl(series, 12, of_span(13, false)).expect("five cycles");
    let (one, other, sum) = (fit(&one), fit(&other), fit(&sum));
    let season = one.seasonal.iter().zip(&other.seasonal).map(|(x, y)| y - 3.0 * x);
    assert!(close(&sum.seasonal, &season.collect::<Vec<_>>(), 1e-12));
    let trend = one.trend.iter().zip(&other.trend).map(|(x, y)| 5.0 - 3.0 * x + y);
    assert!(close(&sum.trend, &trend.collect::<Vec<_>>(), 1e-12));
}

#[test]
fn two_seasons_come_apart() {
    // Weeks within months of 28 days, a slow rise, little noise.
    let mut draws = Draws::new(73);
    let week = [0.0, 3.0, -1.0, 4.0, -6.0, 2.0, -2.0];
    let month = |at: usize| 10.0 * (at as f64 * std::f64::consts::TAU / 28.0).sin();
    let rise = |at: usize| 0.05 * at as f64;
    let value = |at: usize| week[at % 7] + month(at) + rise(at) + 0.1 * draws.normal();
    let series: Vec<f64> = (0..280).map(value).collect();
    let parts = mstl(&series, &[28, 7]).expect("ten months");
    let line: Vec<f64> = (0..280).map(rise).collect();
    assert!(close(&parts.trend[28..252], &line[28..252], 0.3));
    assert!(parts.strength_of_season(7).is_some_and(|one| one > 0.99));
    assert!(parts.strength_of_season(28).is_some_and(|one| one > 0.99));
    assert_eq!(parts.strength_of_season(30), None);
    assert!(parts.strength_of_trend().is_some_and(|one| one > 0.99));
}

#[test]
fn an_odd_value_stays_in_the_remainder_of_a_robust_fit() {
    let mut draws = Draws::new(74);
    let wave = |at: usize| 5.0 * (at as f64 * std::f64::consts::TAU / 12.0).sin();
    let mut series: Vec<f64> = (0..120).map(|at| wave(at) + 0.5 * draws.normal()).collect();
    series[50] += 20.0;
    let robust = stl(&series, 12, of_span(13, true)).expect("ten cycles");
    assert!(robust.weights[50] < 1e-9);
    let plain = stl(&series, 12, of_span(13, false)).expect("ten cycles");
    assert!((robust.remainder[50] - 20.0).abs() < 2.0, "{}", robust.remainder[50]);
    assert!(plain.remainder[50] < robust.remainder[50] - 2.0, "{}", plain.remainder[50]);
    let many = mstl_robust(&series, &[12]).expect("ten cycles");
    assert!((many.remainder[50] - 20.0).abs() < 2.0, "{}", many.remainder[50]);
}

#[test]
fn odd_input_has_no_answer() {
    let series: Vec<f64> = (0..24).map(f64::from).collect();
    assert!(stl(&series, 12, Options::default()).is_some());
    assert_eq!(stl(&series[..23], 12, Options::default()), None);
    assert_eq!(stl(&series, 1, Options::default()), None);
    assert_eq!(stl(&series, 0, Options::default()), None);
    assert_eq!(stl(&[], 2, Options::default()), None);
    assert_eq!(stl(&series, 12, of_span(2, false)), None);
    assert_eq!(stl(&series, 12, Options { trend: Some(1), ..Options::default() }), None);
    for odd in [f64::NAN, f64::INFINITY, 1e200] {
        let mut spoilt = series.clone();
        spoilt[3] = odd;
        assert_eq!(stl(&spoilt, 12, of_span(7, true)), None);
        assert_eq!(mstl(&spoilt, &[12]), None);
    }
    assert_eq!(mstl(&series, &[]), None);
    assert_eq!(mstl(&series, &[13]), None);
    assert_eq!(mstl(&series, &[1, 12]), None);
    let shortened = mstl(&series, &[12, 365, 12]).expect("two cycles");
    assert_eq!(shortened.seasons.len(), 1);
    let constant = stl(&[3.0; 24], 12, of_span(7, true)).expect("two cycles");
    assert_eq!((constant.strength_of_season(), constant.strength_of_trend()), (None, None));
}
