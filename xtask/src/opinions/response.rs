//! Media response: the best shapes and effects on the whole grid.

use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use stats::response::{History, Options, respond};

use super::case::{Case, some};
use super::draws::Draws;

/// Weeks in a year.
const YEAR: f64 = 52.18;

/// The cases of this topic.
pub(super) fn cases(data: &Path) -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![drawn()?];
    let file = data.join("mmm-simulated/mmm_roas_data.csv");
    if file.is_file() {
        let text = std::fs::read_to_string(&file)?;
        let column = |name: &str| column(&text, name);
        let spend = [column("x1")?, column("x2")?];
        let case = case("two channels of known return", &column("y")?, &spend, &[column("z")?])?;
        cases.push(case.from("mmm-simulated"));
    }
    Ok(cases)
}

fn drawn() -> anyhow::Result<Case> {
    let mut draws = Draws::named("response");
    let weeks = 130;
    let spend: [Vec<f64>; 2] =
        std::array::from_fn(|_| (0..weeks).map(|_| draws.whole(0, 100) as f64).collect());
    let control = draws.normals(weeks);
    let lasting = |spend: &[f64], week: usize, carry: f64| {
        (0..=week.min(8)).map(|back| carry.powi(back as i32) * spend[week - back]).sum::<f64>()
    };
    let outcome: Vec<f64> = (0..weeks)
        .map(|week| {
            let (first, second) = (lasting(&spend[0], week, 0.5), lasting(&spend[1], week, 0.2));
            let brought = 3.0 * first / (1.0 + first / 150.0) + 2.0 * second;
            900.0 + week as f64 + 40.0 * control[week] + brought + 25.0 * draws.normal()
        })
        .collect();
    case("two drawn channels", &outcome, &spend, &[control])
}

fn case(
    name: &str,
    outcome: &[f64],
    spend: &[Vec<f64>],
    controls: &[Vec<f64>],
) -> anyhow::Result<Case> {
    let options = Options { draws: 1, ..Options::default() };
    let history = History { outcome, spend, controls, year: YEAR };
    let found = some(respond(&history, &options), name)?;
    let each = |of: &dyn Fn(&stats::response::ChannelResponse) -> f64| -> Vec<f64> {
        found.channels.iter().map(of).collect()
    };
    let inputs = json!({
        "outcome": outcome, "spend": spend, "controls": controls, "year": YEAR,
        "harmonics": options.harmonics, "ridge": options.ridge, "memory": 13,
        "carries": (0..=8).map(|k| f64::from(k) / 10.0).collect::<Vec<_>>(),
        "steepnesses": [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0],
    });
    Ok(Case::new("response", "curves", name, inputs)
        .list("carry-over", &each(&|one| one.carry))
        .list("steepness", &each(&|one| one.steepness))
        .list("return", &each(&|one| one.roas.value))
        .list("marginal return", &each(&|one| one.marginal.value))
        .list("share of the outcome", &each(&|one| one.share.value))
        .with("explained", found.explained))
}

fn column(text: &str, name: &str) -> anyhow::Result<Vec<f64>> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let place = lines.next().context("an empty file")?;
    let place = place.split(',').position(|cell| cell.trim().trim_matches('"') == name);
    let place = place.with_context(|| format!("no column {name}"))?;
    let cell =
        |line: &str| Ok(line.split(',').nth(place).context("a short line")?.trim().parse()?);
    lines.map(cell).collect()
}
