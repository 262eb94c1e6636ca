//! The elements and attributes that a mail may use, and how wide it is.
//!
//! Rule: tables lay out, and say so; colours stand in styles, where the dark scheme can change them; whatever is read
//! stands in a table of 640 pixels at most. What only Outlook sees holds no text, because nothing else could be checked.

use super::{
    Broken,
    dom::{Element, Page, taken_apart},
    properties::WIDEST,
};
use std::collections::BTreeSet;

const TAGS: [&str; 30] = [
    "a",
    "b",
    "blockquote",
    "body",
    "br",
    "caption",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "s",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "wbr",
];
const ATTRIBUTES: [&str; 24] = [
    "align",
    "alt",
    "aria-hidden",
    "aria-label",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "colspan",
    "dir",
    "height",
    "href",
    "id",
    "lang",
    "nowrap",
    "role",
    "rowspan",
    "scope",
    "src",
    "start",
    "style",
    "title",
    "valign",
    "width",
];
const COLOURS: [&str; 6] = ["alink", "bgcolor", "color", "link", "text", "vlink"];

pub(super) fn rules(page: &Page) -> Vec<Broken> {
    let mut broken: BTreeSet<Broken> = BTreeSet::new();
    let preheader = page.preheader();
    for (at, one) in page.body() {
        if !TAGS.contains(&one.tag.as_str()) && Some(at) != preheader {
            let what =
                format!("{} is no table, and no element that every mail program shows", one.name());
            broken.insert(("layout", what));
        }
        broken
            .extend(one.attributes.iter().filter_map(|(name, value)| attribute(one, name, value)));
        if one.tag == "table" {
            broken.extend(table(page, at, one));
        }
    }
    broken.extend(page.conditional.iter().flat_map(|text| conditional(text)));
    let head =
        page.elements.iter().filter(|one| one.tag == "style" && one.attribute("media").is_some());
    broken.extend(head.map(|_| {
        ("layout", "a style block has `media`, which is not looked into; use `@media`".to_owned())
    }));
    let out = page.body().find(|(at, one)| {
        one.is_read()
            && page.chain(*at).all(|around| !is_sheet(&page.elements[around]))
            && Some(*at) != preheader
    });
    broken.extend(out.map(|(_, one)| {
        (
            "layout",
            format!(
                "{} stands in no table with a `width` of at most {WIDEST}: the mail has no edge",
                one.name()
            ),
        )
    }));
    broken.into_iter().collect()
}

fn is_sheet(one: &Element) -> bool {
    let width = one.attribute("width").and_then(|width| width.parse::<f64>().ok());
    one.tag == "table" && width.is_some_and(|width| (200.0..=WIDEST).contains(&width))
}

fn attribute(one: &Element, name: &str, value: &str) -> Option<Broken> {
    if COLOURS.contains(&name) {
        let what = format!(
            "{} is coloured by `{name}`, which the dark scheme cannot change; use a style",
            one.name()
        );
        return Some(("contrast", what));
    }
    if !ATTRIBUTES.contains(&name) && !name.starts_with("data-") {
        let what = format!(
            "{} has `{name}`, which not every mail program knows; leave it out",
            one.name()
        );
        return Some(("layout", what));
    }
    let is_wide = name == "width" && value.parse::<f64>().is_ok_and(|width| width > WIDEST);
    is_wide.then(|| ("layout", format!("{} is {value} px wide, a mail has {WIDEST}", one.name())))
}

fn table(page: &Page, at: usize, one: &Element) -> Option<Broken> {
    let of_table =
        |inner: usize| page.chain(inner).find(|at| page.elements[*at].tag == "table") == Some(at);
    let has_heads =
        (0..page.elements.len()).any(|inner| page.elements[inner].tag == "th" && of_table(inner));
    let what = match (one.attribute("role") == Some("presentation"), has_heads) {
        (false, false) => "has neither headings nor `role=\"presentation\"`",
        (true, true) => {
            "has headings and `role=\"presentation\"`, which hides them from those who listen"
        }
        _ => return None,
    };
    Some(("layout", format!("{} {what}", one.name())))
}

/// What stands in a comment for Outlook.
fn conditional(text: &str) -> Vec<Broken> {
    let mut broken = Vec::new();
    let inner = text.split_once("]>").map_or(text, |(_, inner)| inner);
    let inner = inner.rsplit_once("<![endif]").map_or(inner, |(inner, _)| inner);
    // Settings of Office hold numbers that nobody reads.
    if inner.trim_start().starts_with("<xml>") {
        return broken;
    }
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('<') {
        let (tag, left) = after.split_once('>').unwrap_or((after, ""));
        let (name, attributes) = taken_apart(tag.trim_start_matches('/'));
        if !before.trim().is_empty() || !["table", "tbody", "td", "tr"].contains(&name.as_str()) {
            let what = format!(
                "only Outlook sees “{}<{tag}>”; a comment for it may open and close tables",
                before.trim()
            );
            broken.push(("layout", what));
        }
        let width = attributes.iter().find(|(name, _)| name == "width").map(|(_, value)| value);
        if width.is_some_and(|width| width.parse::<f64>().is_ok_and(|width| width > WIDEST)) {
            broken.push((
                "layout",
                format!("only Outlook sees `<{tag}>`, wider than the {WIDEST} px of a mail"),
            ));
        }
        rest = left;
    }
    if !rest.trim().is_empty() {
        broken
            .push(("layout", format!("only Outlook sees “{}”; show it to everybody", rest.trim())));
    }
    broken
}
