//! Change points, on 19 series of the Turing Change Point Dataset.
//!
//! The setting was chosen on half A: the series at even places of their alphabetical order, counted from 0.
//! Scores as in van den Burg and Williams (2020), *An Evaluation of Change Point Detection Algorithms*,
//! arXiv 2003.06222, section 5.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use stats::change_point::{Options, change_points};

use super::row::{Goal, Row};

/// How far a found change may lie from an annotated one.
const MARGIN: usize = 5;

/// A series of the data set.
#[derive(Debug, Deserialize)]
struct Series {
    n_obs: usize,
    #[serde(default)]
    time: Time,
    series: Vec<Column>,
}

/// The dates of a series, of which only the format is of use.
#[derive(Debug, Default, Deserialize)]
struct Time {
    format: Option<String>,
}

/// The values of a series.
#[derive(Debug, Deserialize)]
struct Column {
    raw: Vec<f64>,
}

/// The changes that each annotator saw, counted from 0.
type Annotations = BTreeMap<String, Vec<usize>>;

/// The scores of one method on one series.
#[derive(Debug, Clone, Copy)]
struct Scores {
    cover: f64,
    f1: f64,
}

/// A series with what was measured and published on it.
#[derive(Debug)]
struct Measured {
    ours: Scores,
    /// How far our scores of "no change at all" are from the published ones.
    deviation: f64,
    /// The published scores of PELT with its default setting.
    pelt: Scores,
}

/// Covering and F1 with the one default setting, and the check of the scorer.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("changepoint-tcpd");
    let annotations: BTreeMap<String, Annotations> = read_json(&folder.join("annotations.json"))?;
    let published = read_published(&folder.join("published-default-scores.csv"))?;
    let mut measured = Vec::new();
    for (name, annotated) in &annotations {
        let series: Series = read_json(&folder.join(format!("{name}.json")))?;
        measured.push(measure(name, &series, annotated, &published)?);
    }
    let half = |parity: usize| measured.iter().skip(parity).step_by(2).collect::<Vec<_>>();
    let everything: Vec<&Measured> = measured.iter().collect();
    let deviation = measured.iter().map(|series| series.deviation).fold(0.0, f64::max);

    let series = measured.len() as f64;
    let mut rows = vec![
        Row::new("change points, series measured", series, Goal::Within(19.0, 19.0), ""),
        Row::new(
            "change points, largest deviation of the scorer from the published ZERO",
            deviation,
            Goal::Below(1e-6),
            "published to 7 digits",
        ),
    ];
    let goals = (Goal::Above(0.732), Goal::Above(0.768));
    rows.extend(pair("all 19 series", &everything, goals));
    let shown = (Goal::Shown, Goal::Shown);
    rows.extend(pair("half A (setting chosen)", &half(0), shown));
    rows.extend(pair("half B (held back)", &half(1), shown));
    Ok(rows)
}

/// The mean scores of some series, beside those of the published PELT.
fn pair(label: &str, series: &[&Measured], goals: (Goal, Goal)) -> [Row; 2] {
    let mean = |score: fn(&Measured) -> f64| {
        series.iter().map(|one| score(one)).sum::<f64>() / series.len() as f64
    };
    let row = |score: &str, ours: f64, pelt: f64, goal: Goal| {
        let published = format!("PELT, default setting {pelt:.3}");
        Row::new(format!("change points, {label}, {score}"), ours, goal, published)
    };
    [
        row("cover", mean(|one| one.ours.cover), mean(|one| one.pelt.cover), goals.0),
        row("F1", mean(|one| one.ours.f1), mean(|one| one.pelt.f1), goals.1),
    ]
}

fn measure(
    name: &str,
    series: &Series,
    annotated: &Annotations,
    published: &BTreeMap<(String, String), BTreeMap<String, f64>>,
) -> anyhow::Result<Measured> {
    let values = &series.series.first().with_context(|| format!("{name} has no values"))?.raw;
    anyhow::ensure!(values.len() == series.n_obs, "{name} has {} values", values.len());
    // The season is declared by the dates: months have a year.
    let season = (series.time.format.as_deref() == Some("%Y-%m")).then_some(12);
    let found: Vec<usize> = change_points(values, season, &Options::default())
        .iter()
        .map(|change| change.index)
        .collect();
    let published_by = |method: &str| -> anyhow::Result<Scores> {
        let score = |metric: &str| {
            let scores = published.get(&(name.to_owned(), metric.to_owned()));
            scores
                .and_then(|scores| scores.get(method))
                .copied()
                .with_context(|| format!("no published {metric} of {method} on {name}"))
        };
        Ok(Scores { cover: score("cover")?, f1: score("f1")? })
    };
    let (zero, theirs) = (score(annotated, &[], values.len()), published_by("zero")?);
    Ok(Measured {
        ours: score(annotated, &found, values.len()),
        deviation: (zero.cover - theirs.cover).abs().max((zero.f1 - theirs.f1).abs()),
        pelt: published_by("pelt")?,
    })
}

fn score(annotated: &Annotations, found: &[usize], length: usize) -> Scores {
    Scores { cover: cover(annotated, found, length), f1: f1(annotated, found) }
}

/// Precision over the annotations of all, recall averaged over annotators, and their harmonic mean; 0 is a change
/// for everybody.
fn f1(annotated: &Annotations, found: &[usize]) -> f64 {
    let with_start = |changes: &[usize]| -> BTreeSet<usize> {
        changes.iter().copied().chain(std::iter::once(0)).collect()
    };
    let found = with_start(found);
    let each: Vec<BTreeSet<usize>> =
        annotated.values().map(|changes| with_start(changes)).collect();
    let union: BTreeSet<usize> = each.iter().flatten().copied().collect();
    let precision = matched(&union, &found) as f64 / found.len() as f64;
    let recalls = each.iter().map(|one| matched(one, &found) as f64 / one.len() as f64);
    let recall = recalls.sum::<f64>() / each.len() as f64;
    2.0 * precision * recall / (precision + recall)
}

/// The annotated changes that have a found one within the margin, each found one used once, the nearest first.
fn matched(annotated: &BTreeSet<usize>, found: &BTreeSet<usize>) -> usize {
    let mut left = found.clone();
    let mut matched = 0;
    for change in annotated {
        let near = left.iter().copied().filter(|other| other.abs_diff(*change) <= MARGIN);
        if let Some(nearest) = near.min_by_key(|other| (other.abs_diff(*change), *other)) {
            left.remove(&nearest);
            matched += 1;
        }
    }
    matched
}

/// The mean over annotators of the covering of their stretches by the found ones.
fn cover(annotated: &Annotations, found: &[usize], length: usize) -> f64 {
    let found = stretches(found, length);
    let coverings = annotated.values().map(|changes| {
        let stretches = stretches(changes, length);
        let parts = stretches.iter().map(|stretch| {
            let best = found.iter().map(|other| overlap(*stretch, *other)).fold(0.0, f64::max);
            best * (stretch.1 - stretch.0) as f64
        });
        parts.sum::<f64>() / length as f64
    });
    coverings.sum::<f64>() / annotated.len() as f64
}

fn stretches(changes: &[usize], length: usize) -> Vec<(usize, usize)> {
    let inner = changes.iter().copied().filter(|change| *change > 0 && *change < length);
    let bounds: BTreeSet<usize> = inner.chain([0, length]).collect();
    let bounds: Vec<usize> = bounds.into_iter().collect();
    bounds.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The share of two stretches that both cover, of what either covers.
fn overlap(one: (usize, usize), other: (usize, usize)) -> f64 {
    let both = one.1.min(other.1).saturating_sub(one.0.max(other.0));
    let either = (one.1 - one.0) + (other.1 - other.0) - both;
    both as f64 / either as f64
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// The published scores: series and metric, then method.
fn read_published(
    path: &Path,
) -> anyhow::Result<BTreeMap<(String, String), BTreeMap<String, f64>>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut lines = text.lines();
    let methods: Vec<&str> = lines.next().context("no header")?.split(',').skip(2).collect();
    let mut published = BTreeMap::new();
    for line in lines {
        let mut fields = line.split(',');
        let key = fields.next().zip(fields.next()).context("a line without series and metric")?;
        let mut scores = BTreeMap::new();
        for (method, field) in methods.iter().zip(fields) {
            // A method that failed on a series has no score.
            if let Ok(score) = field.parse() {
                scores.insert((*method).to_owned(), score);
            }
        }
        published.insert((key.0.to_owned(), key.1.to_owned()), scores);
    }
    Ok(published)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotated(each: &[&[usize]]) -> Annotations {
        each.iter().enumerate().map(|(who, changes)| (who.to_string(), changes.to_vec())).collect()
    }

    #[test]
    fn scores_by_hand() {
        // Ten values; one annotator sees 4, the other nothing. Found: 5.
        let both = annotated(&[&[4], &[]]);
        // Matched of {0, 4}: 2 of 2 found; recalls 1 and 1.
        assert!((f1(&both, &[5]) - 1.0).abs() < 1e-12);
        // First: 4 · 4/5 + 6 · 5/6 = 8.2 of 10; second: 10 · 5/10 = 5 of 10.
        assert!((cover(&both, &[5], 10) - 0.66).abs() < 1e-12);
        // Nothing found: precision 1, recalls 1/2 and 1.
        assert!((f1(&both, &[]) - 2.0 * 0.75 / 1.75).abs() < 1e-12);
    }

    #[test]
    fn one_found_change_answers_for_one_annotated() {
        let found = BTreeSet::from([0, 20]);
        assert_eq!(matched(&BTreeSet::from([0, 18, 22]), &found), 2);
        assert_eq!(matched(&BTreeSet::from([0, 26]), &found), 1);
    }
}
