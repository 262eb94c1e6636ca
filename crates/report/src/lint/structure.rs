//! The form of a mail: its size, both style blocks, subject and preheader.

use super::{Broken, SUBJECT, css::Sheet, dom::Page, safety::SIZE_LIMIT};
use crate::view::{PREHEADER, columns};
use model::edition::{Edition, EditionKind};

pub(super) fn rules(html: &str, page: &Page, sheet: &Sheet) -> Vec<Broken> {
    let mut broken = Vec::new();
    if html.len() > SIZE_LIMIT {
        let remedy = "let a layout leave more to the page, or take words out of the templates";
        let what = format!("{} bytes of HTML, the limit is {SIZE_LIMIT}; {remedy}", html.len());
        broken.push(("size", what));
    }
    let has =
        |text: &str| sheet.media.iter().any(|condition| condition.replace(' ', "").contains(text));
    for (text, what) in [("prefers-color-scheme:dark", "dark mode"), ("max-width", "telephones")] {
        if !has(text) {
            broken.push(("styles", format!("the style block in the head says nothing for {what}")));
        }
    }
    let knows_dark = page.elements.iter().any(|one| {
        one.attribute("name") == Some("color-scheme")
            && one.attribute("content").is_some_and(|schemes| schemes.contains("dark"))
    });
    if !knows_dark {
        let what = "the head lacks `<meta name=\"color-scheme\" content=\"light dark\">`: Apple Mail turns colours round";
        broken.push(("styles", what.to_owned()));
    }
    let body = page.elements.iter().find(|one| one.tag == "body");
    let styled = body.and_then(|body| body.attribute("style")).unwrap_or_default();
    for property in ["background", "color", "font-family"] {
        if !styled.contains(property) {
            let what = format!(
                "the body has no `{property}` of its own: structure must stand in the elements"
            );
            broken.push(("styles", what));
        }
    }
    broken.extend(sheet.unread());
    broken
}

/// The two lines that an inbox shows.
pub(super) fn lines(edition: &Edition, page: &Page) -> Vec<Broken> {
    let mut broken = Vec::new();
    let subject = columns(&edition.subject);
    if subject == 0 || subject > SUBJECT {
        let what = format!(
            "the subject takes {subject} columns, 1 to {SUBJECT} are shown; shorten the title"
        );
        broken.push(("subject", what));
    }
    let preheader = page.preheader().map_or(0, |at| columns(page.elements[at].text.trim()));
    if edition.kind == EditionKind::Report && !(10..=PREHEADER).contains(&preheader) {
        broken.push((
            "preheader",
            format!("the preheader takes {preheader} columns, 10 to {PREHEADER} are shown"),
        ));
    }
    broken
}
