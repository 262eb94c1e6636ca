//! Schedules for the timers of other systems.
//!
//! Rule: the other system only wakes `tidings schedule run --due`, at every moment of the schedule and perhaps more often;
//! whether a moment is due is decided here, by zone, clock change, calendar and catch-up rule. What cannot be woken at
//! every moment is refused.

mod kubernetes;
mod systemd;
mod wakes;

pub use kubernetes::{Cluster, kubernetes};
pub use systemd::{Machine, calendars, systemd};

use job::schedule::SchedulePlan;
use model::id::JobId;
use std::path::Path;
use thiserror::Error;

/// A job to be woken.
#[derive(Debug, Clone, Copy)]
pub struct Exported<'a> {
    /// Its name.
    pub job: &'a JobId,
    /// Its file, as the program is to be told.
    pub path: &'a Path,
    /// When it runs.
    pub plan: &'a SchedulePlan,
}

impl Exported<'_> {
    /// Its schedule in words, in one line.
    fn described(&self) -> String {
        self.plan.described().replace(char::is_control, " ")
    }
}

/// A file for the other system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What the other system cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExportError {
    /// No name can be made of the job's.
    #[error(
        "`{job}` cannot be the name of a {kind}\nhelp: name the job file with letters, digits and hyphens"
    )]
    Name {
        /// The job.
        job: String,
        /// Of what.
        kind: &'static str,
    },
    /// Two jobs would have the same name.
    #[error("two jobs would be called `{0}`\nhelp: give one of the files another name")]
    Twice(String),
    /// A clock change skips a time of the schedule.
    #[error(
        "`{job}` runs at {time} in {zone}, which is skipped on {day}: Kubernetes would not run it on that day\nhelp: choose a time that no clock change skips, or use `export systemd`"
    )]
    Skipped {
        /// The job.
        job: String,
        /// The time.
        time: String,
        /// The zone.
        zone: String,
        /// The first such day to come.
        day: String,
    },
    /// A name that nothing in the other system can have.
    #[error("`{name}` cannot be the name of {kind}\nhelp: {help}")]
    Refused {
        /// The name.
        name: String,
        /// Of what.
        kind: &'static str,
        /// What fits.
        help: &'static str,
    },
    /// A path that the other system cannot be told.
    #[error("`{path}` {reason}")]
    Path {
        /// The path.
        path: String,
        /// Why not.
        reason: &'static str,
    },
}

/// Refuses two exports of one name.
fn unique(files: Vec<ExportedFile>) -> Result<Vec<ExportedFile>, ExportError> {
    let mut seen = std::collections::BTreeSet::new();
    match files.iter().find(|file| !seen.insert(file.name.clone())) {
        Some(file) => Err(ExportError::Twice(file.name.clone())),
        None => Ok(files),
    }
}

/// A path as text without control characters.
fn plain(path: &Path) -> Result<&str, ExportError> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control));
    text.ok_or_else(|| ExportError::Path {
        path: path.display().to_string(),
        reason: "is no plain text",
    })
}
