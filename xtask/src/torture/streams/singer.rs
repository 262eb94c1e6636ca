//! What taps say, as each of the files says it: which rows count, and how far the state moved.

use crate::torture::{
    bed::{self, Loaded},
    tally::Line,
};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// What a file must come to: rows accepted and quarantined and the id in the saved state, or why it is refused.
enum Outcome {
    Rows { accepted: Value, quarantined: u64, state: Value },
    Noted(&'static str, Box<Outcome>),
    Refused(&'static str),
}
use Outcome::{Noted, Refused, Rows};

/// Every file against `expected.json`.
pub(super) fn line(set: &Path) -> anyhow::Result<Line> {
    let expected: Value = serde_json::from_str(&fs::read_to_string(set.join("expected.json"))?)?;
    let mut line = Line::new("streams singer");
    let list = |name: &str, key: &str| expected[format!("singer_{name}.jsonl")][key].clone();
    let rows =
        |accepted: Value, quarantined: u64, state: Value| Rows { accepted, quarantined, state };
    let noted = |key, outcome| Noted(key, Box::new(outcome));
    let cases = [
        ("ok", rows(list("ok", "rows"), 0, list("ok", "state"))),
        (
            "tail_without_state",
            rows(list("tail_without_state", "rows"), 0, list("tail_without_state", "state_saved")),
        ),
        ("upsert", rows(list("upsert", "rows_after_key_merge"), 0, json!(2))),
        ("bad_type", rows(list("bad_type", "accepted"), 2, Value::Null)),
        (
            "unknown_message",
            noted("quality.tap_ignored", rows(list("unknown_message", "rows"), 0, Value::Null)),
        ),
        ("log_noise", noted("quality.tap_noise", rows(json!(2), 2, Value::Null))),
        ("cut", Refused("breaks off")),
        ("record_before_schema", Refused("before its SCHEMA")),
        ("schema_change", Refused("changes the schema")),
        ("empty", Refused("said nothing of stream")),
        ("exit_nonzero", Refused("the tap ended with code 3")),
    ];
    let files = expected.as_object().context("a list of files")?;
    let known = files.keys().filter(|name| name.starts_with("singer_")).count();
    anyhow::ensure!(known == cases.len(), "{known} files of taps, and {} are known", cases.len());
    for (name, outcome) in cases {
        let file = format!("singer_{name}.jsonl");
        let said = fs::read(set.join(&file)).with_context(|| file.clone())?;
        let end = if name == "exit_nonzero" { "exit 3" } else { "true" };
        let checked = load(&said, end).and_then(|loaded| check(&loaded, &outcome));
        line.count(&file, checked);
    }
    Ok(line)
}

/// A tap that says it and ends so.
fn load(said: &[u8], end: &str) -> Result<Loaded, String> {
    let command = ["sh", "-c", &format!("cat said.jsonl; {end}")];
    let source = json!({ "singer": { "command": command, "stream": "orders" } });
    let columns = json!({
        "id": { "type": "integer", "required": true },
        "amount": { "type": "decimal", "scale": 2 },
        "at": { "type": "timestamp", "zone": "UTC", "format": ["%Y-%m-%dT%H:%M:%SZ"] },
    });
    let mut contract = bed::contract(source, columns);
    contract["key"] = json!(["id"]);
    contract["on_duplicate"] = json!("last_loaded");
    bed::load(&contract, &[("said.jsonl", said)])
}

fn check(loaded: &Loaded, outcome: &Outcome) -> Result<(), String> {
    let is_so = match outcome {
        Rows { accepted, quarantined, state } => {
            let kept: Option<Value> = loaded.bookmark["state"]
                .as_str()
                .and_then(|state| serde_json::from_str(state).ok());
            let id = kept.map_or(Value::Null, |state| state["bookmarks"]["orders"]["id"].clone());
            (json!(loaded.counts.accepted), loaded.counts.quarantined)
                == (accepted.clone(), *quarantined)
                && id == *state
        }
        Noted(key, outcome) => {
            check(loaded, outcome)?;
            loaded.is_noted(key)
        }
        Refused(why) => {
            loaded.bookmark.is_null()
                && loaded.counts.read == 0
                && loaded.notes.iter().any(|(_, note)| note.contains(why))
        }
    };
    if is_so { Ok(()) } else { Err(format!("{loaded}, state {}", loaded.bookmark)) }
}
