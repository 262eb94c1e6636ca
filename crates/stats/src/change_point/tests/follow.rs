use super::super::{Holding, Options, change_points, new_since, still_holding};
use super::draws::Draws;

/// Noise around 10, then 20 from value 40 on, then `last` for the values after value 60.
fn series(last: f64) -> Vec<f64> {
    let mut values = Draws::seeded(7).noise(80, 0.0);
    for (at, value) in values.iter_mut().enumerate() {
        *value += if at < 40 {
            10.0
        } else if at < 60 {
            20.0
        } else {
            last
        };
    }
    values
}

#[test]
fn a_change_holds_returns_or_moves_on() {
    let options = Options::default();
    for (last, expected) in [
        (20.0, Holding::Yes),
        (23.0, Holding::Yes),
        (10.0, Holding::Returned),
        (30.0, Holding::MovedOn),
        (0.0, Holding::MovedOn),
    ] {
        let values = series(last);
        let found = change_points(&values, None, &options);
        let change = found.first().expect("the rise at 40");
        assert_eq!(change.index, 40, "{found:?}");
        assert_eq!(still_holding(&values, None, change, &options), expected, "{last}");
    }
}

#[test]
fn a_new_course_that_goes_on_holds() {
    let options = Options::default();
    let mut values = Draws::seeded(8).noise(100, 0.0);
    values.iter_mut().enumerate().for_each(|(at, value)| *value += at.max(50) as f64 - 50.0);
    let found = change_points(&values, None, &options);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(still_holding(&values, None, &found[0], &options), Holding::Yes);
    values[90..].iter_mut().for_each(|value| *value = 0.0);
    assert_eq!(still_holding(&values, None, &found[0], &options), Holding::Returned);
}

#[test]
fn nothing_to_compare_is_not_holding() {
    let options = Options::default();
    let change = change_points(&series(20.0), None, &options)[0];
    assert_eq!(still_holding(&[], None, &change, &options), Holding::MovedOn);
    assert_eq!(still_holding(&[f64::NAN; 50], None, &change, &options), Holding::MovedOn);
}

#[test]
fn a_change_is_told_once() {
    let options = Options::default();
    let mut draws = Draws::seeded(9);
    let mut told = 0;
    for _ in 0..40 {
        let mut values = draws.noise(100, 0.0);
        values[70..].iter_mut().for_each(|value| *value -= 2.5);
        let reports = (71..=100).map(|length| {
            let found = new_since(&values[..length], length - 1, None, &options);
            // A first guess from few values may miss the place by a little; it is told all the same.
            found.iter().filter(|change| change.low <= 73 && 67 <= change.high).count()
        });
        let times: usize = reports.sum();
        assert!(times <= 1, "told {times} times");
        told += times;
    }
    assert!(told >= 36, "told in {told} of 40 series");
}

#[test]
fn what_was_known_is_no_news() {
    let options = Options::default();
    let values = series(20.0);
    assert_eq!(new_since(&values, 70, None, &options), []);
    assert_eq!(new_since(&values, 40, None, &options).len(), 1);
    assert_eq!(new_since(&values, 0, None, &options).len(), 1);
    assert_eq!(new_since(&values, 500, None, &options), []);
}
