//! Trends by ranks and medians, with and without a season.

use serde_json::json;
use stats::trend::{
    MannKendall, mann_kendall, mann_kendall_autocorrelated, seasonal_mann_kendall,
    seasonal_theil_sen, theil_sen,
};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (name, count, rise, memory) in
        [("noise", 40, 0.0, 0.0), ("a slow rise", 60, 0.04, 0.0), ("memory", 90, 0.02, 0.6)]
    {
        let series = drawn(name, count, rise, memory);
        let plain = some(mann_kendall(&series), name)?;
        let corrected = some(mann_kendall_autocorrelated(&series), name)?;
        let slope = some(theil_sen(&series, 0.95), name)?;
        let case = Case::new("trend", "trend", name, json!({ "series": series }))
            .with("slope", slope.slope)
            .with("intercept", slope.intercept)
            .with("corrected z", corrected.z)
            .with("corrected p", corrected.p);
        cases.push(tested(case, &plain));
        let name = format!("{name} in twelve seasons");
        let seasonal: Vec<f64> = series
            .iter()
            .enumerate()
            .map(|(at, x)| x + 3.0 * ((at % 12) as f64 - 5.0).abs())
            .collect();
        let found = some(seasonal_mann_kendall(&seasonal, 12), &name)?;
        let slope = some(seasonal_theil_sen(&seasonal, 12, 0.95), &name)?;
        let inputs = json!({ "series": seasonal, "period": 12 });
        let case = Case::new("trend", "seasonal", name, inputs).with("slope", slope.slope);
        cases.push(tested(case, &found));
    }
    Ok(cases)
}

fn tested(case: Case, found: &MannKendall) -> Case {
    case.with("S", found.s as f64)
        .with("variance", found.variance)
        .with("z", found.z)
        .with("p", found.p)
        .with("tau", found.tau)
}

/// A series with ties: tenths only.
fn drawn(name: &str, count: usize, rise: f64, memory: f64) -> Vec<f64> {
    let mut draws = Draws::named(name);
    let mut last = 0.0;
    (0..count)
        .map(|at| {
            last = memory * last + draws.normal();
            (10.0 * (50.0 + rise * at as f64 + last)).round() / 10.0
        })
        .collect()
}
