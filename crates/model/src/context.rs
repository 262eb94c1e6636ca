//! What the outside world is for one run.

use crate::{id::RunId, secret::Secret};
use chrono::{DateTime, Utc};
use std::{collections::BTreeMap, path::PathBuf};

/// The clock, the folders and the secrets, passed down instead of looked up.
#[derive(Debug, Clone)]
pub struct RunContext {
    /// The run.
    pub run: RunId,
    /// The moment the run started; for receipts and logs, never for figures.
    pub now: DateTime<Utc>,
    /// The folder that source paths are relative to.
    pub data: PathBuf,
    /// The folder for lake, cache, ledger and outputs.
    pub state: PathBuf,
    /// Resolved secrets by reference.
    pub secrets: BTreeMap<String, Secret>,
    /// Whether editions are delivered.
    pub send: bool,
}
