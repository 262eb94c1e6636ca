//! What may be shown of small groups.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use stats::peer::suppression::{Cell, Floor, Reason, differences_are_safe, one_way};

use super::columns::json;
use super::row::{Goal, Row};
use super::tables;

/// The lines of this topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let path = data.join("torture/isolation/small_cells.json");
    if !path.is_file() {
        return Ok(tables::absent(&path));
    }
    let file = json(&path)?;
    let policy = &file["policy"];
    let fewest = policy["k"].as_u64().context("no k")?;
    let share = policy["peer_max_share"].as_f64().context("no largest share")?;
    let floor = Floor::new(usize::try_from(fewest)?, share);
    let cases = file["tables"].as_array().context("no tables")?;
    let mut right = 0u32;
    for case in cases {
        right += u32::from(is_right(case, &floor).with_context(|| case["why"].to_string())?);
    }
    let all = f64::from(u32::try_from(cases.len())?);
    Ok(vec![Row::new(
        "small cells right",
        f64::from(right),
        Goal::Within(10.0, 10.0),
        format!("of {all}"),
    )])
}

fn is_right(case: &Value, floor: &Floor) -> anyhow::Result<bool> {
    if let Some(cells) = case["cells"].as_object() {
        return partition(cells, case, floor);
    }
    if let Some(peers) = case["peers"].as_array() {
        let values: Vec<f64> = peers.iter().filter_map(Value::as_f64).collect();
        let refused = floor.refuses(&Cell::of(&values).context("peers")?).is_some();
        return Ok(refused == case["publish"].is_null());
    }
    if case["week1"].is_object() {
        let people = |week: &str| {
            case[week]["respondents"].as_u64().map(|count| (0..count).collect::<Vec<u64>>())
        };
        let (before, after) =
            (people("week1").context("week1")?, people("week2").context("week2")?);
        // The policy leaves the answer open; ours holds the second figure back.
        return Ok(!differences_are_safe(&after, &[&before], floor));
    }
    let respondents = usize::try_from(case["respondents"].as_u64().context("unknown case")?)?;
    if case["all_same_answer"] == true {
        // The policy leaves hiding or a range; ours hides.
        let answers = Cell::of(&vec![3.0; respondents]).context("answers")?;
        return Ok(floor.refuses(&answers) == Some(Reason::Unanimous));
    }
    Ok(floor.refuses(&Cell::counted(respondents)).is_some() == case["publish"].is_null())
}

/// Whether exactly the figures that the case shows are shown, and with their value.
fn partition(
    cells: &serde_json::Map<String, Value>,
    case: &Value,
    floor: &Floor,
) -> anyhow::Result<bool> {
    let mut counts = Vec::new();
    for count in cells.values() {
        counts.push(Cell::counted(usize::try_from(count.as_u64().context("count")?)?));
    }
    let found = one_way(&counts, true, floor);
    let publish = &case["publish"];
    let agrees = |shown: bool, value: &Value, published: &Value| {
        if shown { value == published } else { published.is_null() }
    };
    let inner = cells.iter().zip(&found.cells);
    let inner =
        inner.map(|((name, count), verdict)| agrees(verdict.is_shown(), count, &publish[name]));
    let total = found
        .total
        .is_some_and(|total| agrees(total.is_shown(), &case["total"], &publish["total"]));
    Ok(inner.fold(total, |all, one| all && one))
}
