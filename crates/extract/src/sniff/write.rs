//! The proposal as a contract file: a comment above or beside every line says what speaks for it.

use super::{
    Draft,
    propose::{Proposed, shown},
};
use serde_json::Value;

/// The contract file.
pub(super) fn toml(draft: &Draft, proposed: &Proposed) -> String {
    let mut text = String::from(
        "# Proposed from one file. Read every line before you accept it: the values of one file do not say what the\n\
         # next one will hold.\n",
    );
    text += &format!("# {} rows were read.\n", shown(proposed.rows));
    if let Some((count, first)) = &proposed.bad {
        text += &comment(&format!(
            "{} records do not have the form of rows and would go to quarantine; the first: {first}",
            shown(*count)
        ));
    }
    if proposed.empty > 0 {
        text += &format!("# {} of them hold nothing at all.\n", shown(proposed.empty));
    }
    text += "description = \"What this dataset is, in a sentence.\"\nowner = \"The team that answers for it\"\n";
    if let Some(key) = &proposed.key {
        text += &format!("# `{key}` has a value in every row, and no two are the same.\n");
        text += &format!("key = [{}]\n", quoted(key));
        text += "# Or \"last_loaded\", or { newest = \"updated_at\" }, if later files correct earlier ones.\n";
        text += "on_duplicate = \"refuse\"\n";
    }
    if !proposed.other_keys.is_empty() {
        let others = proposed.other_keys.join("`, `");
        text += &format!("# Unique in this file as well, perhaps by chance: `{others}`.\n");
    }
    text += "\n[source]\n# Relative to the data folder of the job; `{date}` stands for the day of a daily file.\n";
    text += &format!("files = [{}]\n", quoted(&draft.name));
    for (key, why) in &draft.evidence {
        let set = draft.source.get(*key).map(|value| format!("{key} = {}\n", inline(value)));
        text += &match (&set, *key) {
            (None, "quote" | "delimiter" | "encoding") => {
                comment(&format!("The usual {key}: {why}."))
            }
            (_, _) => comment(&format!("{why}.")),
        };
        text += &set.unwrap_or_default();
    }
    let told = |key: &String| draft.evidence.iter().any(|(known, _)| known == key);
    for (key, value) in draft.source.iter().filter(|(key, _)| !told(key)) {
        text += &format!("{key} = {}\n", inline(value));
    }
    if let Some(time) = &proposed.time {
        text += "\n[time]\n";
        if !proposed.other_times.is_empty() {
            let others = proposed.other_times.join("`, `");
            text += &format!("# Others that have a value in every row: `{others}`.\n");
        }
        text += &format!("column = {}\n", quoted(time));
        text += "# Or \"daily\", \"weekdays\", \"monthly\": days without rows are then missed.\n";
        text += "expected = \"irregular\"\n";
    }
    for left_out in &draft.left_out {
        text += &format!("\n{}", comment(&format!("Left out: {left_out}.")));
    }
    text += "\n[columns]\n";
    for (name, evidence) in &proposed.columns {
        let column = inline(&proposed.spec["columns"][name.as_str()]);
        text += &format!("{}{name} = {column}\n", comment(&format!("{evidence}.")));
    }
    text
}

/// A comment of one line, whatever texts of the file stand in it.
fn comment(text: &str) -> String {
    format!("# {}\n", text.replace(char::is_control, " "))
}

/// A value in one line, its keys in the order of the guide.
fn inline(value: &Value) -> String {
    const ORDER: [&str; 6] = ["type", "required", "aliases", "format", "zone", "scale"];
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) => {
            let rank =
                |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| (rank(key), (*key).clone()));
            let told = fields.iter().map(|(key, value)| format!("{key} = {}", inline(value)));
            format!("{{ {} }}", told.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(control)))
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}
