//! Quantiles of eight kinds, their intervals, and ranks.

use serde_json::json;
use stats::quantile::{QuantileType, percentile_rank, quantile_interval, quantile_of_type};

use super::case::{Case, ends, some};
use super::draws::Draws;

/// Shares that are asked for.
const SHARES: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.62, 0.9, 1.0];

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for count in [7, 20, 101] {
        let mut draws = Draws::named("quantiles");
        let sample: Vec<f64> =
            draws.normals(count).into_iter().map(|x| (10.0 * x).round() / 4.0).collect();
        let name = format!("{count} values with ties");
        let inputs = json!({ "sample": sample, "shares": SHARES, "value": 0.5 });
        let mut found = Vec::new();
        // Of two equally near, numpy 1.26 takes another than R and we do; the unit tests hold that kind against R.
        let compared =
            QuantileType::ALL.into_iter().filter(|kind| *kind != QuantileType::NearestEven);
        for kind in compared {
            for share in SHARES {
                found.push(some(quantile_of_type(&sample, share, kind), &name)?);
            }
        }
        let rank = some(percentile_rank(0.5, &sample), &name)?;
        cases.push(
            Case::new("quantile", "quantiles", name, inputs)
                .list("eight kinds", &found)
                .with("rank", rank),
        );
    }
    for (count, share) in [(25, 0.5), (80, 0.25), (200, 0.9)] {
        let mut draws = Draws::named("interval");
        let sample = draws.normals(count);
        let found = some(quantile_interval(&sample, share, 0.95), "an interval")?;
        let inputs = json!({ "sample": sample, "share": share, "confidence": 0.95 });
        cases.push(
            Case::new("quantile", "interval", format!("{share} of {count}"), inputs)
                .list("interval", &ends((found.low, found.high)))
                .with("confidence reached", found.confidence),
        );
    }
    Ok(cases)
}
