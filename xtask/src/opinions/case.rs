//! One case: what goes in, and the figures that come out of ours.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde_json::{Value, json};

/// Inputs that both sides read, and our figures of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Case {
    /// The topic, which names the file of the other side.
    pub topic: &'static str,
    /// What is worked out, which names the function of the other side.
    pub what: &'static str,
    /// Which of several.
    pub name: String,
    /// The folder of public data it is read from; `None` for drawn and written inputs.
    pub data: Option<&'static str>,
    /// All that the other side needs.
    pub inputs: Value,
    /// Our figures by name, each a list.
    pub ours: BTreeMap<&'static str, Vec<f64>>,
}

impl Case {
    /// A case without figures.
    pub(super) fn new(
        topic: &'static str,
        what: &'static str,
        name: impl Into<String>,
        inputs: Value,
    ) -> Case {
        Case { topic, what, name: name.into(), data: None, inputs, ours: BTreeMap::new() }
    }

    /// The same, read from a folder of public data.
    pub(super) fn from(mut self, folder: &'static str) -> Case {
        self.data = Some(folder);
        self
    }

    /// The same with one more figure.
    pub(super) fn with(mut self, figure: &'static str, value: f64) -> Case {
        self.ours.insert(figure, vec![value]);
        self
    }

    /// The same with one more list of figures.
    pub(super) fn list(mut self, figure: &'static str, values: &[f64]) -> Case {
        self.ours.insert(figure, values.to_vec());
        self
    }

    /// The name by which the two sides know it.
    pub(super) fn key(&self) -> String {
        format!("{} | {} | {}", self.topic, self.what, self.name)
    }
}

/// What must be there, with the place where it was not.
pub(super) fn some<T>(found: Option<T>, what: &str) -> anyhow::Result<T> {
    found.with_context(|| format!("{what} has no answer"))
}

/// An interval as a list.
pub(super) fn ends(interval: (f64, f64)) -> [f64; 2] {
    [interval.0, interval.1]
}

/// A file of cases.
pub(super) fn file(cases: &[Case]) -> Value {
    let one = |case: &Case| {
        json!({
            "key": case.key(), "topic": case.topic, "what": case.what, "data": case.data,
            "inputs": case.inputs, "ours": case.ours,
        })
    };
    json!({ "schema_version": 1, "cases": cases.iter().map(one).collect::<Vec<_>>() })
}
