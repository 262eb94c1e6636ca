//! Everything that jobs share: contracts, metrics, targets, peers, events, calendars, themes and audiences of a
//! folder.

use crate::{
    check::{
        audiences::{self, Audience},
        library::{self, Definition, Needs},
        metrics::{self, Setting},
        peers, shape,
    },
    diagnostics::{Diagnostic, Diagnostics, File},
    file::{
        AudienceSpec, CalendarFile, EventsSpec, PeersSpec, TargetsSpec, ThemesFile,
        metric::MetricsSpec,
    },
    locate::locate,
};
use chrono_tz::Tz;
use extract::contract::{self, Contract, Fault};
use model::{
    calendar::Holidays,
    comment::Lexicon,
    id::{AudienceId, CalendarId, DatasetId, MetricId, PeerGroupId, ThemesId},
    metric::Metric,
    peer::PeerGroup,
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
    /// Metrics, own and borrowed.
    pub metrics: BTreeMap<MetricId, Metric>,
    /// Every entry of every metric file, in file order: those of libraries, then the catalogue's own.
    pub definitions: Vec<Definition>,
    /// Borrowed metrics that the contracts cannot feed, with what they need.
    pub unavailable: BTreeMap<MetricId, Needs>,
    /// Agreed values, in file order.
    pub targets: Vec<Target>,
    /// Peer groups.
    pub peers: BTreeMap<PeerGroupId, PeerGroup>,
    /// Events by day.
    pub events: Vec<Event>,
    /// Holidays and festivals.
    pub calendars: BTreeMap<CalendarId, Holidays>,
    /// Themes of comments and their words.
    pub themes: BTreeMap<ThemesId, Lexicon>,
    /// Who gets reports, and which slices of them.
    pub audiences: BTreeMap<AudienceId, Audience>,
    /// Audiences that are there, but not soundly.
    pub(crate) faulty_audiences: BTreeSet<AudienceId>,
    /// Calendars that are there, but not soundly.
    pub(crate) faulty_calendars: BTreeSet<CalendarId>,
    /// Themes that are there, but not soundly.
    pub(crate) faulty_themes: BTreeSet<ThemesId>,
    /// Metrics that are defined, but not soundly: naming one is no second fault.
    pub(crate) faulty: BTreeSet<MetricId>,
    /// Datasets whose contracts are not sound: naming one is no second fault.
    pub(crate) unsound: BTreeSet<DatasetId>,
    /// Peer groups over datasets whose contracts are not sound.
    pub(crate) faulty_peers: BTreeSet<PeerGroupId>,
}

/// Where a catalogue lies, and what its reading depends on.
pub(crate) struct Place {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// The folders that metrics are borrowed from.
    pub(crate) libraries: Vec<PathBuf>,
    /// The zone of its days.
    pub(crate) zone: Tz,
    /// The currency of `money`.
    pub(crate) currency: Option<String>,
}

impl Catalogue {
    /// A fault at a name of a metric that cannot be used: unknown, or unavailable and why.
    pub(crate) fn no_metric(
        &self,
        code: &'static str,
        file: &File,
        span: std::ops::Range<usize>,
        id: &MetricId,
    ) -> Diagnostic {
        if let Some(needs) = self.unavailable.get(id) {
            return Diagnostic::new(code, file, span, format!("metric `{id}` {needs}"));
        }
        let known = self.metrics.keys().map(MetricId::as_str);
        Diagnostic::new(code, file, span, format!("unknown metric `{id}`"))
            .did_you_mean(id.as_str(), known)
    }

    /// Whether there is a metric of this name, sound or not.
    pub(crate) fn defines(&self, metric: &MetricId) -> bool {
        self.metrics.contains_key(metric) || self.faulty.contains(metric)
    }
}

impl Catalogue {
    /// Reads the folder; faults are collected, what is sound is kept so that later checks can go on.
    pub(crate) fn read(place: &Place, faults: &mut Diagnostics) -> Self {
        let folder = &place.folder;
        let (contracts, unsound) = contracts(folder, place.zone, faults);
        let mut catalogue = Self { contracts, ..Self::default() };
        catalogue.add_metrics(place, &unsound, faults);
        for path in toml_files(&folder.join("targets"), faults) {
            catalogue.add_targets(&path, faults);
        }
        for path in toml_files(&folder.join("peers"), faults) {
            if let Some((file, groups)) = read::<PeersSpec>(&path, faults) {
                peers::add(&mut catalogue, &file, groups, &unsound, faults);
            }
        }
        for path in toml_files(&folder.join("events"), faults) {
            let file: Option<(File, EventsSpec)> = read(&path, faults);
            catalogue.events.extend(file.into_iter().flat_map(|(_, events)| events.event));
        }
        for path in toml_files(&folder.join("calendars"), faults) {
            catalogue.add_calendar(&path, faults);
        }
        catalogue.unsound = unsound;
        for path in toml_files(&folder.join("themes"), faults) {
            catalogue.add_themes(&path, faults);
        }
        for path in toml_files(&folder.join("audiences"), faults) {
            match read::<AudienceSpec>(&path, faults) {
                Some(found) => audiences::add(&mut catalogue, &path, found, faults),
                None => {
                    let id = path.file_stem().unwrap_or_default().to_string_lossy();
                    catalogue.faulty_audiences.insert(AudienceId::new(id));
                }
            }
        }
        catalogue.events.sort_by(|a, b| (a.date, &a.label).cmp(&(b.date, &b.label)));
        catalogue
    }

    /// The contract of a dataset.
    pub fn contract(&self, dataset: &DatasetId) -> Option<&Contract> {
        self.contracts.iter().find(|contract| &contract.id == dataset)
    }

    fn add_metrics(
        &mut self,
        place: &Place,
        unsound: &BTreeSet<DatasetId>,
        faults: &mut Diagnostics,
    ) {
        let own = metric_files(&[place.folder.join("metrics")], faults);
        let lent = metric_files(&place.libraries, faults);
        let mut names = metrics::names(&lent, faults);
        let owned = metrics::names(&own, faults);
        let replaced: BTreeSet<MetricId> = owned.keys().map(MetricId::new).collect();
        names.extend(owned);
        let setting = Setting {
            contracts: &self.contracts,
            unsound,
            names,
            currency: place.currency.as_deref(),
        };
        let mut definitions = library::definitions(&lent, true, faults);
        let borrowed = library::borrow(&lent, &definitions, &replaced, &setting, faults);
        let others = library::definitions(&own, false, faults);
        let mut metrics = metrics::resolve(&own, &others, &setting, faults);
        definitions.extend(others);
        metrics.extend(borrowed.metrics.iter().map(|(id, metric)| (id.clone(), metric.clone())));
        let files: Vec<_> = own.iter().cloned().chain(lent).collect();
        for id in metrics::circles(&metrics, &files, faults)
            .into_iter()
            .chain(metrics::miscounted(&metrics, &files, faults))
        {
            metrics.remove(&id);
        }
        let unavailable = library::settle(&mut metrics, borrowed, &own, faults);
        let defined = setting.names.keys().map(MetricId::new);
        let unsound = |id: &MetricId| !metrics.contains_key(id) && !unavailable.contains_key(id);
        self.faulty = defined.filter(unsound).collect();
        self.faulty.extend(replaced.into_iter().filter(|id| unavailable.contains_key(id)));
        self.metrics = metrics;
        self.definitions = definitions;
        self.unavailable = unavailable;
    }

    fn add_targets(&mut self, path: &Path, faults: &mut Diagnostics) {
        let Some((file, spec)) = read::<TargetsSpec>(path, faults) else { return };
        for (index, target) in spec.target.into_iter().enumerate() {
            if self.defines(&target.metric) {
                self.targets.push(target);
                continue;
            }
            let span = locate(&file.text, &format!("target[{index}].metric"));
            faults.push(self.no_metric("TDG-J20", &file, span, &target.metric));
        }
    }

    fn add_calendar(&mut self, path: &Path, faults: &mut Diagnostics) {
        let id = CalendarId::new(path.file_stem().unwrap_or_default().to_string_lossy());
        let Some((file, spec)) = read::<CalendarFile>(path, faults) else {
            self.faulty_calendars.insert(id);
            return;
        };
        match spec.lower() {
            Ok(holidays) => {
                self.calendars.insert(id, holidays);
            }
            Err(found) => {
                for fault in found {
                    let span = locate(&file.text, &fault.path);
                    let diagnostic = Diagnostic::new("TDG-J22", &file, span, fault.message);
                    let known = spec.holidays.keys().map(String::as_str);
                    faults.push(match &fault.unknown {
                        Some(name) => diagnostic.did_you_mean(name, known),
                        None => diagnostic,
                    });
                }
                self.faulty_calendars.insert(id);
            }
        }
    }

    fn add_themes(&mut self, path: &Path, faults: &mut Diagnostics) {
        let id = ThemesId::new(path.file_stem().unwrap_or_default().to_string_lossy());
        let Some((file, lexicon)) = read::<ThemesFile>(path, faults) else {
            self.faulty_themes.insert(id);
            return;
        };
        let found = lexicon.faults();
        for fault in &found {
            let span = locate(&file.text, &fault.path);
            faults.push(Diagnostic::new("TDG-J24", &file, span, &fault.message));
        }
        if found.is_empty() {
            self.themes.insert(id, lexicon);
        } else {
            self.faulty_themes.insert(id);
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
                unlinked.into_iter().partition(|contract| contract.uses().next().is_some());
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
        Ok(file) => shape::file(&file, faults).map(|spec| (file, spec)),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

/// The metric files of some folders.
fn metric_files(folders: &[PathBuf], faults: &mut Diagnostics) -> Vec<(File, MetricsSpec)> {
    let mut files = Vec::new();
    for folder in folders {
        for path in toml_files(folder, faults) {
            files.extend(read(&path, faults));
        }
    }
    files
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
