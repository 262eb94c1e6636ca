//! The style blocks of a mail, and what they say of an element in a scheme and at a width.
//!
//! Rule: names, values and `!important` are read the same however they are written. What cannot be read – a rule, a
//! condition, a selector – is told.

mod cascade;
mod media;
mod selector;

pub(super) use cascade::{Seen, Views, views};

use super::Broken;
use media::{Condition, KNOWN as KNOWN_CONDITIONS};
use selector::Selector;

/// All rules of a mail.
pub(super) struct Sheet {
    pub(super) rules: Vec<Rule>,
    /// The conditions of the media rules.
    pub(super) media: Vec<String>,
    /// What is not read, and why.
    unread: Vec<Broken>,
}

/// What is said of the elements that a selector names.
pub(super) struct Rule {
    /// The conditions of the media rules around it.
    conditions: Vec<Condition>,
    pub(super) name: String,
    /// None where it cannot be read here.
    selector: Option<Selector>,
    pub(super) declarations: Vec<Declaration>,
}

/// A property and its value, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declaration {
    pub(super) property: String,
    pub(super) value: String,
    is_important: bool,
}

impl Sheet {
    pub(super) fn parse(blocks: &[String]) -> Self {
        let mut sheet = Self { rules: Vec::new(), media: Vec::new(), unread: Vec::new() };
        for block in blocks {
            sheet.add(&without_comments(block), &[]);
        }
        sheet
    }

    fn add(&mut self, text: &str, around: &[Condition]) {
        let mut rest = text;
        while let Some((head, after)) = rest.split_once('{') {
            let end = closing(after);
            let (body, head) = (&after[..end], head.trim());
            rest = after.get(end + 1..).unwrap_or_default();
            let small = head.to_ascii_lowercase();
            if let Some(condition) = small.strip_prefix("@media") {
                self.media.push(condition.trim().to_owned());
                match Condition::parse(condition) {
                    Ok(one) => self.add(body, &[around, &[one]].concat()),
                    Err(part) => self.unread.push((
                        "media",
                        format!(
                            "the condition `{part}` of `@media {}` is unknown to the linter, so that nothing under it can \
                             be checked; use {KNOWN_CONDITIONS}",
                            condition.trim()
                        ),
                    )),
                }
            } else if small.contains('@') {
                let what = format!(
                    "`{head}` in a style block is not known to every mail program; use `@media` alone"
                );
                self.unread.push(("media", what));
            } else {
                self.rules.extend(head.split(',').map(|name| Rule {
                    conditions: around.to_vec(),
                    name: name.trim().to_owned(),
                    selector: Selector::parse(name),
                    declarations: declarations(body),
                }));
            }
        }
        if !rest.trim().is_empty() {
            self.unread.push(("media", format!("`{}` in a style block is no rule", rest.trim())));
        }
    }

    /// What cannot be read here, and so is not checked.
    pub(super) fn unread(&self) -> Vec<Broken> {
        let rules = self.rules.iter().filter(|rule| rule.selector.is_none()).map(|rule| {
            let remedy = "name elements by tag, class, attribute or place";
            ("media", format!("the selector `{}` cannot be checked; {remedy}", rule.name))
        });
        self.unread.iter().cloned().chain(rules).collect()
    }
}

impl Rule {
    /// Whether a reader's program follows it.
    fn holds(&self, reader: media::Reader) -> bool {
        reader.keeps_head && self.conditions.iter().all(|one| one.holds(reader))
    }
}

/// The declarations of a rule or of an element. What is none has an empty property.
pub(super) fn declarations(text: &str) -> Vec<Declaration> {
    let plain = without_comments(text);
    let parts = plain.split(';').map(str::trim).filter(|part| !part.is_empty());
    let declaration = |part: &str| {
        let (property, value) = part.split_once(':').unwrap_or(("", part));
        let value = value.trim().to_ascii_lowercase();
        let (value, is_important) = match value.split_once('!') {
            Some((value, word)) if word.trim() == "important" => (value.trim().to_owned(), true),
            _ => (value, false),
        };
        let property = property.trim().to_ascii_lowercase();
        Declaration { property, value, is_important }
    };
    parts.map(declaration).collect()
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
