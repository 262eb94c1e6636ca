//! What two runs of a job tell differently, and what they read differently.

use crate::{error::RunError, preview::stored_report};
use model::{
    id::{DatasetId, MetricId, RunId},
    quality::{RowCounts, SourceNote},
    report::{Block, Fmt, Report, Restated},
    run::RunRecord,
};
use serde::Serialize;
use std::{collections::BTreeMap, path::Path};

/// The differences between two runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// The run that is looked at from.
    pub before: RunId,
    /// The run that is held against it.
    pub now: RunId,
    /// Whether the job and all that it names were other ones.
    pub plan_changed: bool,
    /// The datasets of which other rows were read.
    pub sources: Vec<SourceDiff>,
    /// The totals and members that they tell differently; totals first. A member that only one of them knows is unknown to
    /// the other.
    pub figures: Vec<Restated>,
    /// How many were held against each other.
    pub compared: usize,
    /// How the metrics are written whose unit one of the reports tells.
    #[serde(skip)]
    pub formats: BTreeMap<MetricId, Fmt>,
}

/// A dataset of which two runs read other rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceDiff {
    /// The dataset.
    pub dataset: DatasetId,
    /// What the first run read; `None` when it did not read the dataset.
    pub before: Option<RowCounts>,
    /// What the second run read.
    pub now: Option<RowCounts>,
}

/// Compares two runs by their stored reports on everything.
///
/// # Errors
/// When one of them has no report, or it cannot be read.
pub fn diff(before: &RunRecord, now: &RunRecord) -> Result<Diff, RunError> {
    let reports = [report(before)?, report(now)?];
    let [told, tells] = reports.each_ref().map(|report| &report.told);
    Ok(Diff {
        before: before.run.clone(),
        now: now.run.clone(),
        plan_changed: before.plan != now.plan,
        sources: sources(&before.sources, &now.sources),
        figures: transform::compare(told, tells),
        compared: transform::held_against(told, tells).len(),
        formats: formats(&reports),
    })
}

fn report(record: &RunRecord) -> Result<Report, RunError> {
    // A run that sent an earlier report in place of its own still has its own figures.
    let of = |kind: &str| record.artefacts.iter().find(|artefact| artefact.kind == kind);
    let found = of("unsent").or_else(|| of("report"));
    let found = found.ok_or_else(|| RunError::NoReport { run: record.run.to_string() })?;
    stored_report(Path::new(&found.path))
}

/// The formats of the key figures; what a report tells besides them has no unit there.
fn formats(reports: &[Report]) -> BTreeMap<MetricId, Fmt> {
    let sections = reports.iter().flat_map(|report| &report.sections);
    let cards = sections.flat_map(|section| &section.blocks).filter_map(|block| match block {
        Block::Scorecards(cards) => Some(cards),
        _ => None,
    });
    let format = cards.flatten().map(|card| (card.metric.clone(), card.figure.format.clone()));
    format.collect()
}

fn sources(before: &[SourceNote], now: &[SourceNote]) -> Vec<SourceDiff> {
    let of = |notes: &[SourceNote], dataset: &DatasetId| {
        notes
            .iter()
            .find(|note| &note.dataset == dataset)
            .map(|note| (note.fingerprint.clone(), note.rows))
    };
    let mut datasets: Vec<&DatasetId> =
        before.iter().chain(now).map(|note| &note.dataset).collect();
    datasets.sort();
    datasets.dedup();
    let differing = datasets.into_iter().filter_map(|dataset| {
        let (before, now) = (of(before, dataset), of(now, dataset));
        (before != now).then(|| SourceDiff {
            dataset: dataset.clone(),
            before: before.map(|(_, rows)| rows),
            now: now.map(|(_, rows)| rows),
        })
    });
    differing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_written_as_their_key_figures_are() {
        let text = include_str!("../../report/fixtures/report.json");
        let report: Report = serde_json::from_str(text).expect("the fixture is a report");
        let formats = formats(&[report]);
        let of = |metric: &str| formats.get(&MetricId::new(metric)).map(|one| one.unit.to_string());
        assert_eq!(of("net_revenue").as_deref(), Some("money:CNY"));
        assert_eq!(of("no_key_figure"), None);
    }
}
