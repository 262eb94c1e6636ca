//! `tidings check`.

use crate::{exit::Exit, output, workplace::Workplace};
use anyhow::Result;
use std::path::PathBuf;

/// Checks jobs; all faults of all of them.
pub(crate) fn run(place: &Workplace, named: &[PathBuf]) -> Result<Exit> {
    let mut exit = Exit::Fine;
    for path in Workplace::jobs(named)? {
        match place.job(&path) {
            Ok(job) => {
                let sections = job.spec.section.len();
                let metrics = job.catalogue.metrics.len();
                output::say(&format!(
                    "{}: fine, {sections} sections, {metrics} metrics\n",
                    path.display()
                ))?;
            }
            Err(error) => {
                output::complain(&format!("error: {error}"));
                exit = Exit::Invalid;
            }
        }
    }
    Ok(exit)
}
