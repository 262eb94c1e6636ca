//! `tidings quarantine`.

use crate::{
    args::{Format, QuarantineArgs},
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::{Context, Result};
use extract::{Correctable, ExtractPlan};
use job::Wanted;
use model::{context::RunContext, id::DatasetId};
use std::{fs, path::Path};

/// Shows the rows that broke their contract, writes them for a person to correct, or brings corrected ones in.
pub(crate) fn run(place: &Workplace, args: &QuarantineArgs) -> Result<Exit> {
    let job = place.job(&args.job)?;
    // Every dataset of the catalogue, whether the job's sections show it or not.
    let all = Wanted::Metrics(job.catalogue.metrics.keys().cloned().collect());
    let plan = job::plan(&job, place.as_of(&job, args.as_of.as_deref())?, &all);
    let cx = place.context(&plan, false)?;
    let known = |name: &String| plan.extract.contracts.iter().any(|own| own.id.as_str() == name);
    if let Some(name) = args.dataset.as_ref().filter(|name| !known(name)) {
        return Err(Invalid(format!("{} has no dataset `{name}`", args.job.display())).into());
    }
    let dataset = args.dataset.as_ref().map(DatasetId::new);
    match (&args.export, &args.release) {
        (Some(file), _) => export(&plan.extract, &cx, dataset.as_ref(), file),
        (_, Some(file)) => release(&plan.extract, &cx, dataset.as_ref(), file, args.format),
        (None, None) => list(&plan.extract, &cx, dataset.as_ref(), args.format),
    }
}

fn list(
    plan: &ExtractPlan,
    cx: &RunContext,
    dataset: Option<&DatasetId>,
    format: Format,
) -> Result<Exit> {
    extract::extract(plan, cx)?;
    let mut found = extract::quarantined(plan, cx)?;
    found.retain(|name, _| dataset.is_none_or(|wanted| wanted == name));
    if format == Format::Json {
        output::say_json(&found)?;
        return Ok(Exit::Fine);
    }
    for (dataset, rows) in found {
        for row in rows {
            let column = row.column.map(|column| format!(" `{column}`")).unwrap_or_default();
            let byte = row.offset.map(|offset| format!(", byte {offset}")).unwrap_or_default();
            let told = match row.expired {
                Some(day) => format!("its text expired on {day}"),
                None => format!("{}\n    {}", row.detail, row.raw.replace('\n', "\\n")),
            };
            output::say(&format!(
                "{dataset}: {} record {}{byte}: {}{column}: {told}\n",
                row.file, row.record, row.rule
            ))?;
        }
    }
    Ok(Exit::Fine)
}

fn export(
    plan: &ExtractPlan,
    cx: &RunContext,
    dataset: Option<&DatasetId>,
    file: &Path,
) -> Result<Exit> {
    extract::extract(plan, cx)?;
    let mut rows = extract::correctable(plan, cx)?;
    rows.retain(|row| dataset.is_none_or(|wanted| *wanted == row.dataset) && !row.raw.is_empty());
    let written = extract::write(file, &rows, &cx.data);
    if let Err(error) = &written
        && error.kind() == std::io::ErrorKind::AlreadyExists
    {
        return Err(Invalid(format!("`{}` is not written: {error}", file.display())).into());
    }
    written.with_context(|| format!("`{}` cannot be written", file.display()))?;
    output::complain(&format!(
        "{} rows in {}; write the whole corrected record into `correction`, then use --release. The file holds raw \
         rows: take it away when you are done.",
        rows.len(),
        file.display()
    ));
    Ok(Exit::Fine)
}

fn release(
    plan: &ExtractPlan,
    cx: &RunContext,
    dataset: Option<&DatasetId>,
    file: &Path,
    format: Format,
) -> Result<Exit> {
    let (lines, rows) = read(file, dataset)?;
    let released = extract::release(plan, cx, &rows)?;
    let refused: Vec<serde_json::Value> = released
        .refused
        .iter()
        .map(|(place, reason)| {
            let row = &rows[*place];
            serde_json::json!({
                "line": lines[*place], "dataset": row.dataset, "file": row.file, "record": row.record, "reason": reason,
            })
        })
        .collect();
    if format == Format::Json {
        let told = serde_json::json!({ "released": released.rows, "refused": refused });
        output::say_json(&told)?;
    } else {
        output::say(&format!("{} released, {} refused\n", released.rows, refused.len()))?;
        for (place, reason) in &released.refused {
            let row = &rows[*place];
            output::say(&format!(
                "{}:{}: {}: {} record {}: {reason}\n",
                file.display(),
                lines[*place],
                row.dataset,
                row.file,
                row.record
            ))?;
        }
    }
    Ok(match (released.rows, refused.is_empty()) {
        (_, true) => Exit::Fine,
        (0, false) => Exit::Invalid,
        (_, false) => Exit::Partly,
    })
}

/// The rows of an exported file, each with its line.
fn read(file: &Path, dataset: Option<&DatasetId>) -> Result<(Vec<usize>, Vec<Correctable>)> {
    let unreadable = |error| Invalid(format!("`{}` cannot be read: {error}", file.display()));
    let text = fs::read_to_string(file).map_err(unreadable)?;
    let mut faults = Vec::new();
    let (mut lines, mut rows) = (Vec::new(), Vec::new());
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Correctable>(line) {
            Ok(row) if dataset.is_none_or(|wanted| *wanted == row.dataset) => {
                lines.push(number + 1);
                rows.push(row);
            }
            Ok(_) => {}
            Err(error) => {
                let column = error.column();
                faults.push(format!("{}:{}:{column}: {error}", file.display(), number + 1));
            }
        }
    }
    if !faults.is_empty() {
        let help = "nothing was released; each line is a JSON object as --export writes it";
        return Err(Invalid(format!("{}\n{help}", faults.join("\n"))).into());
    }
    Ok((lines, rows))
}
