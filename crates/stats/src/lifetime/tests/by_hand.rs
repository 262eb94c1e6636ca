use super::{assert_near, buyer};
use crate::lifetime::*;

#[test]
fn a_log_becomes_repeats_recency_and_age() {
    let log = [
        Purchase { customer: 7, day: 0, amount: 10.0 },
        Purchase { customer: 7, day: 14, amount: 3.0 },
        // The same day again is the same purchase.
        Purchase { customer: 7, day: 14, amount: 5.0 },
        Purchase { customer: 7, day: 21, amount: 4.0 },
        Purchase { customer: 7, day: 99, amount: 1.0 },
        Purchase { customer: 2, day: 28, amount: 6.0 },
        Purchase { customer: 9, day: 36, amount: 6.0 },
    ];
    let found = summarise(&log, 35).expect("numbers");
    let second = Customer {
        customer: 7,
        repeats: 2,
        recency: 3.0,
        age: 5.0,
        log_gaps: 2f64.ln(),
        spend: Some(6.0),
    };
    assert_eq!(found, [Customer { customer: 2, ..buyer(0, 0.0, 1.0) }, second]);
}

#[test]
fn likelihoods_of_one_customer() {
    // r = α = a = b = 1, no repeat in a week, nobody may leave: E[e^−λ] = 1/2.
    let plain = BetaGeometric {
        regularity: 1,
        leaving: Leaving::AfterRepeat,
        r: 1.0,
        alpha: 1.0,
        a: 1.0,
        b: 1.0,
    };
    assert_near(plain.log_likelihood(&buyer(0, 0.0, 1.0)), 0.5f64.ln(), 1e-12);
    // One repeat at week 1 of 3: ½·∫λe^−3λ·e^−λ = ½/16 if still there, ½·∫λe^−λe^−λ = ½/4 if gone.
    assert_near(plain.log_likelihood(&buyer(1, 1.0, 3.0)), (0.5f64 / 16.0 + 0.125).ln(), 1e-12);
    assert_near(plain.alive(&buyer(1, 1.0, 3.0)), 0.2, 1e-12);
    // Leaving after the first purchase too: half are gone at once.
    let any = BetaGeometric { leaving: Leaving::AfterAny, ..plain };
    assert_near(any.log_likelihood(&buyer(0, 0.0, 1.0)), 0.75f64.ln(), 1e-12);
    // In steps of two, none is seen in a week if fewer than two were made: E[e^−λ(1+λ)] = 1/2 + 1/4.
    let paired = BetaGeometric { regularity: 2, ..plain };
    assert_near(paired.log_likelihood(&buyer(0, 0.0, 1.0)), 0.75f64.ln(), 1e-12);
}

#[test]
fn a_pareto_customer_with_whole_parameters() {
    // r = s = 1, α = β = 1, no repeat in a week: 1/(2·2) + ∫₀¹ (1+y)^−3 dy = 1/4 + 3/8.
    let model = ParetoNbd { r: 1.0, alpha: 1.0, s: 1.0, beta: 1.0 };
    assert_near(model.log_likelihood(&buyer(0, 0.0, 1.0)), 0.625f64.ln(), 1e-12);
    assert_near(model.alive(&buyer(0, 0.0, 1.0)), 0.4, 1e-12);
    // At s = 1 the weeks still there have a logarithm: ½ purchase a week, 2·ln 2 weeks in the next two.
    assert_near(model.expected(&buyer(0, 0.0, 1.0), 2.0), 0.4 * 0.5 * 2.0 * 2f64.ln(), 1e-12);
    // α = 2, β = 1: 1/(3·2)·2 + 2·∫₀¹ (2+y)^−1 (1+y)^−2 dy, and the integral is 1/2 + ln 3 − ln 4.
    let model = ParetoNbd { alpha: 2.0, ..model };
    let integral = 0.5 + 0.75f64.ln();
    assert_near(
        model.log_likelihood(&buyer(0, 0.0, 1.0)),
        (1.0 / 3.0 + 2.0 * integral).ln(),
        1e-12,
    );
}

#[test]
fn spend_is_drawn_to_the_mean() {
    // p = 1, q = 2, v = 10: the mean of all is 10; one purchase of 40 is (10 + 40) / 2.
    let model = GammaGamma { p: 1.0, q: 2.0, v: 10.0 };
    assert_near(model.expected(&buyer(0, 0.0, 1.0)), 10.0, 1e-12);
    let payer = Customer { spend: Some(40.0), ..buyer(1, 1.0, 2.0) };
    assert_near(model.expected(&payer), 25.0, 1e-12);
    // The density of a mean of 40 after one purchase: p·q v²/(v + m)³.
    assert_near(model.log_likelihood(1, 40.0), (2.0 * 100.0 / 50f64.powi(3)).ln(), 1e-12);
}

#[test]
fn value_is_purchases_times_spend_discounted() {
    let model = ParetoNbd { r: 1.0, alpha: 1.0, s: 1.0, beta: 1.0 };
    let spend = GammaGamma { p: 1.0, q: 2.0, v: 10.0 };
    let customer = buyer(0, 0.0, 1.0);
    let horizon = Horizon { periods: 2, weeks: 1.0, discount: 0.0 };
    let free = value(&model, &spend, &customer, horizon).expect("usable");
    assert_near(free, 10.0 * model.expected(&customer, 2.0), 1e-12);
    let paid = value(&model, &spend, &customer, Horizon { discount: 1.0, ..horizon });
    let (one, two) = (model.expected(&customer, 1.0), model.expected(&customer, 2.0));
    assert_near(paid.expect("usable"), 10.0 * (one / 2.0 + (two - one) / 4.0), 1e-12);
    let late = Horizon { discount: -1.0, ..horizon };
    assert_eq!(value(&model, &spend, &customer, late), None);
}

#[test]
fn each_segment_has_its_customers() {
    let customer = |days_since: f64, purchases, spent| Behaviour { days_since, purchases, spent };
    let found = segments(&[
        customer(1.0, 9, 900.0),
        customer(2.0, 1, 10.0),
        customer(3.0, 4, 20.0),
        customer(40.0, 8, 800.0),
        customer(50.0, 3, 30.0),
        customer(60.0, 2, 20.0),
        customer(300.0, 7, 700.0),
        customer(310.0, 2, 20.0),
        customer(400.0, 1, 9.0),
        customer(4.0, 2, 9.5),
    ]);
    let expected = [
        Segment::Best,
        Segment::New,
        Segment::Promising,
        Segment::Loyal,
        Segment::Fading,
        Segment::Dormant,
        Segment::Slipping,
        Segment::Lost,
        Segment::Lost,
        Segment::Occasional,
    ];
    assert_eq!(found.expect("numbers"), expected);
}
