//! Sections: their settings and every name in them.

use super::of_toml;
use crate::{
    catalogue::Catalogue,
    diagnostics::{Diagnostic, Diagnostics, File},
    file::{JobSpec, SectionSpec},
    locate::locate,
};
use model::{
    id::{DatasetId, DimensionId, MetricId},
    metric::{Metric, MetricKind},
};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Checks every section.
pub(crate) fn check(spec: &JobSpec, file: &File, catalogue: &Catalogue, faults: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    for (index, value) in spec.section.iter().enumerate() {
        let path = format!("section[{index}]");
        match SectionSpec::deserialize(value.clone()) {
            Err(error) => {
                // The parsed value knows no places; the key in the message does.
                let key = error.message().split('`').nth(1).unwrap_or("").to_owned();
                let span = locate(&file.text, &format!("{path}.{key}"));
                faults.push(of_toml(file, &error, span));
            }
            Ok(section) => {
                if !seen.insert(section.id.clone()) {
                    let span = locate(&file.text, &format!("{path}.id"));
                    let message = format!("two sections are called `{}`", section.id);
                    faults.push(Diagnostic::new("TDG-J30", file, span, message));
                }
                names(&section, &path, file, catalogue, faults);
            }
        }
    }
}

fn names(
    section: &SectionSpec,
    path: &str,
    file: &File,
    catalogue: &Catalogue,
    faults: &mut Diagnostics,
) {
    let names = section.analysis.names();
    let at = |key: &str| locate(&file.text, &format!("{path}.{key}"));
    for (key, id) in &names.metrics {
        if !catalogue.defines(id) {
            let known = catalogue.metrics.keys().map(MetricId::as_str);
            let message = format!("unknown metric `{id}`");
            faults.push(
                Diagnostic::new("TDG-J31", file, at(key), message).did_you_mean(id.as_str(), known),
            );
        }
    }
    for (key, id) in &names.peers {
        if !catalogue.peers.contains_key(id) && !catalogue.faulty_peers.contains(id) {
            let known = catalogue.peers.keys().map(|id| id.as_str());
            let message = format!("unknown peer group `{id}`");
            faults.push(
                Diagnostic::new("TDG-J32", file, at(key), message).did_you_mean(id.as_str(), known),
            );
        }
    }
    let key = names.dimensions.first().map_or("", |(key, _)| key.as_str());
    for (metric, dimension) in &names.slices {
        let Some(metric) = catalogue.metrics.get(metric) else { continue };
        if let Err((dataset, known)) = sliceable(metric, dimension, catalogue) {
            let message = format!(
                "`{}` cannot be sliced by `{dimension}`: dataset `{dataset}` has no such column",
                metric.id
            );
            let fault = Diagnostic::new("TDG-J33", file, at(key), message);
            faults.push(fault.did_you_mean(dimension.as_str(), known.iter().map(String::as_str)));
        }
    }
}

/// Whether every dataset behind a metric has the dimension; else which one lacks it, and what it has.
pub(crate) fn sliceable(
    metric: &Metric,
    dimension: &DimensionId,
    catalogue: &Catalogue,
) -> Result<(), (DatasetId, Vec<String>)> {
    match &metric.kind {
        MetricKind::Simple { dataset, .. } => {
            let Some(contract) = catalogue.contract(dataset) else { return Ok(()) };
            if contract.shape.kind(dimension.as_str()).is_some() {
                return Ok(());
            }
            let known = contract.shape.names().into_iter().map(str::to_owned).collect();
            Err((dataset.clone(), known))
        }
        MetricKind::Derived { formula } => {
            let mut names = BTreeSet::new();
            formula.metrics(&mut names);
            let parts = names.iter().filter_map(|name| catalogue.metrics.get(&MetricId::new(name)));
            parts.into_iter().try_for_each(|part| sliceable(part, dimension, catalogue))
        }
        MetricKind::Cumulative { of, .. } | MetricKind::Share { of, .. } => {
            catalogue.metrics.get(of).map_or(Ok(()), |of| sliceable(of, dimension, catalogue))
        }
    }
}
