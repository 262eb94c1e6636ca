//! The elements of a mail. Mails come out of our own templates and the inliner, so they are well formed.

use crate::inline_css::tag_end;

/// An element of the body.
pub(super) struct Element {
    pub(super) tag: String,
    pub(super) attributes: Vec<(String, String)>,
    classes: Vec<String>,
    pub(super) parent: Option<usize>,
    /// The text that stands in it and in none of its children.
    pub(super) text: String,
}

/// A mail, taken apart.
pub(super) struct Page {
    /// The elements in the order in which they open; a parent stands before its children.
    pub(super) elements: Vec<Element>,
    /// The text of all style blocks.
    pub(super) styles: Vec<String>,
}

const VOID: [&str; 5] = ["br", "hr", "img", "link", "meta"];

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(String::as_str)
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
        let mut page = Self { elements: Vec::new(), styles: Vec::new() };
        let mut open: Vec<usize> = Vec::new();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            if let Some(last) = open.last() {
                page.elements[*last].text.push_str(&decoded(&rest[..at]));
            }
            rest = &rest[at..];
            if rest.starts_with("<!--") {
                let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
                rest = &rest[end..];
                continue;
            }
            let end = tag_end(rest);
            let tag = rest[1..end].trim_end_matches('>').trim_end_matches('/');
            rest = &rest[end..];
            if let Some(name) = tag.strip_prefix('/') {
                let closes = |at: &usize| page.elements[*at].tag == name.trim();
                if let Some(depth) = open.iter().rposition(closes) {
                    open.truncate(depth);
                }
                continue;
            }
            if tag.starts_with('!') {
                continue;
            }
            let (name, attributes) = taken_apart(tag);
            if name == "style" {
                let end = rest.find("</style").unwrap_or(rest.len());
                page.styles.push(rest[..end].to_owned());
                rest = &rest[end..];
            }
            let is_void = VOID.contains(&name.as_str());
            let parent = open.last().copied();
            let classes = attributes.iter().find(|(key, _)| key == "class");
            let classes =
                classes.map(|(_, value)| value.split_whitespace().map(str::to_owned).collect());
            page.elements.push(Element {
                tag: name,
                classes: classes.unwrap_or_default(),
                attributes,
                parent,
                text: String::new(),
            });
            if !is_void {
                open.push(page.elements.len() - 1);
            }
        }
        page
    }

    /// An element and all that it stands in, the nearest first.
    pub(super) fn chain(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |at| self.elements[*at].parent)
    }

    /// Whether an element stands in the body.
    pub(super) fn is_in_body(&self, at: usize) -> bool {
        self.chain(at).any(|one| self.elements[one].tag == "body")
    }
}

pub(super) fn taken_apart(tag: &str) -> (String, Vec<(String, String)>) {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while let Some((key, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').unwrap_or((after, ""));
        // Words without a value stand before the name.
        let key = key.split_whitespace().last().unwrap_or_default();
        attributes.push((key.to_ascii_lowercase(), decoded(value)));
        rest = after;
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
