//! The jobs: their files, zones, templates and fonts.

use super::{Finding, Loaded, Patient};
use crate::{schedule::fires, settings::Settings};
use job::{Layers, schedule::SchedulePlan};
use std::collections::BTreeSet;

/// Every job that is sound, and what is to be said of all of them.
pub(super) fn load(patient: &Patient<'_>, settings: &Settings) -> (Loaded, Vec<Finding>) {
    let layers = Layers {
        data: patient.data.clone(),
        state: settings.state.clone(),
        relays: settings.relays.clone(),
    };
    let (mut loaded, mut findings) = (Vec::new(), Vec::new());
    if patient.jobs.is_empty() {
        findings.push(Finding::fail(
            "jobs",
            "there is none",
            "start it beside `jobs/`, or name job files",
        ));
    }
    for path in patient.jobs {
        let check = format!("job {}", path.display());
        match job::load(path, &layers) {
            Ok(job) if !job.data.is_dir() => {
                let found = format!("its data folder `{}` is not there", job.data.display());
                findings.push(Finding::fail(&check, found, "mount it, or correct `data`"));
                loaded.push((path.clone(), job));
            }
            Ok(job) if job.schedule.as_ref().is_some_and(|plan| is_over(plan, patient)) => {
                let found = "its schedule comes no more: its days, or those of its calendar, end";
                let todo = "name later days in `jobs/calendars` or `jobs/events`";
                findings.push(Finding::warn(&check, found, todo));
                loaded.push((path.clone(), job));
            }
            Ok(job) => {
                let when = job.schedule.as_ref().map(|plan| plan.described());
                let when = when.unwrap_or_else(|| "no schedule".to_owned());
                findings.push(Finding::ok(&check, format!("sound; {when}")));
                loaded.push((path.clone(), job));
            }
            Err(faults) => {
                let first = faults.to_string().lines().next().unwrap_or_default().to_owned();
                let found = format!("faults: {}; the first: {first}", faults.0.len());
                let todo = format!("tidings check {} shows all of them", path.display());
                findings.push(Finding::fail(&check, found, todo));
            }
        }
    }
    (loaded, findings)
}

/// Whether a schedule has no moment to come.
fn is_over(plan: &SchedulePlan, patient: &Patient<'_>) -> bool {
    fires(plan, patient.now, 1).is_empty()
}

/// The zones of jobs and schedules; a job with an unknown one is not sound.
pub(super) fn zones(loaded: &Loaded) -> Finding {
    let mut zones = BTreeSet::new();
    for (_, job) in loaded {
        zones.insert(job.calendar.zone.name());
        zones.extend(job.schedule.as_ref().map(|plan| plan.zone.name()));
    }
    let zones: Vec<&str> = zones.into_iter().collect();
    let version = chrono_tz::IANA_TZDB_VERSION;
    Finding::ok("zone data", format!("{version}, built in; used: {}", zones.join(", ")))
}

/// The template folders with their locales, and the glyphs of the words in them.
pub(super) fn templates(loaded: &Loaded) -> Vec<Finding> {
    let folders: BTreeSet<_> = loaded.iter().map(|(_, job)| &job.templates).collect();
    let mut findings = Vec::new();
    for folder in folders {
        match report::sound(folder) {
            Ok(sound) => {
                findings.push(Finding::ok("templates", format!("`{}` opens", folder.display())));
                let count = sound.characters;
                findings.push(match sound.missing.as_slice() {
                    [] => Finding::ok("fonts", format!("the built-in font has all {count} characters of the locale files")),
                    missing => {
                        let listed: String = missing.iter().collect();
                        let found = format!("of {count} characters the built-in font lacks `{listed}`");
                        let todo = "charts that show them need a font of the machine: `chart_fonts` of brand.toml";
                        Finding::warn("fonts", found, todo)
                    }
                });
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
                let found = format!("{error}{}", cause.unwrap_or_default());
                findings.push(Finding::fail("templates", found, "correct the template folder"));
            }
        }
    }
    findings
}
