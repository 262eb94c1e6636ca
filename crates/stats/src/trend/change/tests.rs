//! Cases of `change` by hand, and what must not move it.

use super::super::published::NILE;
use super::*;
use crate::draws::Draws;

#[test]
fn eight_values_by_hand() {
    // Changes 1 -1 1 -1 1 -1 1 around their median 1: sizes 0 2 0 2 0 2 0, the largest 2, least share 1/8.
    // Band 2·max((0.125/0.05)^(3/4), (0.1625/0.05)^(1/2)) = 2·max(1.98818, 1.80278) = 3.97635.
    let history = [10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 10.0, 11.0];
    let found = change(&history, 20.0, 1).expect("seven changes");
    assert!((found.noise - 3.976_354).abs() < 1e-6, "{}", found.noise);
    assert_eq!((found.direction, found.expected, found.size), (Move::Up, 11.0, 9.0));
    // Tail share: max(0.125·(2/9)^(4/3), 0.1625·(2/9)²) = max(0.016825, 0.008025).
    assert!((found.tail_share - 0.016_825).abs() < 1e-6, "{}", found.tail_share);
    let found = change(&history, 14.0, 1).expect("seven changes");
    assert_eq!(found.direction, Move::NoClearChange);
    assert_eq!(change(&history, 2.0, 1).map(|found| found.direction), Some(Move::Down));
}

#[test]
fn the_same_period_of_the_last_cycle_is_compared() {
    // Four seasons far apart, three cycles: against the last value everything is noise, against the cycle it is not.
    let mut draws = Draws::new(51);
    let history: Vec<f64> =
        (0..16).map(|at| [0.0, 80.0, 200.0, 40.0][at % 4] + draws.normal()).collect();
    let newest = 30.0;
    let by_cycle = change(&history, newest, 4).expect("twelve changes");
    assert_eq!(by_cycle.direction, Move::Up);
    assert!((by_cycle.expected - history[12]).abs() < 1e-15);
    assert_eq!(change(&history, newest, 1).map(|one| one.direction), Some(Move::NoClearChange));
}

#[test]
fn the_nile_of_1899_is_a_real_move_only_against_quiet_years() {
    // Cobb (1978) dates the break of the Nile to 1899: 774 after 1100 is the lowest value so far, yet falls of this
    // size came before (813 after 1160, 799 after 1180), so that one year alone does not show it.
    let found = change(&NILE[..28], NILE[28], 1).expect("27 changes");
    assert_eq!(found.direction, Move::NoClearChange);
    assert!((found.size + 326.0).abs() < 1e-12);
    assert!(found.tail_share > 0.05 && found.tail_share < 0.25, "{}", found.tail_share);
    // Of the hundred years after the first 30 about one in twenty is called.
    let called = (30..100).filter(|year| {
        let found = change(&NILE[..*year], NILE[*year], 1);
        found.is_some_and(|found| found.direction != Move::NoClearChange)
    });
    assert!(called.count() <= 7);
}

#[test]
fn the_band_is_the_size_at_which_the_call_turns() {
    let mut draws = Draws::new(52);
    for count in 8..90 {
        let history = draws.normals(count);
        let last = history[count - 1];
        let at = |size: f64| change(&history, last + size, 1).expect("a history");
        let band = at(1.0).noise;
        for sign in [1.0, -1.0] {
            assert_eq!(at(sign * band * 0.999_999).direction, Move::NoClearChange, "{count}");
            assert_ne!(at(sign * band * 1.000_001).direction, Move::NoClearChange, "{count}");
        }
        let shares: Vec<f64> = (0..40).map(|step| at(0.2 * f64::from(step)).tail_share).collect();
        assert!(shares.windows(2).all(|pair| pair[0] >= pair[1] - 1e-12), "{shares:?}");
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
    }
}

#[test]
fn shift_scale_and_mirror_move_the_answer_with_them() {
    let mut draws = Draws::new(53);
    for count in 12..60 {
        let history = draws.normals(count);
        let newest = 3.0 * draws.normal();
        let plain = change(&history, newest, 1).expect("a history");
        for (scale, shift) in [(4.0, 100.0), (-4.0, 3.0)] {
            let moved: Vec<f64> = history.iter().map(|x| scale * x + shift).collect();
            let other = change(&moved, scale * newest + shift, 1).expect("a history");
            let mirrored = match plain.direction {
                Move::Up if scale < 0.0 => Move::Down,
                Move::Down if scale < 0.0 => Move::Up,
                direction => direction,
            };
            assert_eq!(other.direction, mirrored);
            assert!((other.size - scale * plain.size).abs() < 1e-9);
            assert!((other.noise - 4.0 * plain.noise).abs() < 1e-9);
            assert!((other.tail_share - plain.tail_share).abs() < 1e-6);
        }
    }
}

#[test]
fn a_steady_rise_is_no_noise() {
    let mut draws = Draws::new(54);
    let history: Vec<f64> = (0..24).map(|at| 10.0 * f64::from(at) + draws.normal()).collect();
    let found = change(&history, 240.0, 1).expect("23 changes");
    assert_eq!(found.direction, Move::Up);
    assert!(found.noise < 5.0, "{}", found.noise);
}

#[test]
fn odd_values_of_the_history_do_not_hide_a_move() {
    let mut draws = Draws::new(55);
    for count in [20, 40, 100] {
        let mut history = draws.normals(count);
        let plain = change(&history, 0.0, 1).expect("a history").noise;
        history[count / 2] = 1_000.0;
        let spoilt = change(&history, 0.0, 1).expect("a history").noise;
        assert!(spoilt < 8.0 * plain, "{count}: {spoilt} against {plain}");
        assert_eq!(change(&history, 40.0, 1).map(|found| found.direction), Some(Move::Up));
        // Two odd changes of a hundred lie beyond the ranks that make the band.
        assert!(count < 100 || spoilt < 1.6 * plain, "{spoilt} against {plain}");
    }
}

#[test]
fn rare_events_are_ranked_and_nothing_else() {
    // Mostly zeros: the upper quartile of the sizes is 0 and bounds nothing.
    let mut history = vec![0.0; 12];
    history[5] = 1.0;
    let found = change(&history, 1.0, 1).expect("eleven changes");
    assert_eq!(found.direction, Move::NoClearChange);
    assert!((found.tail_share - 1.3 / 12.0).abs() < 1e-12);
}

#[test]
fn odd_input_has_no_answer() {
    let history = [1.0, 2.0, 1.5, 1.0, 2.0, 1.5, 1.0, 2.0, 1.5];
    assert!(change(&history, 3.0, 1).is_some());
    assert_eq!(change(&history, 3.0, 0), None);
    assert_eq!(change(&history, 3.0, 3), None);
    assert_eq!(change(&history, 3.0, 40), None);
    assert_eq!(change(&history, f64::NAN, 1), None);
    assert_eq!(change(&[f64::NAN; 12], 1.0, 1), None);
    assert_eq!(change(&[4.0; 12], 5.0, 1), None);
    let tenths: Vec<f64> = (0..12).map(|at| f64::from(at) / 10.0).collect();
    assert_eq!(change(&tenths, 5.0, 1), None);
    assert_eq!(change(&[1e308, -1e308, 1e308, -1e308, 1e308, -1e308, 1e308, -1e308], 0.0, 1), None);
}
