//! What a reader sees of every element.
//!
//! Method: the cascade of CSS – important before inline before specific before late – for the properties that decide
//! whether something is seen and can be read. Which rules speak of an element is found once, for all readers.

use super::{
    Declaration, Rule, Sheet, declarations,
    media::{Reader, readers},
};
use crate::lint::{dom::Page, properties::pixels};

/// What each reader sees of every element.
pub(in crate::lint) type Views = Vec<(Reader, Vec<Seen>)>;

/// What a reader sees of an element.
#[derive(Clone)]
pub(in crate::lint) struct Seen {
    pub(in crate::lint) colour: Option<String>,
    pub(in crate::lint) ground: Option<String>,
    pub(in crate::lint) is_hidden: bool,
    /// The size of its letters in pixels.
    pub(in crate::lint) size: f64,
    line: Line,
}

#[derive(Clone, Copy)]
enum Line {
    Pixels(f64),
    Times(f64),
}

impl Seen {
    const FIRST: Self =
        Self { colour: None, ground: None, is_hidden: false, size: 16.0, line: Line::Times(1.2) };

    /// The height of its lines in pixels.
    pub(in crate::lint) fn line_height(&self) -> f64 {
        match self.line {
            Line::Pixels(height) => height,
            Line::Times(times) => times * self.size,
        }
    }
}

/// The properties that decide what is seen and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Colour,
    Display,
    Ground,
    /// Before the height of lines, which may be given in letters.
    Size,
    LineHeight,
}

const ALL: [Property; 5] =
    [Property::Colour, Property::Display, Property::Ground, Property::Size, Property::LineHeight];

/// A property, what it is set to, and what decides between several: important, inline, specific, late.
type Said = (Property, String, (bool, bool, usize, usize));

/// What each reader sees, a wide screen in the light scheme first.
pub(in crate::lint) fn views(sheet: &Sheet, page: &Page) -> Views {
    let conditions: Vec<_> = sheet.rules.iter().flat_map(|rule| &rule.conditions).collect();
    let matching: Vec<Vec<(usize, &Rule)>> = (0..page.elements.len())
        .map(|at| {
            let speaks = |rule: &Rule| rule.selector.as_ref()?.speaks_of(page, at);
            sheet.rules.iter().filter_map(|rule| Some((speaks(rule)?, rule))).collect()
        })
        .collect();
    let inline: Vec<Vec<Declaration>> = page
        .elements
        .iter()
        .map(|one| declarations(one.attribute("style").unwrap_or_default()))
        .collect();
    let seen = |reader: Reader| {
        let mut all: Vec<Seen> = Vec::new();
        for (at, element) in page.elements.iter().enumerate() {
            // A parent stands before its children.
            let around = element.parent.map_or(Seen::FIRST, |parent| all[parent].clone());
            let rules = matching[at].iter().filter(|(_, rule)| rule.holds(reader));
            all.push(within(around, &said(rules, &inline[at])));
        }
        all
    };
    readers(&conditions).into_iter().map(|reader| (reader, seen(reader))).collect()
}

fn said<'a, 'r: 'a>(
    rules: impl Iterator<Item = &'a (usize, &'r Rule)>,
    inline: &[Declaration],
) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    let mut add = |one: &Declaration, is_inline: bool, weight: usize| {
        for (property, value) in expanded(one) {
            let order = all.len();
            all.push((property, value, (one.is_important, is_inline, weight, order)));
        }
    };
    for (weight, rule) in rules {
        rule.declarations.iter().for_each(|one| add(one, false, *weight));
    }
    inline.iter().for_each(|one| add(one, true, 0));
    all
}

/// What is seen of an element within another one.
fn within(around: Seen, said: &[Said]) -> Seen {
    let mut seen = around.clone();
    for property in ALL {
        let asked = said.iter().filter(|(one, _, _)| *one == property);
        let Some((_, value, _)) = asked.max_by_key(|(_, _, rank)| *rank) else { continue };
        let value = value.as_str();
        let is_passed_on = matches!(value, "inherit" | "unset" | "currentcolor");
        match property {
            Property::Colour if !is_passed_on => seen.colour = Some(value.to_owned()),
            Property::Ground if !is_passed_on && !matches!(value, "transparent" | "none") => {
                seen.ground = Some(value.to_owned());
            }
            Property::Display => seen.is_hidden |= value == "none",
            Property::Size => seen.size = pixels(value, around.size).unwrap_or(around.size),
            Property::LineHeight => {
                let times = value.parse().ok().map(Line::Times);
                let height = || pixels(value, seen.size).map(Line::Pixels);
                seen.line = times.or_else(height).unwrap_or(around.line);
            }
            Property::Colour | Property::Ground => {}
        }
    }
    seen
}

/// What a declaration sets, short forms taken apart.
fn expanded(one: &Declaration) -> Vec<(Property, String)> {
    let value = || one.value.clone();
    match one.property.as_str() {
        "color" => vec![(Property::Colour, value())],
        "display" => vec![(Property::Display, value())],
        "background" | "background-color" => vec![(Property::Ground, value())],
        "font-size" => vec![(Property::Size, value())],
        "line-height" => vec![(Property::LineHeight, value())],
        "font" => {
            let sized = one
                .value
                .split_whitespace()
                .find(|part| part.starts_with(|sign: char| sign.is_ascii_digit()));
            let (size, line) = sized.map_or(("", None), |sized| match sized.split_once('/') {
                Some((size, line)) => (size, Some(line)),
                None => (sized, None),
            });
            let line = line.unwrap_or("1.2").to_owned();
            vec![(Property::Size, size.to_owned()), (Property::LineHeight, line)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<body style=\"color:#111111;font:20px/1.5 a\"><table class=\"data\"><tr><td class=\"g\" style=\"color:#222222\">1</td></tr></table></body>";

    /// What is seen of the cell by the reader who is asked for.
    fn cell(css: &str, is_dark: bool, width: u32) -> Seen {
        let page = Page::parse(HTML);
        let at = page.elements.iter().position(|one| one.tag == "td").expect("a cell");
        let views = views(&Sheet::parse(&[css.to_owned()]), &page);
        let asked = |(reader, _): &&(Reader, Vec<Seen>)| {
            (reader.is_dark, reader.keeps_head) == (is_dark, true)
                && reader.width.abs_diff(width) < 200
        };
        views.iter().find(asked).expect("a reader").1[at].clone()
    }

    #[test]
    fn the_cascade_knows_importance_place_weight_and_order() {
        for (css, value) in [
            ("", "#222222"),
            ("td { color: #333333 }", "#222222"),
            ("td { color: #333333 !important }", "#333333"),
            ("TD { COLOR : #333333  ! IMPORTANT }", "#333333"),
            (".data .g { color: #444444 !important } td { color: #333333 !important }", "#444444"),
            (".g { color: #444444 !important } .g { color: #555555 !important }", "#555555"),
            (".other .g { color: #444444 !important }", "#222222"),
            ("@media (max-width: 480px) { td { color: #666666 !important } }", "#222222"),
        ] {
            assert_eq!(cell(css, false, 680).colour.as_deref(), Some(value), "{css}");
        }
        let dark = "@media only screen and (max-width: 480px) and (prefers-color-scheme: dark) { td { color: #777777 !important } }";
        assert_eq!(cell(dark, true, 360).colour.as_deref(), Some("#777777"));
        assert_eq!(cell(dark, true, 680).colour.as_deref(), Some("#222222"));
    }

    #[test]
    fn sizes_are_those_of_the_letters() {
        for (css, size, line) in [
            ("", 20.0, 30.0),
            ("td { font-size: 10px }", 10.0, 15.0),
            ("td { font-size: 50%; line-height: 12px }", 10.0, 12.0),
            ("td { font: bold 0.5em/2 a }", 10.0, 20.0),
            ("td { font-size: 9pt; line-height: 0 }", 12.0, 0.0),
        ] {
            let seen = cell(css, false, 680);
            assert_eq!((seen.size, seen.line_height()), (size, line), "{css}");
        }
    }
}
