use super::{assert_near, buyer};
use crate::draws::Draws;
use crate::lifetime::*;

/// A gamma variable by Marsaglia and Tsang (2000), shapes below 1 by Stuart's theorem.
fn gamma(draws: &mut Draws, shape: f64) -> f64 {
    if shape < 1.0 {
        return gamma(draws, shape + 1.0) * draws.uniform().powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = draws.normal();
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && draws.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// Customers of a known model, watched for 20 to 60 weeks.
fn simulated(model: BetaGeometric, count: usize, seed: u64) -> Vec<Customer> {
    let mut draws = Draws::new(seed);
    let mut customers = Vec::new();
    for customer in 0..count {
        let age = draws.between(20.0, 60.0);
        let rate = gamma(&mut draws, model.r) / model.alpha;
        let (a, b) = (gamma(&mut draws, model.a), gamma(&mut draws, model.b));
        let leaves = a / (a + b);
        let mut one = Customer { customer, ..buyer(0, 0.0, age) };
        let mut is_there = model.leaving == Leaving::AfterRepeat || draws.uniform() >= leaves;
        while is_there {
            let gap = gamma(&mut draws, f64::from(model.regularity)) / rate;
            if one.recency + gap > age {
                break;
            }
            one.recency += gap;
            one.repeats += 1;
            one.log_gaps += gap.ln();
            is_there = draws.uniform() >= leaves;
        }
        customers.push(one);
    }
    customers
}

const TRUE: BetaGeometric =
    BetaGeometric { regularity: 3, leaving: Leaving::AfterAny, r: 1.5, alpha: 4.0, a: 1.0, b: 4.0 };

#[test]
fn regularity_and_parameters_are_found_again() {
    let found = fit_mbg_cnbd(&simulated(TRUE, 3_000, 1)).expect("customers").model;
    assert_eq!(found.regularity, 3);
    for (found, planted) in
        [(found.r, TRUE.r), (found.alpha, TRUE.alpha), (found.a, TRUE.a), (found.b, TRUE.b)]
    {
        assert!((found / planted).ln().abs() < 0.3, "{found} for {planted}");
    }
}

#[test]
fn expected_purchases_are_those_of_many_drawn_customers() {
    let later = simulated(TRUE, 60_000, 2);
    let weeks = 20.0;
    // The first 20 weeks of new customers: those who bought no further are counted in full.
    let expected = TRUE.expected_of_new(weeks);
    let whole = BetaGeometric { leaving: Leaving::AfterRepeat, ..TRUE };
    assert!(whole.expected_of_new(weeks) > expected);
    let seen: Vec<f64> =
        later.iter().filter(|one| one.age < 20.5).map(|one| f64::from(one.repeats)).collect();
    let mean = seen.iter().sum::<f64>() / seen.len() as f64;
    assert!((mean / TRUE.expected_of_new(20.25) - 1.0).abs() < 0.1, "{mean} for {expected}");
}

#[test]
fn the_other_models_find_their_parameters_again() {
    let plain =
        BetaGeometric { regularity: 1, leaving: Leaving::AfterRepeat, r: 0.8, alpha: 6.0, ..TRUE };
    let found = fit_bg_nbd(&simulated(plain, 3_000, 3)).expect("customers").model;
    for (found, planted) in [(found.r, 0.8), (found.alpha, 6.0), (found.a, 1.0), (found.b, 4.0)] {
        assert!((found / planted).ln().abs() < 0.4, "{found} for {planted}");
    }
    let mut draws = Draws::new(4);
    let customers: Vec<Customer> = (0..3_000)
        .map(|customer| {
            let age = draws.between(20.0, 60.0);
            let (rate, end) = (gamma(&mut draws, 0.8) / 6.0, gamma(&mut draws, 1.2) / 15.0);
            let there = (-draws.uniform().ln() / end).min(age);
            let mut one = Customer { customer, ..buyer(0, 0.0, age) };
            loop {
                let next = one.recency - draws.uniform().ln() / rate;
                if next > there {
                    return one;
                }
                one.recency = next;
                one.repeats += 1;
            }
        })
        .collect();
    let found = fit_pareto_nbd(&customers).expect("customers").model;
    for (found, planted) in [(found.r, 0.8), (found.alpha, 6.0), (found.s / found.beta, 1.2 / 15.0)]
    {
        assert!((found / planted).ln().abs() < 0.4, "{found} for {planted}");
    }
    let payers: Vec<Customer> = (0..3_000)
        .map(|customer| {
            let rate = gamma(&mut draws, 4.0) / 15.0;
            let mean = gamma(&mut draws, 6.0 * 3.0) / rate / 3.0;
            Customer { customer, spend: Some(mean), ..buyer(3, 1.0, 2.0) }
        })
        .collect();
    let found = fit_gamma_gamma(&payers).expect("payers").model;
    let mean = found.expected(&buyer(0, 0.0, 1.0));
    assert!((mean / (6.0 * 15.0 / 3.0) - 1.0).abs() < 0.05, "{mean}");
}

#[test]
fn who_stays_silent_is_less_likely_there() {
    let pareto = ParetoNbd { r: 0.55, alpha: 10.6, s: 0.6, beta: 11.7 };
    let thin = ParetoNbd { s: 1e-4, beta: 4e5, ..pareto };
    for model in [&TRUE as &dyn Purchasing, &pareto, &thin, &Mean(TRUE, pareto)] {
        for repeats in [1, 5, 200] {
            let mut before = 1.0;
            for age in [10.0, 12.0, 20.0, 40.0, 400.0] {
                let alive = model.alive(&buyer(repeats, 10.0, age));
                assert!((0.0..=before).contains(&alive), "{alive} after {before}");
                before = alive;
            }
        }
        let customer = buyer(5, 10.0, 12.0);
        let ahead = [0.0, 1.0, 10.0, 100.0].map(|weeks| model.expected(&customer, weeks));
        assert!(ahead.is_sorted() && ahead[0] <= 0.0, "{ahead:?}");
    }
}

#[test]
fn the_unit_of_time_does_not_matter() {
    let customers = simulated(TRUE, 500, 5);
    let slow: Vec<Customer> = customers
        .iter()
        .map(|one| Customer {
            recency: 7.0 * one.recency,
            age: 7.0 * one.age,
            log_gaps: one.log_gaps + f64::from(one.repeats) * 7f64.ln(),
            ..*one
        })
        .collect();
    let (weeks, days) = (fit_mbg_cnbd(&customers), fit_mbg_cnbd(&slow));
    let (weeks, days) = (weeks.expect("customers").model, days.expect("customers").model);
    assert_eq!(weeks.regularity, days.regularity);
    assert_near(days.alpha / weeks.alpha, 7.0, 1e-2);
    assert_near(days.r / weeks.r, 1.0, 1e-2);
    let mut turned = customers.clone();
    turned.reverse();
    let turned = fit_mbg_cnbd(&turned).expect("customers").model;
    assert_near(turned.alpha / weeks.alpha, 1.0, 1e-6);
    assert_near(turned.b / weeks.b, 1.0, 1e-6);
}
