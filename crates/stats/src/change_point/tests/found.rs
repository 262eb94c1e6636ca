use super::super::{ChangePoint, Kind, Options, change_points};
use super::draws::Draws;

/// The yearly flow of the Nile at Aswan, 1871–1970, 10⁸ m³: Cobb (1978), Biometrika 65(2), 243–251.
#[rustfmt::skip]
const NILE: [f64; 100] = [
    1120., 1160., 963., 1210., 1160., 1160., 813., 1230., 1370., 1140., 995., 935., 1110., 994., 1020., 960., 1180.,
    799., 958., 1140., 1100., 1210., 1150., 1250., 1260., 1220., 1030., 1100., 774., 840., 874., 694., 940., 833.,
    701., 916., 692., 1020., 1050., 969., 831., 726., 456., 824., 702., 1120., 1100., 832., 764., 821., 768., 845.,
    864., 862., 698., 845., 744., 796., 1040., 759., 781., 865., 845., 944., 984., 897., 822., 1010., 771., 676.,
    649., 846., 812., 742., 801., 1040., 860., 874., 848., 890., 744., 749., 838., 1050., 918., 986., 797., 923.,
    975., 815., 1020., 906., 901., 1170., 912., 746., 919., 718., 714., 740.,
];

fn find(values: &[f64]) -> Vec<ChangePoint> {
    change_points(values, None, &Options::default())
}

fn places(values: &[f64]) -> Vec<(usize, usize, usize, Kind)> {
    find(values).iter().map(|found| (found.index, found.low, found.high, found.kind)).collect()
}

fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found}, not {expected}");
}

#[test]
fn a_jump_by_hand() {
    // 0 2 0 2 … and from the ninth value 10 12 10 12 …: levels 1 and 11, every residual 1 in size. A place one
    // value off puts a value 9 or 11 from its level, far beyond the noise, so the place is certain.
    let values: Vec<f64> =
        (0..16u8).map(|at| f64::from(at % 2) * 2.0 + if at >= 8 { 10.0 } else { 0.0 }).collect();
    let found = find(&values);
    assert_eq!(places(&values), [(8, 8, 8, Kind::Level)]);
    assert_near(found[0].before, 1.0);
    assert_near(found[0].after, 11.0);
    assert_near(found[0].size, 10.0);
    assert_near(found[0].noise, 1.482_602_218_505_602);
    assert_near(found[0].standardised, 10.0 / 1.482_602_218_505_602);
    assert_eq!((found[0].reach, found[0].slope_before, found[0].slope_after), (8, 0.0, 0.0));
}

#[test]
fn a_turn_by_hand() {
    // Flat at 5 for 20 values, then up by 1 a value: at value 29 the new course is at 15, the earlier one at 5.
    let values: Vec<f64> = (0..40u8).map(|at| 5.0 + f64::from(at.max(19) - 19)).collect();
    let found = find(&values);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].kind, Kind::Trend);
    assert!((19..=20).contains(&found[0].index), "{found:?}");
    assert_near(found[0].slope_before, 0.0);
    assert_near(found[0].slope_after, 1.0);
    assert_near(found[0].course_before(29), 5.0);
    assert_near(found[0].course_after(29), 15.0);
}

#[test]
fn the_nile_fell_after_1898() {
    // Cobb (1978) and many since: the flow fell between 1898 and 1899, from a mean of 1097.75 to one of 849.97.
    let found = find(&NILE);
    assert_eq!(
        places(&NILE).iter().map(|found| (found.0, found.3)).collect::<Vec<_>>(),
        [(28, Kind::Level)]
    );
    assert!((found[0].before - 1097.75).abs() < 0.005, "{found:?}");
    assert!((found[0].after - 849.97).abs() < 0.005, "{found:?}");
    assert!(found[0].low >= 23 && found[0].high <= 33, "{found:?}");
}

#[test]
fn shift_and_scale_move_levels_and_nothing_else() {
    let original = find(&NILE);
    for (scale, shift) in [(3.0, -7000.0), (1e-6, 0.0), (1e12, 5e12), (-2.0, 10.0)] {
        let moved: Vec<f64> = NILE.iter().map(|value| scale * value + shift).collect();
        let found = find(&moved);
        assert_eq!(places(&moved), places(&NILE), "{scale} {shift}");
        for (found, original) in found.iter().zip(&original) {
            let level = scale * original.after + shift;
            assert!((found.after - level).abs() <= 1e-6 * level.abs(), "{found:?}");
            assert_near(found.standardised, scale.signum() * original.standardised);
        }
    }
}

#[test]
fn a_turned_series_has_the_same_changes_from_behind() {
    let mut turned = NILE;
    turned.reverse();
    assert_eq!(places(&turned).iter().map(|found| 100 - found.0).collect::<Vec<_>>(), [28]);
}

#[test]
fn two_jumps_are_two_changes() {
    let mut values = Draws::seeded(11).noise(90, 0.0);
    values[30..60].iter_mut().for_each(|value| *value += 6.0);
    let found = places(&values);
    assert_eq!(found.iter().map(|found| found.0).collect::<Vec<_>>(), [30, 60], "{found:?}");
}

#[test]
fn a_jump_under_a_trend_is_found() {
    let mut values = Draws::seeded(12).noise(100, 0.0);
    for (at, value) in values.iter_mut().enumerate() {
        *value += 0.2 * at as f64 - if at >= 70 { 5.0 } else { 0.0 };
    }
    assert!(places(&values).iter().any(|found| found.0.abs_diff(70) <= 1), "{:?}", places(&values));
}

#[test]
fn what_says_nothing_has_no_changes() {
    let mut gap = NILE.to_vec();
    gap[50] = f64::NAN;
    let mut endless = NILE.to_vec();
    endless[50] = f64::INFINITY;
    let line: Vec<f64> = (0..50u8).map(f64::from).collect();
    let short: Vec<f64> = (0..11u8).map(|at| if at < 5 { 0.0 } else { 9.0 }).collect();
    for (name, values) in [
        ("empty", vec![]),
        ("short", short),
        ("constant", vec![0.1; 60]),
        ("zeros", vec![0.0; 60]),
        ("line", line),
        ("not a number", gap),
        ("infinite", endless),
    ] {
        assert_eq!(find(&values), [], "{name}");
        assert_eq!(
            change_points(&values, Some(7), &Options::default()),
            [],
            "{name}, with a season"
        );
    }
}

#[test]
fn huge_and_tiny_values_are_values() {
    for scale in [1e300, 1e-300] {
        let scaled: Vec<f64> = NILE.iter().map(|value| value * scale).collect();
        assert_eq!(places(&scaled), places(&NILE), "{scale}");
    }
}
