//! Credit for conversions: rules, sets and the Markov chain.

use std::collections::BTreeMap;
use std::path::Path as File;

use anyhow::Context as _;
use serde_json::{Value, json};
use stats::attribution::{Path, Rule, by_position, markov, shapley_sets};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases(data: &File) -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![case("drawn paths of 5 channels", &drawn(), 5)?];
    let file = data.join("attribution-paths/paths.csv");
    if file.is_file() {
        let (paths, channels) = read(&file)?;
        cases.push(case("ten thousand paths", &paths, channels)?.from("attribution-paths"));
    }
    Ok(cases)
}

fn drawn() -> Vec<Path> {
    let mut draws = Draws::named("attribution");
    let path = |_| {
        let length = draws.whole(1, 7);
        let touches = (0..length).map(|_| draws.index(5)).collect();
        let conversions = draws.whole(0, 9) as f64;
        let value = conversions * draws.whole(10, 90) as f64;
        Path { touches, ages: None, conversions, value, nulls: draws.whole(1, 40) as f64 }
    };
    (0..150).map(path).collect()
}

fn case(name: &str, paths: &[Path], channels: usize) -> anyhow::Result<Case> {
    let inputs: Vec<Value> = paths
        .iter()
        .map(|one| json!([one.touches, one.conversions, one.value, one.nulls]))
        .collect();
    let inputs = json!({ "channels": channels, "half_life": 2.0, "paths": inputs });
    let mut case = Case::new("attribution", "credit", name, inputs);
    for (figure, rule) in [
        ("first touch", Rule::First),
        ("last touch", Rule::Last),
        ("linear touch", Rule::Linear),
        ("position based", Rule::PositionBased),
        ("time decay", Rule::Decay { half_life: 2.0 }),
    ] {
        case = case.list(figure, &some(by_position(paths, channels, rule), figure)?.conversions);
    }
    let chain = some(markov(paths, channels), "the chain")?;
    let sets = some(shapley_sets(paths, channels), "Shapley")?;
    Ok(case
        .list("removal effects", &chain.effects)
        .list("Markov credit of value", &chain.credit.value)
        .with("chance to convert", chain.conversion)
        .list("Shapley credit", &sets.conversions))
}

fn read(file: &File) -> anyhow::Result<(Vec<Path>, usize)> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut paths = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(';').collect();
        let [touches, conversions, value, nulls] = cells[..] else {
            anyhow::bail!("not four cells: {line}");
        };
        let mut place = |name| {
            let next = places.len();
            *places.entry(name).or_insert(next)
        };
        paths.push(Path {
            touches: touches.split(" > ").map(&mut place).collect(),
            ages: None,
            conversions: conversions.parse()?,
            value: value.parse()?,
            nulls: nulls.trim().parse()?,
        });
    }
    Ok((paths, places.len()))
}
