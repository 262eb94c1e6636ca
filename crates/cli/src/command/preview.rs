//! `tidings preview` and `tidings render`.

use crate::{
    exit::{Exit, Invalid},
    output,
    progress::Spinner,
    workplace::Workplace,
};
use anyhow::Result;
use model::{
    edition::Release,
    label::Locale,
    run::{Artefact, Outcome},
};
use report::ReportPlan;
use run::Until;
use std::path::{Path, PathBuf};

/// Renders a job's report for a look.
pub(crate) fn run(
    place: &Workplace,
    job: &Path,
    as_of: Option<&str>,
    out: Option<&Path>,
) -> Result<Exit> {
    let plan = place.plan(job, as_of)?;
    let cx = place.context(&plan, false)?;
    let record =
        run::run(&plan, &place.engine()?, &cx, &place.ledger()?, Until::Gate, &Spinner::new())?;
    let stored = record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let Some(stored) = stored.filter(|_| record.outcome != Outcome::Failed) else {
        output::say(&super::run_job::text(&record, &plan.report.templates))?;
        return Ok(Exit::of_outcome(record.outcome));
    };
    let report = run::preview::stored_report(Path::new(&stored.path))?;
    let folder =
        out.map_or_else(|| cx.state.join("preview").join(plan.job.as_str()), Path::to_path_buf);
    let (artefacts, _) = run::preview::preview(&plan.report, &report, &Release::Send, &folder)?;
    if record.outcome == Outcome::Held {
        output::complain("the gate would hold this report; see `tidings runs`");
    }
    list(&artefacts)?;
    Ok(Exit::of_outcome(record.outcome))
}

/// Renders a stored report again.
pub(crate) fn render(path: &Path, out: Option<&Path>, templates: Option<&Path>) -> Result<Exit> {
    let report = run::preview::stored_report(path).map_err(|error| Invalid(error.to_string()))?;
    let templates = match templates {
        Some(templates) => templates.to_path_buf(),
        None => find_templates(path).ok_or_else(|| {
            Invalid("no folder `report-templates` here or above; say --templates".into())
        })?,
    };
    let plan = ReportPlan { templates, locales: Locale::ALL.to_vec() };
    let folder =
        out.map_or_else(|| path.parent().unwrap_or(Path::new("")).to_path_buf(), Path::to_path_buf);
    let (artefacts, _) = run::preview::preview(&plan, &report, &Release::Send, &folder)?;
    list(&artefacts)?;
    Ok(Exit::Fine)
}

fn find_templates(report: &Path) -> Option<PathBuf> {
    let starts = [std::env::current_dir().ok()?, std::path::absolute(report).ok()?];
    let mut folders = starts.iter().flat_map(|start| start.ancestors());
    folders.find_map(|folder| Some(folder.join("report-templates")).filter(|found| found.is_dir()))
}

fn list(artefacts: &[Artefact]) -> Result<()> {
    for artefact in artefacts {
        output::say(&format!("{:<8} {}\n", artefact.kind, artefact.path))?;
    }
    Ok(())
}
