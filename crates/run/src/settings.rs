//! `tidings.toml`: where jobs run. Overridden by `TIDINGS_*`.

use crate::{
    ledger::LetterLimits,
    operator::{self, Operator},
};
use deliver::{Relay, RelaySpec};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The file `tidings.toml`, beside which the program is started.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The folder for lake, cache, ledger and outputs; `.tidings` when absent. `TIDINGS_STATE` overrides it.
    pub state: Option<PathBuf>,
    /// The mail relays by name.
    #[serde(default)]
    pub relay: BTreeMap<String, RelaySpec>,
    /// How whoever runs Tidings is told.
    #[serde(default)]
    pub operator: operator::Spec,
    /// How long copies of mails are kept.
    #[serde(default)]
    pub letters: LettersSpec,
}

/// How long copies of mails are kept, for `show-sent`: `[letters]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LettersSpec {
    /// Days; 400 when absent, and with 0 none is kept.
    pub days: Option<u32>,
    /// Mebibytes of disk; 2048 when absent. The oldest copies are let go first.
    pub mib: Option<u32>,
}

impl LettersSpec {
    fn lower(&self) -> LetterLimits {
        let usual = LetterLimits::default();
        LetterLimits {
            days: self.days.unwrap_or(usual.days),
            bytes: self.mib.map_or(usual.bytes, |mib| u64::from(mib) << 20),
        }
    }
}

/// The same, resolved.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The state folder.
    pub state: PathBuf,
    /// The mail relays by name.
    pub relays: BTreeMap<String, Relay>,
    /// How the operator is told.
    pub operator: Operator,
    /// How long copies of mails are kept.
    pub letters: LetterLimits,
}

/// Reads `tidings.toml` in `folder`, if there is one, under the environment.
///
/// # Errors
/// What is wrong with the file, in a sentence per fault.
pub fn read(folder: &Path) -> Result<Settings, String> {
    let path = folder.join("tidings.toml");
    let spec: Spec = match std::fs::read_to_string(&path) {
        Ok(text) => {
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Spec::default(),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    #[expect(clippy::disallowed_methods, reason = "the one place that reads where jobs run")]
    let state = std::env::var_os("TIDINGS_STATE").map(PathBuf::from);
    let mut relays = BTreeMap::new();
    let mut faults = Vec::new();
    for (name, relay) in &spec.relay {
        match relay.lower() {
            Ok(relay) => {
                relays.insert(name.clone(), relay);
            }
            Err(error) => faults.push(format!("{}: relay.{name}: {error}", path.display())),
        }
    }
    let state = state.or(spec.state).unwrap_or_else(|| PathBuf::from(".tidings"));
    let operator = spec.operator.lower(&relays, &state).unwrap_or_else(|found| {
        faults.extend(found.iter().map(|fault| format!("{}: {fault}", path.display())));
        Operator::default()
    });
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    Ok(Settings { state, relays, operator, letters: spec.letters.lower() })
}
