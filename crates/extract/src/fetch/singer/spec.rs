//! What a contract says of a tap.

use crate::{
    contract::{Format, OnDuplicate, Spec},
    fetch::is_reference,
};
use model::fingerprint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A Singer tap: a program that hands over the rows of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SingerSpec {
    /// The program and its arguments, without a shell; a program with a `/` is looked for in `folder`. It gets
    /// `--config`, `--catalog` and `--state` where there are such. Example: `["taps/bin/tap-ga4"]`.
    pub command: Vec<String>,
    /// The stream whose rows are wanted; those of other streams are left out.
    pub stream: String,
    /// Where it works, relative to the data folder; the data folder when absent.
    pub folder: Option<String>,
    /// Its settings, handed over as a file that only its owner can read. A text that begins with `env:` or `file:` is
    /// a secret by reference. Example: `{ api_key = "env:SHOP_KEY", start_date = "2026-01-01" }`.
    #[serde(default)]
    pub config: BTreeMap<String, Value>,
    /// Its environment, which is empty but for a plain `PATH` and `LANG`; secrets by reference as in `config`.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The catalog file, relative to `folder`: which streams and properties it hands over.
    pub catalog: Option<String>,
    /// Whether every run brings all rows there are, in the place of those before; false when absent. It then gets no
    /// state.
    #[serde(default)]
    pub whole: bool,
    /// After how many seconds it is stopped; 3600 when absent.
    pub timeout_seconds: Option<u64>,
}

impl SingerSpec {
    /// Identifies what it brings: the program by its name, so that a new release goes on where the old one was, and the
    /// settings that are no secrets.
    pub(crate) fn identity(&self) -> String {
        let program = self.command.first().and_then(|program| program.rsplit('/').next());
        let arguments = self.command.get(1..);
        let open = |value: &&Value| !value.as_str().is_some_and(is_reference);
        let config: BTreeMap<_, _> = self.config.iter().filter(|(_, value)| open(value)).collect();
        fingerprint::of("singer", &(program, arguments, &self.stream, self.whole, config))
    }

    /// The references of its secrets.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = self.env.values().map(String::as_str).collect();
        let mut pending: Vec<&Value> = self.config.values().collect();
        while let Some(value) = pending.pop() {
            match value {
                Value::String(text) => texts.push(text),
                Value::Array(list) => pending.extend(list),
                Value::Object(map) => pending.extend(map.values()),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        texts.into_iter().filter(|text| is_reference(text)).collect()
    }

    /// In words.
    pub(crate) fn described(&self) -> String {
        format!("stream `{}` of the tap `{}`", self.stream, self.command.join(" "))
    }

    /// Faults of these settings.
    pub(crate) fn check(&self, spec: &Spec, fault: &mut dyn FnMut(&str, String)) {
        if self.command.first().is_none_or(String::is_empty) {
            fault("source.singer.command", "the program is needed, as `[\"tap-shop\"]`".into());
        }
        if let Some(secret) = self.command.iter().find(|argument| is_reference(argument)) {
            let message =
                "everybody on the machine sees arguments; hand secrets over by `config` or `env`";
            fault("source.singer.command", format!("`{secret}`: {message}"));
        }
        if self.stream.is_empty() {
            fault("source.singer.stream", "the stream is needed".into());
        }
        if self.timeout_seconds == Some(0) {
            fault("source.singer.timeout_seconds", "is at least 1".into());
        }
        if self.config.values().any(has_date) {
            fault("source.singer.config", "write dates as texts, in quotes".into());
        }
        if self.env.keys().any(|name| name.is_empty() || name.contains(['=', '\0'])) {
            fault("source.singer.env", "a variable's name is not empty and has no `=`".into());
        }
        if spec.source.format.is_some_and(|format| format != Format::JsonLines) {
            fault("source.format", "a tap's rows are `json_lines`".into());
        }
        let merges = matches!(
            spec.on_duplicate,
            Some(OnDuplicate::Newest(_) | OnDuplicate::LastLoaded) | None
        );
        if spec.key.is_empty() || !merges {
            let message = "a tap may hand over a row again, corrected or not: `key` must say which, and \
                           `on_duplicate` that the newest or the last loaded counts";
            fault("key", message.into());
        }
    }
}

/// Whether a TOML date or time is within: JSON has none.
fn has_date(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.contains_key("$__toml_private_datetime") || map.values().any(has_date)
        }
        Value::Array(list) => list.iter().any(has_date),
        _ => false,
    }
}
