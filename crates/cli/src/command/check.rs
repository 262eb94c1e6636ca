//! `tidings check`.

use crate::{exit::Exit, output, workplace::Workplace};
use anyhow::Result;
use job::{Job, schedule::Late};
use model::{edition::Release, quality::QualityNote, report::Report};
use report::{LintFault, RenderError};
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
        let mut faults = names(&job);
        faults.extend(mails(place, &job));
        for fault in &faults {
            output::complain(&format!("error: the mail of {}: {fault}", path.display()));
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

/// What is wrong with the names that a job gives to what the data say.
fn names(job: &Job) -> Vec<String> {
    let metrics = job.catalogue.metrics.iter();
    let metrics = metrics.map(|(id, metric)| (format!("the metric `{id}`"), &metric.label));
    let dimensions = job.spec.dimensions.iter();
    let dimensions = dimensions.map(|(id, label)| (format!("the dimension `{id}`"), label));
    let brand = job.brand.as_ref().and_then(|brand| brand.name.as_ref());
    let named = metrics.chain(dimensions).chain(brand.map(|name| ("the brand".to_owned(), name)));
    let faults = named.flat_map(|(place, name)| report::lint_name(&place, name));
    faults.map(|fault| fault.to_string()).collect()
}

/// Renders a job's mails as they would be, and what breaks a rule, with what was rendered: invented figures, under the names
/// of the job as it is now, and the latest stored report, whose names are the data's.
fn mails(place: &Workplace, job: &Job) -> Vec<String> {
    let invented = report::specimen(&job::about(job));
    let mut told = broken(job, &invented, "with invented figures", |_| true);
    let stored = run::preview::latest(&place.settings.state, job.id.as_str());
    // One that cannot be read is of another version: it says nothing about this job.
    let stored = stored.and_then(|path| Some((run::preview::stored_report(&path).ok()?, path)));
    if let (Some((report, path)), true) = (stored, told.is_empty()) {
        let of = format!("with {}", path.display());
        told = broken(job, &report, &of, |fault| fault.rule != report::GLYPHS);
    }
    told
}

/// The rules that the mails of a report break, as far as they count.
fn broken(job: &Job, report: &Report, of: &str, counts: fn(&LintFault) -> bool) -> Vec<String> {
    // With a remark on top there is more to say, and no less must be right.
    let release = Release::SendMarked(marks(job));
    let mut told: Vec<String> = Vec::new();
    for (index, plan) in job::report_plans(job).iter().enumerate() {
        // Readers with a layout of their own are told of as such.
        let own = plan.layout.as_ref().filter(|_| index > 0);
        let layout = own.map(|layout| format!(", as `{layout}`")).unwrap_or_default();
        match report::render_for_lint(plan, report, &release) {
            Err(error) => told.push(format!("{}{layout} ({of})", with_causes(error))),
            Ok(rendered) => {
                let faults = report::lint(&rendered).into_iter().filter(counts);
                told.extend(faults.map(|fault| format!("{fault}{layout} ({of})")));
            }
        }
    }
    told
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
