//! Puts an edition together: view, templates, styles, pictures.

use crate::{
    attach,
    brand::BrandFault,
    chart::{Artist, Brand},
    direction,
    error::RenderError,
    format::Formatter,
    inline_css,
    layout::Layout,
    lint,
    locale::{Catalogue, in_one_line},
    outline,
    page::{self, Code},
    plan::ReportPlan,
    summary,
    templates::Templates,
    typography,
    view::{BrandView, Held, ReportView, Writer},
};
use model::{
    edition::{AttachmentKind, Edition, EditionKind},
    fingerprint::{self, Fingerprinter},
    label::Locale,
    quality::{QualityNote, Warned},
    report::Report,
    slice::Slice,
};
use serde::Serialize;
use std::{collections::BTreeSet, path::PathBuf};

/// What the layout of a page gets: the view and the code around it.
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
    colours: BrandView,
    layout: Layout,
    /// Whether the mails are for the linter alone, which tells what must not leave.
    is_for_lint: bool,
}

impl Studio {
    /// Opens the template folder of a plan.
    pub(crate) fn open(plan: &ReportPlan) -> Result<Self, RenderError> {
        let folder = &plan.templates;
        let templates = Templates::load(folder)?;
        let brand = Brand::load(folder, plan.brand.as_ref())?;
        if let Some(BrandFault { key, message }) = brand.faults().into_iter().next() {
            return Err(RenderError::Faint { key, message });
        }
        let layout = Layout::load(folder, plan.layout.as_deref())?;
        let (folder, colours) = (folder.clone(), brand.view());
        Ok(Self { folder, templates, colours, brand, layout, is_for_lint: false })
    }

    /// The same for mails that only the linter reads.
    pub(crate) fn open_for_lint(plan: &ReportPlan) -> Result<Self, RenderError> {
        Ok(Self { is_for_lint: true, ..Self::open(plan)? })
    }

    /// The report in every locale of the plan, with `reservations` on top if there are any.
    pub(crate) fn reports(
        &self,
        plan: &ReportPlan,
        report: &Report,
        reservations: &[QualityNote],
    ) -> Result<Vec<Warned<Edition>>, RenderError> {
        let draw = |locale: &Locale| {
            // A script engine belongs to one thread: each locale has an artist of its own.
            let artist = Artist::new(&self.brand)?;
            self.report(&artist, (*locale, &plan.attachments), report, reservations)
        };
        std::thread::scope(|scope| {
            let locales = plan.locales.iter();
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
        (locale, wanted): (Locale, &BTreeSet<AttachmentKind>),
        report: &Report,
        reservations: &[QualityNote],
    ) -> Result<Warned<Edition>, RenderError> {
        let (formatter, catalogue) =
            (Formatter::new(locale), Catalogue::load(&self.folder, locale)?);
        let mut writer = Writer::new(&formatter, &catalogue, (&self.layout, &self.colours));
        let (stored, named) = (report, writer.named(report));
        let report = named.as_ref();
        let (mut page, mut mail) = writer.report(artist, report, reservations)?;
        if let Some(name) = &self.brand.name {
            name.get(locale).clone_into(&mut page.organisation);
            mail.organisation.clone_from(&page.organisation);
        }
        let code = Code::new(&self.brand, &writer.charts);
        let mail_html = loop {
            let html = set_mail(&self.templates.fill("layouts/email.html", &mail)?)?;
            // Mail programs cut a mail that is longer; so the last sections leave their figures to the page before.
            if html.len() <= lint::SIZE_LIMIT || !writer.shorten(&page, &mut mail) {
                break html;
            }
        };
        writer.images.retain(|image| mail_html.contains(&format!("cid:{}\"", image.content_id)));
        writer.notes.extend(self.examined(&mail_html)?);
        let subject = writer.subject(report, reservations);
        let attachments = attach::make(wanted, &mut writer, &self.brand, &page, stored)?;
        let notes = writer.remarks();
        let sheet = Sheet { view: &page, code: &code };
        let edition = Edition {
            kind: EditionKind::Report,
            locale,
            slice: report.slice()?,
            subject: one_line(&subject),
            page: set_page(&self.templates.fill("layouts/page.html", &sheet)?),
            page_files: page::files(),
            summary: summary::of(&page, report),
            outline: outline::of(&mail),
            mail_html,
            mail_text: direction::in_text(&self.templates.fill("layouts/email.txt", &mail)?),
            images: writer.images,
            attachments,
            layout: None,
            fingerprint: String::new(),
            gist: None,
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
        let mut writer = Writer::new(&formatter, &catalogue, (&self.layout, &self.colours));
        let view = writer.notice(report, held, reasons);
        let filled = self.templates.fill("layouts/notice.html", &view)?;
        let mail_html = set_mail(&filled)?;
        writer.notes.extend(self.examined(&mail_html)?);
        let edition = Edition {
            kind: EditionKind::Notice,
            locale,
            slice: Slice::All,
            subject: one_line(&view.subject),
            page: String::new(),
            page_files: Vec::new(),
            summary: summary::of_notice(&view),
            outline: outline::of_notice(&view),
            mail_html,
            mail_text: direction::in_text(&self.templates.fill("layouts/notice.txt", &view)?),
            images: Vec::new(),
            attachments: Vec::new(),
            layout: None,
            fingerprint: String::new(),
            gist: Some(fingerprint::of("reasons", &(format!("{held:?}"), reasons))),
        };
        Ok(Warned { notes: writer.remarks(), value: sealed(edition) })
    }

    /// What is remarked of a mail; one that must not leave is refused, but for the linter.
    fn examined(&self, mail_html: &str) -> Result<Option<QualityNote>, RenderError> {
        match lint::check(mail_html) {
            Err(RenderError::UnsafeMail { .. }) if self.is_for_lint => Ok(None),
            examined => examined,
        }
    }
}

/// The HTML of a filled mail, as it is sent: styles at their elements, figures whole, names apart.
pub(crate) fn set_mail(filled: &str) -> Result<String, RenderError> {
    Ok(direction::in_html(&typography::of_mail(&inline_css::inline(filled)?)))
}

/// The HTML of a filled page: figures whole, names apart.
pub(crate) fn set_page(filled: &str) -> String {
    direction::in_html(&typography::of_page(filled))
}

/// A subject must not smuggle a header into the mail, so line breaks become spaces, and several of them one.
pub(crate) fn one_line(text: &str) -> String {
    let text = in_one_line(text);
    let words = text.split(|c: char| c.is_control() || c == ' ');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Adds the fingerprint of everything that is sent or archived.
pub(crate) fn sealed(edition: Edition) -> Edition {
    let mut fingerprint = Fingerprinter::new("edition");
    fingerprint.field(edition.locale.tag());
    for part in [&edition.subject, &edition.page, &edition.mail_html, &edition.mail_text] {
        fingerprint.field(part);
    }
    for file in &edition.page_files {
        fingerprint.field(file.file_name).field(file.bytes);
    }
    for image in &edition.images {
        fingerprint.field(&image.content_id).field(&image.png);
    }
    for attachment in &edition.attachments {
        fingerprint.field(&attachment.file_name).field(&attachment.bytes);
    }
    Edition { fingerprint: fingerprint.finish(), ..edition }
}
