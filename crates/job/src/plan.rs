//! From a checked job to a plan: nothing is left to look up or to default.

use crate::{
    Job,
    check::metrics::parts,
    file::{
        JobSpec, SectionSpec, corrections::CorrectionPlan, gate::GatePlan, schedule::SchedulePlan,
    },
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use deliver::DeliverPlan;
use extract::{Contract, ExtractPlan};
use model::{
    fingerprint::Fingerprinter,
    id::{DatasetId, DimensionId, JobId, MetricId},
    label::{Label, Locale},
    metric::{Metric, MetricKind},
    peer::PeerGroup,
    period::{Grain, Period},
    slice::{Members, Slice},
};
use report::{About, ReportPlan};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use transform::{SectionPlan, TransformPlan};

/// What one run will do, fully resolved.
#[derive(Debug, Clone)]
pub struct JobPlan {
    /// The job.
    pub job: JobId,
    /// The scheduled moment.
    pub as_of: DateTime<Tz>,
    /// The reported period.
    pub period: Period,
    /// The data folder.
    pub data: PathBuf,
    /// Sources and contracts.
    pub extract: ExtractPlan,
    /// Metrics and sections.
    pub transform: TransformPlan,
    /// What must hold before sending.
    pub gate: GatePlan,
    /// When readers are told that a report they had was wrong, if ever.
    pub corrections: Option<CorrectionPlan>,
    /// How it is rendered.
    pub report: ReportPlan,
    /// Who gets it: those readers who are valid on the day.
    pub deliver: DeliverPlan,
    /// The datasets that every reader may see, whatever his slice.
    pub shared: BTreeSet<DatasetId>,
    /// When it runs by itself.
    pub schedule: Option<SchedulePlan>,
    /// Identifies everything that decides what the report says.
    pub fingerprint: String,
}

/// Which metrics a plan is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Those of the job's sections.
    Sections,
    /// These, whatever the sections show.
    Metrics(Vec<MetricId>),
}

/// Plans a run of `job` at a moment of its wall clock, for its sections; nothing where its zone knows no such moment. One
/// that no clock showed is taken an hour later, as a schedule does.
pub fn plan_at(job: &Job, moment: NaiveDateTime) -> Option<JobPlan> {
    let shown = |local: NaiveDateTime| job.calendar.zone.from_local_datetime(&local).earliest();
    let at = shown(moment).or_else(|| shown(moment + TimeDelta::hours(1)))?;
    Some(plan(job, at, &Wanted::Sections))
}

/// Plans a run of `job` at `as_of`. Pure.
pub fn plan(job: &Job, as_of: DateTime<Tz>, wanted: &Wanted) -> JobPlan {
    let local = as_of.with_timezone(&job.calendar.zone);
    let today = local.date_naive();
    let grain = job.spec.grain.unwrap_or(Grain::Day);
    let sections = sections(job, today, grain);
    let metrics = metrics(job, &sections, wanted);
    let contracts = contracts(job, &metrics, &sections);
    let fingerprint = fingerprint(job, &metrics, &contracts);
    let spec = &job.spec;
    let transform = TransformPlan {
        job: job.id.clone(),
        title: spec.title.clone().unwrap_or_else(|| Label::verbatim(job.id.as_str())),
        organisation: spec.organisation.clone().unwrap_or_else(|| Label::verbatim("")),
        owner: spec.owner.clone().unwrap_or_default(),
        as_of: local.naive_local(),
        today,
        calendar: job.calendar,
        holidays: job.holidays.clone(),
        grain,
        metrics,
        targets: job.catalogue.targets.clone(),
        peers: job.catalogue.peers.clone(),
        themes: job.catalogue.themes.clone(),
        events: job.catalogue.events.clone(),
        brought: brought(&contracts),
        expected: contracts
            .iter()
            .filter(|c| c.is_dated())
            .map(|c| (c.id.clone(), c.expected))
            .collect(),
        dimensions: spec
            .dimensions
            .iter()
            .map(|(name, label)| (DimensionId::new(name), label.clone()))
            .collect(),
        members: members(&contracts),
        sections,
        slice: transform::SlicePlan::default(),
        fingerprint: fingerprint.clone(),
    };
    JobPlan {
        job: job.id.clone(),
        as_of: local,
        period: transform.period(grain, false),
        data: job.data.clone(),
        extract: ExtractPlan {
            contracts,
            today,
            as_of: local.naive_local(),
            reported: transform.period(grain, false).days,
            holidays: job.holidays.clone(),
        },
        gate: spec
            .gate
            .clone()
            .unwrap_or_default()
            .lower()
            .expect("checked when the job was loaded"),
        corrections: spec
            .corrections
            .as_ref()
            .map(|spec| spec.lower().expect("checked when the job was loaded")),
        report: report_plan(job),
        deliver: deliver_plan(job, local.naive_local(), local.with_timezone(&Utc)),
        shared: job.shared.clone(),
        schedule: job.schedule.clone(),
        transform,
        fingerprint,
    }
}

/// How a job's report is rendered.
pub fn report_plan(job: &Job) -> ReportPlan {
    let look = job.spec.report.clone().unwrap_or_default();
    let (templates, brand) = (job.templates.clone(), job.brand.clone());
    let attachments = job.route.attachments();
    ReportPlan { templates, locales: look.locales, layout: look.layout, brand, attachments }
}

/// The same for each layout that readers of a job have, its own first; each of the others in the languages in which it is
/// read.
pub fn report_plans(job: &Job) -> Vec<ReportPlan> {
    let own = report_plan(job);
    let others = job.route.layouts().into_iter();
    let others = others.map(|(layout, read)| own.within(Some(layout), &read));
    let others: Vec<ReportPlan> = others.collect();
    std::iter::once(own).chain(others).collect()
}

/// What an invented report takes from a job, so that its mail can be looked at before it has ever run.
pub fn about(job: &Job) -> About {
    let spec = &job.spec;
    let parsed = spec.section.iter().filter_map(|one| SectionSpec::deserialize(one.clone()).ok());
    let named = |one: SectionSpec| (one.id, one.analysis.word().to_owned(), one.title);
    About {
        job: job.id.clone(),
        title: spec.title.clone().unwrap_or_else(|| Label::verbatim(job.id.as_str())),
        organisation: spec.organisation.clone().unwrap_or_else(|| Label::verbatim("")),
        owner: spec.owner.clone().unwrap_or_default(),
        sections: parsed.map(named).collect(),
    }
}

fn deliver_plan(job: &Job, as_of: NaiveDateTime, moment: DateTime<Utc>) -> DeliverPlan {
    let route = job.route.only(|reader| reader.valid.holds(as_of.date()));
    DeliverPlan { job: job.id.clone(), as_of, moment, revision: 0, route }
}

impl JobPlan {
    /// The slices of its readers, each with the languages in which it is read.
    pub fn slices(&self) -> BTreeMap<Members, BTreeSet<Locale>> {
        let mut slices: BTreeMap<Members, BTreeSet<Locale>> = BTreeMap::new();
        for reader in self.deliver.route.readers() {
            if let Slice::Of(members) = &reader.slice {
                slices.entry(members.clone()).or_default().insert(reader.locale);
            }
        }
        slices
    }

    /// The same plan for the readers of one slice.
    #[must_use]
    pub fn only(mut self, slice: &Slice) -> Self {
        self.deliver.route = self.deliver.route.only(|reader| &reader.slice == slice);
        self
    }
}

fn sections(job: &Job, today: NaiveDate, grain: Grain) -> Vec<SectionPlan> {
    let parsed =
        job.spec.section.iter().filter_map(|value| SectionSpec::deserialize(value.clone()).ok());
    let period = |section: &SectionSpec| {
        let grain = section.grain.unwrap_or(grain);
        match section.to_date {
            true => job.calendar.to_date(grain, today),
            false => job.calendar.last_closed(grain, today),
        }
    };
    let lowered = parsed.map(|section| SectionPlan {
        period: period(&section),
        id: section.id,
        title: section.title,
        analysis: section.analysis,
    });
    lowered.collect()
}

/// The wanted metrics and all that they are made of.
fn metrics(job: &Job, sections: &[SectionPlan], wanted: &Wanted) -> BTreeMap<MetricId, Metric> {
    let all = &job.catalogue.metrics;
    let mut pending: Vec<MetricId> = match wanted {
        Wanted::Metrics(metrics) => metrics.clone(),
        Wanted::Sections => sections
            .iter()
            .flat_map(|section| section.analysis.names().metrics)
            .map(|(_, metric)| metric)
            .chain(groups(job, sections).flat_map(|group| group.metrics()))
            .collect(),
    };
    let mut found = BTreeMap::new();
    while let Some(id) = pending.pop() {
        if let Some(metric) = all.get(&id).filter(|_| !found.contains_key(&id)) {
            pending.extend(parts(all, &id));
            found.insert(id, metric.clone());
        }
    }
    found
}

/// The peer groups that sections name.
fn groups<'a>(job: &'a Job, sections: &'a [SectionPlan]) -> impl Iterator<Item = &'a PeerGroup> {
    let named = sections.iter().flat_map(|section| section.analysis.names().peers);
    named.filter_map(|(_, group)| job.catalogue.peers.get(&group))
}

/// The contracts behind the metrics and peer groups, and those they look up or refer to, in dependency order.
fn contracts(
    job: &Job,
    metrics: &BTreeMap<MetricId, Metric>,
    sections: &[SectionPlan],
) -> Vec<Contract> {
    let mut needed: BTreeSet<DatasetId> = BTreeSet::new();
    for metric in metrics.values() {
        if let MetricKind::Simple { dataset, .. } = &metric.kind {
            needed.insert(dataset.clone());
        }
    }
    needed.extend(groups(job, sections).map(|group| group.dataset.clone()));
    let rows = sections.iter().flat_map(|section| section.analysis.names().rows);
    needed.extend(rows.map(|rows| rows.dataset));
    let ready = job.schedule.as_ref().and_then(|schedule| schedule.ready.as_ref());
    needed.extend(ready.and_then(|ready| ready.datasets.clone()).into_iter().flatten());
    let in_order = &job.catalogue.contracts;
    let mut pending: Vec<DatasetId> = needed.iter().cloned().collect();
    while let Some(contract) = pending.pop().and_then(|id| job.catalogue.contract(&id)) {
        let referred = contract.rules.iter().filter_map(extract::contract::Rule::other);
        for other in contract.uses().chain(referred) {
            if needed.insert(other.clone()) {
                pending.push(other.clone());
            }
        }
    }
    in_order.iter().filter(|contract| needed.contains(&contract.id)).cloned().collect()
}

/// The columns that lookups bring, by dataset, with the key here and the dataset there.
fn brought(contracts: &[Contract]) -> BTreeMap<DatasetId, BTreeMap<String, (String, DatasetId)>> {
    let of = |contract: &Contract| {
        let each = contract.lookups.iter().flat_map(|lookup| {
            let from = (lookup.on.clone(), lookup.dataset.clone());
            lookup.take.iter().map(move |(_, here)| (here.clone(), from.clone()))
        });
        (contract.id.clone(), each.collect())
    };
    contracts.iter().map(of).collect()
}

/// Labels of members by dimension, own and looked-up.
fn members(contracts: &[Contract]) -> BTreeMap<DimensionId, BTreeMap<String, Label>> {
    let mut members: BTreeMap<DimensionId, BTreeMap<String, Label>> = BTreeMap::new();
    for contract in contracts {
        for (column, labels) in &contract.labels {
            members.entry(DimensionId::new(column)).or_default().extend(labels.clone());
        }
        for lookup in &contract.lookups {
            let Some(other) = contracts.iter().find(|other| other.id == lookup.dataset) else {
                continue;
            };
            for (there, here) in &lookup.take {
                if let Some(labels) = other.labels.get(there) {
                    members.entry(DimensionId::new(here)).or_default().extend(labels.clone());
                }
            }
        }
    }
    members
}

fn fingerprint(job: &Job, metrics: &BTreeMap<MetricId, Metric>, contracts: &[Contract]) -> String {
    // When it runs and who gets it says nothing of its figures.
    let shown = JobSpec { schedule: None, corrections: None, deliver: None, ..job.spec.clone() };
    let spec = toml::to_string(&shown).expect("a job file that was read can be written");
    let mut print = Fingerprinter::new("plan-v1");
    print.field(job.id.as_str()).field(spec);
    for metric in metrics.values() {
        print.field(model::fingerprint::of("metric", metric));
    }
    for contract in contracts {
        print.field(contract.id.as_str()).field(&contract.fingerprint);
        if !contract.rules.is_empty() {
            print.field(model::fingerprint::of("rules", &contract.rules));
        }
    }
    let catalogue = &job.catalogue;
    print.field(model::fingerprint::of("targets", &catalogue.targets));
    print.field(model::fingerprint::of("peers", &catalogue.peers));
    print.field(model::fingerprint::of("themes", &catalogue.themes));
    print.field(model::fingerprint::of("events", &catalogue.events));
    print.field(model::fingerprint::of("holidays", &job.holidays));
    print.finish()
}
