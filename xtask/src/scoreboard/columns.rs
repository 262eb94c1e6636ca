//! Numbers of the fixtures, read without ceremony.

use std::path::Path;

use anyhow::Context as _;

/// The named column of a comma-separated file of plain numbers, quotes around names and texts allowed.
pub(super) fn column(file: &Path, name: &str) -> anyhow::Result<Vec<f64>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header = lines.next().context("an empty file")?;
    let place = header
        .split(',')
        .position(|one| one.trim().trim_matches('"') == name)
        .with_context(|| format!("{} has no column `{name}`", file.display()))?;
    let cell = |line: &str| -> anyhow::Result<f64> {
        let cell = line.split(',').nth(place).context("a short line")?;
        cell.trim().parse().with_context(|| format!("`{cell}` in {}", file.display()))
    };
    lines.map(cell).collect()
}

/// A JSON file.
pub(super) fn json(file: &Path) -> anyhow::Result<serde_json::Value> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

/// The largest absolute difference between two columns; infinite if one is longer or not a number.
pub(super) fn largest_difference(found: &[f64], expected: &[f64]) -> f64 {
    if found.len() != expected.len() {
        return f64::INFINITY;
    }
    let differences = found.iter().zip(expected).map(|(one, other)| (one - other).abs());
    differences.fold(0.0, |most, one| if one > most || one.is_nan() { one } else { most })
}
