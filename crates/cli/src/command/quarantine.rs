//! `tidings quarantine`.

use crate::{args::Format, exit::Exit, output, workplace::Workplace};
use anyhow::Result;
use job::Wanted;
use std::path::Path;

/// Shows the rows that broke their contract, with place and reason.
pub(crate) fn run(
    place: &Workplace,
    job: &Path,
    as_of: Option<&str>,
    format: Format,
) -> Result<Exit> {
    let job = place.job(job)?;
    // Every dataset of the catalogue, whether the job's sections show it or not.
    let all = Wanted::Metrics(job.catalogue.metrics.keys().cloned().collect());
    let plan = job::plan(&job, place.as_of(&job, as_of)?, &all);
    let cx = place.context(&plan, false)?;
    extract::extract(&plan.extract, &cx)?;
    let found = extract::quarantined(&plan.extract, &cx)?;
    if format == Format::Json {
        output::say_json(&found)?;
        return Ok(Exit::Fine);
    }
    for (dataset, rows) in found {
        for row in rows {
            let column = row.column.map(|column| format!(" `{column}`")).unwrap_or_default();
            let byte = row.offset.map(|offset| format!(", byte {offset}")).unwrap_or_default();
            output::say(&format!(
                "{dataset}: {} record {}{byte}: {}{column}: {}\n    {}\n",
                row.file,
                row.record,
                row.rule,
                row.detail,
                row.raw.replace('\n', "\\n")
            ))?;
        }
    }
    Ok(Exit::Fine)
}
