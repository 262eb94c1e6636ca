//! `tidings diff`.

use crate::{
    args::Format,
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::Result;
use model::{id::RunId, quality::RowCounts, run::RunRecord};
use run::Diff;
use std::fmt::Write;

/// Shows what two runs of a job tell differently.
pub(crate) fn run(place: &Workplace, before: &str, now: &str, format: Format) -> Result<Exit> {
    let ledger = place.ledger()?;
    let record = |id: &str| super::runs::record(&ledger, &RunId::new(id));
    let (before, now) = (record(before)?, record(now)?);
    if before.job != now.job {
        let message = format!(
            "`{}` is a run of `{}`, `{}` of `{}`; compare two runs of one job",
            before.run, before.job, now.run, now.job
        );
        return Err(Invalid(message).into());
    }
    let diff = run::diff(&before, &now)?;
    match format {
        Format::Json => output::say_json(&diff)?,
        Format::Text => output::say(&text(&diff, &before, &now))?,
    }
    Ok(Exit::Fine)
}

fn text(diff: &Diff, before: &RunRecord, now: &RunRecord) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}  as of {}  {}", now.job, before.as_of, before.run);
    let _ = writeln!(text, "{:1$}  as of {2}  {3}", "", now.job.as_str().len(), now.as_of, now.run);
    if diff.plan_changed {
        text.push_str("the job, or something it names, was changed in between\n");
    }
    for source in &diff.sources {
        let _ = writeln!(
            text,
            "{}: {} before, {} now",
            source.dataset,
            rows(source.before),
            rows(source.now)
        );
    }
    let (differing, compared) = (diff.figures.len(), diff.compared);
    let _ = writeln!(text, "{differing} of {compared} figures that both tell are others now");
    if diff.figures.is_empty() {
        return text;
    }
    let figures = diff.figures.iter().map(|figure| {
        let change = figure.change().map(|change| format!("{:+.2} %", change * 100.0));
        let metric = figure.metric.to_string();
        let format = diff.formats.get(&figure.metric);
        let [before, now] = report::side_by_side([figure.before, figure.now], format)
            .map(|value| value.unwrap_or_else(|| "unknown".to_owned()));
        vec![
            figure
                .of
                .as_ref()
                .map_or(metric.clone(), |part| format!("{metric} of {}", part.name.en)),
            figure.period.name(),
            before,
            now,
            change.unwrap_or_default(),
        ]
    });
    let header = ["metric", "period", "before", "now", "change"];
    text + &output::table(&header, figures.collect(), 2)
}

fn rows(counts: Option<RowCounts>) -> String {
    counts.map_or_else(
        || "not read".to_owned(),
        |rows| {
            let RowCounts { read, accepted, quarantined, superseded } = rows;
            format!("{read} rows read ({accepted} accepted, {quarantined} quarantined, {superseded} superseded)")
        },
    )
}
