//! The properties and values that a mail may use: those that every mail program knows and the linter can judge.
//!
//! Rule: what is not in the list is a fault, in elements and in style blocks alike. Outlook's Word engine and QQ Mail drop
//! the rest, or a text is hidden or faint by it without anybody noticing.

use super::{
    Broken,
    css::{Declaration, Sheet, declarations},
    dom::Page,
};
use crate::colour::channels;
use std::collections::BTreeMap;

/// The widest that a mail may be, in pixels.
pub(super) const WIDEST: f64 = 640.0;

const KNOWN: &[&str] = &[
    "-ms-text-size-adjust",
    "-webkit-text-size-adjust",
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-width",
    "border-width",
    "box-sizing",
    "color",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant-numeric",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "mso-line-height-rule",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-transform",
    // Where it is not known lines break as they did.
    "text-wrap",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-wrap",
];
/// What hides the line beside the subject, and may stand nowhere else.
const HIDING: [&str; 3] = ["max-height", "mso-hide", "overflow"];
const DISPLAYS: [&str; 6] = ["none", "block", "inline", "table", "table-row", "table-cell"];
const UNITS: [&str; 5] = ["", "px", "em", "%", "pt"];

pub(super) fn rules(page: &Page, sheet: &Sheet) -> Vec<Broken> {
    let mut faults: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let mut add = |place: &str, what: String| {
        faults.entry(what).or_insert_with(|| (place.to_owned(), 0)).1 += 1;
    };
    for rule in &sheet.rules {
        for what in rule.declarations.iter().filter_map(|one| fault(one, false)) {
            add(&format!("`{}` of a style block", rule.name), what);
        }
    }
    let preheader = page.preheader();
    for (at, element) in page.body() {
        let style = element.attribute("style").unwrap_or_default();
        for what in declarations(style).iter().filter_map(|one| fault(one, preheader == Some(at))) {
            add(&element.name(), what);
        }
    }
    let told = faults.into_iter().map(|(what, (place, count))| match count {
        1 => format!("{place}: {what}"),
        count => format!("{place} and {} more: {what}", count - 1),
    });
    told.map(|what| ("style", what)).collect()
}

/// Why a declaration is none that a mail may have.
fn fault(one: &Declaration, is_preheader: bool) -> Option<String> {
    let Declaration { property, value, .. } = one;
    let said = format!("`{property}: {value}`");
    if property.is_empty() {
        return Some(format!("`{value}` is no declaration; write `property: value`"));
    }
    if HIDING.contains(&property.as_str()) {
        let what = format!(
            "{said} hides, and is for the line beside the subject alone; leave the text out instead"
        );
        return (!is_preheader).then_some(what);
    }
    let (name, value) = (property.as_str(), value.as_str());
    if !KNOWN.contains(&name) {
        return Some(format!(
            "{said} is not known to every mail program, or cannot be judged; use tables, padding and `#rrggbb` colours"
        ));
    }
    if value.contains(['(', '\\']) {
        return Some(format!(
            "{said} is computed, which Outlook does not know; write the value itself"
        ));
    }
    let is_colour = |also: &[&str]| channels(value).is_some() || also.contains(&value);
    match name {
        "color" if !is_colour(&["inherit"]) => {
            return Some(format!(
                "{said} is a colour that the linter cannot read; write `#rrggbb`"
            ));
        }
        "background" | "background-color" if !is_colour(&["transparent", "none"]) => {
            return Some(format!(
                "{said} is a ground that the linter cannot read; write `#rrggbb`"
            ));
        }
        "display" if !DISPLAYS.contains(&value) => {
            return Some(format!("{said} is not known to Outlook; lay out by tables"));
        }
        "font-size" if value != "inherit" && pixels(value, 1.0).is_none() => {
            return Some(format!("{said} is a size that the linter cannot read; write pixels"));
        }
        "font-family" => return None,
        _ => {}
    }
    let parts = value.split([' ', '/', ',']).filter_map(number);
    for (size, unit) in parts {
        if size < 0.0 {
            return Some(format!(
                "{said} is negative, which Outlook ignores and which can move text out of sight"
            ));
        }
        if !UNITS.contains(&unit) {
            return Some(format!(
                "{said} has a unit that not every mail program knows; use px, em, % or pt"
            ));
        }
        if name.ends_with("width") && !name.starts_with("border") && unit == "px" && size > WIDEST {
            return Some(format!("{said} is wider than the {WIDEST} px of a mail"));
        }
    }
    None
}

/// A number and its unit; none for a word or a colour.
fn number(text: &str) -> Option<(f64, &str)> {
    let is_sign = |sign: char| sign.is_ascii_digit() || "+-.".contains(sign);
    let end = text.find(|sign| !is_sign(sign)).unwrap_or(text.len());
    let (size, unit) = text.split_at(end);
    Some((size.parse().ok()?, unit))
}

/// A size in pixels, within letters of a size.
pub(super) fn pixels(value: &str, letter: f64) -> Option<f64> {
    let (size, unit) = number(value)?;
    match unit {
        "px" => Some(size),
        "em" => Some(size * letter),
        "%" => Some(size / 100.0 * letter),
        "pt" => Some(size * 4.0 / 3.0),
        "" if size == 0.0 => Some(0.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_mail_program_knows_is_allowed_and_nothing_else() {
        let faults = |text: &str| -> Vec<String> {
            declarations(text).iter().filter_map(|one| fault(one, false)).collect()
        };
        for allowed in [
            "color:#17202E; background : #FFF !important; margin: 0 auto 12px 0",
            "font:1px/9px a;font-family:-apple-system, 'Segoe UI', sans-serif",
            "border-top:1px solid #dde1e7;width:100%;max-width:640px;display:block",
            "font-size:0.9em;line-height:1.5;padding:0;background:transparent",
        ] {
            assert_eq!(faults(allowed), Vec::<String>::new(), "{allowed}");
        }
        for (refused, words) in [
            ("opacity:.3", "cannot be judged"),
            ("FILTER : invert(1)", "cannot be judged"),
            ("visibility:hidden", "cannot be judged"),
            ("text-indent:-999px", "cannot be judged"),
            ("position:absolute", "cannot be judged"),
            ("float:left", "cannot be judged"),
            ("background-image:none", "cannot be judged"),
            ("--ink:#000000", "cannot be judged"),
            ("c\\6flor:#ffffff", "cannot be judged"),
            ("color:rgba(0,0,0,.2)", "is computed"),
            ("width:calc(100% - 4px)", "is computed"),
            ("color:var(--ink)", "is computed"),
            ("color:transparent", "cannot read"),
            ("color:gray", "cannot read"),
            ("color:#11111180", "cannot read"),
            ("background:#fff repeat", "cannot read"),
            ("display:FLEX", "not known to Outlook"),
            ("display:inline-block", "not known to Outlook"),
            ("font-size:small", "write pixels"),
            ("margin:0 -20px", "negative"),
            ("padding:2rem", "a unit"),
            ("width:700px", "wider than the 640 px"),
            ("max-height:0", "hides"),
            ("mso-hide:all", "hides"),
            ("overflow:hidden", "hides"),
            ("color #111111", "no declaration"),
        ] {
            let found = faults(refused);
            assert!(found.len() == 1 && found[0].contains(words), "{refused}: {found:?}");
        }
    }
}
