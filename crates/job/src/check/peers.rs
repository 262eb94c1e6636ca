//! Peer groups: each kind has its own keys, and whatever they name is there.

use super::sections::sliceable;
use crate::{
    catalogue::Catalogue,
    diagnostics::{Diagnostic, Diagnostics, File},
    file::peer::{IndustryColumns, KindSpec, PeerSpec, PeersSpec},
    locate::locate,
};
use extract::contract::Contract;
use model::{
    contract::ColumnType,
    expression::{parse_measure, parse_scalar, type_of},
    id::{DatasetId, DimensionId, MetricId, PeerGroupId},
    label::Label,
    metric::{Metric, MetricKind},
    peer::{Industry, MINIMUM_GROUP, MOST_SHARE, Panel, PeerGroup, PeerKind},
    unit::{Direction, Unit},
};
use std::collections::BTreeSet;

/// Adds the groups of a file to the catalogue. A group at fault is added all the same, so that naming it is no second
/// fault.
pub(crate) fn add(
    catalogue: &mut Catalogue,
    file: &File,
    groups: PeersSpec,
    unsound: &BTreeSet<DatasetId>,
    faults: &mut Diagnostics,
) {
    for (name, spec) in groups {
        let id = PeerGroupId::new(&name);
        let dataset = DatasetId::new(&spec.dataset);
        if unsound.contains(&dataset) {
            catalogue.faulty_peers.insert(id);
            continue;
        }
        let mut checking = Checking { catalogue, file, name: &name, spec: &spec, faults };
        let Some(contract) = catalogue.contract(&dataset) else {
            let known: Vec<&str> = catalogue.contracts.iter().map(|c| c.id.as_str()).collect();
            let message = format!("unknown dataset `{dataset}`");
            checking.unknown("dataset", message, dataset.as_str(), &known);
            continue;
        };
        let (group, made) = checking.group(contract);
        catalogue.metrics.extend(made.into_iter().map(|one| (one.id.clone(), one)));
        catalogue.peers.insert(id, group);
    }
}

struct Checking<'a> {
    catalogue: &'a Catalogue,
    file: &'a File,
    name: &'a str,
    spec: &'a PeerSpec,
    faults: &'a mut Diagnostics,
}

impl Checking<'_> {
    fn group(&mut self, contract: &Contract) -> (PeerGroup, Vec<Metric>) {
        let minimum = self.spec.minimum.unwrap_or(MINIMUM_GROUP);
        if minimum < MINIMUM_GROUP {
            let message = format!(
                "{minimum} is below the built-in minimum of {MINIMUM_GROUP}; it can only be raised"
            );
            self.fault("minimum", message);
        }
        self.only_own_keys();
        let (kind, made) = match self.spec.kind.unwrap_or(KindSpec::Panel) {
            KindSpec::Panel => (PeerKind::Panel(self.panel(contract, false)), Vec::new()),
            KindSpec::Competitors => (PeerKind::Panel(self.panel(contract, true)), Vec::new()),
            KindSpec::Industry => self.industry(contract),
            KindSpec::Market => (self.market(), Vec::new()),
        };
        let label = self.spec.label.clone();
        let id = PeerGroupId::new(self.name);
        (PeerGroup { id, label, dataset: contract.id.clone(), kind, minimum }, made)
    }

    /// Keys of another kind would be ignored, so they are refused.
    fn only_own_keys(&mut self) {
        use KindSpec::{Competitors, Industry, Market, Panel};
        let spec = self.spec;
        let kind = spec.kind.unwrap_or(Panel);
        let panels = [Panel, Competitors];
        let keys: [(&str, bool, &[KindSpec]); 10] = [
            ("entity", spec.entity.is_some(), &panels),
            ("own", spec.own.is_some(), &panels),
            ("where", spec.condition.is_some(), &panels),
            ("cohort", !spec.cohort.is_empty(), &[Panel, Competitors, Industry]),
            ("weight", spec.weight.is_some(), &panels),
            ("most_share", spec.most_share.is_some(), &panels),
            ("we", !spec.we.is_empty(), &[Industry]),
            ("called", !spec.called.is_empty(), &[Industry]),
            ("size", spec.size.is_some(), &[Market]),
            ("columns", !spec.columns.are_usual(), &[Industry]),
        ];
        for (key, given, kinds) in keys {
            if given && !kinds.contains(&kind) {
                self.fault(key, format!("a peer group of kind `{}` has no `{key}`", kind.word()));
            }
        }
    }

    fn panel(&mut self, contract: &Contract, named: bool) -> Panel {
        let spec = self.spec;
        let entity = spec.entity.clone().unwrap_or_default();
        match spec.entity {
            Some(_) => self.column(contract, "entity", &entity),
            None => self.fault("", "needs `entity`, the column that names the peers".into()),
        }
        self.cohort(contract);
        if !spec.cohort.is_empty() && spec.own.is_none() {
            self.fault("cohort", "peers are like us in these columns, so `own` is needed".into());
        }
        let typed =
            |sql: &String| parse_scalar(sql).and_then(|scalar| type_of(&scalar, &contract.shape));
        match spec.condition.as_ref().map(typed) {
            None | Some(Ok(Some(ColumnType::Boolean))) => {}
            Some(Err(error)) => self.fault("where", error.message),
            Some(Ok(_)) => {
                self.fault("where", "is no condition: it is neither true nor false".into());
            }
        }
        let most_share = spec.most_share.unwrap_or(MOST_SHARE);
        if !(most_share > 0.0 && most_share <= MOST_SHARE) {
            let message = format!(
                "{most_share} is not above 0 and at most {MOST_SHARE}; it can only be lowered"
            );
            self.fault("most_share", message);
        }
        let entity = DimensionId::new(entity);
        let weight = spec.weight.as_ref().map(MetricId::new);
        if let Some(weight) = &weight {
            self.metric("weight", weight);
            let metric = self.catalogue.metrics.get(weight);
            let whole = metric.map(|metric| sliceable(metric, &entity, self.catalogue));
            if let Some(Err(why)) = whole {
                self.fault("weight", format!("`{weight}` cannot be sliced by `{entity}`: {why}"));
            }
        }
        let cohort = spec.cohort.iter().map(DimensionId::new).collect();
        let (own, filter) = (spec.own.clone(), spec.condition.clone());
        Panel { entity, own, filter, cohort, weight, most_share, named }
    }

    fn industry(&mut self, contract: &Contract) -> (PeerKind, Vec<Metric>) {
        let spec = self.spec;
        self.cohort(contract);
        for column in spec.cohort.iter().filter(|column| !spec.we.contains_key(*column)) {
            let message = format!("what are we in `{column}`? Without it no row can be chosen");
            self.fault("we", message);
        }
        for column in spec.we.keys().filter(|column| !spec.cohort.contains(column)) {
            let known: Vec<&str> = spec.cohort.iter().map(String::as_str).collect();
            self.unknown("we", format!("`{column}` is no column of `cohort`"), column, &known);
        }
        for ours in spec.called.keys() {
            self.metric(&format!("called.{ours}"), &MetricId::new(ours));
        }
        let columns = spec.columns.names();
        for (key, column) in IndustryColumns::KEYS.iter().zip(&columns) {
            self.column(contract, &format!("columns.{key}"), column);
        }
        let [metric, lower, median, upper, count, source, version] = columns;
        let reads = [("lower", lower), ("median", median), ("upper", upper), ("count", count)];
        let mut made = Vec::new();
        let reads = reads.map(|(role, column)| {
            let id = MetricId::new(format!("{}:{role}", self.name));
            made.extend(self.reading(contract, &id, &column));
            id
        });
        let we = |column: &String| {
            (DimensionId::new(column), spec.we.get(column).cloned().unwrap_or_default())
        };
        let table = Industry {
            metric: DimensionId::new(metric),
            called: spec.called.iter().map(|(o, t)| (MetricId::new(o), t.clone())).collect(),
            cohort: spec.cohort.iter().map(we).collect(),
            cited: [DimensionId::new(source), DimensionId::new(version)],
            reads,
        };
        (PeerKind::Industry(table), made)
    }

    /// A metric that reads one column of a table with one row per cell.
    fn reading(&mut self, contract: &Contract, id: &MetricId, column: &str) -> Option<Metric> {
        match contract.shape.kind(column)? {
            ColumnType::Number { .. } => {}
            other => {
                self.fault("columns", format!("`{column}` is {}, not a number", other.word()));
                return None;
            }
        }
        let (formula, aggregates) = parse_measure(&format!("max({column})"))
            .map_err(|error| self.fault("columns", error.message))
            .ok()?;
        let label = Label::verbatim(column);
        Some(Metric {
            id: id.clone(),
            label: label.clone(),
            description: label,
            unit: Unit::Number,
            decimals: None,
            direction: Direction::Neutral,
            owner: contract.id.to_string(),
            kind: MetricKind::Simple { dataset: contract.id.clone(), formula, aggregates },
        })
    }

    fn market(&mut self) -> PeerKind {
        let size = MetricId::new(self.spec.size.as_deref().unwrap_or_default());
        match self.spec.size {
            Some(_) => self.metric("size", &size),
            None => self.fault("", "needs `size`, the metric of the market's size".into()),
        }
        PeerKind::Market { size }
    }

    fn cohort(&mut self, contract: &Contract) {
        for (index, column) in self.spec.cohort.iter().enumerate() {
            self.column(contract, &format!("cohort[{index}]"), column);
        }
    }

    fn column(&mut self, contract: &Contract, key: &str, column: &str) {
        if contract.shape.kind(column).is_none() {
            let message = format!("dataset `{}` has no column `{column}`", self.spec.dataset);
            self.unknown(key, message, column, &contract.shape.names());
        }
    }

    fn metric(&mut self, key: &str, id: &MetricId) {
        if let Some(needs) = self.catalogue.unavailable.get(id) {
            self.fault(key, format!("metric `{id}` {needs}"));
        } else if !self.catalogue.defines(id) {
            let known: Vec<&str> = self.catalogue.metrics.keys().map(MetricId::as_str).collect();
            self.unknown(key, format!("unknown metric `{id}`"), id.as_str(), &known);
        }
    }

    fn diagnostic(&self, key: &str, message: String) -> Diagnostic {
        let path =
            if key.is_empty() { self.name.to_owned() } else { format!("{}.{key}", self.name) };
        Diagnostic::new("TDG-J21", self.file, locate(&self.file.text, &path), message)
    }

    fn fault(&mut self, key: &str, message: String) {
        let fault = self.diagnostic(key, message);
        self.faults.push(fault);
    }

    fn unknown(&mut self, key: &str, message: String, name: &str, known: &[&str]) {
        let fault = self.diagnostic(key, message).did_you_mean(name, known.iter().copied());
        self.faults.push(fault);
    }
}
