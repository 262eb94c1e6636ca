//! Tests of the correlations: by hand, against R, and as properties.

use super::*;

#[track_caller]
fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not {expected}");
}

/// Hollander and Wolfe (1973), p. 187 f.: lightness of tuna and its score, the example of R's `cor.test`.
const LIGHTNESS: [f64; 9] = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1];
const SCORE: [f64; 9] = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8];

#[test]
fn coefficients_by_hand() {
    // x 1 2 3, y 1 3 2: sxy = 1, sxx = syy = 2; two pairs rise and one falls.
    let (x, y) = ([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]);
    near(pearson(&x, &y).expect("pairs").coefficient, 0.5, 1e-15);
    near(spearman(&x, &y).expect("pairs").coefficient, 0.5, 1e-15);
    near(kendall(&x, &y).expect("pairs").coefficient, 1.0 / 3.0, 1e-15);
    // t = 0.5·√(1/0.75) with one degree of freedom: p = 1 − 2·atan(t)/π = 2/3.
    near(pearson(&x, &y).expect("pairs").p, 2.0 / 3.0, 1e-9);
}

#[test]
fn the_example_of_hollander_and_wolfe() {
    let found = pearson(&LIGHTNESS, &SCORE).expect("pairs");
    near(found.coefficient, 0.571_181_6, 1e-7);
    near(found.p, 0.108_173, 1e-6);
    let (low, high) = pearson_interval(found.coefficient, found.pairs, 0.95).expect("pairs");
    near(low, -0.149_742_6, 1e-6);
    near(high, 0.895_579_5, 1e-6);
    near(kendall(&LIGHTNESS, &SCORE).expect("pairs").coefficient, 0.444_444_4, 1e-7);
    near(spearman(&LIGHTNESS, &SCORE).expect("pairs").coefficient, 0.6, 1e-12);
}

#[test]
fn ties_share_their_ranks() {
    // 1 1 2 3 against 1 2 2 3: four of six pairs rise, one tie each; tau-b = 4/5.
    let found = kendall(&[1.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 2.0, 3.0]).expect("pairs");
    near(found.coefficient, 0.8, 1e-15);
    // Mid-ranks 1.5 1.5 3 4 and 1 2.5 2.5 4: sxy = 3.75, sxx = syy = 4.5.
    let found = spearman(&[1.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 2.0, 3.0]).expect("pairs");
    near(found.coefficient, 3.75 / 4.5, 1e-15);
}

#[test]
fn ranks_ignore_any_rising_change_of_scale() {
    let bent: Vec<f64> = SCORE.iter().map(|score| score.exp()).collect();
    for rank in [spearman, kendall] {
        assert_eq!(rank(&LIGHTNESS, &bent), rank(&LIGHTNESS, &SCORE));
        let turned: Vec<f64> = SCORE.iter().map(|score| -score).collect();
        let (there, back) =
            (rank(&LIGHTNESS, &SCORE).expect("pairs"), rank(&LIGHTNESS, &turned).expect("pairs"));
        near(there.coefficient, -back.coefficient, 1e-15);
    }
    let large: Vec<f64> = SCORE.iter().map(|score| score * 1e200 - 3e199).collect();
    let (plain, scaled) =
        (pearson(&LIGHTNESS, &SCORE).expect("pairs"), pearson(&LIGHTNESS, &large).expect("pairs"));
    near(plain.coefficient, scaled.coefficient, 1e-12);
}

#[test]
fn what_the_data_cannot_give_is_none() {
    for coefficient in [pearson, spearman, kendall] {
        assert_eq!(coefficient(&[], &[]), None);
        assert_eq!(coefficient(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(coefficient(&[1.0, 2.0, 3.0], &[1.0, 2.0]), None);
        assert_eq!(coefficient(&[1.0, 2.0, f64::NAN], &[1.0, 2.0, 3.0]), None);
        assert_eq!(coefficient(&[0.1 + 0.2; 5], &[1.0, 2.0, 3.0, 4.0, 5.0]), None);
    }
    assert_eq!(pearson_interval(0.5, 3, 0.95), None);
    assert_eq!(pearson_interval(0.5, 30, 1.0), None);
    assert!(pearson(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]).expect("pairs").p < 1e-6);
}

#[test]
fn a_series_and_its_own_past_meet_at_the_lag() {
    let a: Vec<f64> = (0..40).map(|t| f64::from(t * t * 7 % 31)).collect();
    let b: Vec<f64> = (0..40usize).map(|t| if t < 3 { 15.0 } else { a[t - 3] }).collect();
    let found = cross_correlation(&a, &b, 6).expect("series");
    let largest = found.iter().max_by(|x, y| x.coefficient.total_cmp(&y.coefficient));
    assert_eq!(largest.map(|one| one.lag), Some(3));
    let turned = cross_correlation(&b, &a, 6).expect("series");
    for (one, other) in found.iter().zip(turned.iter().rev()) {
        assert_eq!((one.lag, one.coefficient), (-other.lag, other.coefficient));
    }
    near(found[6].coefficient, pearson(&a, &b).expect("series").coefficient, 1e-12);
    assert_eq!(cross_correlation(&a, &b, 40), None);
    assert_eq!(cross_correlation(&[1.0; 9], &[2.0; 9], 2), None);
}

#[test]
fn the_published_example_of_many_tests() {
    // Benjamini and Hochberg (1995), section 3.2: of fifteen probabilities four are kept at 5 %.
    let p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0000,
    ];
    let adjusted = benjamini_hochberg(&p).expect("probabilities");
    assert_eq!(adjusted.iter().filter(|p| **p <= 0.05).count(), 4);
    near(adjusted[3], 0.0095 * 15.0 / 4.0, 1e-15);
    let mut turned = p;
    turned.reverse();
    let mut other = benjamini_hochberg(&turned).expect("probabilities");
    other.reverse();
    assert_eq!(adjusted, other);
    assert_eq!(benjamini_hochberg(&[]), Some(Vec::new()));
    assert_eq!(benjamini_hochberg(&[0.5, f64::NAN]), None);
}
