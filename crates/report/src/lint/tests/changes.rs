//! Changes of real templates, styles and locale files, and what the linter says of them.

use super::*;
use std::{fs, path::Path};

pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("templates").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to)
        } else {
            fs::copy(&from, &to).map(drop).expect("a copy")
        }
    }
}

/// A change of a file, and the rule that it breaks.
pub(super) struct Change<'a> {
    file: &'a str,
    from: &'a str,
    to: &'a str,
    rule: &'a str,
    words: &'a str,
}

pub(super) const fn change([file, from, to, rule, words]: [&str; 5]) -> Change<'_> {
    Change { file, from, to, rule, words }
}

/// Makes all changes in a copy of the templates, and expects a fault for each of them in the mail.
#[track_caller]
pub(super) fn check(changes: &[Change<'_>]) {
    let (_kept, templates) = changed(changes);
    let plan = ReportPlan {
        templates,
        locales: vec![Locale::En],
        layout: None,
        brand: None,
        attachments: Default::default(),
    };
    let mut report: Report = serde_json::from_str(include_str!("../../../fixtures/report.json"))
        .expect("the fixture is a report");
    // What takes long is drawing; one chart is as good as many.
    report
        .sections
        .retain(|section| ["scorecard", "trend", "channels"].contains(&section.kind.as_str()));
    let faults = lint(&render(&plan, &report, &Release::Send).expect("renders"));
    told(&faults, changes);
}

pub(super) fn changed(changes: &[Change<'_>]) -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().expect("a folder");
    let templates = place.path().join("report-templates");
    copy(&folder(), &templates);
    for Change { file, from, to, .. } in changes {
        let path = templates.join(file);
        let text = fs::read_to_string(&path).expect("a template");
        assert!(text.contains(from), "{from} is not in {file}");
        fs::write(&path, text.replacen(from, to, 1)).expect("written");
    }
    (place, templates)
}

#[track_caller]
pub(super) fn told(faults: &[LintFault], changes: &[Change<'_>]) {
    for Change { to, rule, words, .. } in changes {
        let is_told = faults.iter().any(|fault| fault.rule == *rule && fault.what.contains(words));
        let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(is_told, "`{to}` breaks `{rule}` with “{words}”, told is:\n{}", all.join("\n"));
    }
}

pub(super) const BODY: &str = "layouts/email.html";
pub(super) const CARD: &str = "partials/card.email.html";
pub(super) const HEAD: &str = "styles/email-head.css";
pub(super) const STYLE: &str = "styles/email.css";
pub(super) const TEXT: &str = "sections/default/email.txt";
