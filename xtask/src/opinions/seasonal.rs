//! Seasons taken apart by STL.

use serde_json::json;
use stats::seasonal::{Options, SeasonalSpan, stl};

use super::case::{Case, some};
use super::draws::Draws;

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (name, period, cycles, span, trend, robust) in [
        ("years of quarters", 4, 20, 13, 9, false),
        ("years of months", 12, 9, 11, 23, false),
        ("odd values weighed down", 12, 9, 11, 23, true),
    ] {
        let mut draws = Draws::named(name);
        let series: Vec<f64> = (0..period * cycles)
            .map(|at| {
                let season = ((at % period) as f64 - period as f64 / 2.0).abs();
                let odd = if robust && at % 31 == 30 { 25.0 } else { 0.0 };
                100.0 + 0.2 * at as f64 + 2.0 * season + draws.normal() + odd
            })
            .collect();
        let options = Options { season: SeasonalSpan::Cycles(span), trend: Some(trend), robust };
        let found = some(stl(&series, period, options), name)?;
        let inputs = json!({
            "series": series, "period": period, "span": span, "trend": trend, "robust": robust,
        });
        cases.push(
            Case::new("seasonal", "stl", name, inputs)
                .list("season", &found.seasonal)
                .list("trend", &found.trend),
        );
    }
    Ok(cases)
}
