//! Selectors: names, classes, attributes, places among siblings, and descendants of such.
//!
//! Rule: what is not read here is told, never passed over; nobody could say to what it applies.

use crate::lint::dom::{Element, Page};

/// A selector taken apart, the element itself first, then those in which it stands.
pub(in crate::lint) struct Selector(Vec<Compound>);

/// What an element must be.
#[derive(Default)]
struct Compound {
    tag: String,
    demands: Vec<Demand>,
}

enum Demand {
    Class(String),
    Id(String),
    /// An attribute, and its value if one is asked for.
    Attribute(String, Option<String>),
    /// Every so many from a place on, counted from the first sibling or from the last.
    Place {
        every: i64,
        from: i64,
        is_from_end: bool,
    },
    Not(Box<Demand>),
}

impl Selector {
    /// Reads a selector; `None` for one that is not known here.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let spaced =
            text.replace(" )", ")").replace("( ", "(").replace(" + ", "+").replace(" - ", "-");
        let compounds = spaced.split_whitespace().rev().map(Compound::parse);
        let compounds: Vec<Compound> = compounds.collect::<Option<_>>()?;
        (!compounds.is_empty()).then_some(Self(compounds))
    }

    /// How specific it is if it speaks of an element.
    pub(super) fn speaks_of(&self, page: &Page, at: usize) -> Option<usize> {
        let (own, others) = self.0.split_first()?;
        let mut chain = page.chain(at).map(|one| &page.elements[one]);
        let speaks = own.is(chain.next()?)
            && others.iter().all(|compound| chain.by_ref().any(|element| compound.is(element)));
        speaks.then(|| self.0.iter().map(Compound::weight).sum())
    }
}

impl Compound {
    fn parse(text: &str) -> Option<Self> {
        let end = text.find(['.', '#', '[', ':']).unwrap_or(text.len());
        let (tag, mut rest) = text.split_at(end);
        let is_name = |text: &str| {
            let is_sign = |sign: char| sign.is_ascii_alphanumeric() || "-_".contains(sign);
            !text.is_empty() && text.chars().all(is_sign)
        };
        let mut compound = Self::default();
        match tag {
            "*" | "" => {}
            tag if is_name(tag) => compound.tag = tag.to_ascii_lowercase(),
            _ => return None,
        }
        while !rest.is_empty() {
            let length = piece(rest);
            let (one, after) = rest.split_at(length);
            compound.demands.push(Demand::parse(one, &is_name)?);
            rest = after;
        }
        Some(compound)
    }

    fn is(&self, element: &Element) -> bool {
        (self.tag.is_empty() || self.tag == element.tag)
            && self.demands.iter().all(|one| one.holds(element))
    }

    fn weight(&self) -> usize {
        let demands: usize = self.demands.iter().map(Demand::weight).sum();
        demands + usize::from(!self.tag.is_empty())
    }
}

/// The length of the first of several demands.
fn piece(text: &str) -> usize {
    let mut depth = 0;
    for (at, sign) in text.char_indices().skip(1) {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            '.' | '#' | '[' | ':' if depth == 0 && !text.starts_with('[') => return at,
            _ => {}
        }
        if depth == 0 && sign == ']' && text.starts_with('[') {
            return at + 1;
        }
    }
    text.len()
}

impl Demand {
    fn parse(text: &str, is_name: &dyn Fn(&str) -> bool) -> Option<Self> {
        let named = |name: &str| is_name(name).then(|| name.to_owned());
        if let Some(class) = text.strip_prefix('.') {
            return Some(Self::Class(named(class)?));
        }
        if let Some(id) = text.strip_prefix('#') {
            return Some(Self::Id(named(id)?));
        }
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let (name, value) = match inner.split_once('=') {
                None => (inner, None),
                Some((name, value)) => (name, Some(value.trim_matches(['"', '\'']).to_owned())),
            };
            return Some(Self::Attribute(named(name)?.to_ascii_lowercase(), value));
        }
        let text = text.strip_prefix(':')?;
        let inner = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(inner) = inner("not") {
            return Some(Self::Not(Box::new(Self::parse(inner, is_name)?)));
        }
        let (every, from, is_from_end) = match text {
            "first-child" => (0, 1, false),
            "last-child" => (0, 1, true),
            _ => match (inner("nth-child"), inner("nth-last-child")) {
                (Some(formula), _) => places(formula).map(|(a, b)| (a, b, false))?,
                (_, Some(formula)) => places(formula).map(|(a, b)| (a, b, true))?,
                _ => return None,
            },
        };
        Some(Self::Place { every, from, is_from_end })
    }

    fn holds(&self, element: &Element) -> bool {
        match self {
            Self::Class(class) => element.classes().any(|own| own == class),
            Self::Id(id) => element.attribute("id") == Some(id.as_str()),
            Self::Attribute(name, value) => element
                .attribute(name)
                .is_some_and(|own| value.as_ref().is_none_or(|value| value == own)),
            Self::Place { every, from, is_from_end } => {
                let (first, of) = element.place;
                let place = if *is_from_end { of + 1 - first } else { first };
                let beyond = i64::try_from(place).unwrap_or(i64::MAX) - from;
                match every {
                    0 => beyond == 0,
                    every => beyond % every == 0 && beyond / every >= 0,
                }
            }
            Self::Not(other) => !other.holds(element),
        }
    }

    fn weight(&self) -> usize {
        match self {
            Self::Id(_) => 10_000,
            Self::Not(other) => other.weight(),
            Self::Class(_) | Self::Attribute(..) | Self::Place { .. } => 100,
        }
    }
}

/// `odd`, `even`, `3`, `2n`, `n+3`, `-n+2` as every so many from a place on.
fn places(formula: &str) -> Option<(i64, i64)> {
    let formula: String = formula.split_whitespace().collect();
    match formula.as_str() {
        "odd" => return Some((2, 1)),
        "even" => return Some((2, 0)),
        _ => {}
    }
    let Some((every, from)) = formula.split_once('n') else {
        return formula.parse().ok().map(|place| (0, place));
    };
    let every = match every {
        "" | "+" => 1,
        "-" => -1,
        every => every.parse().ok()?,
    };
    let from = if from.is_empty() { 0 } else { from.trim_start_matches('+').parse().ok()? };
    Some((every, from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_attributes_and_exceptions_are_read() {
        let html = "<table class=\"cut\"><tr><td>1</td><td align=\"right\">2</td><td>3</td><td id=\"four\">4</td><td>5</td></tr></table>";
        let page = Page::parse(html);
        for (selector, cells) in [
            ("td", "12345"),
            ("*.cut td", "12345"),
            (".cut td:first-child", "1"),
            ("td:last-child", "5"),
            ("td:nth-child(n+3)", "345"),
            ("td:nth-child(n+2):nth-last-child(n+3)", "23"),
            ("td:nth-child(-n + 2)", "12"),
            ("td:nth-child(odd)", "135"),
            ("td:nth-child(2n)", "24"),
            ("td[align]", "2"),
            ("td[align=\"right\"]", "2"),
            ("TD:not([align])", "1345"),
            ("td:not(.x)", "12345"),
            ("#four", "4"),
            ("th td", ""),
        ] {
            let read = Selector::parse(selector).expect("a selector that is read");
            let spoken: String = (0..page.elements.len())
                .filter(|at| page.elements[*at].tag == "td")
                .filter(|at| read.speaks_of(&page, *at).is_some())
                .map(|at| page.elements[at].text.as_str())
                .collect();
            assert_eq!(spoken, cells, "{selector}");
        }
        for unread in
            ["td:hover", "a > b", "tr + tr", "td::before", "[data-ogsc] |b", "td:nth-child(x)", ""]
        {
            assert!(Selector::parse(unread).is_none(), "{unread}");
        }
    }
}
