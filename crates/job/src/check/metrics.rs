//! Metrics: parsed, typed against their contracts, free of circles.

use super::library::Definition;
use crate::{
    diagnostics::{Diagnostic, Diagnostics, File},
    file::metric::{MetricSpec, MetricsSpec},
    locate::locate,
};
use extract::contract::Contract;
use model::{
    contract::{ColumnType, Shape},
    expression::{
        Aggregate, AggregateFunction, ExpressionError, Formula, Scalar, parse_formula,
        parse_measure, parse_scalar, type_of,
    },
    id::{DatasetId, MetricId},
    metric::{Metric, MetricKind},
};
use std::collections::{BTreeMap, BTreeSet};

/// What metrics are checked against.
pub(crate) struct Setting<'a> {
    /// The sound contracts.
    pub(crate) contracts: &'a [Contract],
    /// Datasets whose contracts are not sound.
    pub(crate) unsound: &'a BTreeSet<DatasetId>,
    /// Every metric with the file that defines it.
    pub(crate) names: BTreeMap<String, String>,
    /// The currency of `money`.
    pub(crate) currency: Option<&'a str>,
}

/// The metrics of some files by name, each with its file; two of a name are told.
pub(crate) fn names(
    files: &[(File, MetricsSpec)],
    faults: &mut Diagnostics,
) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (file, metrics) in files {
        for name in metrics.keys() {
            if let Some(first) = names.insert(name.clone(), file.name.clone()) {
                let message = format!("metric `{name}` is already defined in {first}");
                faults.push(Diagnostic::new("TDG-J11", file, locate(&file.text, name), message));
            }
        }
    }
    names
}

/// Resolves every metric of the catalogue's own files.
pub(crate) fn resolve(
    files: &[(File, MetricsSpec)],
    definitions: &[Definition],
    setting: &Setting<'_>,
    faults: &mut Diagnostics,
) -> BTreeMap<MetricId, Metric> {
    let mut resolved = BTreeMap::new();
    for definition in definitions {
        let name = definition.id.as_str();
        let dataset = definition.spec.dataset.as_deref().map(DatasetId::new);
        if dataset.is_some_and(|dataset| setting.unsound.contains(&dataset)) {
            // The contract's own fault is told; what follows from it would only hide it.
            continue;
        }
        let holder = files.iter().find(|(_, metrics)| metrics.contains_key(name));
        let Some((file, _)) = holder else { continue };
        match (Checking { file, name, setting }).metric(definition.spec.clone()) {
            Ok(metric) => {
                resolved.insert(metric.id.clone(), metric);
            }
            Err(fault) => faults.push(*fault),
        }
    }
    resolved
}

/// A metric of a file that is being checked.
pub(crate) struct Checking<'a> {
    pub(crate) file: &'a File,
    pub(crate) name: &'a str,
    pub(crate) setting: &'a Setting<'a>,
}

/// Boxed, because a fault carries its file's text along.
pub(crate) type Checked<T> = Result<T, Box<Diagnostic>>;

impl Checking<'_> {
    pub(crate) fn metric(&self, spec: MetricSpec) -> Checked<Metric> {
        let kind = self.kind(&spec)?;
        let unit = spec.unit.lower(self.setting.currency).ok_or_else(|| {
            let message = "`money` needs the currency of the job: say `currency = \"CNY\"` or another ISO 4217 code \
                           in the job file or in defaults.toml, or `money:CNY` here";
            self.fault("unit", message)
        })?;
        Ok(Metric {
            id: MetricId::new(self.name),
            label: spec.label,
            description: spec.description,
            unit,
            decimals: spec.decimals,
            direction: spec.direction,
            owner: spec.owner,
            kind,
        })
    }

    fn at(&self, key: &str) -> std::ops::Range<usize> {
        locate(&self.file.text, &format!("{}.{key}", self.name))
    }

    pub(crate) fn fault(&self, key: &str, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::new("TDG-J12", self.file, self.at(key), message))
    }

    /// Refuses an entry that is made in no way or in several.
    pub(crate) fn one_kind(&self, spec: &MetricSpec) -> Checked<()> {
        let given = [
            spec.measure.is_some(),
            spec.first_seen.is_some(),
            spec.formula.is_some(),
            spec.cumulative.is_some(),
            spec.share.is_some(),
            spec.previous.is_some(),
            spec.retained.is_some(),
        ];
        if given.iter().filter(|given| **given).count() != 1 {
            let message = "needs exactly one of `measure`, `first_seen`, `formula`, `cumulative`, `share`, `previous` and \
                           `retained`";
            return Err(self.fault("", message));
        }
        let over_rows = spec.measure.is_some() || spec.first_seen.is_some();
        if !over_rows && (spec.dataset.is_some() || spec.condition.is_some()) {
            let key = if spec.dataset.is_some() { "dataset" } else { "where" };
            return Err(
                self.fault(key, format!("`{key}` goes with `measure` or `first_seen` only"))
            );
        }
        if over_rows && spec.dataset.is_none() {
            return Err(self.fault("", "needs `dataset`"));
        }
        Ok(())
    }

    fn kind(&self, spec: &MetricSpec) -> Checked<MetricKind> {
        self.one_kind(spec)?;
        if let Some(formula) = &spec.formula {
            return self.derived(formula);
        }
        if let Some(cumulative) = &spec.cumulative {
            self.known("cumulative.of", cumulative.of.as_str())?;
            let window = cumulative.window().ok_or_else(|| {
                self.fault("cumulative", "needs either `to_date` or `trailing` (1 or more)")
            })?;
            return Ok(MetricKind::Cumulative { of: cumulative.of.clone(), window });
        }
        if let Some(share) = &spec.share {
            self.known("share.of", share.of.as_str())?;
            let within = share.within.iter().map(|name| name.as_str().into()).collect();
            return Ok(MetricKind::Share { of: share.of.clone(), within });
        }
        if let Some(previous) = &spec.previous {
            self.known("previous.of", previous.of.as_str())?;
            return Ok(MetricKind::Previous { of: previous.of.clone(), back: previous.by.lower() });
        }
        if let Some(retained) = &spec.retained {
            self.known("retained.of", retained.of.as_str())?;
            return Ok(MetricKind::Retained { of: retained.of.clone() });
        }
        self.simple(spec)
    }

    fn known(&self, key: &str, name: &str) -> Checked<()> {
        if self.setting.names.contains_key(name) {
            return Ok(());
        }
        let known = self.setting.names.keys().map(String::as_str);
        let fault =
            Diagnostic::new("TDG-J13", self.file, self.at(key), format!("unknown metric `{name}`"));
        Err(Box::new(fault.did_you_mean(name, known)))
    }

    fn derived(&self, formula: &str) -> Checked<MetricKind> {
        let formula =
            parse_formula(formula).map_err(|error| self.fault("formula", error.message))?;
        let mut names = BTreeSet::new();
        formula.metrics(&mut names);
        for name in &names {
            self.known("formula", name)?;
        }
        Ok(MetricKind::Derived { formula })
    }

    fn simple(&self, spec: &MetricSpec) -> Checked<MetricKind> {
        let name = spec.dataset.as_deref().ok_or_else(|| self.fault("", "needs `dataset`"))?;
        let dataset = DatasetId::new(name);
        let Some(contract) = self.setting.contracts.iter().find(|contract| contract.id == dataset)
        else {
            let known = self.setting.contracts.iter().map(|contract| contract.id.as_str());
            let fault = Diagnostic::new(
                "TDG-J14",
                self.file,
                self.at("dataset"),
                format!("unknown dataset `{name}`"),
            );
            return Err(Box::new(fault.did_you_mean(name, known)));
        };
        if !contract.is_dated() {
            let message =
                format!("dataset `{name}` has no `time`, so nothing of it belongs to a period");
            return Err(self.fault("dataset", message));
        }
        let shape = &contract.shape;
        let condition =
            spec.condition.as_ref().map(|sql| self.condition(sql, shape)).transpose()?;
        let (key, (formula, aggregates)) = match (&spec.measure, &spec.first_seen) {
            (Some(measure), _) => (
                "measure",
                parse_measure(measure).map_err(|error| self.fault("measure", error.message))?,
            ),
            (None, first) => {
                let column = Scalar::Column(first.clone().unwrap_or_default());
                let aggregate = Aggregate {
                    function: AggregateFunction::CountFirst,
                    argument: Some(column),
                    filter: None,
                };
                ("first_seen", (Formula::Aggregate(0), vec![aggregate]))
            }
        };
        for aggregate in &aggregates {
            self.aggregate(key, aggregate, shape)?;
        }
        let aggregates =
            aggregates.into_iter().map(|one| one.restricted(condition.as_ref())).collect();
        Ok(MetricKind::Simple { dataset, formula, aggregates })
    }

    fn condition(&self, sql: &str, shape: &Shape) -> Checked<Scalar> {
        let scalar = parse_scalar(sql).map_err(|error| self.fault("where", error.message))?;
        match type_of(&scalar, shape) {
            Ok(Some(ColumnType::Boolean)) => Ok(scalar),
            Ok(_) => Err(self.fault("where", "is no condition: it is neither true nor false")),
            Err(error) => Err(self.expression("where", &error, shape)),
        }
    }

    fn aggregate(&self, key: &str, aggregate: &Aggregate, shape: &Shape) -> Checked<()> {
        let typed = |scalar: &Scalar| {
            type_of(scalar, shape).map_err(|error| self.expression(key, &error, shape))
        };
        if let Some(filter) = &aggregate.filter
            && !matches!(typed(filter)?, Some(ColumnType::Boolean))
        {
            return Err(self
                .fault(key, format!("`{filter}` is no condition: it is neither true nor false")));
        }
        let Some(argument) = &aggregate.argument else { return Ok(()) };
        let needs_number = matches!(
            aggregate.function,
            AggregateFunction::Sum | AggregateFunction::Min | AggregateFunction::Max
        );
        match typed(argument)? {
            Some(ColumnType::Number { scale }) if scale > 18 => Err(self
                .fault(key, format!("`{argument}` would have {scale} decimals; 18 are the most"))),
            Some(ColumnType::Number { .. }) => Ok(()),
            _ if !needs_number => Ok(()),
            kind => Err(self.fault(
                key,
                format!(
                    "`{aggregate}` needs a number, `{argument}` is {}",
                    kind.map_or("null", ColumnType::word)
                ),
            )),
        }
    }

    fn expression(&self, key: &str, error: &ExpressionError, shape: &Shape) -> Box<Diagnostic> {
        let fault = Diagnostic::new("TDG-J15", self.file, self.at(key), &error.message);
        Box::new(match &error.unknown {
            Some(name) => fault.did_you_mean(name, shape.names().into_iter()),
            None => fault,
        })
    }
}

/// Metrics that are made of themselves; they are told and left out, so that nothing follows them round.
pub(crate) fn circles(
    metrics: &BTreeMap<MetricId, Metric>,
    files: &[(File, MetricsSpec)],
    faults: &mut Diagnostics,
) -> Vec<MetricId> {
    let mut found = Vec::new();
    for id in metrics.keys() {
        let mut reached = BTreeSet::new();
        let mut pending = parts(metrics, id);
        while let Some(part) = pending.pop() {
            if reached.insert(part.clone()) {
                pending.extend(parts(metrics, &part));
            }
        }
        let Some((file, _)) = files.iter().find(|(_, specs)| specs.contains_key(id.as_str()))
        else {
            continue;
        };
        if reached.contains(id) {
            found.push(id.clone());
            let message = format!("metric `{id}` is made of itself");
            faults.push(Diagnostic::new("TDG-J16", file, locate(&file.text, id.as_str()), message));
        }
    }
    found
}

/// Metrics of values that stayed, over something else than a single distinct count.
pub(crate) fn miscounted(
    metrics: &BTreeMap<MetricId, Metric>,
    files: &[(File, MetricsSpec)],
    faults: &mut Diagnostics,
) -> Vec<MetricId> {
    let counts = |of: &MetricId| match metrics.get(of).map(|metric| &metric.kind) {
        Some(MetricKind::Simple { formula, aggregates, .. }) => {
            *formula == Formula::Aggregate(0)
                && matches!(aggregates.as_slice(), [one] if one.function == AggregateFunction::CountDistinct)
        }
        Some(_) => false,
        // What is missing is told elsewhere.
        None => true,
    };
    let mut found = Vec::new();
    for (id, metric) in metrics {
        let MetricKind::Retained { of } = &metric.kind else { continue };
        let holder = files.iter().find(|(_, specs)| specs.contains_key(id.as_str()));
        let Some((file, _)) = holder.filter(|_| !counts(of)) else { continue };
        let message =
            format!("`retained` needs a metric that is one `count(distinct …)`, `{of}` is not");
        let span = locate(&file.text, &format!("{id}.retained.of"));
        faults.push(Diagnostic::new("TDG-J19", file, span, message));
        found.push(id.clone());
    }
    found
}

/// The metrics that a metric is made of directly.
pub(crate) fn parts(metrics: &BTreeMap<MetricId, Metric>, id: &MetricId) -> Vec<MetricId> {
    match metrics.get(id).map(|metric| &metric.kind) {
        Some(MetricKind::Derived { formula }) => {
            let mut names = BTreeSet::new();
            formula.metrics(&mut names);
            names.into_iter().map(MetricId::new).collect()
        }
        Some(
            MetricKind::Cumulative { of, .. }
            | MetricKind::Previous { of, .. }
            | MetricKind::Retained { of }
            | MetricKind::Share { of, .. },
        ) => vec![of.clone()],
        Some(MetricKind::Simple { .. }) | None => Vec::new(),
    }
}
