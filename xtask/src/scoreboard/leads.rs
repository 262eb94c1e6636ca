//! Correlations and leads: published coefficients, false leads, planted leads.

use std::path::Path;

use anyhow::Context as _;
use stats::correlation::{kendall, pearson, pearson_interval, spearman};
use stats::lead::{Finding, Sooner, granger, leads};

use super::columns::json;
use super::row::{Goal, Row};
use super::tables;
use crate::sample_data::rng::Rng;

/// Speed of cars and the distance they took to stop: Ezekiel (1930), *Methods of Correlation Analysis*; R's `cars`.
const SPEED: [f64; 50] = [
    4., 4., 7., 7., 8., 9., 10., 10., 10., 11., 11., 12., 12., 12., 12., 13., 13., 13., 13., 14.,
    14., 14., 14., 15., 15., 15., 16., 16., 17., 17., 17., 18., 18., 18., 18., 19., 19., 19., 20.,
    20., 20., 20., 20., 22., 23., 24., 24., 24., 24., 25.,
];
const DISTANCE: [f64; 50] = [
    2., 10., 4., 22., 16., 10., 18., 26., 34., 17., 28., 14., 20., 24., 28., 26., 34., 34., 46.,
    26., 36., 60., 80., 20., 26., 54., 32., 40., 32., 40., 50., 42., 56., 76., 84., 36., 46., 68.,
    32., 48., 52., 56., 64., 66., 54., 70., 92., 93., 120., 85.,
];

/// F and p of Granger's test of order 3 on chickens and eggs (Thurman and Fisher 1988) beyond the printed digits, by
/// least squares on centred columns in numpy and the F tail of scipy: eggs help, chickens do not.
const EGGS_HELP: (f64, f64) = (5.404_984_372_335_093, 0.002_966_397_445_576_201);
const CHICKENS_HELP: (f64, f64) = (0.591_615_329_454_704_6, 0.623_786_200_392_397_5);

/// The lines of this topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("leadlag");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let mut rows = coefficients(&folder)?;
    rows.extend(granger_rows(&folder)?);
    rows.extend(sales(&folder)?);
    rows.extend(false_leads()?);
    rows.extend(planted_leads()?);
    Ok(rows)
}

fn coefficients(folder: &Path) -> anyhow::Result<Vec<Row>> {
    let expected = &json(&folder.join("expected.json"))?["cars speed-dist"];
    let number = |key: &str, place: usize| expected[key][place].as_f64().unwrap_or(f64::NAN);
    let found = pearson(&SPEED, &DISTANCE).context("pearson")?;
    let interval = pearson_interval(found.coefficient, found.pairs, 0.95).context("interval")?;
    let away = [(interval.0, "pearson_ci", 0), (interval.1, "pearson_ci", 1)];
    let away = away.map(|(found, key, place)| (found - number(key, place)).abs());
    let row = |name: &str, found: f64, published: f64| {
        let figure = format!("cars {name}, deviation");
        Row::new(figure, (found - published).abs(), Goal::Below(1e-7), format!("R {published}"))
    };
    let rank = [spearman, kendall]
        .map(|rank| rank(&SPEED, &DISTANCE).map_or(f64::NAN, |one| one.coefficient));
    Ok(vec![
        row("Pearson", found.coefficient, number("pearson", 0)),
        row("Spearman", rank[0], number("spearman", 0)),
        row("Kendall tau-b", rank[1], number("kendall", 0)),
        // R's interval is given to six places.
        Row::new(
            "cars Pearson interval, deviation",
            away[0].max(away[1]),
            Goal::Below(1e-6),
            "R 0.681642 0.886204",
        ),
    ])
}

fn granger_rows(folder: &Path) -> anyhow::Result<Vec<Row>> {
    let table = tables::numbers(&folder.join("chickegg.csv"))?;
    let (chicken, egg) = (table.column("chicken")?, table.column("egg")?);
    let mut rows = Vec::new();
    for (name, cause, effect, exact) in
        [("eggs help", egg, chicken, EGGS_HELP), ("chickens help", chicken, egg, CHICKENS_HELP)]
    {
        let found = granger(cause, effect, 3).context("chickegg")?;
        let published = format!("lmtest {:.4}, {:.4}", exact.0, exact.1);
        for (what, found, exact) in [("F", found.f, exact.0), ("p", found.p, exact.1)] {
            let figure = format!("chickegg {name}, {what}, relative error");
            rows.push(Row::new(
                figure,
                (found / exact - 1.0).abs(),
                Goal::Below(1e-6),
                published.clone(),
            ));
        }
    }
    Ok(rows)
}

fn sales(folder: &Path) -> anyhow::Result<Vec<Row>> {
    let table = tables::numbers(&folder.join("bjsales.csv"))?;
    let relation =
        leads(table.column("lead")?, table.column("sales")?, 8, 0.05).context("bjsales")?;
    let (lag, coefficient) = match relation.finding {
        Finding::Lead(lead) if lead.sooner == Sooner::First => (lead.lag as f64, lead.coefficient),
        _ => (f64::NAN, f64::NAN),
    };
    let warned = f64::from(u8::from(relation.shared_trend.is_some()));
    Ok(vec![
        Row::new("bjsales lag of the lead", lag, Goal::Within(3.0, 3.0), "3"),
        Row::new(
            "bjsales correlation, deviation",
            (coefficient - 0.7201).abs(),
            Goal::Below(1e-4),
            "0.7201",
        ),
        Row::new("bjsales warned of a shared trend", warned, Goal::Within(1.0, 1.0), ""),
    ])
}

/// A number near the standard normal: twelve uniform ones less six.
fn normal(rng: &mut Rng) -> f64 {
    (0..12).map(|_| rng.between(0, 999_999) as f64 / 1e6).sum::<f64>() - 6.0
}

/// A series that keeps `memory` of its last value: 1 is a random walk.
fn remembering(rng: &mut Rng, count: usize, memory: f64) -> Vec<f64> {
    let step = |level: &mut f64, _| {
        *level = memory * *level + normal(rng);
        Some(*level)
    };
    (0..count).scan(0.0, step).collect()
}

/// The share of leads among pairs that have nothing to do with each other.
fn false_leads() -> anyhow::Result<Vec<Row>> {
    let mut rng = Rng::named(2026, "leads");
    let mut rows = Vec::new();
    for (name, pairs, memory) in
        [("5000 pairs of random walks", 5_000u32, 1.0), ("2000 pairs of AR(1) at 0.7", 2_000, 0.7)]
    {
        let mut found = 0u32;
        for _ in 0..pairs {
            let count = rng.between(60, 200) as usize;
            let a = remembering(&mut rng, count, memory);
            let b = remembering(&mut rng, count, memory);
            let relation = leads(&a, &b, 8, 0.05).context("no tie")?;
            found += u32::from(matches!(relation.finding, Finding::Lead(_)));
        }
        let share = f64::from(found) / f64::from(pairs);
        rows.push(Row::new(format!("false leads, {name}"), share, Goal::Below(0.05), ""));
    }
    Ok(rows)
}

/// Walks of 100 steps of which the second repeats the first's steps under noise of `noise` times their size.
fn planted_leads() -> anyhow::Result<Vec<Row>> {
    let mut rng = Rng::named(2026, "planted leads");
    let mut rows = Vec::new();
    for (noise, goal) in [(1.0, Goal::Above(0.9)), (2.0, Goal::Shown)] {
        let (mut right, mut wrong) = (0u32, 0u32);
        for round in 0..500 {
            let lag = 1 + round % 6;
            let steps: Vec<f64> = (0..100 + lag).map(|_| normal(&mut rng)).collect();
            let (mut one, mut other) = (0.0, 0.0);
            let (mut lead, mut late) = (Vec::new(), Vec::new());
            for t in lag..steps.len() {
                one += steps[t];
                other += steps[t - lag] + noise * normal(&mut rng);
                lead.push(one);
                late.push(other);
            }
            if let Finding::Lead(found) = leads(&lead, &late, 8, 0.05).context("planted")?.finding {
                let is_right = found.sooner == Sooner::First && found.lag == lag;
                *(if is_right { &mut right } else { &mut wrong }) += 1;
            }
        }
        let figure = format!("planted leads found with their lag, noise {noise}");
        rows.push(Row::new(figure, f64::from(right) / 500.0, goal, ""));
        let figure = format!("planted leads with a wrong lag, noise {noise}");
        rows.push(Row::new(figure, f64::from(wrong) / 500.0, Goal::Below(0.05), ""));
    }
    Ok(rows)
}
