//! Borrowed metrics: what a library defines, and what of it the contracts of a job can feed.
//!
//! Rule: a library must be sound in itself; that a job lacks a dataset, a column or a currency is no fault, it makes
//! the metric unavailable and is told to whoever names it.

mod needs;

pub use needs::Needs;

use super::{
    metrics::{Checked, Checking, Setting, parts as made_of},
    shape,
};
use crate::{
    diagnostics::{Diagnostic, Diagnostics, File},
    file::{
        metric::{MetricSpec, MetricsSpec},
        unit::UnitSpec,
    },
    locate::locate,
};
use model::{
    expression::{Aggregate, ExpressionError, parse_formula, parse_measure, parse_scalar},
    id::{DatasetId, MetricId},
    metric::Metric,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// A metric as a file defines it.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Its name.
    pub id: MetricId,
    /// The name of its file: the domain.
    pub domain: String,
    /// Whether a library brings it.
    pub borrowed: bool,
    /// Its entry.
    pub spec: MetricSpec,
}

/// Every sound entry of some files, in file order.
pub(crate) fn definitions(
    files: &[(File, MetricsSpec)],
    borrowed: bool,
    faults: &mut Diagnostics,
) -> Vec<Definition> {
    let mut found = Vec::new();
    for (file, _) in files {
        let stem = Path::new(&file.name).file_stem().unwrap_or_default();
        let domain = stem.to_string_lossy().into_owned();
        for (name, spec) in shape::tables::<MetricSpec>(file, faults) {
            if borrowed {
                undocumented(file, &name, &spec, faults);
            }
            let id = MetricId::new(name);
            found.push(Definition { id, domain: domain.clone(), borrowed, spec });
        }
    }
    found
}

/// A library must say what happens at the edges, and where a definition comes from.
fn undocumented(file: &File, name: &str, spec: &MetricSpec, faults: &mut Diagnostics) {
    for (key, missing) in [("edges", spec.edges.is_none()), ("source", spec.source.is_none())] {
        if missing {
            let message = format!("metric `{name}` of a library needs `{key}`");
            faults.push(Diagnostic::new("TDG-J18", file, locate(&file.text, name), message));
        }
    }
}

/// What borrowing came to.
#[derive(Debug, Default)]
pub(crate) struct Borrowed {
    /// The metrics that can be computed, as far as they themselves say.
    pub(crate) metrics: BTreeMap<MetricId, Metric>,
    /// What each of them names.
    pub(crate) parts: BTreeMap<MetricId, BTreeSet<MetricId>>,
    /// What those that cannot be computed lack themselves.
    pub(crate) unavailable: BTreeMap<MetricId, Needs>,
}

/// Resolves the metrics of a library, except those that the catalogue replaces.
pub(crate) fn borrow(
    files: &[(File, MetricsSpec)],
    definitions: &[Definition],
    replaced: &BTreeSet<MetricId>,
    setting: &Setting<'_>,
    faults: &mut Diagnostics,
) -> Borrowed {
    let mut borrowed = Borrowed::default();
    for definition in definitions.iter().filter(|one| !replaced.contains(&one.id)) {
        let name = definition.id.as_str();
        let spec = &definition.spec;
        let unsound = |name: &String| setting.unsound.contains(&DatasetId::new(name));
        let holder = files.iter().find(|(_, metrics)| metrics.contains_key(name));
        let Some((file, _)) = holder.filter(|_| !spec.dataset.as_ref().is_some_and(unsound)) else {
            continue;
        };
        let checking = Checking { file, name, setting };
        let (needs, parts) = match needs(spec, &checking) {
            Ok(found) => found,
            Err(fault) => {
                faults.push(*fault);
                continue;
            }
        };
        borrowed.parts.insert(definition.id.clone(), parts.iter().map(MetricId::new).collect());
        match (needs.is_empty(), checking.metric(spec.clone())) {
            (true, Ok(metric)) => {
                borrowed.metrics.insert(metric.id.clone(), metric);
            }
            // What is left is a column of another type than the library thought of.
            (true, Err(fault)) => {
                let needs = Needs { misfits: [fault.message].into(), ..Needs::default() };
                borrowed.unavailable.insert(definition.id.clone(), needs);
            }
            (false, _) => {
                borrowed.unavailable.insert(definition.id.clone(), needs);
            }
        }
    }
    borrowed
}

/// What a borrowed metric itself lacks; its parts are looked at later.
fn needs(spec: &MetricSpec, checking: &Checking<'_>) -> Checked<(Needs, BTreeSet<String>)> {
    checking.one_kind(spec)?;
    let setting = checking.setting;
    let parts = parts(spec, checking)?;
    let undefined = parts.iter().filter(|name| !setting.names.contains_key(*name));
    let mut needs = Needs {
        currency: spec.unit == UnitSpec::Money && setting.currency.is_none(),
        metrics: undefined.cloned().collect(),
        ..Needs::default()
    };
    let Some(dataset) = spec.dataset.as_deref().map(DatasetId::new) else {
        return Ok((needs, parts));
    };
    let columns = columns(spec, checking)?;
    match setting.contracts.iter().find(|contract| contract.id == dataset) {
        None => {
            needs.datasets.insert(dataset, columns);
        }
        Some(contract) if !contract.is_dated() => {
            needs.undated.insert(dataset);
        }
        Some(contract) => {
            let absent = columns.into_iter().filter(|name| contract.shape.kind(name).is_none());
            let absent: BTreeSet<String> = absent.collect();
            if !absent.is_empty() {
                needs.columns.insert(dataset, absent);
            }
        }
    }
    Ok((needs, parts))
}

/// The metrics that an entry names.
fn parts(spec: &MetricSpec, checking: &Checking<'_>) -> Checked<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    if let Some(formula) = &spec.formula {
        let fault = |error: ExpressionError| checking.fault("formula", error.message);
        parse_formula(formula).map_err(fault)?.metrics(&mut names);
    }
    names.extend(spec.cumulative.iter().map(|one| one.of.to_string()));
    names.extend(spec.share.iter().map(|one| one.of.to_string()));
    names.extend(spec.previous.iter().map(|one| one.of.to_string()));
    names.extend(spec.retained.iter().map(|one| one.of.to_string()));
    Ok(names)
}

/// The columns that an entry over rows reads; SQL that cannot be read is refused.
fn columns(spec: &MetricSpec, checking: &Checking<'_>) -> Checked<BTreeSet<String>> {
    if let Some(Err(error)) = spec.measure.as_deref().map(parse_measure) {
        return Err(checking.fault("measure", error.message));
    }
    if let Some(Err(error)) = spec.condition.as_deref().map(parse_scalar) {
        return Err(checking.fault("where", error.message));
    }
    Ok(read_columns(spec))
}

/// The columns that a sound entry over rows reads, for its page; none of others.
pub(crate) fn read_columns(spec: &MetricSpec) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = spec.first_seen.iter().cloned().collect();
    let measure = spec.measure.as_deref().and_then(|measure| parse_measure(measure).ok());
    names.extend(measure.iter().flat_map(|(_, all)| all).flat_map(Aggregate::columns));
    if let Some(condition) = spec.condition.as_deref().and_then(|sql| parse_scalar(sql).ok()) {
        condition.columns(&mut names);
    }
    names
}

/// Takes out the metrics whose parts are unavailable, and tells those of them that are the catalogue's own.
pub(crate) fn settle(
    metrics: &mut BTreeMap<MetricId, Metric>,
    borrowed: Borrowed,
    own: &[(File, MetricsSpec)],
    faults: &mut Diagnostics,
) -> BTreeMap<MetricId, Needs> {
    let Borrowed { mut parts, mut unavailable, .. } = borrowed;
    for id in metrics.keys() {
        parts.entry(id.clone()).or_insert_with(|| made_of(metrics, id).into_iter().collect());
    }
    // Needs only grow, so this ends, also in a circle.
    let mut is_open = true;
    while is_open {
        is_open = false;
        for (id, parts) in &parts {
            let mut total = unavailable.get(id).cloned().unwrap_or_default();
            parts.iter().filter_map(|part| unavailable.get(part)).for_each(|part| total.add(part));
            if !total.is_empty() && unavailable.get(id) != Some(&total) {
                unavailable.insert(id.clone(), total);
                is_open = true;
            }
        }
    }
    for (id, needs) in &unavailable {
        metrics.remove(id);
        if let Some((file, _)) = own.iter().find(|(_, all)| all.contains_key(id.as_str())) {
            let span = locate(&file.text, id.as_str());
            faults.push(Diagnostic::new("TDG-J17", file, span, format!("metric `{id}` {needs}")));
        }
    }
    unavailable
}
