//! The form of a mail: its size, tables for layout, both style blocks, subject and preheader.

use super::{Broken, SUBJECT, css::Sheet, dom::Page, safety::SIZE_LIMIT};
use crate::view::{PREHEADER, columns};
use model::edition::{Edition, EditionKind};

/// What Word-engine mail programs and strict webmail drop.
const LAYOUT: [&str; 6] =
    ["display:flex", "display:grid", "display:inline-", "float:", "position:", "var("];

pub(super) fn rules(html: &str, page: &Page, sheet: &Sheet) -> Vec<Broken> {
    let mut broken = Vec::new();
    if html.len() > SIZE_LIMIT {
        let remedy = "set a layout, which leaves the rest to the page";
        let what = format!("{} bytes of HTML, the limit is {SIZE_LIMIT}; {remedy}", html.len());
        broken.push(("size", what));
    }
    let has = |text: &str| sheet.media.iter().any(|condition| condition.contains(text));
    for (text, what) in [("prefers-color-scheme: dark", "dark mode"), ("max-width", "telephones")] {
        if !has(text) {
            broken.push(("styles", format!("the style block in the head says nothing for {what}")));
        }
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
    for (at, one) in page.elements.iter().enumerate().filter(|(at, _)| page.is_in_body(*at)) {
        let style = one.attribute("style").unwrap_or_default().replace(' ', "");
        for refused in LAYOUT.iter().filter(|refused| style.contains(**refused)) {
            broken.push(("layout", format!("{} is laid out by `{refused}`", one.name())));
        }
        let is_hidden = style.contains("display:none");
        if matches!(one.tag.as_str(), "div" | "section" | "main" | "article") && !is_hidden {
            broken.push(("layout", format!("{} is no table", one.name())));
        }
        let of_table = |inner: usize| {
            page.chain(inner).find(|at| page.elements[*at].tag == "table") == Some(at)
        };
        let has_heads = (0..page.elements.len())
            .any(|inner| page.elements[inner].tag == "th" && of_table(inner));
        if one.tag == "table" && one.attribute("role") != Some("presentation") && !has_heads {
            broken.push((
                "layout",
                format!("{} has neither headings nor `role=\"presentation\"`", one.name()),
            ));
        }
    }
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
    let hidden = page.elements.iter().find(|one| {
        one.tag == "div" && one.attribute("style").is_some_and(|style| style.contains("mso-hide"))
    });
    let preheader = hidden.map_or(0, |one| columns(one.text.trim()));
    if edition.kind == EditionKind::Report && !(10..=PREHEADER).contains(&preheader) {
        broken.push((
            "preheader",
            format!("the preheader takes {preheader} columns, 10 to {PREHEADER} are shown"),
        ));
    }
    broken
}
