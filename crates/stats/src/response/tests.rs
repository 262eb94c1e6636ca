//! Responses by hand and by simulation.

use super::curve::{Shape, adstock};
use super::*;
use crate::draws::Draws;

/// Three years of weeks with two channels whose returns are known.
struct Made {
    outcome: Vec<f64>,
    spend: Vec<Vec<f64>>,
    control: Vec<Vec<f64>>,
    roas: Vec<f64>,
}

fn made(seed: u64) -> Made {
    let mut draws = Draws::new(seed);
    let length = 156;
    let spend: Vec<Vec<f64>> = (0..2).map(|_| draws.list(length, 0.0, 100.0)).collect();
    let control = draws.normals(length);
    let shapes = [Shape { carry: 0.5, steepness: 3.0 }, Shape { carry: 0.2, steepness: 1.0 }];
    let mut outcome: Vec<f64> = (0..length)
        .map(|t| {
            let year = (t as f64 / 52.18 * std::f64::consts::TAU).sin();
            1000.0 + t as f64 + 50.0 * year + 30.0 * control[t] + 20.0 * draws.normal()
        })
        .collect();
    let mut roas = Vec::new();
    for (channel, effect) in [300.0, 500.0].into_iter().enumerate() {
        let curve = shapes[channel].curve(&spend[channel], 100.0, 1.0);
        outcome.iter_mut().zip(&curve).for_each(|(y, c)| *y += effect * c);
        roas.push(effect * curve.iter().sum::<f64>() / spend[channel].iter().sum::<f64>());
    }
    Made { outcome, spend, control: vec![control], roas }
}

impl Made {
    fn history(&self) -> History<'_> {
        History { outcome: &self.outcome, spend: &self.spend, controls: &self.control, year: 52.18 }
    }
}

fn few() -> Options<'static> {
    Options { draws: 60, ..Options::default() }
}

#[test]
fn carry_over_by_hand() {
    let found = adstock(&[8.0, 0.0, 0.0], 0.5);
    // Weights 1, 1/2, 1/4 … over 2 − 2⁻¹².
    let whole = 2.0 - 0.5f64.powi(12);
    for (found, wanted) in found.iter().zip([8.0, 4.0, 2.0]) {
        assert!((found - wanted / whole).abs() < 1e-12);
    }
    assert_eq!(adstock(&[3.0, 1.0], 0.0), [3.0, 1.0]);
}

#[test]
fn a_slope_is_the_change_of_the_sum() {
    let shape = Shape { carry: 0.3, steepness: 4.0 };
    let spend = [5.0, 0.0, 9.0, 3.0];
    let (_, slope) = shape.total(&spend, 9.0, 1.0);
    let change = shape.total(&spend, 9.0, 1.0 + 1e-6).0 - shape.total(&spend, 9.0, 1.0 - 1e-6).0;
    assert!((slope - change / 2e-6).abs() < 1e-6);
}

#[test]
fn planted_returns_lie_in_their_intervals() {
    let (mut inside, mut all) = (0, 0);
    for seed in 0..8 {
        let made = made(seed);
        let found = respond(&made.history(), &few()).expect("a response");
        for (channel, truth) in found.channels.iter().zip(&made.roas) {
            assert!((channel.roas.value / truth - 1.0).abs() < 0.35, "{channel:?} is not {truth}");
            assert!(channel.is_told(), "{channel:?}");
            inside += usize::from(channel.roas.low <= *truth && *truth <= channel.roas.high);
            all += 1;
        }
    }
    assert!(inside * 10 >= all * 7, "{inside} of {all}");
}

#[test]
fn an_allocation_spends_the_budget_where_the_last_unit_brings_the_same() {
    let made = made(1);
    let history = made.history();
    let response = respond(&history, &few()).expect("a response");
    for periods in [13, 156] {
        let found = allocate(&history, &response, &Budget::of_last(periods)).expect("a budget");
        let spent = |place: usize| made.spend[place][156 - periods..].iter().sum::<f64>();
        let cost: f64 = (0..2).map(|place| spent(place) * found.multiples[place]).sum();
        assert!((cost / (spent(0) + spent(1)) - 1.0).abs() < 1e-6);
        assert!((found.spent / cost - 1.0).abs() < 1e-12);
        assert!(found.gain.value >= 0.0);
        let parts: f64 = found.gains.iter().map(|gain| gain.value).sum();
        assert!((parts - found.gain.value).abs() < 1e-6 * found.gains[0].value.abs());
        for (multiple, marginal) in found.multiples.iter().zip(&found.marginal) {
            assert!((0.5..=1.5).contains(multiple));
            if *multiple > 0.5 && *multiple < 1.5 {
                assert!((marginal / found.common - 1.0).abs() < 1e-4, "{found:?}");
            }
        }
    }
}

#[test]
fn no_other_share_of_the_budget_brings_more() {
    let made = made(1);
    let history = made.history();
    let response = respond(&history, &few()).expect("a response");
    let best = allocate(&history, &response, &Budget::of_last(13)).expect("a budget");
    let spent = |place: usize| made.spend[place][143..].iter().sum::<f64>();
    let brought = |place: usize, multiple: f64| {
        let points = course(&history, &response, (place, 13), &[1.0, multiple], 0.9);
        let points = points.expect("points");
        13.0 * (points[1].brought.value - points[0].brought.value)
    };
    // Every hundredth of the way from one bound to the other.
    for step in 50..=150 {
        let first = f64::from(step) / 100.0;
        let second = 1.0 + (1.0 - first) * spent(0) / spent(1);
        if (0.5..=1.5).contains(&second) {
            let gain = brought(0, first) + brought(1, second);
            assert!(gain <= best.gain.value + 1e-6, "{gain} at {first} is above {best:?}");
        }
    }
}

#[test]
fn a_channel_that_is_held_keeps_its_spend_and_bounds_may_leave_money_over() {
    let made = made(1);
    let history = made.history();
    let response = respond(&history, &few()).expect("a response");
    let held = Budget { free: Some(&[true, false]), ..Budget::of_last(13) };
    let found = allocate(&history, &response, &held).expect("a budget");
    assert!(found.multiples.iter().all(|one| (one - 1.0).abs() < 1e-6), "{found:?}");
    let spent: f64 = made.spend.iter().map(|spend| spend[143..].iter().sum::<f64>()).sum();
    let wide = Budget { total: Some(9.0 * spent), ..Budget::of_last(13) };
    let found = allocate(&history, &response, &wide).expect("a budget");
    assert_eq!(found.multiples, [1.5, 1.5]);
    assert!((found.spent / spent - 1.5).abs() < 1e-9);
    let none = Budget { free: Some(&[false, false]), ..Budget::of_last(13) };
    assert_eq!(allocate(&history, &response, &none), None);
    assert_eq!(allocate(&history, &response, &Budget::of_last(0)), None);
    assert_eq!(allocate(&history, &response, &Budget::of_last(157)), None);
}

#[test]
fn steady_spend_brings_its_point_on_the_curve_in_every_period() {
    let mut made = made(1);
    let length = made.outcome.len();
    // Spend that was drawn, then thirteen weeks of 40.
    made.spend[0][length - 13..].fill(40.0);
    let history = made.history();
    let response = respond(&history, &few()).expect("a response");
    let points = course(&history, &response, (0, 13), &[0.0, 1.0, 2.0], 0.9).expect("points");
    let (effect, shape) = (response.fit.effects[0], response.fit.shapes[0]);
    let largest = made.spend[0].iter().copied().fold(0.0, f64::max);
    for (point, spend) in points.iter().zip([0.0, 40.0, 80.0]) {
        let height = effect * (0.5 * shape.steepness * spend / largest).tanh();
        assert!((point.spend - spend).abs() < 1e-9);
        assert!((point.brought.value - height).abs() < 1e-6 * effect, "{point:?}");
        assert!(point.brought.low <= point.brought.high);
    }
    let step = course(&history, &response, (0, 13), &[1.0, 1.0 + 1e-6], 0.9).expect("points");
    let slope = (step[1].brought.value - step[0].brought.value) / 40e-6;
    assert!((slope / step[0].marginal.value - 1.0).abs() < 1e-4);
}

#[test]
fn a_lift_test_draws_the_return_to_what_it_found() {
    let made = made(2);
    let tests = [LiftTest { channel: 0, roas: 1.0, error: 0.01 }];
    let found = respond(&made.history(), &Options { lift_tests: &tests, ..few() });
    let found = found.expect("a response").channels[0].roas;
    assert!((found.value - 1.0).abs() < 0.1, "{found:?}");
}

#[test]
fn spend_that_tells_nothing_is_doubted() {
    let mut made = made(3);
    made.spend[1] = made.spend[0].iter().map(|x| 2.0 * x + 1.0).collect();
    let found = respond(&made.history(), &few()).expect("a response");
    assert!(found.channels.iter().all(|channel| !channel.is_told()));
    let mut draws = Draws::new(5);
    made.spend[1] = (0..156).map(|_| 100.0 + draws.normal()).collect();
    let found = respond(&made.history(), &few()).expect("a response");
    let varies = |doubt: &Doubt| matches!(doubt, Doubt::NotVaried(_));
    assert!(found.channels[1].doubts.iter().any(varies));
    let unseen = History { controls: &[], ..made.history() };
    let found = respond(&unseen, &few()).expect("a response");
    assert!(found.channels[0].doubts.contains(&Doubt::DemandUnseen));
}

#[test]
fn channels_tell_what_is_held_out() {
    let made = made(4);
    let found = holdout(&made.history(), &few(), 26).expect("errors");
    assert!(found.response < found.background && found.background < found.season, "{found:?}");
}

#[test]
fn units_of_money_do_not_matter_and_seeds_give_the_same() {
    let made = made(6);
    let first = respond(&made.history(), &few()).expect("a response");
    assert_eq!(Some(&first), respond(&made.history(), &few()).as_ref());
    let cents: Vec<Vec<f64>> =
        made.spend.iter().map(|spend| spend.iter().map(|x| x * 100.0).collect()).collect();
    let second = respond(&History { spend: &cents, ..made.history() }, &few());
    let second = second.expect("a response");
    for (a, b) in first.channels.iter().zip(&second.channels) {
        assert!((a.roas.value - 100.0 * b.roas.value).abs() < 1e-6 * a.roas.value);
    }
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let made = made(7);
    let history = made.history();
    assert_eq!(respond(&History { spend: &[], ..history }, &few()), None);
    assert_eq!(respond(&History { outcome: &[], ..history }, &few()), None);
    assert_eq!(respond(&History { spend: &[vec![0.0; 156]], ..history }, &few()), None);
    assert_eq!(respond(&History { spend: &[vec![f64::NAN; 156]], ..history }, &few()), None);
    assert_eq!(respond(&history, &Options { level: 1.0, ..few() }), None);
    let short = [made.spend[0][..20].to_vec()];
    let brief = History { outcome: &made.outcome[..20], spend: &short, controls: &[], year: 52.18 };
    assert_eq!(respond(&brief, &few()), None);
    assert_eq!(holdout(&history, &few(), 0), None);
    assert_eq!(holdout(&history, &few(), 200), None);
}
