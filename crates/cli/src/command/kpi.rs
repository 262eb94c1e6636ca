//! `tidings kpi`.

use crate::{
    args::{KpiArgs, TableFormat},
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::Result;
use job::{Job, Wanted};
use model::{
    id::{DatasetId, DimensionId, MetricId},
    quality::Severity,
};
use run::{KpiQuery, KpiRow, NoRows};

/// Prints a metric's values.
pub(crate) fn run(place: &Workplace, args: &KpiArgs) -> Result<Exit> {
    let job = place.job(&args.job)?;
    let metric = MetricId::new(&args.metric);
    check(&job, &metric, &args.by)?;
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(Invalid(format!("--from {from} is after --to {to}")).into());
    }
    // Without a moment all data there is counts, also for jobs pinned to a moment of the past.
    let as_of = match &args.as_of {
        Some(text) => place.as_of(&job, Some(text))?,
        None => place.now.with_timezone(&job.calendar.zone),
    };
    let plan = job::plan(&job, as_of, &Wanted::Metrics(vec![metric.clone()]));
    let cx = place.context(&plan, false)?;
    let query = KpiQuery {
        metric,
        grain: args.grain,
        by: args.by.iter().map(DimensionId::new).collect(),
        from: args.from,
        to: args.to,
    };
    let answer = run::kpi(&plan, &place.engine()?, &cx, &query)?;
    if let Some(nothing) = &answer.nothing {
        output::complain(&silence(nothing));
    }
    let errors = answer.notes.iter().filter(|note| note.severity == Severity::Error);
    let faulty = errors
        .map(|note| {
            output::complain(&format!(
                "error: {}",
                output::said(&plan.report.templates, &note.message)
            ))
        })
        .count();
    print(args, &answer.rows)?;
    Ok(if faulty > 0 { Exit::Held } else { Exit::Fine })
}

/// Why there is no value: which period has no rows, and where rows are.
fn silence(nothing: &NoRows) -> String {
    let reach = |(dataset, reach): &(DatasetId, Option<_>)| match reach {
        Some((first, last)) => format!("`{dataset}` has rows from {first} to {last}"),
        None => format!("`{dataset}` has no rows"),
    };
    let period = match nothing.from {
        Some(from) => format!("from {from} to {}", nothing.to),
        None => format!("up to {}", nothing.to),
    };
    let reach: Vec<String> = nothing.reach.iter().map(reach).collect();
    format!(
        "no rows {period}: {}\n  help: ask for a period with rows by --from and --to, or for a later --as-of",
        reach.join(", ")
    )
}

fn check(job: &Job, metric: &MetricId, by: &[String]) -> Result<()> {
    let metrics = &job.catalogue.metrics;
    let Some(known) = metrics.get(metric) else {
        if let Some(needs) = job.catalogue.unavailable.get(metric) {
            return Err(Invalid(format!("metric `{metric}` {needs}")).into());
        }
        let names: Vec<_> = metrics.keys().map(MetricId::as_str).collect();
        return Err(
            Invalid(format!("unknown metric `{metric}`; there are {}", names.join(", "))).into()
        );
    };
    for dimension in by {
        if let Err(message) = job::sliceable(job, known, &DimensionId::new(dimension)) {
            return Err(Invalid(message).into());
        }
    }
    Ok(())
}

fn print(args: &KpiArgs, rows: &[KpiRow]) -> Result<()> {
    let mut header = vec!["period"];
    header.extend(args.by.iter().map(String::as_str));
    header.push(&args.metric);
    let cells = |row: &KpiRow| {
        let mut cells = vec![row.period.clone()];
        cells.extend(row.members.iter().map(|member| member.clone().unwrap_or_default()));
        cells.push(row.value.map(|value| value.to_string()).unwrap_or_default());
        cells
    };
    match args.format {
        TableFormat::Json => output::say_json(&rows),
        TableFormat::Table => output::say(&output::table(
            &header,
            rows.iter().map(cells).collect(),
            args.by.len() + 1,
        )),
        TableFormat::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&header)?;
            for row in rows {
                writer.write_record(cells(row))?;
            }
            output::say(&String::from_utf8(writer.into_inner()?)?)
        }
    }
}
