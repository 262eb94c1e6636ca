//! What holds for every trial: by hand, by scale, by simulation.

use super::*;
use crate::draws::Draws;

fn summary(values: &[f64]) -> Sample {
    let squares = values.iter().map(|x| x * x).sum();
    mean(values.iter().sum(), squares, values.len() as f64)
}

#[test]
fn welch_by_hand() {
    // Means 2 and 5, variances 1 and 1, three units each: t = 3 / √(2/3), 4 degrees of freedom.
    let found =
        compare(&summary(&[1.0, 2.0, 3.0]), &summary(&[4.0, 5.0, 6.0]), Scale::Absolute, 0.95);
    let found = found.expect("a reading");
    near(found.statistic, 3.0 / (2.0f64 / 3.0).sqrt(), 1e-12);
    near(found.freedom.expect("t"), 4.0, 1e-12);
}

#[test]
fn a_ratio_by_hand() {
    // Two units with 2 of 1 and 4 of 3: ratio 1.5, residuals 0.5 and −0.5, variance 0.5, over the base mean squared.
    let ratio = Sample::Ratio {
        units: 2.0,
        sum: 6.0,
        squares: 20.0,
        base: 4.0,
        base_squares: 10.0,
        products: 14.0,
    };
    let found = ratio.estimate().expect("an estimate");
    near(found.mean, 1.5, 1e-12);
    near(found.variance, 0.5 / 4.0, 1e-12);
}

#[test]
fn a_covariate_that_explains_all_leaves_no_noise_and_one_that_explains_nothing_changes_nothing() {
    let mut draws = Draws::new(7);
    let sums = |draws: &mut Draws, lift: f64, tie: f64| {
        let pairs: Vec<(f64, f64)> = (0..2000)
            .map(|_| {
                let before = draws.normal();
                (10.0 + lift + tie * before + (1.0 - tie * tie).sqrt() * draws.normal(), before)
            })
            .collect();
        let total = |f: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(f).sum::<f64>();
        Covaried {
            units: 2000.0,
            sum: total(&|p| p.0),
            squares: total(&|p| p.0 * p.0),
            before: total(&|p| p.1),
            before_squares: total(&|p| p.1 * p.1),
            products: total(&|p| p.0 * p.1),
        }
    };
    let plain = (2.0f64 / 2000.0).sqrt();
    for tie in [0.0, 0.6, 0.9] {
        let (a, b) = (sums(&mut draws, 0.0, tie), sums(&mut draws, 0.2, tie));
        let found = cuped(&a, &b, Scale::Absolute, 0.95).expect("a reading");
        let share = found.error / plain;
        near(share, (1.0 - tie * tie).sqrt(), 0.04);
        assert!(found.low < 0.2 && found.high > 0.2, "{found:?}");
    }
}

#[test]
fn units_of_measure_do_not_matter() {
    let a = compare(&mean(100.0, 1500.0, 20.0), &mean(120.0, 1700.0, 21.0), Scale::Absolute, 0.9);
    let b = compare(&mean(1e4, 1.5e7, 20.0), &mean(1.2e4, 1.7e7, 21.0), Scale::Absolute, 0.9);
    let (a, b) = (a.expect("a reading"), b.expect("a reading"));
    near(a.p, b.p, 1e-12);
    near(a.difference * 100.0, b.difference, 1e-9);
}

#[test]
fn exact_beliefs_by_hand() {
    // Beta(2, 1) against Beta(1, 2): P(version above) = 5/6; E version − E control = 1/3.
    let found = rates_belief(&rate(0.0, 1.0), &rate(1.0, 1.0), (1.0, 1.0)).expect("a belief");
    near(found.chance, 5.0 / 6.0, 1e-4);
    near(found.difference, 1.0 / 3.0, 1e-12);
    near(found.loss_of_keeping - found.loss_of_taking, 1.0 / 3.0, 1e-12);
    // E max(control − version, 0) = ∫ x² (1 − x)² dx = 1/30.
    near(found.loss_of_taking, 1.0 / 30.0, 1e-5);
    let same = rates_belief(&rate(1e5, 1e6), &rate(1e5, 1e6), (1.0, 1.0)).expect("a belief");
    near(same.chance, 0.5, 1e-6);
}

/// The share of trials without a difference that are called within four weeks of daily looks.
fn called(trials: usize, alpha_of_look: impl Fn(usize, f64, f64) -> bool) -> f64 {
    let mut draws = Draws::new(11);
    let mut called = 0;
    for _ in 0..trials {
        let mut sums = [[0.0f64; 3]; 2];
        for day in 0..28 {
            for arm in &mut sums {
                for x in draws.normals(25) {
                    arm[0] += x;
                    arm[1] += x * x;
                    arm[2] += 1.0;
                }
            }
            let [a, b] = sums.map(|arm| mean(arm[0], arm[1], arm[2]));
            let plain = compare(&a, &b, Scale::Absolute, 0.95).expect("a reading");
            let valid = always_valid(&a, &b, Scale::Absolute, 0.95, 700.0).expect("a reading");
            if alpha_of_look(day, plain.p, valid.p) {
                called += 1;
                break;
            }
        }
    }
    called as f64 / trials as f64
}

#[test]
fn daily_peeking_is_paid_for() {
    let naive = called(1500, |_, plain, _| plain < 0.05);
    assert!((0.24..0.32).contains(&naive), "{naive}");
    let days: Vec<f64> = (1..=28).map(|day| f64::from(day) / 28.0).collect();
    let planned = bounds(Spending::OBrienFleming, &days, 0.05).expect("bounds");
    let spent = called(1500, |day, plain, _| plain < planned[day].nominal);
    assert!((0.03..0.07).contains(&spent), "{spent}");
    let valid = called(1500, |_, _, valid| valid < 0.05);
    assert!(valid < 0.05, "{valid}");
}
