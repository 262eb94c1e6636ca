//! The chances of counts add up, and their mean is the expectation that has a formula of its own.

use super::super::{Customer, ParetoNbd, Purchasing};
use super::buyer;
use crate::random::Random;

/// As fitted on CDNOW.
const CDNOW: ParetoNbd = ParetoNbd { r: 0.553, alpha: 10.58, s: 0.606, beta: 11.656 };

const BUYERS: [(u32, f64, f64); 4] =
    [(0, 0.0, 38.86), (2, 30.43, 38.86), (26, 30.86, 31.0), (5, 3.0, 35.0)];

#[test]
fn chances_add_up_to_one_and_to_the_expectation() {
    for (repeats, recency, age) in BUYERS {
        let customer = buyer(repeats, recency, age);
        for weeks in [0.5, 10.0, 39.0, 78.0] {
            let chances: Vec<f64> =
                (0..600).map(|count| CDNOW.chance_of(&customer, count, weeks)).collect();
            let sum: f64 = chances.iter().sum();
            let mean: f64 = chances.iter().zip(0..).map(|(p, n)| p * f64::from(n)).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{customer:?} {weeks}: {sum}");
            let expected = CDNOW.expected(&customer, weeks);
            assert!((mean - expected).abs() < 1e-7 * (1.0 + expected), "{mean} {expected}");
        }
    }
}

#[test]
fn a_new_customer_buys_as_often_as_simulated_ones() {
    // Shapes of one: the gamma distributions are exponential and drawn by a logarithm.
    let model = ParetoNbd { r: 1.0, alpha: 5.0, s: 1.0, beta: 20.0 };
    let mut random = Random::new(11);
    let mut exponential = |rate: f64| -random.uniform().ln() / rate;
    let mut counts = [0.0; 4];
    let people = 40_000;
    for _ in 0..people {
        let (rate, leaving) = (exponential(5.0), exponential(20.0));
        let end = exponential(leaving).min(13.0);
        let mut time = exponential(rate);
        let mut count = 0;
        while time < end {
            count += 1;
            time += exponential(rate);
        }
        if let Some(place) = counts.get_mut(count) {
            *place += 1.0 / f64::from(people);
        }
    }
    let fresh: Customer = buyer(0, 0.0, 0.0);
    for (count, share) in (0..4).zip(counts) {
        let chance = model.chance_of(&fresh, count, 13.0);
        // Three standard errors.
        assert!((chance - share).abs() < 3.0 * (0.25 / f64::from(people)).sqrt(), "{count}");
    }
}

#[test]
fn the_median_splits_the_chances() {
    for (repeats, recency, age) in BUYERS {
        let customer = buyer(repeats, recency, age);
        let median = CDNOW.median(&customer, 39.0);
        let chances: Vec<f64> =
            (0..=median).map(|count| CDNOW.chance_of(&customer, count, 39.0)).collect();
        let up_to: f64 = chances.iter().sum();
        assert!(up_to >= 0.5 && up_to - chances[median as usize] < 0.5, "{median}: {up_to}");
    }
    assert_eq!(CDNOW.median(&buyer(0, 0.0, 38.86), 39.0), 0);
    assert_eq!(CDNOW.median(&buyer(3, 10.0, 20.0), 0.0), 0);
}
