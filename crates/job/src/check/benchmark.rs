//! Settings of peer benchmarks that only make sense together, and sections that would name a peer.

use crate::{
    catalogue::Catalogue,
    diagnostics::{Diagnostic, Diagnostics, File},
    file::{JobSpec, SectionSpec},
    locate::locate,
};
use model::{
    id::{DatasetId, DimensionId, MetricId},
    metric::MetricKind,
    peer::{PeerGroup, PeerKind},
    unit::Unit,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use transform::analysis::{AnalysisSpec, Names, benchmark};

/// Checks every benchmark among the sections, and every other section beside the peer groups; unknown names are told
/// elsewhere.
pub(crate) fn check(spec: &JobSpec, file: &File, catalogue: &Catalogue, faults: &mut Diagnostics) {
    for (index, value) in spec.section.iter().enumerate() {
        let Ok(section) = SectionSpec::deserialize(value.clone()) else { continue };
        for fault in exposed(&section.analysis.names(), catalogue) {
            let span = locate(&file.text, &format!("section[{index}].{}", fault.key));
            faults.push(Diagnostic::new("TDG-J37", file, span, fault.message()).help(fault.help()));
        }
        let AnalysisSpec::Benchmark(spec) = &section.analysis else { continue };
        for (key, message) in problems(spec, catalogue) {
            let span = locate(&file.text, &format!("section[{index}].{key}"));
            faults.push(Diagnostic::new("TDG-J34", file, span, message));
        }
    }
}

/// A dimension whose members are peers that must not be named.
struct Exposed<'a> {
    key: String,
    metric: MetricId,
    dimension: DimensionId,
    group: &'a PeerGroup,
}

impl Exposed<'_> {
    fn message(&self) -> String {
        let Self { metric, dimension, group, .. } = self;
        format!(
            "`{metric}` by `{dimension}` would name every peer of the panel `{}` with its figures",
            group.id
        )
    }

    fn help(&self) -> String {
        "compare them in a section `benchmark`; only a group of `kind = \"competitors\"`, whose figures are public, \
         may be named"
            .to_owned()
    }
}

/// What a section slices by the entities of a panel whose members are not public.
fn exposed<'a>(names: &Names, catalogue: &'a Catalogue) -> Vec<Exposed<'a>> {
    let mut found: Vec<Exposed<'a>> = Vec::new();
    // Where an analysis does not say which metric goes with which dimension, any may.
    let told = |dimension: &DimensionId| names.slices.iter().any(|(_, by)| by == dimension);
    let untold = names.dimensions.iter().filter(|(_, dimension)| !told(dimension));
    let any = untold.flat_map(|(_, by)| names.metrics.iter().map(move |(_, metric)| (metric, by)));
    for (metric, by) in names.slices.iter().map(|(metric, by)| (metric, by)).chain(any) {
        let mut read = BTreeSet::new();
        datasets(catalogue, metric, &mut BTreeSet::new(), &mut read);
        let hidden = catalogue.peers.values().find(|group| match &group.kind {
            PeerKind::Panel(panel) => {
                !panel.named && panel.entity == *by && read.contains(&group.dataset)
            }
            PeerKind::Industry(_) | PeerKind::Market { .. } => false,
        });
        let Some(group) = hidden.filter(|_| found.iter().all(|one| one.dimension != *by)) else {
            continue;
        };
        let key = names.dimensions.iter().find(|(_, dimension)| dimension == by);
        let key = key.map_or_else(String::new, |(key, _)| key.clone());
        found.push(Exposed { key, metric: metric.clone(), dimension: by.clone(), group });
    }
    found
}

/// The datasets that a metric is read from, through whatever it is made of.
pub(super) fn datasets(
    catalogue: &Catalogue,
    id: &MetricId,
    seen: &mut BTreeSet<MetricId>,
    found: &mut BTreeSet<DatasetId>,
) {
    let Some(metric) = catalogue.metrics.get(id).filter(|_| seen.insert(id.clone())) else {
        return;
    };
    match &metric.kind {
        MetricKind::Simple { dataset, .. } => {
            found.insert(dataset.clone());
        }
        MetricKind::Derived { formula } => {
            let mut names = BTreeSet::new();
            formula.metrics(&mut names);
            for name in names {
                datasets(catalogue, &MetricId::new(name), seen, found);
            }
        }
        MetricKind::Cumulative { of, .. }
        | MetricKind::Previous { of, .. }
        | MetricKind::Retained { of }
        | MetricKind::Share { of, .. } => {
            datasets(catalogue, of, seen, found);
        }
    }
}

fn problems(spec: &benchmark::Spec, catalogue: &Catalogue) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    for (key, chosen) in [("growth", &spec.growth), ("adjusted", &spec.adjusted)] {
        for (index, metric) in chosen.iter().enumerate() {
            if !spec.metrics.contains(metric) {
                let message = format!("`{metric}` is none of the section's `metrics`");
                problems.push((format!("{key}[{index}]"), message));
            }
        }
    }
    let weighted = |group: &PeerGroup| match &group.kind {
        PeerKind::Panel(panel) => panel.weight.is_some(),
        PeerKind::Industry(_) | PeerKind::Market { .. } => false,
    };
    let mut groups = spec.groups.iter().filter_map(|group| catalogue.peers.get(group));
    if !spec.adjusted.is_empty() && !groups.any(weighted) {
        let message = "size needs a measure: give one of the peer groups a `weight`";
        problems.push(("adjusted".into(), message.into()));
    }
    problems.extend(spec.worth.iter().flat_map(|worth| worth_problems(spec, worth, catalogue)));
    problems
}

fn worth_problems(
    spec: &benchmark::Spec,
    worth: &benchmark::Worth,
    catalogue: &Catalogue,
) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    let (metric, driver) = (&worth.metric, &worth.driver);
    if let Some(known) = catalogue.metrics.get(metric) {
        if !matches!(known.unit, Unit::Money(_)) {
            let message = format!("`{metric}` is no money, so no gap has a worth in it");
            problems.push(("worth.metric".into(), message));
        }
        let mut factors = BTreeSet::new();
        reached(catalogue, metric, &mut factors);
        if catalogue.defines(driver) && (metric == driver || !factors.contains(driver)) {
            let message = format!("`{driver}` does not stand in the formula of `{metric}`");
            problems.push(("worth.driver".into(), message));
        }
    }
    let peer = worth.peer.as_ref().unwrap_or(driver);
    if !spec.metrics.contains(peer) {
        let key = if worth.peer.is_some() { "worth.peer" } else { "worth.driver" };
        let message = format!("`{peer}` is none of the section's `metrics`; name one as `peer`");
        problems.push((key.into(), message));
    }
    problems
}

/// The metrics that stand in a formula, and in the formulas of those.
fn reached(catalogue: &Catalogue, id: &MetricId, found: &mut BTreeSet<MetricId>) {
    let Some(metric) = catalogue.metrics.get(id) else { return };
    let MetricKind::Derived { formula } = &metric.kind else { return };
    let mut names = BTreeSet::new();
    formula.metrics(&mut names);
    for name in names {
        let id = MetricId::new(name);
        if found.insert(id.clone()) {
            reached(catalogue, &id, found);
        }
    }
}
