//! Sections: their settings and every name in them.

use super::{labels, rows, shape};
use crate::{
    catalogue::Catalogue,
    diagnostics::{Diagnostic, Diagnostics, File},
    file::{JobSpec, SectionSpec},
    locate::{Step, locate},
};
use model::{
    calendar::Holidays,
    id::{DatasetId, DimensionId, FestivalId, MetricId},
    metric::{Metric, MetricKind},
};
use std::{collections::BTreeSet, fmt};
use transform::analysis::{AnalysisSpec, adds_up};

/// Checks every section.
pub(crate) fn check(
    spec: &JobSpec,
    file: &File,
    catalogue: &Catalogue,
    holidays: Option<&Holidays>,
    faults: &mut Diagnostics,
) {
    let mut seen = BTreeSet::new();
    for index in 0..spec.section.len() {
        let path = format!("section[{index}]");
        let steps = [Step::Key("section".to_owned()), Step::Index(index)];
        let Some(section) = shape::part::<SectionSpec>(file, &steps, faults) else { continue };
        if !seen.insert(section.id.clone()) {
            let span = locate(&file.text, &format!("{path}.id"));
            let message = format!("two sections are called `{}`", section.id);
            faults.push(Diagnostic::new("TDG-J30", file, span, message));
        }
        labels::heading(&section, &path, file, faults);
        limits(&section, &path, file, faults);
        names(&section, &path, file, catalogue, faults);
        rows::check(&section, &path, file, catalogue, faults);
        weight(&section, &path, file, catalogue, faults);
        addend(&section, &path, file, catalogue, faults);
        // A calendar that is itself at fault would only repeat that fault.
        if let Some(holidays) = holidays {
            festivals(&section, &path, file, holidays, faults);
        }
    }
}

fn limits(section: &SectionSpec, path: &str, file: &File, faults: &mut Diagnostics) {
    for (key, message) in section.analysis.limits().0 {
        let span = locate(&file.text, &format!("{path}.{key}"));
        faults.push(Diagnostic::new("TDG-J35", file, span, format!("`{key}`: {message}")));
    }
}

/// Members of what adds up are told by their differences, members of what does not by their weight.
fn weight(
    section: &SectionSpec,
    path: &str,
    file: &File,
    catalogue: &Catalogue,
    faults: &mut Diagnostics,
) {
    let AnalysisSpec::Drivers(spec) = &section.analysis else { return };
    let Some(metric) = catalogue.metrics.get(&spec.metric) else { return };
    let (key, message, help) = match (&spec.weight, adds_up(metric)) {
        (None, false) if !spec.by.is_empty() => {
            let message = format!("the members of `{}` do not add up to it", metric.id);
            ("by", message, "set `weight` to the metric that it is per, or leave `by` out")
        }
        (Some(_), true) => {
            let message = format!("the members of `{}` add up to it and need no weight", metric.id);
            ("weight", message, "leave `weight` out")
        }
        _ => return,
    };
    let span = locate(&file.text, &format!("{path}.{key}"));
    faults.push(Diagnostic::new("TDG-J36", file, span, message).help(help));
}

/// Values of regions are added up, which only tells something of a metric that adds up; and they are not those of the
/// section's period.
fn addend(
    section: &SectionSpec,
    path: &str,
    file: &File,
    catalogue: &Catalogue,
    faults: &mut Diagnostics,
) {
    let AnalysisSpec::GeoLift(spec) = &section.analysis else { return };
    if section.grain.is_some() {
        let span = locate(&file.text, &format!("{path}.grain"));
        let message = "a regional lift has no period of the section's grain";
        let help = "set `every` to the periods that are compared";
        faults.push(Diagnostic::new("TDG-J36", file, span, message).help(help));
    }
    let Some(metric) = catalogue.metrics.get(&spec.metric).filter(|one| !adds_up(one)) else {
        return;
    };
    let span = locate(&file.text, &format!("{path}.metric"));
    let message = format!("the values of regions do not add up to `{}`", metric.id);
    let help = "use a metric that is a sum or a count, such as a revenue";
    faults.push(Diagnostic::new("TDG-J36", file, span, message).help(help));
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
            faults.push(catalogue.no_metric("TDG-J31", file, at(key), id));
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
    for (key, id) in &names.themes {
        if !catalogue.themes.contains_key(id) && !catalogue.faulty_themes.contains(id) {
            let known = catalogue.themes.keys().map(|id| id.as_str());
            let message = format!("unknown themes `{id}`");
            faults.push(
                Diagnostic::new("TDG-J40", file, at(key), message).did_you_mean(id.as_str(), known),
            );
        }
    }
    let key = names.dimensions.first().map_or("", |(key, _)| key.as_str());
    for (metric, dimension) in &names.slices {
        let Some(metric) = catalogue.metrics.get(metric) else { continue };
        if let Err(why) = sliceable(metric, dimension, catalogue) {
            let message = format!("`{}` cannot be sliced by `{dimension}`: {why}", metric.id);
            let fault = Diagnostic::new("TDG-J33", file, at(key), message);
            let known = why.known.iter().map(String::as_str);
            faults.push(fault.did_you_mean(dimension.as_str(), known));
        }
    }
}

fn festivals(
    section: &SectionSpec,
    path: &str,
    file: &File,
    holidays: &Holidays,
    faults: &mut Diagnostics,
) {
    for (key, id) in section.analysis.names().festivals {
        if !holidays.festivals.contains_key(&id) {
            let span = locate(&file.text, &format!("{path}.{key}"));
            let message = match holidays.festivals.is_empty() {
                true => format!("unknown festival `{id}`: the job has no calendar with festivals"),
                false => format!("unknown festival `{id}`"),
            };
            let known = holidays.festivals.keys().map(FestivalId::as_str);
            let fault = Diagnostic::new("TDG-J34", file, span, message);
            faults.push(fault.did_you_mean(id.as_str(), known));
        }
    }
}

/// Why a metric cannot be sliced by a dimension.
pub(crate) struct Unsliceable {
    /// The dataset behind the metric.
    pub(crate) dataset: DatasetId,
    /// Whether it has the column, which tells persons apart.
    pub(crate) names_persons: bool,
    /// The columns that could be used instead.
    pub(crate) known: Vec<String>,
}

impl fmt::Display for Unsliceable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dataset = &self.dataset;
        match self.names_persons {
            true => {
                write!(f, "in `{dataset}` it tells visitors apart, who are counted, never told")
            }
            false => write!(f, "dataset `{dataset}` has no such column"),
        }
    }
}

/// Whether every dataset behind a metric has the dimension, and may tell it.
pub(crate) fn sliceable(
    metric: &Metric,
    dimension: &DimensionId,
    catalogue: &Catalogue,
) -> Result<(), Unsliceable> {
    match &metric.kind {
        MetricKind::Simple { dataset, .. } => {
            let Some(contract) = catalogue.contract(dataset) else { return Ok(()) };
            let names_persons = contract.persons.contains(dimension.as_str());
            if contract.shape.kind(dimension.as_str()).is_some() && !names_persons {
                return Ok(());
            }
            let names = contract.shape.names().into_iter();
            let known = names.filter(|name| !contract.persons.contains(*name)).map(str::to_owned);
            Err(Unsliceable { dataset: dataset.clone(), names_persons, known: known.collect() })
        }
        MetricKind::Derived { formula } => {
            let mut names = BTreeSet::new();
            formula.metrics(&mut names);
            let parts = names.iter().filter_map(|name| catalogue.metrics.get(&MetricId::new(name)));
            parts.into_iter().try_for_each(|part| sliceable(part, dimension, catalogue))
        }
        MetricKind::Cumulative { of, .. }
        | MetricKind::Previous { of, .. }
        | MetricKind::Retained { of }
        | MetricKind::Share { of, .. } => {
            catalogue.metrics.get(of).map_or(Ok(()), |of| sliceable(of, dimension, catalogue))
        }
    }
}
