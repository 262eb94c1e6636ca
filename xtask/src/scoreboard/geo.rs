//! Regional lift against the GeoLift walkthrough.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use stats::geo::{Trial, geo_lift, placebo_p};

use super::row::{Goal, Row};

/// The rows of the topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let file = data.join("geolift/geolift_test.csv");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let mut markets: BTreeMap<&str, Vec<(&str, f64)>> = BTreeMap::new();
    for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
        let mut cells = line.rsplitn(3, ',');
        let date = cells.next().context("a date")?;
        let value = cells.next().context("a value")?.parse()?;
        let market = cells.next().context("a market")?.trim_matches('"');
        markets.entry(market).or_default().push((date, value));
    }
    let (mut treated, mut others) = (Vec::new(), Vec::new());
    for (market, mut days) in markets {
        days.sort_by(|a, b| a.0.cmp(b.0));
        let series: Vec<f64> = days.into_iter().map(|day| day.1).collect();
        match market {
            "chicago" | "portland" => treated.push(series),
            _ => others.push(series),
        }
    }
    let trial = Trial { treated: &treated, others: &others, start: 90, ridge: 0.0 };
    let found = geo_lift(&trial, 0.9).context("a lift")?;
    let placebo = placebo_p(&trial).context("placebos")?;
    let holds = f64::from(u8::from(found.low <= 4667.0 && 4667.0 <= found.high));
    Ok(vec![
        Row::new("GeoLift: lift, %", 100.0 * found.lift, Goal::Within(4.7, 6.1), "walkthrough 5.4"),
        Row::new(
            "GeoLift: incremental",
            found.incremental,
            Goal::Within(4107.0, 5227.0),
            "walkthrough 4667",
        ),
        Row::new("GeoLift: each market and day", found.each, Goal::Shown, "walkthrough 155.556"),
        Row::new("GeoLift: interval, low", found.low, Goal::Shown, ""),
        Row::new("GeoLift: interval, high", found.high, Goal::Shown, ""),
        Row::new("GeoLift: the interval holds 4667", holds, Goal::Within(1.0, 1.0), ""),
        Row::new(
            "GeoLift: p, moved in one piece",
            found.p,
            Goal::Below(0.05),
            "walkthrough 0.014, 0.011",
        ),
        Row::new(
            "GeoLift: p, shuffled one by one",
            found.p_shuffled,
            Goal::Below(0.03),
            "walkthrough 0.014, 0.011",
        ),
        Row::new("GeoLift: p of the average", found.p_average, Goal::Shown, ""),
        Row::new("GeoLift: p of placebo regions", placebo, Goal::Shown, ""),
    ])
}
