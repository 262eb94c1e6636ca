//! Whether everything that runs need is there: one finding for each check, with what to do.
//!
//! Rule: it looks and changes nothing. The state folder is not made, nothing is sent, and relays are asked through the same
//! door as deliveries.

mod jobs;
mod outside;
mod place;

use crate::settings::Settings;
use chrono::{DateTime, Utc};
use job::Job;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// All is well.
    Ok,
    /// Runs go on, and somebody should know.
    Warn,
    /// Runs fail, or will.
    Fail,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: String,
    /// What came of it.
    pub level: Level,
    /// What was found.
    pub found: String,
    /// What to do.
    pub todo: Option<String>,
}

impl Finding {
    fn ok(check: &str, found: impl Into<String>) -> Self {
        Self { check: check.to_owned(), level: Level::Ok, found: found.into(), todo: None }
    }

    fn warn(check: &str, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { level: Level::Warn, todo: Some(todo.into()), ..Self::ok(check, found) }
    }

    fn fail(check: &str, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { level: Level::Fail, todo: Some(todo.into()), ..Self::ok(check, found) }
    }
}

/// What is looked at.
#[derive(Debug)]
pub struct Patient<'a> {
    /// The folder with `tidings.toml`.
    pub folder: &'a Path,
    /// The job files.
    pub jobs: &'a [PathBuf],
    /// The data folder, when the command line names one.
    pub data: Option<PathBuf>,
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// Checks everything, in the order in which a run needs it.
pub fn examine(patient: &Patient<'_>) -> Vec<Finding> {
    let (settings, mut findings) = settings(patient.folder);
    let state = &settings.state;
    findings.push(place::state(state));
    findings.push(place::disk(state));
    let (ledger, last_start) = place::ledger(state);
    findings.push(ledger);
    findings.extend(place::letters(state, settings.letters));
    findings.push(place::clock(patient.now, last_start));
    let (loaded, faults) = jobs::load(patient, &settings);
    findings.push(jobs::zones(&loaded));
    findings.extend(jobs::templates(&loaded));
    findings.extend(faults);
    findings.extend(outside::secrets(&loaded, &settings));
    findings.extend(outside::relays(&loaded, &settings));
    findings.extend(outside::operator(&settings));
    findings
}

/// The settings; those of an absent file where the file is faulty.
fn settings(folder: &Path) -> (Settings, Vec<Finding>) {
    let there = folder.join("tidings.toml").exists();
    match crate::settings::read(folder) {
        Ok(settings) => {
            let relays = settings.relays.len();
            let found = match there {
                true => format!("tidings.toml is sound; relays: {relays}"),
                false => "no tidings.toml here; the defaults hold".to_owned(),
            };
            (settings, vec![Finding::ok("settings", found)])
        }
        Err(reason) => {
            let settings = Settings { state: PathBuf::from(".tidings"), ..Settings::default() };
            let todo = "correct tidings.toml; what follows is checked with the defaults";
            (settings, vec![Finding::fail("settings", reason, todo)])
        }
    }
}

/// Jobs with their files.
type Loaded = Vec<(PathBuf, Job)>;
