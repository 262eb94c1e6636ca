//! Products of factors: LMDI and Shapley.

use super::near;
use crate::contribution::*;
use crate::draws::Draws;

fn segment(activity: [f64; 2], value: [f64; 2]) -> Activity {
    Activity {
        activity_before: activity[0],
        activity_after: activity[1],
        value_before: value[0],
        value_after: value[1],
    }
}

#[test]
fn one_factor_alone_takes_the_change() {
    let found = product(&[10.0, 5.0], &[12.0, 5.0]).expect("factors");
    assert_eq!(found.method, Method::Lmdi);
    near(found.effects[0], 10.0, 1e-12);
    near(found.effects[1], 0.0, 1e-12);
}

#[test]
fn two_factors_by_hand() {
    // 1·1 to e·e: L = (e²−1)/2, each logarithm is 1, so each factor takes half of the change.
    let e = std::f64::consts::E;
    let found = product(&[1.0, 1.0], &[e, e]).expect("factors");
    near(found.effects[0], (e * e - 1.0) / 2.0, 1e-12);
    assert!(found.residual() < 1e-12);
    // Shapley for 2·3 to 4·5: (2·3 + 2·5)/2 = 8 and (2·2 + 4·2)/2 = 6.
    let found = shapley_product(&[2.0, 3.0], &[4.0, 5.0]).expect("factors");
    near(found.effects[0], 8.0, 1e-12);
    near(found.effects[1], 6.0, 1e-12);
}

#[test]
fn the_example_of_ang_with_sub_sectors() {
    // Ang (2005), table 1: four sub-sectors; energy and activity before and after. The effects are the closed form.
    let segments = [
        segment([5.0, 12.0], [20.0, 30.0]),
        segment([5.0, 8.0], [10.0, 10.0]),
        segment([10.0, 30.0], [8.0, 15.0]),
        segment([30.0, 30.0], [12.0, 9.0]),
    ];
    let found = activity_structure_intensity(&segments).expect("segments");
    assert_eq!(found.method, Method::Lmdi);
    for (effect, expected) in found.effects.iter().zip([
        26.426_855_132_472_884,
        12.098_718_263_114_758,
        -24.525_573_395_587_656,
    ]) {
        near(*effect, expected, 1e-11);
    }
    near(found.change(), 14.0, 1e-12);
    assert!(found.residual() < 1e-9);
    let ratios = found.ratios().expect("LMDI");
    near(ratios[0], 1.593_576_893_834_049_5, 1e-11);
    near(ratios.iter().product(), 64.0 / 50.0, 1e-11);
    for (effects, one) in found.segments.iter().zip(&segments) {
        near(effects.iter().sum(), one.value_after - one.value_before, 1e-11);
    }
}

#[test]
fn six_factors_of_a_building_stock() {
    // US buildings, index xiwangxiang/PyLMDI, Examples_US.py: population, floor, and so on.
    let before = [324.985538, 60.0622225, 0.771978857, 0.005817767, 7.352421075, 1.344564777];
    let after = [326.687501, 62.99647129, 0.768904032, 0.005676565, 7.392394794, 1.333927521];
    let found = product(&before, &after).expect("factors");
    let expected = [
        4.576_585_152_126_38,
        41.791_422_966_238_56,
        -3.496_806_063_523_192_3,
        -21.527_775_606_085_68,
        4.750_687_514_495_516_5,
        -6.959_238_039_110_095,
    ];
    for (effect, expected) in found.effects.iter().zip(expected) {
        near(*effect, expected, 1e-10);
    }
    near(found.change(), 19.134_875_924_141_625, 1e-9);
    assert!(found.residual() < 1e-9);
}

#[test]
fn a_zero_or_a_change_of_sign_is_shared_out_by_shapley() {
    for (before, after) in [([0.0, 4.0], [3.0, 5.0]), ([-2.0, 4.0], [3.0, 5.0])] {
        let found = product(&before, &after).expect("factors");
        assert_eq!(found.method, Method::Shapley);
        assert_eq!(found.ratios(), None);
        assert!(found.residual() < 1e-12);
    }
    // Losses keep their sign: both values are negative, and LMDI holds.
    let losses = product(&[-2.0, 4.0], &[-3.0, 5.0]).expect("factors");
    assert_eq!(losses.method, Method::Lmdi);
    assert!(losses.residual() < 1e-12);
    near(losses.effects[0] + losses.effects[1], -7.0, 1e-12);
}

#[test]
fn a_new_segment_is_structure_and_not_intensity() {
    let segments = [segment([10.0, 10.0], [20.0, 20.0]), segment([0.0, 10.0], [0.0, 40.0])];
    let found = activity_structure_intensity(&segments).expect("segments");
    assert_eq!(found.method, Method::Shapley);
    near(found.effects[2], 0.0, 1e-12);
    near(found.effects.iter().sum(), 40.0, 1e-12);
    assert_eq!(activity_structure_intensity(&[segment([0.0, 1.0], [5.0, 5.0])]), None);
}

#[test]
fn what_cannot_be_shared_out_is_none() {
    assert_eq!(product(&[], &[]), None);
    assert_eq!(product(&[1.0], &[1.0, 2.0]), None);
    assert_eq!(product(&[f64::NAN], &[1.0]), None);
    assert_eq!(product_sum::<Vec<f64>>(&[], &[]), None);
    assert_eq!(product_sum(&[vec![1.0], vec![1.0, 2.0]], &[vec![1.0], vec![1.0, 2.0]]), None);
    assert_eq!(activity_structure_intensity(&[]), None);
    assert_eq!(shapley_product(&[1.0; 13], &[2.0; 13]), None);
    assert_eq!(shapley(&[1.0], &[0.0], &|x| 1.0 / x[0]), None);
    let still = product(&[2.0, 3.0], &[2.0, 3.0]).expect("factors");
    assert_eq!((still.residual(), still.effects), (0.0, vec![0.0, 0.0]));
}

#[test]
fn twelve_factors_are_exact_and_their_order_does_not_count() {
    let mut draws = Draws(7);
    let (before, after) = (draws.list(12, 0.5, 2.0), draws.list(12, 0.5, 2.0));
    let found = shapley_product(&before, &after).expect("twelve");
    assert!(found.residual() < 1e-12, "{}", found.residual());
    let turn = |list: &[f64]| list.iter().rev().copied().collect::<Vec<_>>();
    let turned = shapley_product(&turn(&before), &turn(&after)).expect("twelve");
    for (effect, other) in found.effects.iter().zip(turned.effects.iter().rev()) {
        near(*effect, *other, 1e-12);
    }
}

#[test]
fn axioms_hold_for_any_function() {
    // Symmetry, dummy and efficiency: traffic and conversion alike, an idle third factor, a fixed cost in the value.
    let value = |x: &[f64]| x[0] * x[1] - 3.0;
    let found = shapley(&[2.0, 2.0, 1.0], &[5.0, 5.0, 9.0], &value).expect("factors");
    near(found.effects[0], found.effects[1], 1e-12);
    near(found.effects[2], 0.0, 1e-12);
    near(found.effects.iter().sum(), 21.0, 1e-12);
}

#[test]
fn residuals_vanish_and_both_methods_agree_in_sign() {
    let mut draws = Draws(11);
    for round in 0..500 {
        let count = 2 + round % 5;
        let (before, after) = (draws.list(count, 0.1, 50.0), draws.list(count, 0.1, 50.0));
        let lmdi = product(&before, &after).expect("factors");
        let shapley = shapley_product(&before, &after).expect("factors");
        assert!(lmdi.residual() < 1e-9 && shapley.residual() < 1e-9);
        for (one, other) in lmdi.effects.iter().zip(&shapley.effects) {
            assert!(one * other >= 0.0, "{one} against {other}");
        }
    }
}

#[test]
fn effects_scale_with_the_unit() {
    let (before, after) = ([1200.0, 0.031, 84.0], [1350.0, 0.028, 91.0]);
    let found = product(&before, &after).expect("factors");
    let cents = product(&[1200.0, 0.031, 8400.0], &[1350.0, 0.028, 9100.0]).expect("factors");
    for (effect, other) in found.effects.iter().zip(&cents.effects) {
        near(effect * 100.0, *other, 1e-7);
    }
}
