//! streams: lines of objects, of connectors and of web servers.

mod access_log;
mod ndjson;
mod singer;

use super::tally::Line;
use std::path::Path;

/// A line per kind of stream.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    Ok(vec![ndjson::line(set)?, singer::line(set)?, access_log::line(set)?])
}
