//! Everything that jobs share: contracts, metrics, targets, peers and events of a folder.

use crate::{
    check::{metrics, parse},
    diagnostics::{Diagnostic, Diagnostics, File},
    file::{EventsSpec, PeersSpec, TargetsSpec, metric::MetricsSpec},
    locate::locate,
};
use chrono_tz::Tz;
use extract::contract::{self, Contract, Fault};
use model::{
    contract::ColumnType,
    expression::{parse_scalar, type_of},
    id::{DatasetId, DimensionId, MetricId, PeerGroupId},
    metric::Metric,
    peer::{MINIMUM_GROUP, PeerGroup},
    target::Target,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use transform::Event;

/// Everything that jobs of a folder share, checked.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Contracts in dependency order.
    pub contracts: Vec<Contract>,
    /// Metrics.
    pub metrics: BTreeMap<MetricId, Metric>,
    /// Agreed values, in file order.
    pub targets: Vec<Target>,
    /// Peer groups.
    pub peers: BTreeMap<PeerGroupId, PeerGroup>,
    /// Events by day.
    pub events: Vec<Event>,
    /// Metrics that are defined, but not soundly: naming one is no second fault.
    pub(crate) faulty: BTreeSet<MetricId>,
    /// Peer groups over datasets whose contracts are not sound.
    pub(crate) faulty_peers: BTreeSet<PeerGroupId>,
}

impl Catalogue {
    /// Whether there is a metric of this name, sound or not.
    pub(crate) fn defines(&self, metric: &MetricId) -> bool {
        self.metrics.contains_key(metric) || self.faulty.contains(metric)
    }
}

impl Catalogue {
    /// Reads the folder; faults are collected, what is sound is kept so that later checks can go on.
    pub(crate) fn read(folder: &Path, zone: Tz, faults: &mut Diagnostics) -> Self {
        let (contracts, unsound) = contracts(folder, zone, faults);
        let mut catalogue = Self { contracts, ..Self::default() };
        let mut files: Vec<(File, MetricsSpec)> = Vec::new();
        for path in toml_files(&folder.join("metrics"), faults) {
            files.extend(read(&path, faults));
        }
        catalogue.metrics = metrics::resolve(&files, &catalogue.contracts, &unsound, faults);
        let defined = files.iter().flat_map(|(_, metrics)| metrics.keys()).map(MetricId::new);
        catalogue.faulty = defined.filter(|id| !catalogue.metrics.contains_key(id)).collect();
        for path in toml_files(&folder.join("targets"), faults) {
            catalogue.add_targets(&path, faults);
        }
        for path in toml_files(&folder.join("peers"), faults) {
            catalogue.add_peers(&path, &unsound, faults);
        }
        for path in toml_files(&folder.join("events"), faults) {
            let file: Option<(File, EventsSpec)> = read(&path, faults);
            catalogue.events.extend(file.into_iter().flat_map(|(_, events)| events.event));
        }
        catalogue.events.sort_by(|a, b| (a.date, &a.label).cmp(&(b.date, &b.label)));
        catalogue
    }

    /// The contract of a dataset.
    pub fn contract(&self, dataset: &DatasetId) -> Option<&Contract> {
        self.contracts.iter().find(|contract| &contract.id == dataset)
    }

    fn add_targets(&mut self, path: &Path, faults: &mut Diagnostics) {
        let Some((file, spec)) = read::<TargetsSpec>(path, faults) else { return };
        for (index, target) in spec.target.into_iter().enumerate() {
            if self.defines(&target.metric) {
                self.targets.push(target);
                continue;
            }
            let span = locate(&file.text, &format!("target[{index}].metric"));
            let known = self.metrics.keys().map(MetricId::as_str);
            faults.push(
                Diagnostic::new(
                    "TDG-J20",
                    &file,
                    span,
                    format!("unknown metric `{}`", target.metric),
                )
                .did_you_mean(target.metric.as_str(), known),
            );
        }
    }

    fn add_peers(&mut self, path: &Path, unsound: &BTreeSet<DatasetId>, faults: &mut Diagnostics) {
        let Some((file, spec)) = read::<PeersSpec>(path, faults) else { return };
        for (name, peer) in spec {
            let fault = |key: &str, message: String| {
                Diagnostic::new(
                    "TDG-J21",
                    &file,
                    locate(&file.text, &format!("{name}.{key}")),
                    message,
                )
            };
            let dataset = DatasetId::new(&peer.dataset);
            if unsound.contains(&dataset) {
                self.faulty_peers.insert(PeerGroupId::new(name));
                continue;
            }
            let Some(contract) = self.contract(&dataset) else {
                let known = self.contracts.iter().map(|contract| contract.id.as_str());
                let message = format!("unknown dataset `{}`", peer.dataset);
                faults.push(fault("dataset", message).did_you_mean(&peer.dataset, known));
                continue;
            };
            if contract.shape.kind(&peer.entity).is_none() {
                let message = format!("dataset `{}` has no column `{}`", peer.dataset, peer.entity);
                let names = contract.shape.names();
                faults.push(fault("entity", message).did_you_mean(&peer.entity, names.into_iter()));
            }
            let checked = peer
                .condition
                .as_ref()
                .map(|sql| parse_scalar(sql).and_then(|scalar| type_of(&scalar, &contract.shape)));
            match checked {
                None | Some(Ok(Some(ColumnType::Boolean))) => {}
                Some(Err(error)) => faults.push(fault("where", error.message)),
                Some(Ok(_)) => {
                    let message = "is no condition: it is neither true nor false".to_owned();
                    faults.push(fault("where", message));
                }
            }
            let minimum = peer.minimum.unwrap_or(MINIMUM_GROUP);
            if minimum < MINIMUM_GROUP {
                let message = format!(
                    "{minimum} is below the built-in minimum of {MINIMUM_GROUP}; it can only be raised"
                );
                faults.push(fault("minimum", message));
            }
            let id = PeerGroupId::new(name);
            let group = PeerGroup {
                id: id.clone(),
                label: peer.label,
                dataset: contract.id.clone(),
                entity: DimensionId::new(peer.entity),
                own: peer.own,
                filter: peer.condition,
                minimum,
            };
            self.peers.insert(id, group);
        }
    }
}

/// The contracts that are sound, and the names of those that are not.
fn contracts(
    folder: &Path,
    zone: Tz,
    faults: &mut Diagnostics,
) -> (Vec<Contract>, BTreeSet<DatasetId>) {
    let mut files: BTreeMap<DatasetId, File> = BTreeMap::new();
    let mut resolved = Vec::new();
    let mut unsound = BTreeSet::new();
    for path in toml_files(&folder.join("contracts"), faults) {
        let id = DatasetId::new(path.file_stem().unwrap_or_default().to_string_lossy());
        let Some((file, spec)) = read::<contract::Spec>(&path, faults) else {
            unsound.insert(id);
            continue;
        };
        match contract::resolve(&id, &spec, zone) {
            Ok(contract) => resolved.push(contract),
            Err(found) => {
                unsound.insert(id.clone());
                found.iter().for_each(|fault| faults.push(of_contract(&file, fault)));
            }
        }
        files.insert(id, file);
    }
    let unlinked = resolved.clone();
    match contract::link(resolved) {
        Ok(contracts) => (contracts, unsound),
        Err(found) => {
            // A lookup into a contract that is itself at fault would only repeat that fault.
            let follows = |fault: &Fault| {
                fault.unknown.as_ref().is_some_and(|name| unsound.contains(&DatasetId::new(name)))
            };
            for (id, fault) in found.iter().filter(|(_, fault)| !follows(fault)) {
                faults.push(of_contract(&files[id], fault));
            }
            // Without their links contracts lack the looked-up columns, which metrics may name.
            let (joined, plain): (Vec<_>, Vec<_>) =
                unlinked.into_iter().partition(|contract| !contract.lookups.is_empty());
            unsound.extend(joined.into_iter().map(|contract| contract.id));
            (plain, unsound)
        }
    }
}

fn of_contract(file: &File, fault: &Fault) -> Diagnostic {
    let span = locate(&file.text, &fault.path);
    let diagnostic = Diagnostic::new("TDG-J10", file, span, &fault.message);
    match &fault.unknown {
        Some(name) => diagnostic.did_you_mean(name, fault.candidates.iter().map(String::as_str)),
        None => diagnostic,
    }
}

fn read<T: serde::de::DeserializeOwned>(
    path: &Path,
    faults: &mut Diagnostics,
) -> Option<(File, T)> {
    match File::read(path) {
        Ok(file) => parse(&file, faults).map(|spec| (file, spec)),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

/// The TOML files of a folder, by name; none when there is no such folder.
fn toml_files(folder: &Path, faults: &mut Diagnostics) -> Vec<PathBuf> {
    if !folder.is_dir() {
        return Vec::new();
    }
    let mut files = Vec::new();
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            let paths = entries.flatten().map(|entry| entry.path());
            files.extend(
                paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml")),
            );
        }
        Err(error) => {
            let file = File { name: folder.display().to_string(), text: "".into() };
            faults.push(Diagnostic::new(
                "TDG-J01",
                &file,
                0..0,
                format!("cannot be read: {error}"),
            ));
        }
    }
    files.sort();
    files
}
