//! Curves of renewal.

use anyhow::Context as _;
use serde_json::json;
use stats::retention::{Fit, fit_beta_discrete_weibull, fit_shifted_beta_geometric};

use super::case::{Case, some};

/// Cohorts: the size, then those left after each period.
const COHORTS: [(&str, &[&[f64]]); 3] = [
    ("one cohort", &[&[1000.0, 812.0, 694.0, 618.0, 560.0, 519.0, 487.0]]),
    (
        "cohorts of different length",
        &[
            &[500.0, 371.0, 302.0, 262.0, 233.0, 214.0],
            &[640.0, 470.0, 386.0, 329.0],
            &[720.0, 541.0, 446.0],
            &[700.0, 515.0],
        ],
    ),
    ("slow to leave", &[&[2000.0, 1880.0, 1794.0, 1726.0, 1670.0, 1622.0, 1580.0, 1543.0]]),
];

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (name, cohorts) in COHORTS {
        let cohorts: Vec<Vec<f64>> = cohorts.iter().map(|left| left.to_vec()).collect();
        let plain = fit_shifted_beta_geometric(&cohorts).ok().context("sBG")?;
        let (a, b) = (plain.curve.alpha, plain.curve.beta);
        cases.push(
            case("shifted_beta_geometric", name, &cohorts, &plain)?.list("parameters", &[a, b]),
        );
        let bent = fit_beta_discrete_weibull(&cohorts).ok().context("BdW")?;
        cases.push(case("beta_discrete_weibull", name, &cohorts, &bent)?);
    }
    Ok(cases)
}

fn case(what: &'static str, name: &str, cohorts: &[Vec<f64>], fit: &Fit) -> anyhow::Result<Case> {
    let life = some(fit.curve.residual_life(3, 0.1), "a residual life")?;
    let inputs = json!({ "cohorts": cohorts, "periods": 12, "after": 3, "discount": 0.1 });
    Ok(Case::new("retention", what, name, inputs)
        .with("log-likelihood", fit.log_likelihood)
        .list("left", &(1..=12).map(|period| fit.curve.survival(period)).collect::<Vec<_>>())
        .with("residual life", life))
}
