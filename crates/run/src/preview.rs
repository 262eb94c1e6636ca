//! Rendering for a look: nothing is sent and no receipt is written.

use crate::error::RunError;
use model::{
    edition::{Edition, EditionKind, Release},
    fingerprint::Fingerprinter,
    quality::QualityNote,
    report::Report,
    run::Artefact,
};
use report::ReportPlan;
use std::path::{Path, PathBuf};

/// Renders a report into a folder: a page, a mail, its pictures and attachments per locale.
///
/// # Errors
/// As rendering, and when a file cannot be written.
pub fn preview(
    plan: &ReportPlan,
    report: &Report,
    release: &Release,
    folder: &Path,
) -> Result<(Vec<Artefact>, Vec<QualityNote>), RunError> {
    let editions = report::render(plan, report, release)?;
    let mut artefacts = Vec::new();
    for edition in &editions.value {
        artefacts.extend(publish(edition, folder)?);
    }
    Ok((artefacts, editions.notes))
}

fn publish(edition: &Edition, folder: &Path) -> Result<Vec<Artefact>, RunError> {
    let locale = edition.locale;
    let mut files: Vec<(&str, String, Vec<u8>)> = Vec::new();
    if edition.kind == EditionKind::Report {
        files.push(("page", format!("page.{locale}.html"), edition.page.clone().into_bytes()));
        let beside = edition.page_files.iter();
        files.extend(beside.map(|file| ("script", file.file_name.to_owned(), file.bytes.to_vec())));
    }
    let mut mail = edition.mail_html.clone();
    for image in &edition.images {
        // A mail refers to its pictures by content id; in a folder they are files beside it.
        let file = format!("{locale}/{}", image.file_name);
        mail = mail.replace(&format!("cid:{}", image.content_id), &file);
        files.push(("picture", file, image.png.clone()));
    }
    files.push(("mail", format!("mail.{locale}.html"), mail.into_bytes()));
    files.push(("text", format!("mail.{locale}.txt"), edition.mail_text.clone().into_bytes()));
    for attachment in &edition.attachments {
        files.push(("attachment", attachment.file_name.clone(), attachment.bytes.clone()));
    }
    let mut artefacts = Vec::new();
    for (kind, name, bytes) in files {
        let path = folder.join(name);
        write(&path, &bytes)?;
        if !matches!(kind, "picture" | "script") {
            artefacts.push(Artefact { kind: kind.to_owned(), path: path.display().to_string() });
        }
    }
    Ok(artefacts)
}

/// Publishes one file.
///
/// # Errors
/// When it cannot be written; the old file is then untouched.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    let written = publish::file(path, bytes);
    written.map_err(|source| RunError::Write { path: path.display().to_string(), source })
}

/// The report of a job that was stored last for the latest moment; none before its first run.
pub fn latest(state: &Path, job: &str) -> Option<PathBuf> {
    let moments = std::fs::read_dir(state.join("reports").join(job)).ok()?;
    let mut moments: Vec<PathBuf> = moments.flatten().map(|entry| entry.path()).collect();
    moments.sort();
    moments.iter().rev().find_map(|moment| {
        let stored = std::fs::read_dir(moment).ok()?.flatten().map(|entry| entry.path());
        let reports = stored.filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("report") && name.ends_with(".json")
        });
        let changed = |path: &PathBuf| path.metadata().and_then(|known| known.modified()).ok();
        reports.max_by_key(|path| (changed(path), path.clone()))
    })
}

/// Reads a stored report.
///
/// # Errors
/// When the file cannot be read, is no report, or is of a newer version.
pub fn stored_report(path: &Path) -> Result<Report, RunError> {
    stored_with_figures(path).map(|(report, _)| report)
}

/// What stands in a stored report beside its figures and their words: whose it is, which plan and rows it comes from.
const BESIDE: [&str; 6] = ["fingerprint", "notes", "organisation", "owner", "sources", "title"];

/// The same with the fingerprint of its figures, taken from what lies there: it is the same for every version of the
/// program.
///
/// # Errors
/// As [`stored_report`].
pub(crate) fn stored_with_figures(path: &Path) -> Result<(Report, String), RunError> {
    let fault = |reason: String| RunError::Report { path: path.display().to_string(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    let mut value: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?;
    let version = value.get("schema_version").and_then(serde_json::Value::as_u64);
    if version != Some(u64::from(model::report::SCHEMA_VERSION)) {
        let known = model::report::SCHEMA_VERSION;
        return Err(fault(format!(
            "its schema_version is {}, this program reads {known}",
            version.map_or("missing".into(), |v| v.to_string())
        )));
    }
    let report = serde_json::from_value(value.clone()).map_err(|error| fault(error.to_string()))?;
    if let Some(stored) = value.as_object_mut() {
        stored.retain(|key, _| !BESIDE.contains(&key.as_str()));
    }
    let figures = Fingerprinter::new("figures").field(value.to_string()).finish();
    Ok((report, figures))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, time::Duration};

    #[test]
    fn the_newest_report_of_the_latest_moment_is_taken() {
        let state = tempfile::tempdir().expect("a folder");
        let file = |name: &str| state.path().join("reports/nightly").join(name);
        assert_eq!(latest(state.path(), "nightly"), None);
        let start = std::time::SystemTime::UNIX_EPOCH;
        // By name the last one is a correction, by time it is what replaced it.
        for (name, age) in [
            ("2026-07-01T0630/report.json", 9),
            ("2026-07-02T0630/report.json", 3),
            ("2026-07-02T0630/report.r1.json", 2),
            ("2026-07-02T0630/report-north.json", 1),
            ("2026-07-02T0630/held.json", 8),
        ] {
            fs::create_dir_all(file(name).parent().expect("a folder")).expect("made");
            fs::write(file(name), "{}").expect("written");
            let opened = fs::File::options().write(true).open(file(name)).expect("opened");
            opened.set_modified(start + Duration::from_secs(age)).expect("dated");
        }
        let expected = file("2026-07-02T0630/report.json");
        assert_eq!(latest(state.path(), "nightly"), Some(expected));
        // A moment whose report was never stored is none.
        fs::create_dir_all(file("2026-07-03T0630")).expect("made");
        assert!(latest(state.path(), "nightly").is_some());
    }
}
