//! Regional lifts over a mixture of other regions.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use stats::geo::{Trial, geo_lift, placebo_p};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases(data: &Path) -> anyhow::Result<Vec<Case>> {
    let (treated, others) = drawn();
    let mut cases = vec![case("two of twelve drawn regions", &treated, &others, 60)?];
    let file = data.join("geolift/geolift_test.csv");
    if file.is_file() {
        let (treated, others) = read(&file)?;
        cases.push(case("Chicago and Portland", &treated, &others, 90)?.from("geolift"));
    }
    Ok(cases)
}

fn drawn() -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let mut draws = Draws::named("regions");
    let common = draws.normals(75);
    let waves: Vec<f64> =
        (0..75).map(|day| [0.0, 2.0, 3.0, 1.0, -1.0, -4.0, -1.0][day % 7]).collect();
    let mut region = |place: usize| -> Vec<f64> {
        let (level, pull) = (100.0 + 9.0 * place as f64, 1.0 + 0.25 * (place % 5) as f64);
        let lift = if place < 2 { 5.0 } else { 0.0 };
        (0..75)
            .map(|day| {
                let added = if day >= 60 { lift } else { 0.0 };
                level + pull * (3.0 * common[day] + waves[day]) + 2.0 * draws.normal() + added
            })
            .collect()
    };
    ((0..2).map(&mut region).collect(), (2..12).map(&mut region).collect())
}

fn case(
    name: &str,
    treated: &[Vec<f64>],
    others: &[Vec<f64>],
    start: usize,
) -> anyhow::Result<Case> {
    let trial = Trial { treated, others, start, ridge: 0.0 };
    let found = some(geo_lift(&trial, 0.9), name)?;
    let inputs = json!({ "treated": treated, "others": others, "start": start });
    Ok(Case::new("geo", "lift", name, inputs)
        .list("weights", &found.weights)
        .with("incremental", found.incremental)
        .with("lift", found.lift)
        .with("error before", found.error)
        .with("p, moved in one piece", found.p)
        .with("p of the average", found.p_average)
        .with("p of placebo regions", some(placebo_p(&trial), "placebos")?))
}

/// Treated regions and the others.
type Regions = (Vec<Vec<f64>>, Vec<Vec<f64>>);

fn read(file: &Path) -> anyhow::Result<Regions> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut markets: BTreeMap<&str, BTreeMap<&str, f64>> = BTreeMap::new();
    for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
        let mut cells = line.rsplitn(3, ',');
        let date = cells.next().context("a date")?;
        let value = cells.next().context("a value")?.parse()?;
        let market = cells.next().context("a market")?.trim_matches('"');
        markets.entry(market).or_default().insert(date, value);
    }
    let is_treated = |market: &&str| matches!(*market, "chicago" | "portland");
    let series = |days: BTreeMap<&str, f64>| days.into_values().collect::<Vec<f64>>();
    let (treated, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        markets.into_iter().partition(|(market, _)| is_treated(market));
    Ok((treated.into_values().map(series).collect(), others.into_values().map(series).collect()))
}
