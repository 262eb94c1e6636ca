use crate::retention::*;

#[test]
fn a_curve_says_why_it_is_missing() {
    let cases = [
        (Vec::new(), Refusal::TooFewCustomers),
        (vec![vec![40.0, 30.0, 20.0, 10.0]], Refusal::TooFewCustomers),
        (vec![vec![100.0, 90.0]; 3], Refusal::TooFewPeriods),
        (vec![vec![100.0; 8]], Refusal::NoLoss),
        (vec![vec![100.0, f64::NAN, 80.0, 70.0]], Refusal::NotNumbers),
        (vec![vec![100.0, 80.0, 90.0, 70.0]], Refusal::NotNumbers),
        (vec![vec![100.0, 80.0, -1.0, -2.0]], Refusal::NotNumbers),
    ];
    for (cohorts, why) in cases {
        assert_eq!(fit_shifted_beta_geometric(&cohorts), Err(why));
        assert_eq!(fit_beta_discrete_weibull(&cohorts), Err(why));
    }
}

#[test]
fn odd_counts() {
    let beyond = Returned { cohort: 1, age: 1, customers: 1 };
    assert_eq!(triangle(&[5, 5], &[beyond], 2), None);
    let many = Returned { cohort: 0, age: 0, customers: 6 };
    assert_eq!(triangle(&[5, 5], &[many], 2), None);
    assert_eq!(conversions(&[Deal { opened: 1, won: Some(0) }], 3, 1), None);
    assert_eq!(conversions(&[], 1, 0).map(|all| all[0].of_period), Some(None));
}
