//! Puts an edition together: view, templates, styles, pictures.

use crate::{
    chart::{Artist, Brand},
    error::RenderError,
    format::Formatter,
    inline_css, lint,
    locale::Catalogue,
    page::Code,
    templates::Templates,
    view::{Held, ReportView, Writer},
};
use model::{
    edition::{Edition, EditionKind},
    fingerprint::Fingerprinter,
    label::Locale,
    quality::{QualityNote, Warned},
    report::Report,
    slice::Slice,
};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What the layouts of a page and a mail get: the view and the code around it.
#[derive(Serialize)]
struct Sheet<'a> {
    #[serde(flatten)]
    view: &'a ReportView,
    code: &'a Code,
}

/// The template folder, opened.
pub(crate) struct Studio {
    folder: PathBuf,
    templates: Templates,
    brand: Brand,
}

impl Studio {
    /// Opens a template folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, RenderError> {
        Ok(Self {
            folder: folder.to_owned(),
            templates: Templates::load(folder)?,
            brand: Brand::load(folder)?,
        })
    }

    /// The report in every locale, with `reservations` on top if there are any.
    pub(crate) fn reports(
        &self,
        locales: &[Locale],
        report: &Report,
        reservations: &[QualityNote],
    ) -> Result<Vec<Warned<Edition>>, RenderError> {
        let draw = |locale: &Locale| {
            // A script engine belongs to one thread: each locale has an artist of its own.
            let artist = Artist::new(&self.brand)?;
            self.report(&artist, *locale, report, reservations)
        };
        std::thread::scope(|scope| {
            let locales = locales.iter();
            let drawn: Vec<_> = locales.map(|locale| scope.spawn(move || draw(locale))).collect();
            let finished = drawn
                .into_iter()
                .map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            finished.collect()
        })
    }

    /// The notice in every locale that a report, or some slices of it, was held.
    pub(crate) fn notices(
        &self,
        locales: &[Locale],
        report: &Report,
        (held, reasons): (Held, &[QualityNote]),
    ) -> Result<Vec<Warned<Edition>>, RenderError> {
        locales.iter().map(|locale| self.notice(*locale, report, (held, reasons))).collect()
    }

    fn report(
        &self,
        artist: &Artist<'_>,
        locale: Locale,
        report: &Report,
        reservations: &[QualityNote],
    ) -> Result<Warned<Edition>, RenderError> {
        let (formatter, catalogue) =
            (Formatter::new(locale), Catalogue::load(&self.folder, locale)?);
        let mut writer = Writer::new(&formatter, &catalogue);
        let view = writer.report(artist, report, reservations)?;
        let code = Code::new(&self.brand, &writer.charts);
        let sheet = Sheet { view: &view, code: &code };
        let mail_html = inline_css::inline(&self.templates.fill("layouts/email.html", &sheet)?)?;
        writer.notes.extend(lint::check(&mail_html)?);
        let subject = match (&report.correction, reservations) {
            (Some(_), _) => writer.about("edition.subject_corrected", report),
            (None, []) => writer.about("edition.subject", report),
            (None, _) => writer.about("edition.subject_marked", report),
        };
        let notes = writer.remarks();
        let edition = Edition {
            kind: EditionKind::Report,
            locale,
            slice: report.slice()?,
            subject: one_line(&subject),
            page: self.templates.fill("layouts/page.html", &sheet)?,
            mail_html,
            mail_text: self.templates.fill("layouts/email.txt", &view)?,
            images: writer.images,
            fingerprint: String::new(),
        };
        Ok(Warned { value: sealed(edition), notes })
    }

    fn notice(
        &self,
        locale: Locale,
        report: &Report,
        (held, reasons): (Held, &[QualityNote]),
    ) -> Result<Warned<Edition>, RenderError> {
        let (formatter, catalogue) =
            (Formatter::new(locale), Catalogue::load(&self.folder, locale)?);
        let mut writer = Writer::new(&formatter, &catalogue);
        let view = writer.notice(report, held, reasons);
        let mail_html = inline_css::inline(&self.templates.fill("layouts/notice.html", &view)?)?;
        writer.notes.extend(lint::check(&mail_html)?);
        let edition = Edition {
            kind: EditionKind::Notice,
            locale,
            slice: Slice::All,
            subject: one_line(&view.subject),
            page: String::new(),
            mail_html,
            mail_text: self.templates.fill("layouts/notice.txt", &view)?,
            images: Vec::new(),
            fingerprint: String::new(),
        };
        Ok(Warned { notes: writer.remarks(), value: sealed(edition) })
    }
}

/// A subject must not smuggle a header into the mail, so line breaks become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<_> =
        text.split(|c: char| c.is_control() || c == ' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Adds the fingerprint of everything that is sent or archived.
pub(crate) fn sealed(edition: Edition) -> Edition {
    let mut fingerprint = Fingerprinter::new("edition");
    fingerprint.field(edition.locale.tag());
    for part in [&edition.subject, &edition.page, &edition.mail_html, &edition.mail_text] {
        fingerprint.field(part);
    }
    for image in &edition.images {
        fingerprint.field(&image.content_id).field(&image.png);
    }
    Edition { fingerprint: fingerprint.finish(), ..edition }
}
