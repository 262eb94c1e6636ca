//! The elements of a mail. Mails come out of our own templates and the inliner, so they are well formed.

use crate::inline_css::tag_end;
use std::collections::BTreeMap;

/// An element of the body.
pub(super) struct Element {
    pub(super) tag: String,
    pub(super) attributes: Vec<(String, String)>,
    classes: Vec<String>,
    pub(super) parent: Option<usize>,
    /// The text that stands in it and in none of its children.
    pub(super) text: String,
    /// Its place among its siblings, from 1, and how many they are.
    pub(super) place: (usize, usize),
}

/// A piece of what is read, in the order of reading.
pub(super) enum Run {
    /// Text of an element.
    Text(usize, String),
    /// A picture, in whose place a text may stand.
    Picture(usize),
    /// The border of something that is no part of a line.
    Break,
}

/// A mail, taken apart.
pub(super) struct Page {
    /// The elements in the order in which they open; a parent stands before its children.
    pub(super) elements: Vec<Element>,
    /// The text of all style blocks.
    pub(super) styles: Vec<String>,
    /// Everything that is read.
    pub(super) runs: Vec<Run>,
    /// What only Outlook sees, as markup.
    pub(super) conditional: Vec<String>,
}

const VOID: [&str; 8] = ["br", "col", "hr", "img", "input", "link", "meta", "wbr"];

/// Elements that stand within a line.
const IN_LINE: [&str; 9] = ["a", "b", "em", "i", "s", "span", "strong", "u", "wbr"];

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(String::as_str)
    }

    /// Whether words stand in it, or a picture that has some in its place.
    pub(super) fn is_read(&self) -> bool {
        !self.text.trim().is_empty() || self.tag == "img"
    }

    /// What it is called in a fault.
    pub(super) fn name(&self) -> String {
        let classes: Vec<&str> = self.classes().collect();
        let class =
            if classes.is_empty() { String::new() } else { format!(".{}", classes.join(".")) };
        let text: String = self.text.trim().chars().take(30).collect();
        if text.is_empty() {
            format!("<{}{class}>", self.tag)
        } else {
            format!("<{}{class}> “{text}”", self.tag)
        }
    }
}

impl Page {
    pub(super) fn parse(html: &str) -> Self {
        let mut page = Self {
            elements: Vec::new(),
            styles: Vec::new(),
            runs: Vec::new(),
            conditional: Vec::new(),
        };
        let mut open: Vec<usize> = Vec::new();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            if let Some(last) = open.last() {
                let text = decoded(&rest[..at]);
                page.elements[*last].text.push_str(&text);
                page.runs.push(Run::Text(*last, text));
            }
            rest = &rest[at..];
            if rest.starts_with("<!--") {
                let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
                if rest.starts_with("<!--[if") && !rest[..end].ends_with("<!-->") {
                    page.conditional.push(rest[..end].to_owned());
                }
                rest = &rest[end..];
                continue;
            }
            let end = tag_end(rest);
            let tag = rest[1..end].trim_end_matches('>').trim_end_matches('/');
            rest = &rest[end..];
            if let Some(name) = tag.strip_prefix('/') {
                page.close(&name.trim().to_ascii_lowercase(), &mut open);
            } else if !tag.starts_with('!') {
                let at = page.open(tag, open.last().copied());
                let name = page.elements[at].tag.clone();
                if name == "style" {
                    let end = rest.find("</style").unwrap_or(rest.len());
                    page.styles.push(rest[..end].to_owned());
                    rest = &rest[end..];
                }
                if !VOID.contains(&name.as_str()) {
                    open.push(at);
                }
            }
        }
        page.number();
        page
    }

    fn open(&mut self, tag: &str, parent: Option<usize>) -> usize {
        let (tag, attributes) = taken_apart(tag);
        let classes = attributes.iter().find(|(key, _)| key == "class");
        let classes =
            classes.map(|(_, value)| value.split_whitespace().map(str::to_owned).collect());
        let at = self.elements.len();
        if tag == "img" {
            self.runs.push(Run::Picture(at));
        } else if !IN_LINE.contains(&tag.as_str()) {
            self.runs.push(Run::Break);
        }
        let classes = classes.unwrap_or_default();
        let (text, place) = (String::new(), (1, 1));
        self.elements.push(Element { tag, classes, attributes, parent, text, place });
        at
    }

    fn close(&mut self, name: &str, open: &mut Vec<usize>) {
        if !IN_LINE.contains(&name) {
            self.runs.push(Run::Break);
        }
        if let Some(depth) = open.iter().rposition(|at| self.elements[*at].tag == name) {
            open.truncate(depth);
        }
    }

    /// Writes to each element its place among its siblings.
    fn number(&mut self) {
        let mut counts: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for element in &mut self.elements {
            let count = counts.entry(element.parent).or_default();
            *count += 1;
            element.place.0 = *count;
        }
        for element in &mut self.elements {
            element.place.1 = counts.get(&element.parent).copied().unwrap_or(1);
        }
    }

    /// An element and all that it stands in, the nearest first.
    pub(super) fn chain(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |at| self.elements[*at].parent)
    }

    /// Whether an element stands in the body.
    pub(super) fn is_in_body(&self, at: usize) -> bool {
        self.chain(at).any(|one| self.elements[one].tag == "body")
    }

    /// The elements of the body, by their places.
    pub(super) fn body(&self) -> impl Iterator<Item = (usize, &Element)> {
        self.elements.iter().enumerate().filter(|(at, _)| self.is_in_body(*at))
    }

    /// The hidden line that an inbox shows beside the subject: the first element of the body, hidden in all the ways that
    /// mail programs know.
    pub(super) fn preheader(&self) -> Option<usize> {
        let (at, first) = self.body().find(|(_, one)| one.tag != "body")?;
        let style: String = first.attribute("style")?.split_whitespace().collect();
        let hides = ["display:none", "max-height:0", "overflow:hidden", "mso-hide:all"];
        let is_hidden = hides.iter().all(|one| style.split(';').any(|said| said == *one));
        (first.tag == "div" && is_hidden).then_some(at)
    }
}

/// The name of a tag, and its attributes; one without a value has an empty one.
pub(super) fn taken_apart(tag: &str) -> (String, Vec<(String, String)>) {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(|sign: char| sign == '=' || sign.is_whitespace());
        let (key, after) = rest.split_at(end.unwrap_or(rest.len()));
        if key.is_empty() && after.is_empty() {
            break;
        }
        let valued = after.trim_start().strip_prefix('=').map(str::trim_start);
        let (value, left) = match valued {
            None => ("", after),
            Some(text) => match text.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
            },
        };
        attributes.push((key.to_ascii_lowercase(), decoded(value)));
        rest = left;
    }
    (name.to_ascii_lowercase(), attributes)
}

fn decoded(text: &str) -> String {
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", "\u{a0}"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    signs.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_however_they_are_written() {
        let (name, all) = taken_apart("TD hidden ALIGN = \"right\" width=20 title=\"a = b\"");
        let all: Vec<(&str, &str)> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let expected = [("hidden", ""), ("align", "right"), ("width", "20"), ("title", "a = b")];
        assert_eq!((name.as_str(), all.as_slice()), ("td", expected.as_slice()));
    }
}
