//! Where a key stands in a TOML file.

use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The place of a key path such as `section[2].metrics[0]`: of its value, or of the nearest key above it.
pub(crate) fn locate(text: &str, path: &str) -> Range<usize> {
    let Ok(root) = DeTable::parse(text) else { return 0..0 };
    let (_, nearest) = walk(root.get_ref(), &steps(path));
    nearest.map_or(0..0, Spanned::span)
}

/// The value at the end of some steps, and the last one on the way that is there.
pub(crate) fn walk<'a, 'i>(
    root: &'a DeTable<'i>,
    steps: &[Step],
) -> (Option<&'a Spanned<DeValue<'i>>>, Option<&'a Spanned<DeValue<'i>>>) {
    let mut table = Some(root);
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for step in steps {
        let found = match (step, table, value.map(Spanned::get_ref)) {
            (Step::Key(key), Some(table), _) => table.get(key.as_str()),
            (Step::Index(index), _, Some(DeValue::Array(array))) => array.get(*index),
            _ => None,
        };
        let Some(found) = found else { return (None, value) };
        value = Some(found);
        table = match found.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    (value, value)
}

/// One step into a file.
pub(crate) enum Step {
    /// To the entry of a table.
    Key(String),
    /// To an item of an array.
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
