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
    let (points, faults) = (read("crash_points.json")?, read("io_faults.json")?);
    // Each has places of its own, and waits for its programs most of the time.
    let (points, faults) = std::thread::scope(|scope| {
        let points = scope.spawn(|| points::line(&points));
        (points.join(), faults::line(&faults))
    });
    let points = points.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    Ok(vec![points?, faults?, rules::line(&read("key_rules.json")?)?])
}
