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

#[test]
fn the_remissions_of_freireich() {
    // Weeks of remission under 6-MP, Freireich et al. (1963), Blood 21, as in Cox and Oakes (1984), table 1.1.
    let weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
    let ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
    let watches: Vec<Observation> = weeks
        .iter()
        .zip(ended)
        .map(|(week, ended)| Observation { time: f64::from(*week), happened: ended == 1 })
        .collect();
    let found = kaplan_meier(&watches).expect("weeks");
    let expected = [
        (6.0, 0.857, 0.0764),
        (7.0, 0.807, 0.0869),
        (10.0, 0.753, 0.0963),
        (13.0, 0.690, 0.1068),
        (16.0, 0.627, 0.1141),
        (22.0, 0.538, 0.1282),
        (23.0, 0.448, 0.1346),
    ];
    assert_eq!(found.steps.len(), expected.len());
    for (step, (time, without, error)) in found.steps.iter().zip(expected) {
        assert_near(step.time, time, 0.0);
        assert_near(step.without, without, 5e-4);
        assert_near(step.error, error, 1e-4);
    }
    assert_eq!(found.time_at(0.5), Some(23.0));
}
