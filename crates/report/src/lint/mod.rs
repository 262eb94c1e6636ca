//! The mail linter: what must hold of every mail, whatever the data say.
//!
//! Rule: a rule is computed from the finished mail, never believed of the templates. What runs or fetches is refused at
//! once, in every run ([`safety`]); the rest fails `tidings check` and the suite, because a report that is due in the
//! morning is not held for its looks.

mod characters;
mod colours;
mod css;
mod dom;
mod elements;
mod figures;
mod pictures;
mod properties;
mod reading;
mod safety;
mod structure;

#[cfg(test)]
mod tests;

pub use characters::{lint_name, lint_words};
pub(crate) use safety::{SIZE_LIMIT, check};

use crate::error::RenderError;
use css::Sheet;
use dom::Page;
use model::{
    edition::Edition,
    label::Locale,
    quality::{QualityNote, Warned},
    report::Argument,
};

/// A rule that a mail breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LintFault {
    /// The language of the mail; none where all are meant.
    pub locale: Option<Locale>,
    /// The rule, in a word: `size`, `picture`, `contrast` …
    pub rule: &'static str,
    /// What breaks it, and where.
    pub what: String,
}

impl std::fmt::Display for LintFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let locale = self.locale.map_or(String::new(), |locale| format!("{locale}, "));
        write!(f, "{locale}{}: {}", self.rule, self.what)
    }
}

/// Remarks of a rendering that are faults of a mail.
const REMARKS: [&str; 3] =
    ["quality.missing_glyph", "quality.missing_glyph_on_paper", "quality.unknown_message"];

/// The subject may have so many columns: inboxes show fewer, and servers fold longer ones.
pub(crate) const SUBJECT: usize = 110;

/// Every rule that rendered mails break, in the order of the mails.
pub fn lint(rendered: &Warned<Vec<Edition>>) -> Vec<LintFault> {
    let mut faults: Vec<LintFault> = rendered.notes.iter().filter_map(remark).collect();
    for edition in &rendered.value {
        let all = rules(edition).into_iter();
        let locale = Some(edition.locale);
        faults.extend(all.map(|(rule, what)| LintFault { locale, rule, what }));
    }
    faults.dedup();
    faults
}

/// The rule that every sign has a glyph.
pub const GLYPHS: &str = "glyphs";

fn remark(note: &QualityNote) -> Option<LintFault> {
    let key = note.message.key.as_str();
    let arguments = note.message.arguments.iter().map(|(name, value)| match value {
        Argument::Text(text) => format!("{name} `{text}`"),
        other => format!("{name} {other:?}"),
    });
    let arguments: Vec<String> = arguments.collect();
    let what = format!("{key}: {}", arguments.join(", "));
    let rule = if key.starts_with("quality.missing_glyph") { GLYPHS } else { "remark" };
    REMARKS.contains(&key).then_some(LintFault { locale: None, rule, what })
}

/// A rule and what breaks it.
type Broken = (&'static str, String);

fn rules(edition: &Edition) -> Vec<Broken> {
    let html = edition.mail_html.as_str();
    let page = Page::parse(html);
    let sheet = Sheet::parse(&page.styles);
    let views = css::views(&sheet, &page);
    let mut broken = Vec::new();
    for what in safety::refused(html) {
        let what = what.to_owned();
        broken.push(("safety", RenderError::UnsafeMail { what }.to_string()));
    }
    broken.extend(structure::rules(html, &page, &sheet));
    broken.extend(structure::lines(edition, &page));
    broken.extend(elements::rules(&page));
    broken.extend(properties::rules(&page, &sheet));
    broken.extend(pictures::rules(edition, &page, &views));
    broken.extend(colours::rules(&page, &views));
    broken.extend(reading::rules(&page, &views));
    broken.extend(figures::rules(edition, &page, &views));
    broken.extend(characters::of_titles(edition));
    broken
}
