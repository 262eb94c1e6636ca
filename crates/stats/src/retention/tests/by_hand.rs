use super::assert_near;
use crate::retention::*;

#[test]
fn a_curve_with_whole_parameters() {
    // α = β = 1: S(t) = 1/(1+t), and who has stayed t periods stays with (1+t)/(2+t).
    let curve = Curve { alpha: 1.0, beta: 1.0, duration: 1.0 };
    assert_near(curve.survival(0), 1.0, 1e-12);
    assert_near(curve.survival(3), 0.25, 1e-12);
    assert_near(curve.renewal(3), 0.8, 1e-12);
    // With a discount of 1: Σ 2^−k / (k+2) for k from 0 is 4 ln 2 − 2.
    assert_near(curve.residual_life(0, 1.0).expect("discount"), 4.0 * 2f64.ln() - 2.0, 1e-10);
    assert_eq!(curve.residual_life(0, 0.0), None);
    // An exponent of 2 counts squares: S(3) = 1/(1+9).
    let hastening = Curve { duration: 2.0, ..curve };
    assert_near(hastening.survival(3), 0.1, 1e-12);
}

#[test]
fn what_is_not_over_is_unknown() {
    let returned = |cohort, age, customers| Returned { cohort, age, customers };
    let found = triangle(
        &[10, 20, 5],
        &[returned(0, 0, 10), returned(0, 2, 4), returned(1, 0, 20), returned(1, 1, 5)],
        3,
    )
    .expect("counts");
    assert_eq!(found.customers[0], [Some(10), Some(0), Some(4)]);
    assert_eq!(found.customers[1], [Some(20), Some(5), None]);
    assert_eq!(found.customers[2], [Some(0), None, None]);
    assert_eq!(found.share(1, 1), Some(0.25));
    assert_eq!(found.share(1, 2), None);
    // Age 1 is over for the first two cohorts: 5 of 30, not of 35.
    assert_eq!(found.share_at_age(1), Some(5.0 / 30.0));
    assert_eq!(found.share_at_age(3), None);
    assert_eq!(found.finished(), [vec![10.0, 0.0, 4.0], vec![20.0, 5.0], vec![0.0]]);
}

#[test]
fn a_period_and_a_cohort_convert_differently() {
    let deal = |opened, won| Deal { opened, won };
    let deals = [
        deal(0, Some(0)),
        deal(0, Some(2)),
        deal(0, None),
        deal(0, Some(3)),
        deal(1, Some(2)),
        deal(2, None),
        deal(2, None),
    ];
    let found = conversions(&deals, 3, 1).expect("in order");
    assert_eq!(found[0].of_period, Some(0.25));
    // The win of period 3 has not happened yet.
    assert_eq!(found[0].of_cohort_so_far, Some(0.5));
    assert_eq!(found[0].of_cohort_within, Some(0.25));
    assert_eq!(found[1].of_period, Some(0.0));
    assert_eq!(found[1].of_cohort_within, Some(1.0));
    // Two late wins in a period of two new deals: 100 %, though none of these has closed.
    assert_eq!(found[2].of_period, Some(1.0));
    assert_eq!(found[2].of_cohort_so_far, Some(0.0));
    assert_eq!(found[2].of_cohort_within, None);
}
