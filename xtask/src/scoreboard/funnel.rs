//! Funnels: levels against the published cases, intervals of step rates against Newcombe's.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use stats::funnel::{Event, Rules, Steps, progress, rate};

use super::columns::json;
use super::row::{Goal, Row};
use super::tables;

/// Shares with their published intervals: hits, trials, Wilson, Clopper–Pearson.
const SHARES: [(u64, u64, [f64; 4]); 2] =
    [(15, 148, [0.0624, 0.1605, 0.0578, 0.1617]), (1, 29, [0.0061, 0.1718, 0.0009, 0.1776])];

/// The lines of this topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("funnel-window");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let vectors = json(&folder.join("vectors.json"))?;
    let cases = vectors["vectors"].as_array().context("no vectors")?;
    let mut right = 0;
    for case in cases {
        right += usize::from(level(case)? == case["level"].as_u64().context("no level")?);
    }
    let all = cases.len() as f64;
    let figure = format!("funnel levels as published, of {all}");
    let mut rows = vec![Row::new(figure, right as f64, Goal::Within(all, all), "ClickHouse")];
    let mut most: f64 = 0.0;
    for (hits, trials, expected) in SHARES {
        let found = rate(hits, trials, 0.95).context("a rate")?;
        let found = [found.wilson.0, found.wilson.1, found.exact.0, found.exact.1];
        most = most.max(super::columns::largest_difference(&found, &expected));
    }
    let figure = "step rates, Wilson and Clopper–Pearson, largest difference";
    rows.push(Row::new(figure, most, Goal::Below(1e-4), "Newcombe 1998, four places"));
    Ok(rows)
}

/// The level our rules give to a case.
fn level(case: &Value) -> anyhow::Result<u64> {
    let steps = case["steps"].as_array().context("no steps")?;
    let mut events = Vec::new();
    for event in case["events"].as_array().context("no events")? {
        let of: Vec<usize> = (0..steps.len()).filter(|at| steps[*at] == event[1]).collect();
        let steps = Steps::of(&of).context("too many steps")?;
        events.push(Event { time: event[0].as_f64().context("no time")?, steps });
    }
    let mut rules = Rules::LOOSE;
    for mode in case["modes"].as_array().context("no modes")? {
        match mode.as_str() {
            Some("allow_reentry") => rules.reentry = true,
            Some("strict_deduplication") => rules.deduplication = true,
            Some("strict_increase") => rules.increase = true,
            Some("strict_once") => rules.once = true,
            Some("strict_order") => rules.order = true,
            _ => anyhow::bail!("an unknown mode: {mode}"),
        }
    }
    let window = case["window"].as_f64().context("no window")?;
    Ok(progress(&events, steps.len(), window, rules).context("a way")?.level() as u64)
}
