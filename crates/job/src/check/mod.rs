//! From files to a checked job: every fault, in file order.

pub(crate) mod audiences;
mod benchmark;
mod labels;
pub(crate) mod library;
mod look;
pub(crate) mod metrics;
pub(crate) mod peers;
mod rows;
mod sections;
pub(crate) mod shape;

pub(crate) use sections::sliceable;

use crate::{
    Job, Layers,
    catalogue::{Catalogue, Place},
    diagnostics::{Diagnostic, Diagnostics, File},
    file::{
        JobSpec,
        schedule::{Around, SchedulePlan, ScheduleProblem},
        unit::is_currency,
    },
    locate::locate,
};
use chrono::Weekday;
use chrono_tz::Tz;
use deliver::{DeliverError, Outside};
use model::{
    calendar::{Calendar, Holidays},
    contract::Expected,
    id::{AudienceId, CalendarId, FestivalId, JobId},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The newest version of job files that this program reads.
const SCHEMA_VERSION: u32 = 1;

/// Reads and checks a job.
pub(crate) fn job(path: &Path, layers: &Layers) -> Result<Job, Diagnostics> {
    let mut faults = Diagnostics::default();
    let file = File::read(path).map_err(|fault| Diagnostics(vec![fault]))?;
    // The parent of a bare file name is the empty path, which names no folder.
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new(".")).to_path_buf();
    let own = shape::mended::<JobSpec>(&file, &mut faults).unwrap_or_default();
    if !faults.0.is_empty() {
        // What the job lacks now is what was told; its sections and what it refers to can still be checked.
        // A defaults.toml at fault is told when the job's own file is sound.
        let (merged, _) = with_defaults(own.clone(), &folder, &mut Diagnostics::default());
        let catalogue = Catalogue::read(&place(&merged, &folder, Tz::UTC), &mut faults);
        sections::check(&own, &file, &catalogue, None, &mut faults);
        return Err(faults);
    }
    let (spec, defaults) = with_defaults(own, &folder, &mut faults);
    let files = Files { own: &file, defaults: defaults.as_ref() };
    let at = |key: &str, message: String| files.fault("TDG-J02", key, message);
    if spec.schema_version != Some(SCHEMA_VERSION) {
        faults.push(at("schema_version", format!("needs `schema_version = {SCHEMA_VERSION}`")));
    }
    for (key, missing) in [
        ("title", spec.title.is_none()),
        ("organisation", spec.organisation.is_none()),
        ("owner", spec.owner.is_none()),
    ] {
        if missing {
            faults.push(at(key, format!("`{key}` is missing, here and in defaults.toml")));
        }
    }
    labels::check(&spec, files, &mut faults);
    let calendar = calendar(&spec, files, &mut faults);
    let gate = spec.gate.clone().unwrap_or_default().lower().err();
    for (key, message) in gate.into_iter().flatten() {
        faults.push(at(&format!("gate.{key}"), message));
    }
    let corrections = spec.corrections.as_ref().and_then(|spec| spec.lower().err());
    for (key, message) in corrections.into_iter().flatten() {
        faults.push(at(&format!("corrections.{key}"), message));
    }
    let place = place(&spec, &folder, calendar.zone);
    for (index, library) in place.libraries.iter().enumerate().filter(|(_, path)| !path.is_dir()) {
        let message = format!("there is no folder `{}`", library.display());
        faults.push(files.fault("TDG-J06", &format!("libraries[{index}]"), message));
    }
    if let Some(code) = spec.currency.as_deref().filter(|code| !is_currency(code)) {
        let message = format!("`{code}` is no currency; use an ISO 4217 code such as `CNY`");
        faults.push(files.fault("TDG-J07", "currency", message));
    }
    let catalogue = Catalogue::read(&place, &mut faults);
    let holidays = holidays(&spec, files, &catalogue, &mut faults);
    let schedule = schedule(&spec, calendar, holidays.as_ref(), &catalogue, &at, &mut faults);
    sections::check(&spec, &file, &catalogue, holidays.as_ref(), &mut faults);
    benchmark::check(&spec, &file, &catalogue, &mut faults);
    let templates = templates(&folder).unwrap_or_else(|| {
        faults.push(at("", "no folder `report-templates` beside or above this file".into()));
        PathBuf::new()
    });
    let shared = audiences::check(&spec, files, (&catalogue, &templates), &mut faults);
    let route = route(&spec, layers, &catalogue).unwrap_or_else(|problems| {
        problems.iter().for_each(|problem| faults.push(at("deliver", problem.to_string())));
        deliver::Route::default()
    });
    let brand = look::check(&spec, files, (&templates, &place.folder), &mut faults);
    if !faults.0.is_empty() {
        return Err(faults);
    }
    let id = JobId::new(path.file_stem().unwrap_or_default().to_string_lossy());
    let data =
        layers.data.clone().unwrap_or_else(|| folder.join(spec.data.as_deref().unwrap_or("")));
    Ok(Job {
        id,
        path: path.to_path_buf(),
        spec,
        calendar,
        holidays: holidays.unwrap_or_default(),
        schedule,
        route,
        shared,
        catalogue,
        data,
        templates,
        brand,
    })
}

/// Where the catalogue of a job lies, and what its reading depends on.
fn place(spec: &JobSpec, folder: &Path, zone: Tz) -> Place {
    let libraries = spec.libraries.iter().flatten().map(|library| folder.join(library)).collect();
    let folder = folder.join(spec.catalogue.as_deref().unwrap_or(""));
    Place { folder, libraries, zone, currency: spec.currency.clone() }
}

/// Who gets the report: the job's own readers, and those of its audiences.
fn route(
    spec: &JobSpec,
    layers: &Layers,
    catalogue: &Catalogue,
) -> Result<deliver::Route, Vec<DeliverError>> {
    // An audience at fault is told as such; here it has nobody.
    let faulty = catalogue.faulty_audiences.iter().map(|id| (id.clone(), Vec::new()));
    let sound = catalogue.audiences.iter();
    let audiences = sound.map(|(id, audience)| (id.clone(), audience.readers.clone()));
    let mut audiences: BTreeMap<_, _> = audiences.chain(faulty).collect();
    let deliver = spec.deliver.clone().unwrap_or_default();
    for name in deliver.email.iter().filter_map(|email| email.audience.as_ref()) {
        audiences.entry(AudienceId::new(name)).or_default();
    }
    let outside = Outside { relays: &layers.relays, audiences: &audiences, state: &layers.state };
    let layout = spec.report.as_ref().and_then(|look| look.layout.as_deref());
    Ok(deliver.lower(&outside)?.in_layout(layout))
}

/// The files that a job's keys come from.
#[derive(Clone, Copy)]
struct Files<'a> {
    own: &'a File,
    defaults: Option<&'a File>,
}

impl Files<'_> {
    /// A fault at a key, in the file that sets it.
    fn fault(self, code: &'static str, key: &str, message: String) -> Diagnostic {
        let own = locate(&self.own.text, key);
        let elsewhere = self.defaults.filter(|_| own.is_empty());
        let found = elsewhere.map(|file| (file, locate(&file.text, key)));
        match found.filter(|(_, span)| !span.is_empty()) {
            Some((file, span)) => Diagnostic::new(code, file, span, message),
            None => Diagnostic::new(code, self.own, own, message),
        }
    }
}

/// The job file over `defaults.toml` in the same folder, and that file.
fn with_defaults(own: JobSpec, folder: &Path, faults: &mut Diagnostics) -> (JobSpec, Option<File>) {
    let path = folder.join("defaults.toml");
    if !path.exists() {
        return (own, None);
    }
    let read = File::read(&path).map_err(|fault| faults.push(fault)).ok();
    let parsed = read.as_ref().and_then(|file| shape::file::<JobSpec>(file, faults));
    let Some(defaults) = parsed else { return (own, None) };
    let mut dimensions = defaults.dimensions;
    dimensions.extend(own.dimensions);
    let merged = JobSpec {
        schema_version: own.schema_version,
        title: own.title.or(defaults.title),
        organisation: own.organisation.or(defaults.organisation),
        owner: own.owner.or(defaults.owner),
        zone: own.zone.or(defaults.zone),
        grain: own.grain.or(defaults.grain),
        calendar: own.calendar.or(defaults.calendar),
        data: own.data.or(defaults.data),
        catalogue: own.catalogue.or(defaults.catalogue),
        libraries: own.libraries.or(defaults.libraries),
        currency: own.currency.or(defaults.currency),
        as_of: own.as_of.or(defaults.as_of),
        schedule: own.schedule.or(defaults.schedule),
        gate: own.gate.or(defaults.gate),
        corrections: own.corrections.or(defaults.corrections),
        report: own.report.or(defaults.report),
        deliver: own.deliver.or(defaults.deliver),
        dimensions,
        section: own.section,
    };
    (merged, read)
}

fn calendar(spec: &JobSpec, files: Files<'_>, faults: &mut Diagnostics) -> Calendar {
    let mut fault = |key: &str, message: String| {
        faults.push(files.fault("TDG-J04", key, message));
    };
    let zone = match spec.zone.as_deref().map(str::parse::<Tz>) {
        Some(Ok(zone)) => zone,
        Some(Err(_)) => {
            fault("zone", "unknown time zone; use an IANA name such as `Asia/Shanghai`".into());
            Tz::UTC
        }
        None => {
            fault(
                "zone",
                "`zone` is missing, here and in defaults.toml; days need midnights".into(),
            );
            Tz::UTC
        }
    };
    let calendar = spec.calendar.clone().unwrap_or_default();
    let week_start = match calendar.week_start.as_deref().map(str::parse::<Weekday>) {
        None => Weekday::Mon,
        Some(Ok(day)) => day,
        Some(Err(_)) => {
            fault("calendar.week_start", "is no weekday; use `monday` … `sunday`".into());
            Weekday::Mon
        }
    };
    let fiscal_start = calendar.fiscal_start.unwrap_or(1);
    if !(1..=12).contains(&fiscal_start) {
        fault("calendar.fiscal_start", format!("{fiscal_start} is no month; use 1 to 12"));
    }
    Calendar { zone, week_start, fiscal_start, retail: calendar.fiscal }
}

/// When the job runs by itself. With a calendar at fault nothing is said: its days are not known.
fn schedule(
    spec: &JobSpec,
    calendar: Calendar,
    holidays: Option<&Holidays>,
    catalogue: &Catalogue,
    at: &dyn Fn(&str, String) -> Diagnostic,
    faults: &mut Diagnostics,
) -> Option<SchedulePlan> {
    let around = Around { calendar, holidays: holidays?, events: &catalogue.events };
    let lowered = spec.schedule.as_ref()?.lower(&around);
    let told =
        |problem: &ScheduleProblem| {
            let key = format!("schedule.{}", problem.key());
            let fault = at(key.trim_end_matches('.'), problem.to_string());
            match problem {
                ScheduleProblem::Event(name) => fault
                    .did_you_mean(name, catalogue.events.iter().map(|one| one.label.en.as_str())),
                ScheduleProblem::Festival(name) => fault
                    .did_you_mean(name, around.holidays.festivals.keys().map(FestivalId::as_str)),
                _ => fault,
            }
        };
    let waited = spec.schedule.as_ref()?.ready.as_ref().and_then(|ready| ready.datasets.as_ref());
    for (index, id) in waited.into_iter().flatten().enumerate() {
        let fault = |message| at(&format!("schedule.ready.datasets[{index}]"), message);
        match catalogue.contract(id) {
            None => {
                let known = catalogue.contracts.iter().map(|contract| contract.id.as_str());
                let fault = fault(format!("unknown dataset `{id}`"));
                faults.push(fault.did_you_mean(id.as_str(), known));
            }
            Some(contract) if !contract.is_dated() || contract.expected == Expected::Irregular => {
                let message = format!("`{id}` has no days on which rows are expected");
                faults.push(fault(message).help("set `expected` in its contract"));
            }
            Some(_) => {}
        }
    }
    lowered.map_err(|problems| problems.iter().for_each(|one| faults.push(told(one)))).ok()
}

/// The job's holidays: none when it names no calendar file, unknown when the file is at fault.
fn holidays(
    spec: &JobSpec,
    files: Files<'_>,
    catalogue: &Catalogue,
    faults: &mut Diagnostics,
) -> Option<Holidays> {
    let Some(name) = spec.calendar.as_ref().and_then(|calendar| calendar.holidays.as_deref())
    else {
        return Some(Holidays::default());
    };
    let id = CalendarId::new(name);
    let found = catalogue.calendars.get(&id).cloned();
    if found.is_none() && !catalogue.faulty_calendars.contains(&id) {
        let message = format!("unknown calendar `{name}`: there is no `calendars/{name}.toml`");
        let known: Vec<&str> = catalogue.calendars.keys().map(CalendarId::as_str).collect();
        let fault = files.fault("TDG-J05", "calendar.holidays", message);
        let fault = fault.did_you_mean(name, known.iter().copied());
        // Names of two letters are all alike: then every one is offered.
        let is_open = fault.help.is_none() && !known.is_empty();
        faults.push(match is_open {
            true => fault.help(format!("there are `{}`", known.join("`, `"))),
            false => fault,
        });
    }
    found
}

/// The nearest folder `report-templates` beside the job's folder or above it.
fn templates(folder: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(folder).ok()?;
    absolute.ancestors().map(|above| above.join("report-templates")).find(|found| found.is_dir())
}
