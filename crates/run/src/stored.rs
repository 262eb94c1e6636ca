//! Reports in the state folder, and what owners were told beside them.
//!
//! Rule: what was mailed stays readable; another report of the same moment has a name of its own. A report is rendered
//! again when somebody asks what went out; a notice tells of a moment that is over, so it is kept as it was.

use crate::error::RunError;
use job::JobPlan;
use model::{
    context::RunContext,
    edition::{Edition, EditionKind},
    fingerprint::Fingerprinter,
    label::Locale,
    receipt::Receipt,
    report::Report,
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Publishes the stored report of a run.
pub(crate) fn publish(
    plan: &JobPlan,
    cx: &RunContext,
    report: &Report,
) -> Result<PathBuf, RunError> {
    let stamp = plan.as_of.format("%Y-%m-%dT%H%M").to_string();
    let folder = cx.state.join("reports").join(plan.job.as_str()).join(stamp);
    let mut text = serde_json::to_vec_pretty(report).expect("a report always serializes");
    text.push(b'\n');
    // What was mailed stays readable: another report of the same moment, or its correction, has a name of its own.
    let print = &report.fingerprint;
    let usual = match report.slice.is_empty() {
        true => folder.join("report.json"),
        false => folder.join("slices").join(format!("{print}.json")),
    };
    let is_other = std::fs::read(&usual).is_ok_and(|stored| stored != text);
    let path = match is_other {
        true => {
            let content = Fingerprinter::new("report").field(&text).finish();
            usual.with_file_name(format!("report-{}.json", &content[..12]))
        }
        false => usual,
    };
    write(path, &text)
}

/// A notice, as it was mailed.
#[derive(Serialize, Deserialize)]
struct Notice {
    locale: Locale,
    subject: String,
    mail_html: String,
    mail_text: String,
}

/// Keeps the notices among editions that are to be mailed. One that cannot be kept goes all the same.
pub(crate) fn keep_notices(plan: &JobPlan, cx: &RunContext, editions: &[Edition]) {
    let is_notice = |one: &&Edition| cx.send && one.kind == EditionKind::Notice;
    for edition in editions.iter().filter(is_notice) {
        let notice = Notice {
            locale: edition.locale,
            subject: edition.subject.clone(),
            mail_html: edition.mail_html.clone(),
            mail_text: edition.mail_text.clone(),
        };
        let text = serde_json::to_vec_pretty(&notice).expect("a notice always serializes");
        if let Err(error) = write(place(plan, cx, &edition.fingerprint), &text) {
            tracing::error!(error = %error.chain(), "a notice cannot be kept; `show-sent` will not show it");
        }
    }
}

/// The notice of a receipt; `None` when it was not kept, or is gone.
pub(crate) fn notice(plan: &JobPlan, cx: &RunContext, receipt: &Receipt) -> Option<Edition> {
    let text = std::fs::read(place(plan, cx, &receipt.content)).ok()?;
    let Notice { locale, subject, mail_html, mail_text } = serde_json::from_slice(&text).ok()?;
    Some(Edition {
        kind: EditionKind::Notice,
        locale,
        slice: receipt.slice.clone(),
        subject,
        page: String::new(),
        page_files: Vec::new(),
        summary: Default::default(),
        mail_html,
        mail_text,
        images: Vec::new(),
        outline: Default::default(),
        attachments: Vec::new(),
        fingerprint: receipt.content.clone(),
    })
}

fn place(plan: &JobPlan, cx: &RunContext, content: &str) -> PathBuf {
    cx.state.join("notices").join(plan.job.as_str()).join(format!("{content}.json"))
}

fn write(path: PathBuf, text: &[u8]) -> Result<PathBuf, RunError> {
    let written = publish::file(&path, text);
    written.map_err(|source| RunError::Write { path: path.display().to_string(), source })?;
    Ok(path)
}
