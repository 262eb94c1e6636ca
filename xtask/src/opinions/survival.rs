//! Kaplan–Meier: the curve, its intervals and its median.

use serde_json::json;
use stats::survival::{Observation, kaplan_meier};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (name, people, events) in
        [("ties and late censoring", 120, 700), ("few events", 60, 350), ("all seen", 41, 1_000)]
    {
        let mut draws = Draws::named(name);
        let one = |_| Observation {
            time: draws.whole(1, 30) as f64 / 2.0,
            happened: draws.happens(events),
        };
        let watched: Vec<Observation> = (0..people).map(one).collect();
        cases.push(case(name, &watched)?);
    }
    Ok(cases)
}

fn case(name: &str, watched: &[Observation]) -> anyhow::Result<Case> {
    let curve = some(kaplan_meier(watched), name)?;
    let told: Vec<_> = curve.steps.iter().filter(|step| step.interval(0.95).is_some()).collect();
    let ends: Vec<(f64, f64)> = told.iter().filter_map(|step| step.interval(0.95)).collect();
    let inputs = json!({
        "time": watched.iter().map(|one| one.time).collect::<Vec<_>>(),
        "happened": watched.iter().map(|one| one.happened).collect::<Vec<_>>(),
        "at": told.iter().map(|step| step.time).collect::<Vec<_>>(),
        "level": 0.95,
    });
    let case = Case::new("survival", "curve", name, inputs)
        .list("without", &told.iter().map(|step| step.without).collect::<Vec<_>>())
        .list("low", &ends.iter().map(|one| one.0).collect::<Vec<_>>())
        .list("high", &ends.iter().map(|one| one.1).collect::<Vec<_>>());
    // Where the curve rests at exactly a half, the two sides differ by custom; then the median is not compared.
    let rests = curve.steps.iter().any(|step| (step.without - 0.5).abs() < 1e-9);
    Ok(match curve.time_at(0.5) {
        Some(median) if !rests => case.with("median", median),
        _ => case,
    })
}
