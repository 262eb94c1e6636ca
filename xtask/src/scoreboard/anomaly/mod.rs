//! Anomalies: a public benchmark, false alarms on noise, and power against planted events.
//!
//! Rule: one setting for all files of the benchmark. It is the best of a grid on the files with an even place in the
//! alphabet; the other half is printed beside it.

mod nab;
mod noise;
mod windowed_gaussian;

use std::path::Path;

use anyhow::Context as _;
use stats::anomaly::{Options, State, judge};

use self::nab::{Raw, Series, Weights};
use super::row::{Goal, Row};

const PUBLISHED: &str = "ARTime 63.9, HTM 55.5, KNN-CAD 45.2, windowed Gaussian 13.4";

/// The rows of the topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("anomaly-nab-known-cause");
    let (series, weights) = (nab::series(&folder)?, nab::weights(&folder)?);
    let published = nab::published(&folder)?;
    let mut rows = scorer(&series, weights, &published)?;
    rows.extend(benchmark(&series, weights)?);
    rows.extend(false_alarms());
    rows.extend(power());
    Ok(rows)
}

/// Is the scorer the benchmark's own?
fn scorer(
    series: &[Series],
    weights: Weights,
    published: &nab::Published,
) -> anyhow::Result<Vec<Row>> {
    let (mut furthest, mut null) = (0.0f64, 0.0f64);
    for one in series {
        let score = |detector: &str| published.raw(detector, &one.file);
        let again = nab::raw(one, &windowed_gaussian::alerts(&one.values), weights);
        furthest = furthest.max((again.score - score("windowedGaussian")?).abs());
        null = null.max((nab::raw(one, &[], weights).score - score("null")?).abs());
    }
    let group = |detector: &str| {
        let raws = series.iter().map(|one| {
            let score = published.raw(detector, &one.file)?;
            Ok(Raw { score, windows: one.windows.len(), found: 0, false_alerts: 0 })
        });
        anyhow::Ok(nab::normalised(&raws.collect::<anyhow::Result<Vec<_>>>()?, weights))
    };
    let name = "NAB scorer:";
    Ok(vec![
        Row::new(
            format!("{name} windowed Gaussian run again, largest difference of a raw score"),
            furthest,
            Goal::Below(1e-6),
            "7 files",
        ),
        Row::new(
            format!("{name} null detector, largest difference"),
            null,
            Goal::Below(1e-9),
            "-1 a window",
        ),
        Row::new(
            format!("{name} ARTime normalised"),
            group("ARTime")?,
            Goal::Within(63.85, 63.95),
            "63.9",
        ),
        Row::new(
            format!("{name} HTM normalised"),
            group("numenta")?,
            Goal::Within(55.45, 55.55),
            "55.5",
        ),
    ])
}

/// The detector on the benchmark.
fn benchmark(series: &[Series], weights: Weights) -> anyhow::Result<Vec<Row>> {
    let raws = series.iter().map(|one| Ok(nab::raw(one, &alerts(one)?, weights)));
    let raws = raws.collect::<anyhow::Result<Vec<_>>>()?;
    let half = |first: usize| {
        let files: Vec<_> = raws.iter().copied().skip(first).step_by(2).collect();
        nab::normalised(&files, weights)
    };
    let count = |of: fn(&Raw) -> usize| raws.iter().map(of).sum::<usize>() as f64;
    let name = "NAB known cause, standard,";
    Ok(vec![
        Row::new(
            format!("{name} one setting"),
            nab::normalised(&raws, weights),
            Goal::Above(50.0),
            PUBLISHED,
        ),
        Row::new(format!("{name} the 4 files the setting was chosen on"), half(0), Goal::Shown, ""),
        Row::new(format!("{name} the 3 other files"), half(1), Goal::Shown, ""),
        Row::new(format!("{name} windows found of 19"), count(|raw| raw.found), Goal::Shown, ""),
        Row::new(format!("{name} false alerts"), count(|raw| raw.false_alerts), Goal::Shown, ""),
    ])
}

fn alerts(series: &Series) -> anyhow::Result<Vec<usize>> {
    let values: Vec<_> = series.values.iter().copied().map(Some).collect();
    let excluded = vec![false; values.len()];
    let judged = judge(&values, &series.places, &excluded, &Options::fine());
    let judged = judged.with_context(|| format!("{} was refused", series.file))?;
    let new = judged.iter().enumerate().filter(|(_, judgement)| judgement.state == State::New);
    Ok(new.map(|(row, _)| row).collect())
}

fn false_alarms() -> Vec<Row> {
    let options = Options::daily();
    let rates: Vec<_> =
        noise::KINDS.iter().map(|kind| noise::false_alerts(kind, noise::YEARS, &options)).collect();
    let half_year: Vec<_> =
        noise::KINDS.iter().map(|kind| noise::false_alerts(kind, 182, &options)).collect();
    let worst = |rates: &[f64]| rates.iter().copied().fold(0.0, f64::max);
    let name = "Noise, alerts per 100 points,";
    let mut rows =
        vec![Row::new(format!("{name} worst kind"), worst(&rates), Goal::Below(1.0), "")];
    rows.extend(
        noise::KINDS
            .iter()
            .zip(&rates)
            .map(|(kind, rate)| Row::new(format!("{name} {kind}"), *rate, Goal::Shown, "")),
    );
    let figure = format!("{name} worst kind of series of half a year");
    rows.push(Row::new(figure, worst(&half_year), Goal::Shown, ""));
    rows
}

fn power() -> Vec<Row> {
    let options = Options::daily();
    let mut rows = Vec::new();
    for kind in ["white", "weekly season"] {
        for (event, planted) in
            [("5-sigma day", [5.0, 0.0, 0.0]), ("lasting 3-sigma shift", [3.0; 3])]
        {
            let share = noise::power(kind, &planted, &options);
            let figure = format!("Power, {event} on {kind}, alerted within 3 points");
            rows.push(Row::new(figure, share, Goal::Above(0.9), ""));
        }
    }
    rows
}
