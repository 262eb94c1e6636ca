//! The Numenta Anomaly Benchmark: its series, its windows and its score.
//!
//! Method: `nab/sweeper.py` of NAB v1.1, written anew from its rules (Lavin and Ahmad 2015, *Evaluating Real-time
//! Anomaly Detection Algorithms*). A window earns the reward of its earliest alert and costs a miss without one;
//! an alert outside costs more the further it lies behind the last window. Probation is left out.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::Context as _;
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};

/// One series with the windows in which an alert is right.
pub(super) struct Series {
    pub(super) file: String,
    pub(super) values: Vec<f64>,
    /// The hour of the week of each value, 0 to 167.
    pub(super) places: Vec<usize>,
    pub(super) windows: Vec<RangeInclusive<usize>>,
}

/// What an alert earns and costs.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Weights {
    pub(super) tp_weight: f64,
    pub(super) fn_weight: f64,
    pub(super) fp_weight: f64,
}

#[derive(serde::Deserialize)]
struct Profile {
    #[serde(rename = "CostMatrix")]
    weights: Weights,
}

/// The raw score of one file, and the windows and false alerts behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Raw {
    pub(super) score: f64,
    pub(super) windows: usize,
    pub(super) found: usize,
    pub(super) false_alerts: usize,
}

/// The weights of the standard profile.
pub(super) fn weights(folder: &Path) -> anyhow::Result<Weights> {
    let profiles: BTreeMap<String, Profile> = json(&folder.join("profiles.json"))?;
    Ok(profiles.get("standard").context("profile `standard`")?.weights)
}

/// The series in alphabetical order.
pub(super) fn series(folder: &Path) -> anyhow::Result<Vec<Series>> {
    let windows: BTreeMap<String, Vec<(String, String)>> =
        json(&folder.join("combined_windows.json"))?;
    windows.into_iter().map(|(file, windows)| one(folder, file, &windows)).collect()
}

fn one(folder: &Path, file: String, windows: &[(String, String)]) -> anyhow::Result<Series> {
    let path = folder.join(&file);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let (mut times, mut values, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let (time, value) = line.split_once(',').with_context(|| format!("{file}: {line}"))?;
        let parsed = NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S")?;
        let weekday = parsed.weekday().num_days_from_monday();
        places.push((weekday * 24 + parsed.hour()) as usize);
        times.push(time);
        values.push(value.parse()?);
    }
    let index = |bound: &str| {
        let found = times.iter().position(|time| bound.starts_with(time));
        found.with_context(|| format!("{file}: no row at {bound}"))
    };
    let windows = windows.iter().map(|(from, to)| anyhow::Ok(index(from)?..=index(to)?));
    let windows = windows.collect::<anyhow::Result<_>>()?;
    Ok(Series { file, values, places, windows })
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// The published raw scores of the standard profile, by detector and file.
pub(super) struct Published(BTreeMap<(String, String), f64>);

impl Published {
    /// The raw score of one detector on one file.
    pub(super) fn raw(&self, detector: &str, file: &str) -> anyhow::Result<f64> {
        let key = (detector.to_owned(), file.to_owned());
        self.0.get(&key).copied().with_context(|| format!("no score of {detector} on {file}"))
    }
}

/// Reads the published raw scores.
pub(super) fn published(folder: &Path) -> anyhow::Result<Published> {
    let path = folder.join("published-per-file.csv");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut scores = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<_> = line.split(',').collect();
        let [detector, profile, file, _, score, ..] = fields[..] else { continue };
        if profile == "standard" {
            scores.insert((detector.to_owned(), file.to_owned()), score.parse()?);
        }
    }
    Ok(Published(scores))
}

/// 0.98661 at the left edge of a window (-1), 0 at its right edge (0), -1 from three widths on.
fn reward(position: f64) -> f64 {
    if position >= 3.0 { -1.0 } else { 2.0 / (1.0 + (5.0 * position).exp()) - 1.0 }
}

/// Rows at the start that are not scored: 15 %, at most 750.
pub(super) fn probation(rows: usize) -> usize {
    (rows * 15 / 100).min(750)
}

/// The raw score of `alerts`, row indices in ascending order.
pub(super) fn raw(series: &Series, alerts: &[usize], weights: Weights) -> Raw {
    let mut best = vec![-weights.fn_weight; series.windows.len()];
    let (mut outside, mut false_alerts) = (0.0, 0);
    for alert in alerts.iter().filter(|alert| **alert >= probation(series.values.len())) {
        if let Some(number) = series.windows.iter().position(|window| window.contains(alert)) {
            let (from, to) = (series.windows[number].start(), series.windows[number].end());
            let position = -((to - alert + 1) as f64) / (to - from + 1) as f64;
            let earned = reward(position) * weights.tp_weight / reward(-1.0);
            best[number] = best[number].max(earned);
            continue;
        }
        let last = series.windows.iter().rfind(|window| window.end() < alert);
        let position = last.map_or(3.0, |window| {
            (alert - window.end()) as f64 / (window.end() - window.start()) as f64
        });
        outside += reward(position) * weights.fp_weight;
        false_alerts += 1;
    }
    let found = best.iter().filter(|score| **score > -weights.fn_weight).count();
    let score = best.iter().sum::<f64>() + outside;
    Raw { score, windows: best.len(), found, false_alerts }
}

/// 100 × (raw − null) / (perfect − null) over files; the null detector misses every window.
pub(super) fn normalised(files: &[Raw], weights: Weights) -> f64 {
    let raw: f64 = files.iter().map(|file| file.score).sum();
    let windows = files.iter().map(|file| file.windows).sum::<usize>() as f64;
    let null = -weights.fn_weight * windows;
    100.0 * (raw - null) / (windows * weights.tp_weight - null)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDARD: Weights = Weights { tp_weight: 1.0, fn_weight: 1.0, fp_weight: 0.11 };

    fn series(rows: usize, windows: Vec<RangeInclusive<usize>>) -> Series {
        let (values, places) = (vec![0.0; rows], vec![0; rows]);
        Series { file: String::new(), values, places, windows }
    }

    #[test]
    fn rewards_are_those_of_the_paper() {
        for (position, expected) in [(-1.0, 0.98661), (-0.5, 0.84828), (0.0, 0.0), (1.0, -0.98661)]
        {
            assert!((reward(position) - expected).abs() < 1e-5, "{position}");
        }
        assert_eq!(reward(3.0), -1.0);
    }

    #[test]
    fn a_score_by_hand() {
        // Windows of 100 rows. The first is found in its first row (1), the second is missed (-1), an alert
        // before all windows costs 0.11, one a whole width behind the first 0.11 × 0.98661.
        let series = series(1_000, vec![300..=399, 700..=799]);
        let found = raw(&series, &[100, 200, 300, 350, 498], STANDARD);
        let expected = 1.0 - 1.0 - 0.11 - 0.11 * 0.986_614_298_151_43;
        assert!((found.score - expected).abs() < 1e-9, "{}", found.score);
        assert_eq!((found.found, found.false_alerts), (1, 2), "row 100 is in probation");
    }

    #[test]
    fn nothing_scores_zero_and_perfection_a_hundred() {
        let series = series(1_000, vec![300..=399, 700..=799]);
        assert_eq!(normalised(&[raw(&series, &[], STANDARD)], STANDARD), 0.0);
        assert_eq!(normalised(&[raw(&series, &[300, 700], STANDARD)], STANDARD), 100.0);
        assert_eq!(probation(10_000), 750);
        assert_eq!(probation(1_882), 282);
    }
}
