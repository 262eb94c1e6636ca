//! Where a key stands in a TOML file.

use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The place of a key path such as `section[2].metrics[0]`: of its value, or of the nearest key above it.
pub(crate) fn locate(text: &str, path: &str) -> Range<usize> {
    let Ok(root) = DeTable::parse(text) else { return 0..0 };
    let mut span = 0..0;
    let mut table: Option<&DeTable<'_>> = Some(root.get_ref());
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for step in steps(path) {
        let found = match (&step, table, value.map(Spanned::get_ref)) {
            (Step::Key(key), Some(table), _) => table.get(key.as_str()),
            (Step::Index(index), _, Some(DeValue::Array(array))) => array.get(*index),
            _ => None,
        };
        let Some(found) = found else { break };
        span = found.span();
        value = Some(found);
        table = match found.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    span
}

enum Step {
    Key(String),
    Index(usize),
}

fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let mut pieces = part.split('[');
        if let Some(key) = pieces.next().filter(|key| !key.is_empty()) {
            steps.push(Step::Key(key.to_owned()));
        }
        for piece in pieces {
            if let Ok(index) = piece.trim_end_matches(']').parse() {
                steps.push(Step::Index(index));
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_value_or_as_near_as_it_can() {
        let text = "a = 1\n[[section]]\nid = \"x\"\n[[section]]\nmetrics = [\"p\", \"q\"]\n";
        let at = |path: &str| &text[locate(text, path)];
        assert_eq!(at("section[1].metrics[1]"), "\"q\"");
        assert_eq!(at("a"), "1");
        assert_eq!(at("section[1].metrics[7]"), "[\"p\", \"q\"]");
        assert_eq!(at("nowhere"), "");
    }
}
