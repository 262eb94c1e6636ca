//! How a report looks: the layout that a job names and what stands in it, and its house's brand.

use super::{Files, shape};
use crate::{
    diagnostics::{Diagnostic, Diagnostics, File},
    file::JobSpec,
    locate::locate,
};
use report::{BrandSpec, Layout};
use std::path::Path;
use transform::analysis::AnalysisSpec;

/// Checks the layout and the brand of a job; answers the brand, if it names one.
pub(super) fn check(
    spec: &JobSpec,
    files: Files<'_>,
    (templates, catalogue): (&Path, &Path),
    faults: &mut Diagnostics,
) -> Option<BrandSpec> {
    let look = spec.report.as_ref()?;
    if let Some(name) = &look.layout {
        match report::layouts(templates) {
            Ok(known) if known.contains(name) => layout(name, templates, faults),
            Ok(known) => faults.push(unknown(files, ("layout", name.as_str()), &known)),
            Err(error) => {
                faults.push(files.fault("TDG-J60", "report.layout", error.to_string()));
            }
        }
    }
    brand(look.brand.as_ref()?, files, (templates, catalogue), faults)
}

/// A layout that is there: every kind of sections must be one that there is, and its numbers must make sense.
pub(super) fn layout(name: &str, templates: &Path, faults: &mut Diagnostics) {
    let path = templates.join("layouts").join(format!("{name}.toml"));
    let Ok(file) = File::read(&path).map_err(|fault| faults.push(fault)) else { return };
    let Some(layout) = shape::file::<Layout>(&file, faults) else { return };
    let at = |key: &str, message: String| {
        Diagnostic::new("TDG-J61", &file, locate(&file.text, key), message)
    };
    for (key, kind) in layout.kinds().filter(|(_, kind)| !AnalysisSpec::WORDS.contains(kind)) {
        let message = format!("no section is of the kind `{kind}`, which is that of no analysis");
        let known = AnalysisSpec::WORDS.into_iter();
        faults.push(at(&key, message).did_you_mean(kind, known));
    }
    for fault in layout.faults() {
        faults.push(at(&fault.key, format!("`{}`: {}", fault.key, fault.message)));
    }
}

/// A name that is not there, with those that are.
fn unknown(files: Files<'_>, (key, name): (&str, &str), known: &[String]) -> Diagnostic {
    let message = format!("unknown {key} `{name}`");
    let fault = files.fault("TDG-J60", &format!("report.{key}"), message);
    match known {
        [] => fault.help(format!("there is no {key} yet")),
        _ => fault.help(format!("there are `{}`", known.join("`, `"))),
    }
}

fn brand(
    name: &str,
    files: Files<'_>,
    (templates, catalogue): (&Path, &Path),
    faults: &mut Diagnostics,
) -> Option<BrandSpec> {
    let known = names(&catalogue.join("brands"));
    if !known.iter().any(|one| one == name) {
        faults.push(unknown(files, ("brand", name), &known));
        return None;
    }
    let path = catalogue.join("brands").join(format!("{name}.toml"));
    let file = File::read(&path).map_err(|fault| faults.push(fault)).ok()?;
    let brand: BrandSpec = shape::file(&file, faults)?;
    let at = |key: &str, message: String| {
        Diagnostic::new("TDG-J60", &file, locate(&file.text, key), message)
    };
    if brand.schema_version != Some(super::SCHEMA_VERSION) {
        let message = format!("needs `schema_version = {}`", super::SCHEMA_VERSION);
        faults.push(at("schema_version", message));
        return None;
    }
    match brand.faults(templates) {
        Ok(found) => found.into_iter().for_each(|one| faults.push(at(&one.key, one.message))),
        Err(error) => faults.push(at("", error.to_string())),
    }
    Some(brand)
}

/// The brands of a catalogue, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let files = paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let stems = files.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
    let mut names: Vec<String> = stems.collect();
    names.sort();
    names
}
