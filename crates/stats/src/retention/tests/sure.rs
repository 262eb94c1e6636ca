use super::{HIGH_END, assert_near, cohort};
use crate::retention::*;

fn fit(cohorts: &[Vec<f64>]) -> Result<Curve, Refusal> {
    fit_shifted_beta_geometric(cohorts).map(|fit| fit.curve)
}

#[test]
fn the_range_is_about_that_of_a_share() {
    let bands = bands(&[cohort(HIGH_END)], fit, 12, 0.8).expect("a fit").expect("draws");
    assert_near(bands[12].share, 0.378, 1e-3);
    assert_near(bands[0].low, 1.0, 1e-9);
    // Of 1000 customers 869 stay for a year: ±1.28 · √(0.869 · 0.131 / 1000) = ±0.0137; a curve through seven years is
    // a little surer of each.
    let reach = (bands[1].high - bands[1].low) / 2.0;
    assert!(reach > 0.006 && reach < 0.0145, "{reach}");
    assert!(bands.iter().all(|band| band.low <= band.share && band.share <= band.high));
    // The further ahead, the wider.
    let width = |period: usize| bands[period].high - bands[period].low;
    assert!(width(12) > width(8));
}

#[test]
fn many_customers_are_surer_and_not_all_are_drawn() {
    let many: Vec<f64> = cohort(HIGH_END).iter().map(|left| left * 100.0).collect();
    let width = |cohort: Vec<f64>| {
        let bands = bands(&[cohort], fit, 10, 0.8).expect("a fit").expect("draws");
        bands[10].high - bands[10].low
    };
    let ratio = width(cohort(HIGH_END)) / width(many);
    assert!(ratio > 7.0 && ratio < 14.0, "{ratio}");
}

#[test]
fn the_same_cohorts_give_the_same_range_and_no_fit_gives_none() {
    let twice = [(); 2].map(|()| bands(&[cohort(HIGH_END)], fit, 9, 0.8));
    assert_eq!(twice[0], twice[1]);
    assert_eq!(bands(&[vec![3.0, 2.0, 1.0]], fit, 9, 0.8), Err(Refusal::TooFewCustomers));
}
