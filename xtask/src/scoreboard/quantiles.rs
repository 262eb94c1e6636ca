//! Quantiles of all nine types against R.

use std::path::Path;

use anyhow::Context as _;
use stats::quantile::{QuantileType, quantile_of_type};

use super::columns::{column, json, largest_difference};
use super::row::{Goal, Row};

/// One row: the worst of nine types at nine shares.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("stats-vectors");
    let input = json(&folder.join("README-input.json"))?;
    let numbers = input["x"].as_array().context("the input has no `x`")?;
    let sample: Option<Vec<f64>> = numbers.iter().map(serde_json::Value::as_f64).collect();
    let sample = sample.context("the input is not of numbers")?;
    let table = folder.join("quantile_types.csv");
    let shares = column(&table, "p")?;
    let mut most: f64 = 0.0;
    for (index, kind) in QuantileType::ALL.into_iter().enumerate() {
        let of = |share: &f64| quantile_of_type(&sample, *share, kind).unwrap_or(f64::NAN);
        let found: Vec<f64> = shares.iter().map(of).collect();
        let expected = column(&table, &format!("type{}", index + 1))?;
        most = most.max(largest_difference(&found, &expected));
    }
    let figure = "quantiles of nine types, largest difference from R";
    Ok(vec![Row::new(figure, most, Goal::Below(1e-12), "R 4.2.2 quantile()")])
}
