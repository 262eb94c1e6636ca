//! Whether a job can be cut down to the slices of its audiences.
//!
//! Rule: every dataset that a section asks has every dimension of the slice, or is shared. What one statement brings
//! together must be cut down alike: sales of a region over the spend of all regions would be no return of anything.

use super::Audience;
use crate::{
    catalogue::Catalogue,
    check::{Files, benchmark, look},
    diagnostics::{Diagnostic, Diagnostics},
    file::{JobSpec, SectionSpec},
};
use model::{
    contract::ColumnType,
    expression::Scalar,
    id::{AudienceId, DatasetId, DimensionId, MetricId, SectionId},
    label::Locale,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use transform::analysis::AnalysisSpec;

/// Checks the audiences of a job; gives the datasets that they share.
pub(in crate::check) fn check(
    spec: &JobSpec,
    files: Files<'_>,
    (catalogue, templates): (&Catalogue, &Path),
    faults: &mut Diagnostics,
) -> BTreeSet<DatasetId> {
    let mut shared = BTreeSet::new();
    let locales = spec.report.clone().unwrap_or_default().locales;
    let persons = persons(spec);
    for (index, email) in spec.deliver.iter().flat_map(|deliver| &deliver.email).enumerate() {
        let Some(name) = &email.audience else { continue };
        let key = format!("deliver.email[{index}].audience");
        let id = AudienceId::new(name);
        let Some(audience) = catalogue.audiences.get(&id) else {
            if !catalogue.faulty_audiences.contains(&id) {
                let message =
                    format!("unknown audience `{name}`: there is no `audiences/{name}.toml`");
                let known = catalogue.audiences.keys().map(AudienceId::as_str);
                faults.push(files.fault("TDG-J53", &key, message).did_you_mean(name, known));
            }
            continue;
        };
        languages(audience, &locales, faults);
        layouts(audience, templates, faults);
        apart(audience, &persons, faults);
        let reading = Reading { catalogue, audience, name };
        for value in &spec.section {
            let Ok(section) = SectionSpec::deserialize(value.clone()) else { continue };
            for (message, help) in reading.section(&section) {
                // A dataset behind several sections is told once.
                if faults.0.iter().all(|fault| fault.message != message) {
                    faults.push(files.fault("TDG-J54", &key, message).help(help));
                }
            }
        }
        shared.extend(audience.shared.iter().cloned());
    }
    shared
}

/// A reader's language must be rendered.
fn languages(audience: &Audience, locales: &[Locale], faults: &mut Diagnostics) {
    for (reader, (file, [locale, ..])) in audience.readers.iter().zip(&audience.places) {
        if !locales.contains(&reader.locale) {
            let message = format!("the job renders no edition in `{}`", reader.locale);
            let fault = Diagnostic::new("TDG-J50", file, locale.clone(), message);
            faults.push(
                fault.help("add the language to `locales` of `[report]`, or change the reader's"),
            );
        }
    }
}

/// A reader's layout must be one of the templates, and a sound one.
fn layouts(audience: &Audience, templates: &Path, faults: &mut Diagnostics) {
    let mut looked_at: BTreeSet<&str> = BTreeSet::new();
    let named = audience.readers.iter().zip(&audience.places);
    let named = named.filter_map(|(reader, place)| Some((reader.layout.as_deref()?, place)));
    // That there are no templates is told of the job.
    let Ok(known) = report::layouts(templates) else { return };
    for (name, (file, [.., layout])) in named {
        if !known.iter().any(|one| one == name) {
            let message = format!("unknown layout `{name}`");
            let fault = Diagnostic::new("TDG-J60", file, layout.clone(), message);
            faults.push(fault.did_you_mean(name, known.iter().map(String::as_str)));
        } else if looked_at.insert(name) {
            look::layout(name, templates, faults);
        }
    }
}

/// The columns by which sections tell persons apart, each with the first of these sections.
fn persons(spec: &JobSpec) -> BTreeMap<String, SectionId> {
    let mut found = BTreeMap::new();
    for value in &spec.section {
        let Ok(section) = SectionSpec::deserialize(value.clone()) else { continue };
        let rows = section.analysis.names().rows;
        for (key, expression, _) in rows.iter().flat_map(|rows| &rows.expressions) {
            if let Scalar::Column(column) = expression.scalar()
                && key.ends_with("person")
            {
                found.entry(column.clone()).or_insert_with(|| section.id.clone());
            }
        }
    }
    found
}

/// No slice is that of a single person.
fn apart(audience: &Audience, persons: &BTreeMap<String, SectionId>, faults: &mut Diagnostics) {
    for (reader, (file, [_, slice, _])) in audience.readers.iter().zip(&audience.places) {
        for (dimension, _) in reader.slice.members().into_iter().flat_map(|members| members.iter())
        {
            let Some(section) = persons.get(dimension.as_str()) else { continue };
            let message =
                format!("`slice`: by `{dimension}` the section `{section}` tells persons apart");
            let fault = Diagnostic::new("TDG-J51", file, slice.clone(), message);
            faults.push(fault.help("a slice is one member of a column that many rows share"));
        }
    }
}

struct Reading<'a> {
    catalogue: &'a Catalogue,
    audience: &'a Audience,
    name: &'a str,
}

impl Reading<'_> {
    /// The faults of a section: what is wrong, and what to do.
    fn section(&self, section: &SectionSpec) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let names = section.analysis.names();
        let groups = names.peers.iter().filter_map(|(_, group)| self.catalogue.peers.get(group));
        let of_groups: Vec<DatasetId> = groups.map(|group| group.dataset.clone()).collect();
        let mut metrics = BTreeMap::new();
        for (_, metric) in &names.metrics {
            let mut found = BTreeSet::new();
            benchmark::datasets(self.catalogue, metric, &mut BTreeSet::new(), &mut found);
            metrics.insert(metric.clone(), found);
        }
        let rows = names.rows.iter().map(|rows| rows.dataset.clone());
        let own: BTreeSet<DatasetId> = metrics.values().flatten().cloned().chain(rows).collect();
        for dimension in self.dimensions() {
            for dataset in own.iter().chain(&of_groups) {
                faults.extend(self.out_of_reach(section, dataset, dimension));
            }
            for (metric, behind) in &metrics {
                faults.extend(self.mixed(metric, behind, dimension));
            }
            if relates(&section.analysis) {
                faults.extend(self.unlike(section, &own, dimension));
            }
        }
        faults
    }

    fn dimensions(&self) -> BTreeSet<&DimensionId> {
        let slices = self.audience.readers.iter().filter_map(|reader| reader.slice.members());
        slices.flat_map(|members| members.iter().map(|(dimension, _)| dimension)).collect()
    }

    /// Whether a dataset can be cut down by a dimension; one at fault is told elsewhere.
    fn has(&self, dataset: &DatasetId, dimension: &DimensionId) -> Option<bool> {
        let contract = self.catalogue.contract(dataset)?;
        Some(contract.shape.kind(dimension.as_str()) == Some(ColumnType::Text))
    }

    fn out_of_reach(
        &self,
        section: &SectionSpec,
        dataset: &DatasetId,
        dimension: &DimensionId,
    ) -> Option<(String, String)> {
        if self.has(dataset, dimension)? || self.audience.shared.contains(dataset) {
            return None;
        }
        let message = format!(
            "dataset `{dataset}` has no `{dimension}` of text, so the section `{}` cannot be cut down to a slice",
            section.id
        );
        let help = format!(
            "leave the section out; or name `{dataset}` in `shared` of audiences/{}.toml, if every reader may see it",
            self.name
        );
        Some((message, help))
    }

    fn mixed(
        &self,
        metric: &MetricId,
        behind: &BTreeSet<DatasetId>,
        dimension: &DimensionId,
    ) -> Option<(String, String)> {
        let (cut, whole) = self.unlike_datasets(behind, dimension)?;
        let message = format!(
            "`{metric}` would bring together `{cut}` of one `{dimension}` and `{whole}` of all of them"
        );
        Some((message, "leave the metric out of reports for slices".to_owned()))
    }

    fn unlike(
        &self,
        section: &SectionSpec,
        datasets: &BTreeSet<DatasetId>,
        dimension: &DimensionId,
    ) -> Option<(String, String)> {
        let (cut, whole) = self.unlike_datasets(datasets, dimension)?;
        let message = format!(
            "the section `{}` would relate `{cut}` of one `{dimension}` to `{whole}` of all of them",
            section.id
        );
        Some((message, "leave the section out of reports for slices".to_owned()))
    }

    /// A dataset that is cut down, and one that is shared whole.
    fn unlike_datasets<'a>(
        &self,
        datasets: &'a BTreeSet<DatasetId>,
        dimension: &DimensionId,
    ) -> Option<(&'a DatasetId, &'a DatasetId)> {
        let cut = datasets.iter().find(|one| self.has(one, dimension) == Some(true))?;
        let whole = datasets.iter().find(|one| self.has(one, dimension) == Some(false))?;
        Some((cut, whole))
    }
}

/// Whether an analysis holds figures of several datasets against each other, instead of showing them side by side.
fn relates(analysis: &AnalysisSpec) -> bool {
    match analysis {
        AnalysisSpec::Attribution(_)
        | AnalysisSpec::ChannelQuality(_)
        | AnalysisSpec::Conversion(_)
        | AnalysisSpec::CustomerValue(_)
        | AnalysisSpec::Drivers(_)
        | AnalysisSpec::Experiment(_)
        | AnalysisSpec::Funnel(_)
        | AnalysisSpec::GeoLift(_)
        | AnalysisSpec::Leads(_)
        | AnalysisSpec::Response(_)
        | AnalysisSpec::Retention(_) => true,
        AnalysisSpec::Alerts(_)
        | AnalysisSpec::Benchmark(_)
        | AnalysisSpec::Channels(_)
        | AnalysisSpec::Movers(_)
        | AnalysisSpec::Outlook(_)
        | AnalysisSpec::Satisfaction(_)
        | AnalysisSpec::Scorecard(_)
        | AnalysisSpec::Survey(_)
        | AnalysisSpec::Targets(_)
        | AnalysisSpec::Trend(_) => false,
    }
}
