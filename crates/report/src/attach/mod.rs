//! The report in other forms: files that go with a mail or lie beside a page.
//!
//! Rule: an attachment says what the page says, in the words of its locale, and adds no figure. The same report gives
//! the same bytes.

mod flat;
mod guard;
#[cfg(test)]
mod tests;
mod workbook;

use crate::{
    chart::Brand,
    error::RenderError,
    print,
    view::{Book, ReportView, Writer},
};
use model::{
    edition::{Attachment, AttachmentKind},
    label::Locale,
    report::Report,
};
use std::collections::BTreeSet;

/// The wanted attachments of one locale.
pub(crate) fn make(
    wanted: &BTreeSet<AttachmentKind>,
    writer: &mut Writer<'_>,
    brand: &Brand,
    view: &ReportView,
    report: &Report,
) -> Result<Vec<Attachment>, RenderError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let book = writer.book(view, report);
    let locale = writer.locale();
    let attachment = |kind: &AttachmentKind| {
        let file_name = file_name(report, locale, *kind);
        let bytes = match kind {
            AttachmentKind::Csv => flat::csv(&book),
            AttachmentKind::Pdf => {
                let paper = print::print(view, &writer.charts, brand, report.as_of)?;
                let place = (file_name.as_str(), |c| view.holder(c));
                writer.lacks("quality.missing_glyph_on_paper", paper.missing, place);
                paper.pdf
            }
            AttachmentKind::Xlsx => xlsx(&book, report)?,
        };
        Ok(Attachment { kind: *kind, file_name, bytes })
    };
    wanted.iter().map(attachment).collect()
}

fn xlsx(book: &Book, report: &Report) -> Result<Vec<u8>, RenderError> {
    workbook::xlsx(book, report.as_of).map_err(|source| RenderError::Workbook {
        title: report.title.en.clone(),
        source: Box::new(source),
    })
}

/// `nightly-2026-07-01.zh-CN.xlsx`: what a reader finds again in a folder of downloads.
fn file_name(report: &Report, locale: Locale, kind: AttachmentKind) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let job: String = report.job.as_str().chars().map(plain).take(60).collect();
    format!("{job}-{}.{locale}.{}", report.as_of.format("%Y-%m-%d"), kind.ending())
}
