use super::{HIGH_END, assert_near, cohort};
use crate::draws::Draws;
use crate::retention::*;

/// Customers who leave by a curve, counted after each of ten periods.
fn simulated(curve: &Curve, count: usize, seed: u64) -> Vec<f64> {
    let mut draws = Draws::new(seed);
    let mut left = vec![count as f64; 11];
    for _ in 0..count {
        let share = draws.uniform();
        let stays = (1..=10).take_while(|period| curve.survival(*period) > share).count();
        for one in left.iter_mut().skip(stays + 1) {
            *one -= 1.0;
        }
    }
    left
}

#[test]
fn planted_curves_are_found_again() {
    let planted = Curve { alpha: 0.7, beta: 3.0, duration: 1.5 };
    let left = simulated(&planted, 20_000, 1);
    let found = fit_beta_discrete_weibull(&[left]).expect("cohort").curve;
    assert_near(found.duration, 1.5, 0.15);
    assert_near(found.survival(20), planted.survival(20), 0.02);
    let planted = Curve { duration: 1.0, ..planted };
    let left = simulated(&planted, 20_000, 2);
    let found = fit_shifted_beta_geometric(&[left]).expect("cohort").curve;
    assert_near(found.alpha / planted.alpha, 1.0, 0.15);
    assert_near(found.beta / planted.beta, 1.0, 0.15);
}

#[test]
fn cohorts_that_differ_in_length_say_what_one_says() {
    let whole = fit_shifted_beta_geometric(&[cohort(HIGH_END)]).expect("cohort").curve;
    // A young cohort on the curve leaves it where it is.
    let young = vec![1_000.0, 1_000.0 * whole.survival(1)];
    let both = fit_shifted_beta_geometric(&[cohort(HIGH_END), young]).expect("cohorts").curve;
    assert_near(both.survival(1), whole.survival(1), 3e-3);
    // Twice the customers, the same curve; a cohort that nothing is known of changes nothing.
    let twice: Vec<f64> = cohort(HIGH_END).iter().map(|left| 2.0 * left).collect();
    let same = fit_shifted_beta_geometric(&[twice, vec![500.0]]).expect("cohorts").curve;
    assert_near(same.alpha, whole.alpha, 1e-4);
    assert_near(same.beta, whole.beta, 1e-3);
}

#[test]
fn curves_fall_and_renewal_rises_with_age() {
    let curve = Curve { alpha: 0.7, beta: 1.2, duration: 1.0 };
    for periods in 0..50 {
        assert!(curve.survival(periods + 1) < curve.survival(periods));
        assert!(curve.renewal(periods + 1) > curve.renewal(periods));
        let (young, old) =
            (curve.residual_life(periods, 0.1), curve.residual_life(periods + 1, 0.1));
        assert!(young.expect("discount") < old.expect("discount"));
    }
}
