//! `tidings preview` and `tidings render`.

use crate::{
    exit::{Exit, Invalid},
    output,
    progress::Spinner,
    workplace::Workplace,
};
use anyhow::Result;
use job::JobPlan;
use model::{
    edition::{AttachmentKind, Release},
    label::Locale,
    run::{Artefact, Outcome},
    slice::Slice,
};
use report::{BrandSpec, ReportPlan};
use run::Until;
use std::path::{Path, PathBuf};

/// Renders a job's report for a look.
pub(crate) fn run(
    place: &Workplace,
    job: &Path,
    as_of: Option<&str>,
    (out, slice): (Option<&Path>, Option<&str>),
) -> Result<Exit> {
    let plan = place.plan(job, as_of)?;
    let slice = asked(&plan, slice)?;
    let plan = plan.only(&slice);
    let cx = place.context(&plan, false)?;
    let record =
        run::run(&plan, &place.engine()?, &cx, &place.ledger()?, Until::Gate, &Spinner::new())?;
    let whole = record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let stored = match &slice {
        Slice::All => whole.map(|artefact| &artefact.path),
        Slice::Of(_) => record.slices.first().and_then(|known| known.report.as_ref()),
    };
    let Some(stored) = stored.filter(|_| record.outcome != Outcome::Failed) else {
        output::say(&super::run_job::text(&record, &plan.report.templates))?;
        let is_refused = record.slices.iter().any(|known| known.held);
        return Ok(if is_refused { Exit::Held } else { Exit::of_outcome(record.outcome) });
    };
    let report = run::preview::stored_report(Path::new(stored))?;
    let folder =
        out.map_or_else(|| folder_of(&cx.state, plan.job.as_str(), &slice), Path::to_path_buf);
    let (artefacts, _) = run::preview::preview(&plan.report, &report, &Release::Send, &folder)?;
    if record.outcome == Outcome::Held {
        output::complain("the gate would hold this report; see `tidings runs`");
    }
    list(&artefacts)?;
    Ok(Exit::of_outcome(record.outcome))
}

/// The slice that is asked for, which must be one of the job's readers.
fn asked(plan: &JobPlan, slice: Option<&str>) -> Result<Slice> {
    let Some(text) = slice else { return Ok(Slice::All) };
    let slice: Slice =
        text.parse().map_err(|problem| Invalid(format!("--slice `{text}`: {problem}")))?;
    let known = plan.slices();
    match slice.members() {
        Some(members) if !known.contains_key(members) => {
            let known: Vec<String> = known.keys().map(|one| format!("`{one}`")).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Err(Invalid(format!("no reader of the job sees `{members}` alone; there are {known}"))
                .into())
        }
        _ => Ok(slice),
    }
}

/// A folder for a look, one for each slice.
fn folder_of(state: &Path, job: &str, slice: &Slice) -> PathBuf {
    let folder = state.join("preview").join(job);
    match slice {
        Slice::All => folder,
        Slice::Of(members) => {
            let plain = |c: char| if c.is_alphanumeric() { c } else { ' ' };
            let text: String = members.to_string().chars().map(plain).collect();
            folder.join(text.split_whitespace().collect::<Vec<_>>().join("-"))
        }
    }
}

/// Renders a stored report again.
pub(crate) fn render(
    path: &Path,
    out: Option<&Path>,
    templates: Option<&Path>,
    (layout, brand): (Option<&str>, Option<&Path>),
    attachments: &[AttachmentKind],
) -> Result<Exit> {
    let report = run::preview::stored_report(path).map_err(|error| Invalid(error.to_string()))?;
    let templates = match templates {
        Some(templates) => templates.to_path_buf(),
        None => find_templates(path).ok_or_else(|| {
            Invalid("no folder `report-templates` here or above; say --templates".into())
        })?,
    };
    let brand = brand.map(read_brand).transpose()?;
    let layout = layout.map(str::to_owned);
    let attachments = attachments.iter().copied().collect();
    let locales = Locale::ALL.to_vec();
    let plan = ReportPlan { templates, locales, layout, brand, attachments };
    let folder =
        out.map_or_else(|| path.parent().unwrap_or(Path::new("")).to_path_buf(), Path::to_path_buf);
    let (artefacts, _) = run::preview::preview(&plan, &report, &Release::Send, &folder)?;
    list(&artefacts)?;
    Ok(Exit::Fine)
}

fn read_brand(path: &Path) -> Result<BrandSpec> {
    let fault = |what: String| Invalid(format!("`{}`: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    Ok(text.parse().map_err(fault)?)
}

/// The template folder here or above, or above a path.
pub(super) fn find_templates(report: &Path) -> Option<PathBuf> {
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
