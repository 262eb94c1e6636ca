//! ledger-crash: what a process leaves that dies, or whose disk fails, and what the next one makes of it.
//!
//! `points.rs` kills the real program at each named point of a run, `faults.rs` lets file calls of it fail by a small
//! library loaded before the C library, `rules.rs` holds the ledger's keys and changes of state against those of the set.

mod faults;
mod points;
mod rules;

use super::tally::Line;
use anyhow::Context as _;
use std::{fs, path::Path};

/// Every file of the set.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let read = |name: &str| fs::read_to_string(set.join(name)).with_context(|| name.to_owned());
    Ok(vec![
        points::line(&read("crash_points.json")?)?,
        faults::line(&read("io_faults.json")?)?,
        rules::line(&read("key_rules.json")?)?,
    ])
}
