//! From what was seen to the clauses of a contract, with the evidence for each.

use super::{Draft, column::Column, names, see::Seen};
use serde_json::{Map, Value, json};

/// What is proposed.
pub(super) struct Proposed {
    /// The contract as a specification.
    pub(super) spec: Value,
    /// The columns in the order of the file: their names, and the evidence.
    pub(super) columns: Vec<(String, String)>,
    pub(super) key: Option<String>,
    pub(super) other_keys: Vec<String>,
    pub(super) time: Option<String>,
    pub(super) other_times: Vec<String>,
    pub(super) rows: u64,
    /// Rows without any value.
    pub(super) empty: u64,
    /// How many records break the format, and how the first does.
    pub(super) bad: Option<(u64, String)>,
}

impl Proposed {
    /// Takes a column for text after all.
    pub(super) fn as_text(&mut self, name: &str) {
        let aliases = self.spec["columns"][name]["aliases"].clone();
        self.spec["columns"][name] = json!({ "type": "text" });
        if !aliases.is_null() {
            self.spec["columns"][name]["aliases"] = aliases;
        }
        for (_, evidence) in self.columns.iter_mut().filter(|(known, _)| known == name) {
            *evidence = format!("text, for not every value keeps more: {evidence}");
        }
        if self.time.as_deref() == Some(name) {
            self.time = None;
        }
    }
}

/// The proposal for what was seen.
pub(super) fn proposal(draft: &Draft, seen: Seen) -> Proposed {
    let mut columns = Vec::new();
    let mut specs = Map::new();
    let (mut keys, mut times) = (Vec::new(), Vec::new());
    for (name, column) in names::of_contract(&draft.columns).into_iter().zip(&seen.columns) {
        let (mut spec, mut evidence) = clauses(column);
        if name != column.name {
            spec["aliases"] = json!([column.name]);
        }
        nulls(column, &mut spec, &mut evidence);
        let kind = spec["type"].as_str().unwrap_or_default().to_owned();
        if column.is_full() {
            spec["required"] = json!(true);
        }
        if column.is_unique() && ["text", "integer"].contains(&kind.as_str()) {
            keys.push(name.clone());
            evidence += "; no two are the same";
        }
        if column.is_full() && ["date", "timestamp"].contains(&kind.as_str()) {
            times.push(name.clone());
        }
        specs.insert(name.clone(), spec);
        columns.push((name, evidence));
    }
    let likely = |name: &&String| {
        let parts: Vec<&str> = name.split('_').collect();
        ["id", "key", "code", "number", "no", "uuid"].iter().any(|word| parts.contains(word))
    };
    // Few rows are told apart by anything.
    let key = keys.iter().find(likely).filter(|_| seen.rows >= 20).cloned();
    let other_keys = keys.into_iter().filter(|name| Some(name) != key.as_ref()).collect();
    let mut times = times.into_iter();
    let time = times.next();
    let bad = seen.first_bad.map(|first| (seen.bad, first));
    Proposed {
        spec: super::spec(draft, Value::Object(specs)),
        columns,
        key,
        other_keys,
        time,
        other_times: times.collect(),
        rows: seen.rows,
        empty: seen.empty,
        bad,
    }
}

/// The type of a column, with what its values say.
fn clauses(column: &Column) -> (Value, String) {
    let values = shown(column.values);
    if column.values == 0 {
        return (json!({ "type": "text" }), "there is no value, so nothing is known".into());
    }
    let mut doubts = Vec::new();
    for proposal in [column.moments.proposal(), column.numbers.proposal()].into_iter().flatten() {
        match proposal {
            Ok((spec, said)) if doubts.is_empty() => {
                return (spec, format!("all {values} values {said}"));
            }
            Ok(_) => {}
            Err(doubt) => doubts.push(doubt),
        }
    }
    if !doubts.is_empty() {
        return (
            json!({ "type": "text" }),
            format!("all {values} values are {}", doubts.join("; ")),
        );
    }
    let members = column.enumeration();
    let pairs = [
        ("true", "false"),
        ("TRUE", "FALSE"),
        ("True", "False"),
        ("yes", "no"),
        ("Y", "N"),
        ("Yes", "No"),
    ];
    if let Some(members) = &members {
        for (yes, no) in pairs {
            if members.len() == 2 && members.contains(&yes) && members.contains(&no) {
                let spec = json!({ "type": "boolean", "yes": [yes], "no": [no] });
                return (spec, format!("all {values} values are `{yes}` or `{no}`"));
            }
        }
        let spec = json!({ "type": "enumeration", "values": members });
        let count = members.len();
        let said =
            format!("all {values} values are one of {count}; another one would go to quarantine");
        return (spec, said);
    }
    let blanks = if column.has_blanks_around { "; some have blanks around them" } else { "" };
    (json!({ "type": "text" }), format!("{values} values of text{blanks}"))
}

/// What means "unknown" in a column.
fn nulls(column: &Column, spec: &mut Value, evidence: &mut String) {
    let is_text = ["text", "enumeration"].contains(&spec["type"].as_str().unwrap_or_default());
    let (mut tokens, mut told) = (vec![""], Vec::new());
    for (text, count) in &column.nulls {
        let count = shown(*count);
        match (*text, is_text) {
            ("", _) => told.push(format!("empty: {count}")),
            (text, true) => told.push(format!("`{text}`: {count}, taken as it stands")),
            (text, false) => {
                tokens.push(text);
                told.push(format!("`{text}`: {count}, taken for unknown"));
            }
        }
    }
    if column.absent > 0 {
        told.push(format!("null: {}", shown(column.absent)));
    }
    if tokens.len() > 1 {
        spec["null"] = json!(tokens);
    }
    // Members must be allowed as they stand.
    if let Some(members) = spec.get_mut("values").and_then(Value::as_array_mut) {
        members.extend(column.nulls.keys().filter(|text| !text.is_empty()).map(|text| json!(text)));
    }
    for one in told {
        *evidence += &format!("; {one}");
    }
}

/// A count with commas between its thousands.
pub(super) fn shown(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
