//! Does one series help to foresee another, and does it keep its level?

use serde_json::json;
use stats::lead::{granger, kpss};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (name, pull) in [("a lead of two", 0.6), ("no lead", 0.0)] {
        let mut draws = Draws::named(name);
        let cause = draws.normals(120);
        let mut effect: Vec<f64> = Vec::new();
        for at in 0..cause.len() {
            let own = effect.last().map_or(0.0, |last| 0.3 * last);
            let led = if at < 2 { 0.0 } else { pull * cause[at - 2] };
            effect.push(own + led + draws.normal());
        }
        for order in [1, 2, 4] {
            let found = some(granger(&cause, &effect, order), name)?;
            let inputs = json!({ "cause": cause, "effect": effect, "order": order });
            cases.push(
                Case::new("lead", "granger", format!("{name}, order {order}"), inputs)
                    .with("F", found.f)
                    .with("p", found.p),
            );
        }
        let mut level = 0.0;
        let walk: Vec<f64> = effect
            .iter()
            .map(|step| {
                level += step;
                level
            })
            .collect();
        for (kind, series) in [("noise", &effect), ("walk", &walk)] {
            let lags = (4.0 * (series.len() as f64 / 100.0).powf(0.25)).floor();
            let inputs = json!({ "series": series, "lags": lags });
            let statistic = some(kpss(series), name)?;
            cases.push(
                Case::new("lead", "kpss", format!("{name}, {kind}"), inputs)
                    .with("statistic", statistic),
            );
        }
    }
    Ok(cases)
}
