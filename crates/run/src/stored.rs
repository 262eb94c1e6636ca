//! Reports in the state folder.
//!
//! Rule: what was mailed stays readable; another report of the same moment has a name of its own.

use crate::error::RunError;
use job::JobPlan;
use model::{context::RunContext, fingerprint::Fingerprinter, report::Report};
use std::path::PathBuf;

/// Publishes the stored report of a run.
pub(crate) fn publish(
    plan: &JobPlan,
    cx: &RunContext,
    report: &Report,
) -> Result<PathBuf, RunError> {
    let stamp = plan.as_of.format("%Y-%m-%dT%H%M").to_string();
    let folder = cx.state.join("reports").join(plan.job.as_str()).join(stamp);
    let mut text = serde_json::to_vec_pretty(report).expect("a report always serializes");
    text.push(b'\n');
    // What was mailed stays readable: another report of the same moment, or its correction, has a name of its own.
    let print = &report.fingerprint;
    let usual = match report.slice.is_empty() {
        true => folder.join("report.json"),
        false => folder.join("slices").join(format!("{print}.json")),
    };
    // A correction never takes the place of what it corrects, not even of one that is gone and may be brought back.
    let is_other = std::fs::read(&usual).is_ok_and(|stored| stored != text);
    let path = match is_other || report.correction.is_some() {
        true => {
            let content = Fingerprinter::new("report").field(&text).finish();
            usual.with_file_name(format!("report-{}.json", &content[..12]))
        }
        false => usual,
    };
    let written = publish::file(&path, &text);
    written.map_err(|source| RunError::Write { path: path.display().to_string(), source })?;
    Ok(path)
}
