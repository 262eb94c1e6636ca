use super::{assert_near, buyer};
use crate::draws::Draws;
use crate::lifetime::*;

/// A log of customers who buy at rates of their own and may leave; the same in every run.
fn log(customers: usize) -> Vec<Purchase> {
    let mut draws = Draws::new(11);
    let mut log = Vec::new();
    for customer in 0..customers {
        let rate = draws.list(1, 0.02, 0.4)[0];
        let start = draws.list(1, 0.0, 120.0)[0];
        let (mut day, mut stays) = (start, true);
        while day < 420.0 && stays {
            log.push(Purchase { customer, day: day as i64, amount: 10.0 });
            let chance = draws.list(2, 0.0, 1.0);
            day += -(1.0 - chance[0]).ln() / rate * 7.0;
            stays = chance[1] > 0.15;
        }
    }
    log
}

#[test]
fn twice_the_customers_are_surer_by_the_root_of_two() {
    let once = summarise(&log(400), 419).expect("numbers");
    let twice: Vec<Customer> = once.iter().chain(&once).copied().collect();
    let model = fit_bg_nbd(&once).expect("a model").model;
    let sum = |model: &BetaGeometric| -> f64 {
        once.iter().map(|customer| model.expected(customer, 52.0)).sum()
    };
    let one = relative_error(&model, &once, sum).expect("a maximum");
    let other = relative_error(&model, &twice, sum).expect("a maximum");
    // What is known beforehand weighs next to nothing here.
    assert_near(one / other, 2f64.sqrt(), 2e-2);
    assert!(one > 0.005 && one < 0.2, "{one}");
}

#[test]
fn a_parameter_nobody_tells_about_is_as_sure_as_the_search_is_wide() {
    // Customers without an hour of age tell nothing about the rate: its logarithm varies by ten.
    let model = BetaGeometric {
        regularity: 1,
        leaving: Leaving::AfterRepeat,
        r: 1.0,
        alpha: 1.0,
        a: 1.0,
        b: 1.0,
    };
    let error = relative_error(&model, &[buyer(0, 0.0, 0.0)], |model| model.r);
    assert_near(error.expect("a prior"), 10.0, 1e-6);
    assert_eq!(relative_error(&model, &[buyer(0, 0.0, 0.0)], |_| 0.0), None);
}

#[test]
fn the_test_on_the_past_counts_what_known_customers_did() {
    let log = log(400);
    let test = backtest(&log, 419, 13, Kind::BgNbd).expect("a test");
    let cut = 419 - 13 * 7;
    let mut days: Vec<(usize, i64)> =
        log.iter().filter(|one| one.day > cut).map(|one| (one.customer, one.day)).collect();
    days.sort_unstable();
    days.dedup();
    // Everybody starts before the cut, so everything after it is a repeat.
    assert_eq!(test.actual, days.len() as u64);
    assert_eq!(test.customers, 400);
    assert!(test.miss().expect("purchases").abs() < 0.15, "{test:?}");
    assert!(test.dispersion > 0.5 && test.dispersion < 3.0, "{test:?}");
}

#[test]
fn of_several_models_the_likeliest_is_taken() {
    let customers = summarise(&log(400), 419).expect("numbers");
    let best = fit_kind(&customers, Kind::Likeliest).expect("a model").log_likelihood;
    for kind in [Kind::BgNbd, Kind::MbgCnbd, Kind::ParetoNbd] {
        assert!(best >= fit_kind(&customers, kind).expect("a model").log_likelihood);
    }
}

#[test]
fn worth_is_purchases_times_spend_less_the_wait() {
    let customers = summarise(&log(60), 419).expect("numbers");
    let model = fit_kind(&customers, Kind::BgNbd).expect("a model").model;
    let spend = GammaGamma { p: 6.25, q: 3.74, v: 15.44 };
    let found = worths(&model, Some(&spend), &customers, Horizon::year(0.0));
    for worth in &found {
        let plain = worth.purchases * worth.spend.expect("spend");
        assert_near(worth.value.expect("a value"), plain, 1e-9);
    }
    let waited = worths(&model, Some(&spend), &customers, Horizon::year(0.01));
    assert!(waited.iter().zip(&found).all(|(less, more)| less.value <= more.value));
    assert_eq!(worths(&model, None, &customers, Horizon::year(0.01))[0].value, None);
}
