//! The style blocks of a mail, and what they say of an element in a scheme and at a width.
//!
//! Method: the cascade of CSS for the selectors that mails use: names, classes and descendants. A colour that hangs on any
//! other selector is a fault, because nobody could say what it comes to.

use super::dom::{Element, Page};

/// In what the mail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reader {
    pub(super) is_dark: bool,
    pub(super) width: u32,
}

/// A telephone and a screen, light and dark.
pub(super) const READERS: [Reader; 4] = [
    Reader { is_dark: false, width: 680 },
    Reader { is_dark: false, width: 360 },
    Reader { is_dark: true, width: 680 },
    Reader { is_dark: true, width: 360 },
];

/// All rules of a mail.
pub(super) struct Sheet {
    rules: Vec<Rule>,
    /// The conditions of the media rules.
    pub(super) media: Vec<String>,
}

struct Rule {
    /// The condition of its media rule, empty outside of one.
    media: String,
    selector: String,
    /// The selector taken apart, the element itself first; none where it cannot be read here.
    compounds: Option<Vec<Compound>>,
    declarations: Vec<Declaration>,
}

/// A name and classes that an element must have.
struct Compound {
    tag: String,
    classes: Vec<String>,
}

struct Declaration {
    property: Property,
    value: String,
    is_important: bool,
}

/// The properties that decide what is seen and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Colour,
    Display,
    Ground,
}

/// What a reader sees of an element.
#[derive(Clone, Default)]
pub(super) struct Seen {
    pub(super) colour: Option<String>,
    pub(super) ground: Option<String>,
    pub(super) is_hidden: bool,
}

impl Sheet {
    pub(super) fn parse(blocks: &[String]) -> Self {
        let mut sheet = Self { rules: Vec::new(), media: Vec::new() };
        for block in blocks {
            sheet.add(&without_comments(block), "");
        }
        sheet
    }

    fn add(&mut self, text: &str, media: &str) {
        let mut rest = text;
        while let Some((head, after)) = rest.split_once('{') {
            let end = closing(after);
            let (body, head) = (&after[..end], head.trim());
            match head.strip_prefix("@media") {
                Some(condition) => {
                    self.media.push(condition.trim().to_owned());
                    self.add(body, condition.trim());
                }
                None => self.rules.extend(head.split(',').map(|selector| Rule {
                    media: media.to_owned(),
                    selector: selector.trim().to_owned(),
                    compounds: compounds(selector.trim()),
                    declarations: declarations(body),
                })),
            }
            rest = after.get(end + 1..).unwrap_or_default();
        }
    }

    /// Selectors that carry a colour and cannot be read here.
    pub(super) fn unread(&self) -> Vec<&str> {
        let colours =
            |rule: &&Rule| rule.declarations.iter().any(|one| one.property != Property::Display);
        let unread = self.rules.iter().filter(colours).filter(|rule| rule.compounds.is_none());
        unread.map(|rule| rule.selector.as_str()).collect()
    }

    /// What a reader sees of every element, by its place.
    pub(super) fn seen(&self, page: &Page, reader: Reader) -> Vec<Seen> {
        let rules: Vec<&Rule> =
            self.rules.iter().filter(|rule| holds(&rule.media, reader)).collect();
        let mut all: Vec<Seen> = Vec::new();
        for (at, element) in page.elements.iter().enumerate() {
            // A parent stands before its children.
            let mut seen = element.parent.map_or_else(Seen::default, |parent| all[parent].clone());
            let inline = declarations(element.attribute("style").unwrap_or_default());
            let matching: Vec<(usize, &Rule)> =
                rules.iter().filter_map(|rule| Some((matched(page, at, rule)?, *rule))).collect();
            for property in [Property::Colour, Property::Display, Property::Ground] {
                let Some(value) = cascaded(property, &matching, &inline) else { continue };
                match property {
                    Property::Colour if value != "inherit" => seen.colour = Some(value),
                    Property::Ground if value != "transparent" => seen.ground = Some(value),
                    Property::Display => seen.is_hidden |= value == "none",
                    Property::Colour | Property::Ground => {}
                }
            }
            all.push(seen);
        }
        all
    }
}

/// What holds of several declarations: important before inline before specific before late.
fn cascaded(
    property: Property,
    matching: &[(usize, &Rule)],
    inline: &[Declaration],
) -> Option<String> {
    let of_rules = matching.iter().enumerate().flat_map(|(order, (weight, rule))| {
        rule.declarations.iter().map(move |one| ((one.is_important, false, *weight, order), one))
    });
    let own = inline.iter().enumerate();
    let own = own.map(|(order, one)| ((one.is_important, true, 0, order), one));
    let asked = of_rules.chain(own).filter(|(_, one)| one.property == property);
    asked.max_by_key(|(rank, _)| *rank).map(|(_, one)| one.value.clone())
}

/// How specific a rule is that speaks of an element; `None` when it does not.
fn matched(page: &Page, at: usize, rule: &Rule) -> Option<usize> {
    let compounds = rule.compounds.as_ref()?;
    let mut chain = page.chain(at).map(|one| &page.elements[one]);
    let (own, others) = compounds.split_first()?;
    let speaks = own.is(chain.next()?)
        && others.iter().all(|compound| chain.by_ref().any(|element| compound.is(element)));
    let weight = |one: &Compound| 100 * one.classes.len() + usize::from(!one.tag.is_empty());
    speaks.then(|| compounds.iter().map(weight).sum())
}

impl Compound {
    fn is(&self, element: &Element) -> bool {
        (self.tag.is_empty() || self.tag == element.tag)
            && self.classes.iter().all(|class| element.classes().any(|own| own == class))
    }
}

/// A selector taken apart, if it is made of names, classes and descendants alone.
fn compounds(selector: &str) -> Option<Vec<Compound>> {
    if selector.contains([':', '[', '>', '+', '~', '*', '#']) {
        return None;
    }
    let compound = |text: &str| {
        let mut parts = text.split('.').map(str::to_owned);
        Compound { tag: parts.next().unwrap_or_default(), classes: parts.collect() }
    };
    Some(selector.split_whitespace().rev().map(compound).collect())
}

fn without_comments(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    plain + rest
}

/// Where the brace closes that was opened before `text`.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (at, sign) in text.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn declarations(text: &str) -> Vec<Declaration> {
    let pairs = text.split(';').filter_map(|one| one.split_once(':'));
    let declaration = |(property, value): (&str, &str)| {
        let property = match property.trim().to_ascii_lowercase().as_str() {
            "color" => Property::Colour,
            "display" => Property::Display,
            "background" | "background-color" => Property::Ground,
            _ => return None,
        };
        let value = value.trim().to_ascii_lowercase();
        let is_important = value.ends_with("!important");
        let value = value.trim_end_matches("!important").trim().to_owned();
        Some(Declaration { property, value, is_important })
    };
    pairs.filter_map(declaration).collect()
}

/// Whether a media condition holds. What is not known here does not hold.
fn holds(condition: &str, reader: Reader) -> bool {
    let parts = condition.split(" and ").map(|part| part.trim().trim_matches(['(', ')']));
    parts.map(|part| part.replace(' ', "")).all(|part| match part.split_once(':') {
        None => matches!(part.as_str(), "" | "screen" | "onlyscreen" | "all"),
        Some(("prefers-color-scheme", scheme)) => (scheme == "dark") == reader.is_dark,
        Some(("max-width", most)) => {
            most.trim_end_matches("px").parse::<u32>().is_ok_and(|most| reader.width <= most)
        }
        Some(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cascade_knows_importance_place_weight_and_order() {
        let html = "<body style=\"color:#111111\"><table class=\"data\"><tr><td class=\"g\" style=\"color:#222222\">1</td></tr></table></body>";
        let page = Page::parse(html);
        let cell = page.elements.iter().position(|one| one.tag == "td").expect("a cell");
        let light = Reader { is_dark: false, width: 680 };
        let said = |css: &str, reader| {
            Sheet::parse(&[css.to_owned()]).seen(&page, reader)[cell].colour.clone()
        };
        for (css, value) in [
            ("", "#222222"),
            ("td { color: #333333 }", "#222222"),
            ("td { color: #333333 !important }", "#333333"),
            (".data .g { color: #444444 !important } td { color: #333333 !important }", "#444444"),
            (".g { color: #444444 !important } .g { color: #555555 !important }", "#555555"),
            (".other .g { color: #444444 !important }", "#222222"),
            ("@media (max-width: 480px) { td { color: #666666 !important } }", "#222222"),
        ] {
            assert_eq!(said(css, light).as_deref(), Some(value), "{css}");
        }
        let dark = "@media only screen and (max-width: 480px) and (prefers-color-scheme: dark) { td { color: #777777 !important } }";
        assert_eq!(said(dark, Reader { is_dark: true, width: 360 }).as_deref(), Some("#777777"));
        assert_eq!(said(dark, Reader { is_dark: true, width: 680 }).as_deref(), Some("#222222"));
        let unread = Sheet::parse(&[
            "td:first-child { color: #888888 } td:nth-child(2) { padding: 0 }".to_owned(),
        ]);
        assert_eq!(unread.unread(), ["td:first-child"]);
    }
}
