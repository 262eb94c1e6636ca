//! Shares of people with their intervals, and the difference of two.

use serde_json::json;
use stats::funnel::rate;
use stats::survey::{Share, share_change};

use super::case::{Case, ends, some};

/// Hits, trials and confidence.
const SHARES: [(u64, u64, f64); 8] = [
    (0, 20, 0.95),
    (1, 30, 0.95),
    (81, 263, 0.95),
    (15, 148, 0.9),
    (29, 29, 0.95),
    (4_275, 60_000, 0.99),
    (3, 7, 0.8),
    (999, 1_000, 0.95),
];

/// Hits and trials of two waves.
const WAVES: [[(u64, u64); 2]; 4] =
    [[(56, 70), (48, 80)], [(9, 10), (3, 10)], [(120, 400), (150, 410)], [(0, 20), (0, 10)]];

/// The cases of this topic.
pub(super) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (hits, trials, confidence) in SHARES {
        let found = some(rate(hits, trials, confidence), "a share")?;
        let name = format!("{hits} of {trials} at {confidence}");
        let inputs = json!({ "hits": hits, "trials": trials, "confidence": confidence });
        cases.push(
            Case::new("funnel", "share", name, inputs)
                .with("share", found.share)
                .list("Wilson", &ends(found.wilson))
                .list("Clopper-Pearson", &ends(found.exact)),
        );
    }
    for [before, after] in WAVES {
        let found = share_change(wave(before)?, wave(after)?);
        let name = format!("{} of {} to {} of {}", before.0, before.1, after.0, after.1);
        let inputs = json!({ "before": before, "after": after, "confidence": 0.95 });
        cases.push(
            Case::new("funnel", "change", name, inputs)
                .with("difference", found.difference)
                .list("interval", &[found.low, found.high]),
        );
    }
    Ok(cases)
}

fn wave((hits, trials): (u64, u64)) -> anyhow::Result<Share> {
    let found = some(rate(hits, trials, 0.95), "a wave")?;
    let (low, high) = found.wilson;
    Ok(Share { share: found.share, low, high, answers: trials as f64 })
}
