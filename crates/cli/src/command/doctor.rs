//! `tidings doctor`.

use crate::{
    args::{Format, Global},
    exit::Exit,
    output,
    workplace::Workplace,
};
use anyhow::Result;
use run::doctor::{Finding, Level, Patient, examine};
use std::{fmt::Write, path::Path};

/// Checks everything that runs need; also where the settings cannot be read.
pub(crate) fn run(global: &Global, format: Format) -> Result<Exit> {
    let jobs = Workplace::jobs(&[]).unwrap_or_default();
    let findings = examine(&Patient {
        folder: Path::new(""),
        jobs: &jobs,
        data: global.data.clone(),
        now: run::context::now(),
    });
    match format {
        Format::Json => output::say_json(&findings)?,
        Format::Text => output::say(&text(&findings))?,
    }
    let fails = findings.iter().any(|finding| finding.level == Level::Fail);
    Ok(if fails { Exit::Failed } else { Exit::Fine })
}

fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    let widest = findings.iter().map(|finding| finding.check.chars().count()).max().unwrap_or(0);
    for Finding { check, level, found, todo } in findings {
        let word = match level {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "FAIL",
        };
        let _ = writeln!(text, "{word:<5} {check:<widest$}  {}", found.replace('\n', " "));
        if let Some(todo) = todo {
            let _ = writeln!(text, "      {:<widest$}  → {todo}", "");
        }
    }
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (ok, warn, fail) = (count(Level::Ok), count(Level::Warn), count(Level::Fail));
    let _ = writeln!(text, "{ok} ok, {warn} to look at, {fail} to mend");
    text
}
