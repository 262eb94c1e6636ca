//! Renders a report: one edition per locale, as a page, a mail and a text.
//!
//! Rule: rendering is a function of the report, the release and the template folder. It asks no clock, no
//! network and no query engine, so a stored report renders again to the same bytes. Templates format, they
//! never compute: everything they show is text by the time they see it.

mod archive;
mod attach;
mod brand;
mod chart;
mod colour;
mod digest;
mod direction;
mod edition;
mod error;
mod format;
mod inline_css;
mod layout;
mod lint;
mod locale;
mod outline;
mod page;
mod plan;
mod print;
mod soundness;
mod specimen;
mod summary;
mod templates;
mod typography;
mod view;

#[cfg(test)]
mod tests;

pub use archive::{Archivist, JobCard, MonthCard, MonthFiles, Months, Newest, Shelved};
pub use brand::{BrandFault, BrandSpec, PaletteSpec, Rise};
pub use digest::{Digest, DigestEntry, digest};
pub use error::RenderError;
pub use format::side_by_side;
pub use layout::{Layout, LayoutFault};
pub use lint::{GLYPHS, LintFault, lint, lint_name, lint_words};
pub use plan::{ReportPlan, Spec};
pub use soundness::{Soundness, sound};
pub use specimen::{About, last_good, reservations, specimen};

use edition::Studio;
use model::{
    edition::{Edition, Release},
    label::Locale,
    quality::{QualityNote, Warned},
    report::{Message, Report, SCHEMA_VERSION},
};
use std::path::Path;
use view::Held;

/// Writes messages as sentences in a locale, for logs and terminals; what cannot be written is spelled out.
///
/// # Errors
/// When the locale file cannot be read.
pub fn say(
    templates: &Path,
    locale: Locale,
    messages: &[&Message],
) -> Result<Vec<String>, RenderError> {
    let catalogue = locale::Catalogue::load(templates, locale)?;
    let formatter = format::Formatter::new(locale);
    let write = |message: &&Message| {
        catalogue.write(&formatter, message).unwrap_or_else(|unwritten| unwritten.text)
    };
    Ok(messages.iter().map(write).collect())
}

/// Renders every edition of `report` that `release` allows.
///
/// A held report becomes a notice per locale: reasons and next steps, no figure and no picture.
///
/// # Errors
/// When the template folder is faulty or a chart cannot be drawn; never because of what the data say.
pub fn render(
    plan: &ReportPlan,
    report: &Report,
    release: &Release,
) -> Result<Warned<Vec<Edition>>, RenderError> {
    editions(plan, report, release, Studio::open)
}

/// Renders as [`render`] does, for [`lint()`] alone: what must not leave is no error here, and told with all the rest.
///
/// # Errors
/// As [`render`], but for a mail that runs or fetches something.
pub fn render_for_lint(
    plan: &ReportPlan,
    report: &Report,
    release: &Release,
) -> Result<Warned<Vec<Edition>>, RenderError> {
    editions(plan, report, release, Studio::open_for_lint)
}

fn editions(
    plan: &ReportPlan,
    report: &Report,
    release: &Release,
    open: fn(&ReportPlan) -> Result<Studio, RenderError>,
) -> Result<Warned<Vec<Edition>>, RenderError> {
    if report.schema_version > SCHEMA_VERSION {
        let (found, known) = (report.schema_version, SCHEMA_VERSION);
        return Err(RenderError::SchemaVersion { found, known });
    }
    let studio = open(plan)?;
    let rendered = match release {
        Release::Send => studio.reports(plan, report, &[])?,
        Release::SendMarked(notes) => studio.reports(plan, report, notes)?,
        Release::Hold(reasons) => {
            studio.notices(&plan.locales, report, (Held::of(report, reasons), reasons))?
        }
    };
    Ok(gathered(rendered))
}

/// The word to the owners that the readers of some slices get no figures, though others do.
///
/// # Errors
/// When the template folder is faulty.
pub fn slices_held(
    plan: &ReportPlan,
    report: &Report,
    reasons: &[QualityNote],
) -> Result<Warned<Vec<Edition>>, RenderError> {
    let studio = Studio::open(plan)?;
    Ok(gathered(studio.notices(&plan.locales, report, (Held::Slices, reasons))?))
}

/// The word to the owners that the readers of some slices have figures of which the data have no rows any more.
///
/// # Errors
/// When the template folder is faulty.
pub fn slices_gone(
    plan: &ReportPlan,
    report: &Report,
    reasons: &[QualityNote],
) -> Result<Warned<Vec<Edition>>, RenderError> {
    let studio = Studio::open(plan)?;
    Ok(gathered(studio.notices(&plan.locales, report, (Held::Corrections, reasons))?))
}

/// The names of the layouts that a template folder has, in order.
///
/// # Errors
/// When the folder cannot be read.
pub fn layouts(templates: &Path) -> Result<Vec<String>, RenderError> {
    layout::known(templates)
}

/// The word to the owners that deliveries failed or are in doubt.
///
/// # Errors
/// When the template folder is faulty.
pub fn undelivered(
    plan: &ReportPlan,
    report: &Report,
    reasons: &[QualityNote],
) -> Result<Warned<Vec<Edition>>, RenderError> {
    let studio = Studio::open(plan)?;
    Ok(gathered(studio.notices(&plan.locales, report, (Held::Nothing, reasons))?))
}

fn gathered(rendered: Vec<Warned<Edition>>) -> Warned<Vec<Edition>> {
    let mut editions = Warned::clean(Vec::new());
    for edition in rendered {
        editions.value.push(edition.value);
        for note in edition.notes {
            // Both locales may meet the same fault; the reader of the ledger needs it once.
            if !editions.notes.contains(&note) {
                editions.notes.push(note);
            }
        }
    }
    editions
}
