//! Retention: published curves of renewal, and what they say of years they have not seen.

use std::path::Path;

use anyhow::Context as _;
use stats::retention::{Curve, Fit, fit_beta_discrete_weibull, fit_shifted_beta_geometric};

use super::columns::json;
use super::row::{Goal, Row};
use super::tables;

/// Customers of each cohort.
const SIZE: f64 = 1_000.0;
/// What is published has three places.
const SLACK: f64 = 1e-3;

/// The lines of this topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("retention-sbg");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let expected = json(&folder.join("expected.json"))?;
    let mut rows = Vec::new();
    for (name, key, published) in [
        ("High End", "survival_highend_t0_7", [0.668, 3.806]),
        ("Regular", "survival_regular_t0_7", [0.704, 1.182]),
    ] {
        let shares = expected[key].as_array().context("survival")?;
        let left: Vec<f64> =
            shares.iter().filter_map(|share| Some(share.as_f64()? * SIZE)).collect();
        let fit = shifted(&left)?;
        rows.push(Row::near(format!("{name} sBG alpha"), fit.curve.alpha, published[0], SLACK));
        rows.push(Row::near(format!("{name} sBG beta"), fit.curve.beta, published[1], SLACK));
        if name == "High End" {
            rows.extend(projection(&fit.curve)?);
        }
        rows.extend(unseen_years(name, &left)?);
    }
    Ok(rows)
}

fn shifted(left: &[f64]) -> anyhow::Result<Fit> {
    fit_shifted_beta_geometric(&[left.to_vec()]).ok().context("sBG")
}

fn projection(curve: &Curve) -> anyhow::Result<Vec<Row>> {
    let mut rows: Vec<Row> = [(8, 0.460), (9, 0.436), (10, 0.414), (11, 0.395), (12, 0.378)]
        .map(|(year, share)| {
            Row::near(format!("High End sBG year {year}"), curve.survival(year), share, SLACK)
        })
        .to_vec();
    let life = curve.residual_life(7, 0.1).context("residual life")?;
    rows.push(Row::near("High End residual life at 10 %", life, 7.530, SLACK));
    Ok(rows)
}

/// Years 5 to 7 from a fit on years 1 to 4.
fn unseen_years(name: &str, left: &[f64]) -> anyhow::Result<Vec<Row>> {
    let seen = &left[..5];
    let plain = shifted(seen)?.curve;
    let found = fit_beta_discrete_weibull(&[seen.to_vec()]).ok().context("BdW")?.curve;
    let error = |curve: &Curve| {
        let off = |year: u32| (curve.survival(year) - left[year as usize] / SIZE).abs();
        (5..8).map(off).sum::<f64>() / 3.0
    };
    let row = |model: &str, curve: &Curve, goal: Goal| {
        let figure = format!("{name} years 5 to 7 from 1 to 4, MAE, {model}");
        let [a, b, c] = [curve.alpha, curve.beta, curve.duration];
        Row::new(figure, error(curve), goal, format!("alpha {a:.3}, beta {b:.3}, c {c:.3}"))
    };
    Ok(vec![row("sBG", &plain, Goal::Shown), row("BdW", &found, Goal::Below(error(&plain)))])
}
