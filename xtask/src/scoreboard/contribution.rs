//! Contributions: do the effects add up, and are they the published ones?

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use stats::contribution::{
    Activity, Decomposition, Segment, Side, activity_structure_intensity, mix_rate, product,
    shapley_product,
};

use super::columns::json;
use super::row::{Goal, Row};
use super::tables;
use crate::sample_data::rng::Rng;

/// The lines of this topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("decomposition-lmdi");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let expected = json(&folder.join("expected.json"))?;
    let sub_sectors = ang(&folder.join("ang_example.csv"))?;
    let sectors: Vec<Activity> =
        sub_sectors.chunks_exact(2).map(|pair| join(pair[0], pair[1])).collect();
    let mut found = Vec::new();
    for (name, segments) in
        [("ang_example_subsector", sub_sectors), ("ang_example_sector", sectors)]
    {
        let decomposition = activity_structure_intensity(&segments).context("Ang's example")?;
        let keys = ["activity", "structure", "intensity"];
        found.push((name, decomposition, numbers(&expected[name], &keys)?));
    }
    let buildings = &expected["pylmdi_us_buildings"];
    let keys = ["P", "g", "s", "i", "e", "K"];
    let decomposition =
        product(&numbers(&buildings["X0"], &keys)?, &numbers(&buildings["Xt"], &keys)?)
            .context("US buildings")?;
    found.push(("pylmdi_us_buildings", decomposition, numbers(&buildings["effects"], &keys)?));

    let residual = found.iter().map(|(_, one, _)| one.residual()).fold(0.0, f64::max);
    let deviation =
        found.iter().map(|(_, one, effects)| deviation(one, effects)).fold(0.0, f64::max);
    let (products, mixes) = drawn();
    Ok(vec![
        Row::new("LMDI residual over change", residual, Goal::Below(1e-9), ""),
        Row::new(
            "LMDI effects, largest deviation over change",
            deviation,
            Goal::Below(1e-9),
            "closed form",
        ),
        Row::new("Shapley residual, 2 to 12 factors drawn", products, Goal::Below(1e-9), ""),
        Row::new("mix and rate residual, segments drawn", mixes, Goal::Below(1e-9), ""),
    ])
}

fn numbers(object: &Value, keys: &[&str]) -> anyhow::Result<Vec<f64>> {
    keys.iter()
        .map(|key| object[*key].as_f64().with_context(|| format!("no number {key}")))
        .collect()
}

fn deviation(found: &Decomposition, expected: &[f64]) -> f64 {
    let pairs = found.effects.iter().zip(expected);
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / found.change().abs()
}

/// The sub-sectors of Ang's example in the order of the file, years 0 and 1 joined.
fn ang(path: &Path) -> anyhow::Result<Vec<Activity>> {
    let table = tables::numbers(path)?;
    let (years, energy, activity) =
        (table.column("Year")?, table.column("Energy")?, table.column("Activity")?);
    let of = |year: f64| (0..years.len()).filter(move |row| years[*row] == year);
    Ok(of(0.0)
        .zip(of(1.0))
        .map(|(before, after)| Activity {
            activity_before: activity[before],
            activity_after: activity[after],
            value_before: energy[before],
            value_after: energy[after],
        })
        .collect())
}

fn join(a: Activity, b: Activity) -> Activity {
    Activity {
        activity_before: a.activity_before + b.activity_before,
        activity_after: a.activity_after + b.activity_after,
        value_before: a.value_before + b.value_before,
        value_after: a.value_after + b.value_after,
    }
}

/// The largest residuals of drawn products and of drawn segments.
fn drawn() -> (f64, f64) {
    let mut rng = Rng::named(2026, "contribution");
    let mut products = 0.0f64;
    for round in 0..110 {
        let mut list =
            || (0..2 + round % 11).map(|_| rng.between(1, 9_000) as f64 / 1e3).collect::<Vec<_>>();
        let residual = shapley_product(&list(), &list()).map_or(f64::NAN, |one| one.residual());
        products = if residual > products || residual.is_nan() { residual } else { products };
    }
    let mut mixes = 0.0f64;
    for _ in 0..1_000 {
        let mut side = || Side {
            weight: rng.between(1, 10_000) as f64,
            rate: Some(rng.between(0, 1_000) as f64 / 1e3),
        };
        let segments: Vec<Segment> =
            (0..8).map(|_| Segment { before: side(), after: side() }).collect();
        let residual = mix_rate(&segments).map_or(f64::NAN, |one| {
            let parts: f64 = one.segments.iter().map(|part| part.rate + part.mix).sum();
            (parts - one.change()).abs() / one.change().abs()
        });
        mixes = if residual > mixes || residual.is_nan() { residual } else { mixes };
    }
    (products, mixes)
}
