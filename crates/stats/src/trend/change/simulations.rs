//! How often `change` calls noise, and how often it calls a move.

use super::*;
use crate::draws::Draws;

/// A kind of noise, by its name.
type Kind = (&'static str, fn(&mut Draws) -> f64);

const KINDS: [Kind; 4] = [
    ("normal", |draws| draws.normal()),
    ("t with 3 degrees of freedom", |draws| draws.t3()),
    ("lognormal, sigma 0.5", |draws| (0.5 * draws.normal()).exp()),
    ("lognormal, sigma 1", |draws| draws.normal().exp()),
];

const RUNS: usize = 8_000;

/// The share of simulated series whose newest value, lifted by `lift`, is called.
fn called(kind: Kind, length: usize, lag: usize, lift: f64) -> f64 {
    let mut draws = Draws::new((length * 1_000 + lag) as u64);
    let mut calls = 0;
    for _ in 0..RUNS {
        let history: Vec<f64> = (0..length).map(|_| kind.1(&mut draws)).collect();
        let newest = kind.1(&mut draws) + lift;
        let found = change(&history, newest, lag).expect("a history long enough");
        calls += usize::from(found.direction != Move::NoClearChange);
    }
    calls as f64 / RUNS as f64
}

/// Three standard errors of a share of one in twenty.
fn simulation_error() -> f64 {
    3.0 * (LEVEL * (1.0 - LEVEL) / RUNS as f64).sqrt()
}

#[test]
fn noise_is_called_at_most_one_time_in_twenty() {
    for kind in KINDS {
        for length in [8, 9, 10, 12, 14, 17, 20, 23, 26, 30, 36, 45, 60] {
            let share = called(kind, length, 1, 0.0);
            assert!(share <= LEVEL + simulation_error(), "{}, {length}: {share}", kind.0);
        }
    }
}

#[test]
fn noise_against_the_last_cycle_is_called_at_most_one_time_in_twenty() {
    for kind in KINDS {
        for (length, lag) in [(14, 7), (19, 12), (24, 12), (36, 12), (60, 12), (59, 52)] {
            let share = called(kind, length, lag, 0.0);
            assert!(share <= LEVEL + simulation_error(), "{}, {length}: {share}", kind.0);
        }
    }
}

#[test]
fn a_move_of_four_sigma_is_called_four_times_in_five() {
    // Sigma is the standard deviation of changes without a move: for normal noise the root of 2.
    let lift = 4.0 * std::f64::consts::SQRT_2;
    for length in [12, 14, 18, 24, 36, 60] {
        let share = called(KINDS[0], length, 1, lift);
        assert!(share > 0.8 - simulation_error(), "{length}: {share}");
    }
    assert!(called(KINDS[0], 14, 1, lift) > 0.82);
    assert!(called(KINDS[0], 24, 12, lift) > 0.8);
}
