//! Holidays and events.

use crate::forecast::{Effect, Request, effects, forecast};

fn days(count: usize, acting: &[usize]) -> Effect {
    Effect { acts: (0..count).map(|day| acting.contains(&day)).collect() }
}

#[test]
fn an_effect_is_the_median_ratio_to_its_neighbours() {
    // 100 every day; 150, 150 and once 300 on the days it acts: the median factor is 1.5.
    let mut history = vec![100.0; 30];
    (history[5], history[12], history[20]) = (150.0, 300.0, 150.0);
    let effect = [days(35, &[5, 12, 20, 32])];
    let known = effects::estimate(&history, &[7], &effect);
    assert_eq!((known.sizes[0].size, known.sizes[0].occurrences), (1.5, 3));
    assert!(known.sizes[0].is_factor);
    assert_eq!(known.removed(&history, &effect)[5], 100.0);
    assert_eq!((known.at(31, &effect), known.at(32, &effect)), ((1.0, 0.0), (1.5, 0.0)));
}

#[test]
fn an_effect_is_a_difference_where_values_reach_zero() {
    let mut history = vec![0.0; 30];
    (history[5], history[12]) = (8.0, 8.0);
    let effect = [days(35, &[5, 12, 32])];
    let known = effects::estimate(&history, &[], &effect);
    assert_eq!((known.sizes[0].size, known.sizes[0].is_factor), (8.0, false));
    assert_eq!(known.at(32, &effect), (1.0, 8.0));
}

#[test]
fn effects_that_meet_are_told_apart() {
    // Twice alone a factor 2, twice alone a factor 3, once both: 6.
    let mut history = vec![10.0; 40];
    (history[3], history[9], history[15], history[21], history[27]) = (20., 20., 30., 30., 60.);
    let both = [days(45, &[3, 9, 27]), days(45, &[15, 21, 27, 42])];
    let known = effects::estimate(&history, &[], &both);
    assert!((known.sizes[0].size - 2.0).abs() < 1e-9 && (known.sizes[1].size - 3.0).abs() < 1e-9);
    assert!(known.removed(&history, &both).iter().all(|value| (value - 10.0).abs() < 1e-9));
}

#[test]
fn what_happened_once_is_taken_off_and_not_claimed_again() {
    let mut history: Vec<f64> = (0..60).map(|day| 100.0 + f64::from(day % 7)).collect();
    history[30] = 900.0;
    let effect = [days(67, &[30, 62])];
    let request = Request { effects: &effect, ..Request::new(&history, &[7], 7) };
    let found = forecast(&request).expect("60 days are enough");
    assert!(found.mean.iter().all(|value| (99.0..108.0).contains(value)), "{:?}", found.mean);
    assert_eq!(found.effects[0].occurrences, 1);
}

#[test]
fn a_coming_holiday_moves_its_day_only() {
    let mut history: Vec<f64> = (0..84).map(|day| 100.0 + 5.0 * f64::from(day % 7)).collect();
    let acting = [10, 33, 51, 70, 87];
    acting[..4].iter().for_each(|day| history[*day] *= 0.5);
    let effect = [days(91, &acting)];
    let plain = Request::new(&history, &[7], 7);
    let found = forecast(&Request { effects: &effect, ..plain }).expect("84 days are enough");
    // Day 87 is the fourth of its week: half of 115.
    assert!((found.mean[3] - 57.5).abs() < 2.0, "{:?}", found.mean);
    assert!((found.mean[2] - 110.0).abs() < 4.0, "{:?}", found.mean);
    assert!((found.effects[0].size - 0.5).abs() < 1e-9);
}

#[test]
fn growth_between_the_years_is_no_effect() {
    // Months that grow by 1 % each; a third more in the last two Decembers, of which the neighbours are years away.
    let mut history: Vec<f64> = (0..60).map(|month| 100.0 * 1.01f64.powi(month)).collect();
    history[47] *= 1.33;
    history[59] *= 1.33;
    let effect = [days(72, &[47, 59, 71])];
    let known = effects::estimate(&history, &[12], &effect);
    assert!((known.sizes[0].size - 1.33).abs() < 0.1, "{:?}", known.sizes);
}
