//! The digest of a day for whoever runs Tidings: what became of every moment of every job.
//!
//! Rule: it is a mail like any other: text and tables, checked by the same linter, in the reader's language.

use crate::{
    chart::Brand,
    direction,
    edition::{one_line, sealed, set_mail},
    error::RenderError,
    format::Formatter,
    layout::Layout,
    lint,
    locale::Catalogue,
    templates::Templates,
    view::{BrandView, Writer},
};
use chrono::NaiveDate;
use model::{
    archive::Summary,
    edition::{Edition, EditionKind, Outline, Passage},
    label::{Label, Locale},
    quality::Warned,
    report::{Argument, Message, Verdict},
    slice::Slice,
};
use serde::Serialize;
use std::path::Path;

/// What the digest tells of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The day.
    pub day: NaiveDate,
    /// In one sentence.
    pub lead: Message,
    /// The subject line.
    pub subject: Message,
    /// Its moments, those that need a person first.
    pub entries: Vec<DigestEntry>,
}

/// A moment of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestEntry {
    /// The time of day.
    pub time: String,
    /// The job's title.
    pub title: Label,
    /// The job's name.
    pub job: String,
    /// Whether all is well.
    pub verdict: Verdict,
    /// What became of it, in a word or two.
    pub state: Message,
    /// What is to be said of it.
    pub details: Vec<Message>,
}

#[derive(Serialize)]
struct DigestView {
    lang: &'static str,
    subject: String,
    title: String,
    lead: String,
    entries: Vec<EntryView>,
    foot: String,
    brand: BrandView,
}

#[derive(Serialize)]
struct EntryView {
    time: String,
    title: String,
    job: String,
    verdict: &'static str,
    state: String,
    details: Vec<String>,
}

/// What the digest has to say.
fn outline(view: &DigestView) -> Outline {
    let entries = view.entries.iter().flat_map(|entry| {
        let head = [&entry.time, &entry.job, &entry.title, &entry.state];
        head.into_iter().chain(&entry.details)
    });
    let lines = [&view.title, &view.lead].into_iter().chain(entries).chain([&view.foot]);
    let passage = Passage { title: None, lines: lines.cloned().collect() };
    Outline { passages: vec![passage], charts: Vec::new() }
}

/// Renders the digest in a locale.
///
/// # Errors
/// When the template folder is faulty.
pub fn digest(
    templates: &Path,
    locale: Locale,
    digest: &Digest,
) -> Result<Warned<Edition>, RenderError> {
    let filled = Templates::load(templates)?;
    let (formatter, catalogue) = (Formatter::new(locale), Catalogue::load(templates, locale)?);
    let (layout, colours) = (Layout::default(), Brand::load(templates, None)?.view());
    let mut writer = Writer::new(&formatter, &catalogue, (&layout, &colours));
    let day = |key: &str| Message::new(key).with("date", Argument::Date(digest.day));
    let entry = |entry: &DigestEntry| EntryView {
        time: entry.time.clone(),
        title: entry.title.get(locale).to_owned(),
        job: entry.job.clone(),
        verdict: match entry.verdict {
            Verdict::Good => "good",
            Verdict::Bad => "bad",
            _ => "neutral",
        },
        state: writer.text(&entry.state),
        details: entry.details.iter().map(|message| writer.text(message)).collect(),
    };
    let view = DigestView {
        lang: locale.tag(),
        subject: one_line(&writer.text(&digest.subject)),
        title: writer.text(&day("digest.title")),
        lead: writer.text(&digest.lead),
        entries: digest.entries.iter().map(entry).collect(),
        foot: writer.text(&Message::new("digest.foot")),
        brand: colours.clone(),
    };
    let mail_html = set_mail(&filled.fill("layouts/digest.html", &view)?)?;
    writer.notes.extend(lint::check(&mail_html)?);
    let edition = Edition {
        kind: EditionKind::Report,
        locale,
        slice: Slice::All,
        subject: view.subject.clone(),
        page: String::new(),
        page_files: Vec::new(),
        summary: Summary::default(),
        outline: outline(&view),
        mail_html,
        mail_text: direction::in_text(&filled.fill("layouts/digest.txt", &view)?),
        images: Vec::new(),
        attachments: Vec::new(),
        layout: None,
        fingerprint: String::new(),
        gist: None,
    };
    Ok(Warned { notes: writer.remarks(), value: sealed(edition) })
}
