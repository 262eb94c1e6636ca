//! Trend tests and slopes against pymannkendall and R.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use stats::trend;

use super::columns::{column, json};
use super::row::{Goal, Row};

/// The series of the vectors: name, column, length of the season.
const SERIES: [(&str, &str, usize); 3] = [
    ("daily-total-female-births", "Births", 7),
    ("shampoo", "Sales", 12),
    ("AirPassengers", "#Passengers", 12),
];

/// The families of vectors: name and what they are called in the expected values.
const FAMILIES: [(&str, &[&str]); 5] = [
    ("Mann–Kendall S, variance, z, tau", &["s", "var_s", "z", "tau"]),
    ("Mann–Kendall with memory, z", &["hamed_rao_z"]),
    ("Theil–Sen slope and intercept", &["slope", "intercept"]),
    ("seasonal Mann–Kendall S, variance, z", &["seasonal12_s", "seasonal12_var_s", "seasonal12_z"]),
    ("seasonal Theil–Sen slope", &["seasonal12_slope"]),
];

/// One row for each family of vectors with its largest relative error, and one for p-values.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("trend-mk");
    let expected = json(&folder.join("expected.json"))?;
    let mut measured = Vec::new();
    for (series, name, period) in SERIES {
        let values = column(&folder.join(format!("{series}.csv")), name)?;
        for (key, found) in estimates(&values, period)? {
            if let Some(wanted) = expected[series].get(key).and_then(Value::as_f64) {
                measured.push((key, found, wanted));
            }
        }
    }
    let mut rows = Vec::new();
    for (family, keys) in FAMILIES {
        let of_family = measured.iter().filter(|one| keys.contains(&one.0));
        let errors = of_family.map(|(_, found, wanted)| ((found - wanted) / wanted).abs());
        let figure = format!("{family}, largest relative error");
        rows.push(Row::new(figure, largest(errors)?, Goal::Below(1e-9), "pymannkendall 1.4.2"));
    }
    // The reference takes p from 1 - Φ(|z|), whose own rounding is 1e-16.
    let tails = measured.iter().filter(|one| one.0.ends_with('p'));
    let errors = tails.map(|(_, found, wanted)| (found - wanted).abs());
    let figure = "Mann–Kendall p-values, largest absolute error";
    rows.push(Row::new(figure, largest(errors)?, Goal::Below(1e-15), "pymannkendall 1.4.2"));
    Ok(rows)
}

/// All estimates of a series by the names of the expected values.
fn estimates(values: &[f64], period: usize) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let plain = trend::mann_kendall(values).context("a test")?;
    let careful = trend::mann_kendall_autocorrelated(values).context("a test")?;
    let line = trend::theil_sen(values, 0.95).context("a line")?;
    let seasonal = trend::seasonal_mann_kendall(values, period).context("a test")?;
    let yearly = trend::seasonal_theil_sen(values, period, 0.95).context("a line")?;
    Ok(vec![
        ("s", plain.s as f64),
        ("var_s", plain.variance),
        ("z", plain.z),
        ("tau", plain.tau),
        ("p", plain.p),
        ("slope", line.slope),
        ("intercept", line.intercept),
        ("hamed_rao_z", careful.z),
        ("hamed_rao_p", careful.p),
        ("seasonal12_s", seasonal.s as f64),
        ("seasonal12_var_s", seasonal.variance),
        ("seasonal12_z", seasonal.z),
        ("seasonal12_slope", yearly.slope),
    ])
}

/// The largest error, not a number if one is; refused if there is none to look at.
fn largest(errors: impl Iterator<Item = f64>) -> anyhow::Result<f64> {
    let worse = |most: f64, error: f64| if error.is_nan() { error } else { most.max(error) };
    errors.reduce(worse).context("no expected values")
}
