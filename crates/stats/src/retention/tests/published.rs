use super::{HIGH_END, REGULAR, assert_near, cohort};
use crate::retention::*;

#[test]
fn both_segments_of_fader_and_hardie() {
    // Fader and Hardie (2007), *How to Project Customer Retention*: seven years of two segments.
    for (shares, alpha, beta) in [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)] {
        let curve = fit_shifted_beta_geometric(&[cohort(shares)]).expect("cohort").curve;
        assert_near(curve.alpha, alpha, 1e-3);
        assert_near(curve.beta, beta, 1e-3);
    }
}

#[test]
fn the_years_to_come_and_the_life_left() {
    // The figures printed with github jdmaturen/shifted_beta_geometric_py.
    let curve = fit_shifted_beta_geometric(&[cohort(HIGH_END)]).expect("cohort").curve;
    for (year, share) in [(8, 0.460), (9, 0.436), (10, 0.414), (11, 0.395), (12, 0.378)] {
        assert_near(curve.survival(year), share, 1e-3);
    }
    assert_near(curve.residual_life(7, 0.1).expect("discount"), 7.530, 1e-3);
}

#[test]
fn duration_dependence_foretells_unseen_years_better() {
    // Fader, Hardie, Liu, Davin and Steenburgh (2018) use the same two segments.
    for shares in [HIGH_END, REGULAR] {
        let seen = [cohort(shares)[..5].to_vec()];
        let plain = fit_shifted_beta_geometric(&seen).expect("cohort").curve;
        let found = fit_beta_discrete_weibull(&seen).expect("cohort").curve;
        let error = |curve: &Curve| -> f64 {
            (5..8u32).map(|year| (curve.survival(year) - shares[year as usize]).abs()).sum()
        };
        assert!(error(&found) < error(&plain), "{found:?}");
        assert!(found.duration > 1.0);
    }
}
