//! Lifts by hand and by simulation.

use super::mixture::mixture;
use super::*;
use crate::draws::Draws;

/// Twelve regions that share a walk, two of which gain `lift` a period from the 80th of 100.
fn regions(seed: u64, lift: f64) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let mut draws = Draws::new(seed);
    let shared: Vec<[f64; 2]> =
        (0..100).map(|t| [(f64::from(t) / 9.0).sin() * 10.0, f64::from(t) * 0.2]).collect();
    let mut all: Vec<Vec<f64>> = (0..12)
        .map(|k| {
            let tie = f64::from(k % 4) / 3.0;
            let draw = |s: &[f64; 2]| {
                200.0 + f64::from(k) + s[0] * tie + s[1] * (1.0 - tie) + 2.0 * draws.normal()
            };
            shared.iter().map(draw).collect()
        })
        .collect();
    for series in &mut all[5..7] {
        series[80..].iter_mut().for_each(|x| *x += lift);
    }
    let treated = all.drain(5..7).collect();
    (treated, all)
}

#[test]
fn a_mixture_by_hand() {
    // 3 lies three quarters of the way from 0 to 4.
    let weights = mixture(&[3.0, -3.0], &[vec![0.0, 0.0], vec![4.0, -4.0]], 0.0);
    assert!((weights[1] - 0.75).abs() < 1e-8, "{weights:?}");
    // 5 lies outside: the nearest mixture is the far end.
    let weights = mixture(&[5.0, -5.0], &[vec![0.0, 0.0], vec![4.0, -4.0]], 0.0);
    assert!((weights[1] - 1.0).abs() < 1e-8, "{weights:?}");
}

#[test]
fn a_region_that_is_half_of_two_others_gives_the_lift_exactly() {
    let a: Vec<f64> = (0..30).map(|t| 100.0 + f64::from(t)).collect();
    let b: Vec<f64> = (0..30).map(|t| 100.0 + 9.0 * (f64::from(t) / 2.0).sin()).collect();
    let mut own: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 0.5 * (a + b) + 7.0).collect();
    own[25..].iter_mut().for_each(|x| *x += 11.0);
    let (treated, others) = ([own], [a, b]);
    let trial = Trial { treated: &treated, others: &others, start: 25, ridge: 0.0 };
    let found = geo_lift(&trial, 0.9).expect("a lift");
    assert!((found.each - 11.0).abs() < 1e-6, "{found:?}");
    assert!((found.incremental - 55.0).abs() < 1e-5);
    assert!((found.weights[0] - 0.5).abs() < 1e-7);
}

#[test]
fn a_planted_lift_is_found_and_none_is_not() {
    let (mut covered, mut called) = (0, 0);
    for seed in 0..20 {
        let (treated, others) = regions(seed, 6.0);
        let trial = Trial { treated: &treated, others: &others, start: 80, ridge: 0.0 };
        let found = geo_lift(&trial, 0.9).expect("a lift");
        assert!((found.each - 6.0).abs() < 2.5, "{found:?}");
        assert!(found.p <= 0.1, "{found:?}");
        covered += usize::from(found.low <= 240.0 && 240.0 <= found.high);
        let (treated, others) = regions(100 + seed, 0.0);
        let trial = Trial { treated: &treated, others: &others, start: 80, ridge: 0.0 };
        called += usize::from(geo_lift(&trial, 0.9).expect("a lift").p <= 0.05);
    }
    assert!(covered >= 15, "{covered} of 20 intervals hold the lift");
    assert!(called <= 3, "{called} of 20 are called without a lift");
}

#[test]
fn placebos_stand_behind_a_real_lift() {
    let (treated, others) = regions(3, 8.0);
    let trial = Trial { treated: &treated, others: &others, start: 80, ridge: 0.0 };
    let p = placebo_p(&trial).expect("a probability");
    assert!((p - 1.0 / 11.0).abs() < 1e-12, "{p}");
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let (treated, others) = regions(1, 0.0);
    let trial = Trial { treated: &treated, others: &others, start: 80, ridge: 0.0 };
    assert_eq!(geo_lift(&Trial { treated: &[], ..trial }, 0.9), None);
    assert_eq!(geo_lift(&Trial { others: &[], ..trial }, 0.9), None);
    assert_eq!(geo_lift(&Trial { start: 5, ..trial }, 0.9), None);
    assert_eq!(geo_lift(&Trial { start: 100, ..trial }, 0.9), None);
    assert_eq!(geo_lift(&trial, 1.0), None);
    let mut broken = others.clone();
    broken[0][3] = f64::NAN;
    assert_eq!(geo_lift(&Trial { others: &broken, ..trial }, 0.9), None);
    assert_eq!(placebo_p(&Trial { others: &others[..1], ..trial }), None);
}
