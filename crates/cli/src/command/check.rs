//! `tidings check`.

use crate::{exit::Exit, output, workplace::Workplace};
use anyhow::Result;
use job::{Job, schedule::Late};
use model::{edition::Release, quality::QualityNote};
use report::RenderError;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Checks jobs and their mails; all faults of all of them.
pub(crate) fn run(place: &Workplace, named: &[PathBuf]) -> Result<Exit> {
    let mut exit = Exit::Fine;
    let mut read: BTreeSet<PathBuf> = BTreeSet::new();
    for path in Workplace::jobs(named)? {
        let job = match place.job(&path) {
            Ok(job) => job,
            Err(error) => {
                output::complain(&format!("error: {error}"));
                exit = Exit::Invalid;
                continue;
            }
        };
        let templates = job::report_plan(&job).templates;
        // Jobs share a folder of templates: its faults are told once.
        if !read.contains(&templates) {
            for fault in words(&templates) {
                output::complain(&format!("error: {}: {fault}", templates.display()));
                exit = Exit::Invalid;
            }
            read.insert(templates);
        }
        let (faults, of) = mails(place, &job);
        for fault in &faults {
            output::complain(&format!("error: the mail of {}: {fault} ({of})", path.display()));
        }
        if !faults.is_empty() {
            exit = Exit::Invalid;
            continue;
        }
        let sections = job.spec.section.len();
        let metrics = job.catalogue.metrics.len();
        output::say(&format!(
            "{}: fine, {sections} sections, {metrics} metrics\n",
            path.display()
        ))?;
    }
    Ok(exit)
}

/// What is wrong with the words of a folder of templates.
fn words(templates: &Path) -> Vec<String> {
    match report::lint_words(templates) {
        Ok(faults) => faults.iter().map(ToString::to_string).collect(),
        Err(error) => vec![with_causes(error)],
    }
}

/// Renders a job's mails as they would be, and what breaks a rule; the second says what was rendered.
fn mails(place: &Workplace, job: &Job) -> (Vec<String>, String) {
    let stored = run::preview::latest(&place.settings.state, job.id.as_str());
    // One that cannot be read is of another version: it says nothing about this job.
    let stored = stored.and_then(|path| Some((run::preview::stored_report(&path).ok()?, path)));
    let is_stored = stored.is_some();
    let (report, of) = match stored {
        Some((report, path)) => (report, format!("with {}", path.display())),
        None => (report::specimen(&job::about(job)), "with invented figures".to_owned()),
    };
    // With a remark on top there is more to say, and no less must be right.
    let release = Release::SendMarked(marks(job));
    let mut told: Vec<String> = Vec::new();
    for (index, plan) in job::report_plans(job).iter().enumerate() {
        // Readers with a layout of their own are told of as such.
        let own = plan.layout.as_ref().filter(|_| index > 0);
        let layout = own.map(|layout| format!(", as `{layout}`")).unwrap_or_default();
        match report::render_for_lint(plan, &report, &release) {
            Err(error) => told.push(format!("{}{layout}", with_causes(error))),
            Ok(rendered) => {
                let mut faults = report::lint(&rendered);
                // Names in a stored report are the data's, and nobody's fault here.
                faults.retain(|fault| !is_stored || fault.rule != report::GLYPHS);
                told.extend(faults.iter().map(|fault| format!("{fault}{layout}")));
            }
        }
    }
    (told, of)
}

/// Templates at fault are an input at fault, with all that was said of them.
fn with_causes(error: RenderError) -> String {
    format!("{:#}", anyhow::Error::from(error))
}

/// The remarks that take the most room on top of a job's mail.
fn marks(job: &Job) -> Vec<QualityNote> {
    let ready = job.schedule.as_ref().and_then(|schedule| schedule.ready.as_ref());
    match ready.map(|ready| ready.late) {
        Some(Late::SendLastGood) => report::last_good(),
        Some(Late::Hold | Late::SendMarked) | None => report::reservations(),
    }
}
