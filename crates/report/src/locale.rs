//! The words of a locale: messages with named, typed arguments.
//!
//! A message is a line such as `rose = "{metric} rose {change, plain} to {value}"`. After a comma stands
//! how a number's sign is written: `signed` always, `plain` never. Where English needs a plural, the
//! message is a table: `{ by = "count", one = "…", other = "…" }`.

#[cfg(test)]
mod tests;

use crate::{
    error::RenderError,
    format::{Formatter, Sign, UNKNOWN},
};
use model::{
    label::{Label, Locale},
    number::Number,
    report::{Argument, Fmt, Message},
};
use rust_decimal::Decimal;
use std::{collections::BTreeMap, path::Path, sync::LazyLock};

/// A parsed locale file.
pub(crate) struct Catalogue {
    messages: BTreeMap<String, Pattern>,
}

/// A message that could not be written as meant; its text names the key and the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unwritten {
    pub(crate) text: String,
    pub(crate) key: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Line(Vec<Piece>),
    Plural { by: String, one: Vec<Piece>, other: Vec<Piece> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Slot { name: String, sign: Option<Sign> },
}

impl Catalogue {
    /// Reads `locales/<tag>.toml` of a template folder. What it lacks, as one of an older version does, is said in the
    /// words that the program brings.
    pub(crate) fn load(templates: &Path, locale: Locale) -> Result<Self, RenderError> {
        let path = templates.join("locales").join(format!("{locale}.toml"));
        let text = std::fs::read_to_string(&path)
            .map_err(|source| RenderError::Unreadable { path: path.clone(), source })?;
        let mut own =
            Self::parse(&text).map_err(|problem| RenderError::Locale { path, problem })?;
        for (key, pattern) in &Self::shipped(locale).messages {
            if !own.messages.contains_key(key) {
                own.messages.insert(key.clone(), pattern.clone());
            }
        }
        Ok(own)
    }

    /// The words that the program brings.
    fn shipped(locale: Locale) -> &'static Self {
        static EN: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::brought(include_str!("../../../report-templates/locales/en.toml"))
        });
        static ZH_CN: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::brought(include_str!("../../../report-templates/locales/zh-CN.toml"))
        });
        match locale {
            Locale::En => &EN,
            Locale::ZhCn => &ZH_CN,
        }
    }

    fn brought(text: &str) -> Self {
        Self::parse(text).expect("the words that the program brings are sound")
    }

    fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut messages = BTreeMap::new();
        flatten("", &table, &mut messages)?;
        Ok(Self { messages })
    }

    /// The template words: every message without arguments, by key.
    pub(crate) fn words(&self) -> BTreeMap<&str, &str> {
        let words = self.messages.iter();
        words.filter_map(|(key, pattern)| Some((key.as_str(), pattern.word()?))).collect()
    }

    /// Every text of its messages, by key, what is filled in left out.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, String)> {
        self.messages.iter().map(|(key, pattern)| {
            let pieces = match pattern {
                Pattern::Line(pieces) => pieces.iter().chain(&[]),
                Pattern::Plural { one, other, .. } => one.iter().chain(other),
            };
            let texts = pieces.filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Slot { .. } => None,
            });
            (key.as_str(), texts.collect())
        })
    }

    /// Writes a message; a key or an argument that is missing is shown, never dropped.
    pub(crate) fn write(
        &self,
        formatter: &Formatter,
        message: &Message,
    ) -> Result<String, Unwritten> {
        let unwritten =
            || Unwritten { text: spelled_out(formatter, message), key: message.key.clone() };
        let pattern = self.messages.get(&message.key).ok_or_else(unwritten)?;
        let apart = told_apart(formatter, &message.arguments);
        let mut text = String::new();
        for piece in pattern.pieces(&message.arguments) {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Slot { name, sign } => {
                    let argument = apart.get(name).or_else(|| message.arguments.get(name));
                    let argument = argument.ok_or_else(unwritten)?;
                    text.push_str(&self.argument(formatter, argument, *sign));
                }
            }
        }
        Ok(text)
    }

    fn argument(&self, formatter: &Formatter, argument: &Argument, sign: Option<Sign>) -> String {
        let no_name =
            self.messages.get("word.no_name").and_then(Pattern::word).map(Label::verbatim);
        let named = |label: &Label| match &no_name {
            Some(no_name) if is_blank(label.get(formatter.locale())) => no_name.clone(),
            _ => label.clone(),
        };
        let text = match argument {
            Argument::Label(label) => in_one_line(named(label).get(formatter.locale())),
            Argument::List(labels) => {
                let labels = labels.iter().map(named).collect();
                in_one_line(&argument_text(formatter, &Argument::List(labels), sign))
            }
            Argument::Text(text) => in_one_line(text),
            other => argument_text(formatter, other, sign),
        };
        let unknown = self.messages.get("word.unknown").and_then(Pattern::word);
        match unknown {
            Some(unknown) if text == UNKNOWN => unknown.to_owned(),
            _ => text,
        }
    }
}

impl Pattern {
    /// Its text if it has no arguments.
    fn word(&self) -> Option<&str> {
        match self {
            Self::Line(pieces) => match pieces.as_slice() {
                [Piece::Text(text)] => Some(text),
                _ => None,
            },
            Self::Plural { .. } => None,
        }
    }

    fn pieces(&self, arguments: &BTreeMap<String, Argument>) -> &[Piece] {
        match self {
            Self::Line(pieces) => pieces,
            Self::Plural { by, one, other } => match arguments.get(by) {
                Some(Argument::Count(1)) => one,
                _ => other,
            },
        }
    }
}

/// A name as it is shown: in one line, and without marks that turn what is written around it.
pub(crate) fn in_one_line(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| {
        matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let shown = name.chars().filter(|c| !turns(*c));
    shown.map(|c| if breaks(c) { ' ' } else { c }).collect()
}

/// Whether there is nothing to be read in a name.
pub(crate) fn is_blank(name: &str) -> bool {
    let is_unseen = |c: char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    name.chars().all(|c| c.is_whitespace() || c.is_control() || is_unseen(c))
}

fn flatten(
    prefix: &str,
    table: &toml::Table,
    messages: &mut BTreeMap<String, Pattern>,
) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(line) => {
                messages.insert(key.clone(), Pattern::Line(pieces(&key, line)?));
            }
            toml::Value::Table(forms) if forms.contains_key("by") => {
                messages.insert(key.clone(), plural(&key, forms)?);
            }
            toml::Value::Table(inner) => flatten(&key, inner, messages)?,
            _ => return Err(format!("`{key}` is neither text nor a table")),
        }
    }
    Ok(())
}

fn plural(key: &str, forms: &toml::Table) -> Result<Pattern, String> {
    let form = |name: &str| {
        let text = forms.get(name).and_then(toml::Value::as_str);
        text.ok_or_else(|| format!("the plural `{key}` lacks `{name}`"))
    };
    let other = pieces(key, form("other")?)?;
    let one = form("one").and_then(|one| pieces(key, one)).unwrap_or_else(|_| other.clone());
    Ok(Pattern::Plural { by: form("by")?.to_owned(), one, other })
}

fn pieces(key: &str, line: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((text, after)) = rest.split_once('{') {
        let (slot, tail) = after
            .split_once('}')
            .ok_or_else(|| format!("`{key}` has a brace that is not closed"))?;
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        pieces.push(slot_of(key, slot)?);
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

fn slot_of(key: &str, slot: &str) -> Result<Piece, String> {
    let (name, sign) = match slot.split_once(',') {
        None => (slot, None),
        Some((name, style)) => match style.trim() {
            "plain" => (name, Some(Sign::Never)),
            "signed" => (name, Some(Sign::Always)),
            other => {
                return Err(format!("`{key}` asks for `{other}`; known are `plain` and `signed`"));
            }
        },
    };
    Ok(Piece::Slot { name: name.trim().to_owned(), sign })
}

/// An old and a new value that would read the same, each with the digits that tell them apart.
fn told_apart(
    formatter: &Formatter,
    arguments: &BTreeMap<String, Argument>,
) -> BTreeMap<String, Argument> {
    let value = |name: &str| match arguments.get(name) {
        Some(Argument::Value { value: Some(value), format }) => Some((*value, format)),
        _ => None,
    };
    let Some(((before, format), (now, other))) = value("before").zip(value("now")) else {
        return BTreeMap::new();
    };
    let shown = |value| value_text(formatter, value, format, None);
    if before == now || format != other || shown(before) != shown(now) {
        return BTreeMap::new();
    }
    let Some((before, now)) = formatter.apart(before, now, format) else { return BTreeMap::new() };
    let text = |name: &str, text| (name.to_owned(), Argument::Text(text));
    [text("before", before), text("now", now)].into()
}

fn argument_text(formatter: &Formatter, argument: &Argument, sign: Option<Sign>) -> String {
    let known = |value: &Option<Decimal>, write: &dyn Fn(Decimal) -> String| {
        value.map_or_else(|| UNKNOWN.to_owned(), write)
    };
    match argument {
        Argument::Label(label) => label.get(formatter.locale()).to_owned(),
        Argument::Text(text) => text.clone(),
        Argument::Count(count) => formatter.count(*count),
        Argument::Value { value, format } => {
            known(value, &|value| value_text(formatter, value, format, sign))
        }
        Argument::Change(change) => {
            known(change, &|change| formatter.relative(change, sign.unwrap_or(Sign::Always)))
        }
        Argument::PercentagePoints(points) => known(points, &|points| {
            let decimals = point_decimals(points);
            formatter.percentage_points(points, decimals, sign.unwrap_or(Sign::Always))
        }),
        Argument::Date(date) => formatter.date(*date),
        Argument::Period(period) => formatter.period(period),
        Argument::List(labels) => {
            let separator = match formatter.locale() {
                Locale::En => ", ",
                Locale::ZhCn => "、",
            };
            let texts: Vec<_> = labels.iter().map(|label| label.get(formatter.locale())).collect();
            texts.join(separator)
        }
    }
}

/// One decimal, or as many as two digits of a small difference need, but at most four.
fn point_decimals(points: Decimal) -> u32 {
    let size = (points * Decimal::ONE_HUNDRED).abs();
    let shows_two = |decimals: &u32| size >= Decimal::new(95, 1 + decimals);
    if size.is_zero() { 1 } else { (1..4).find(shows_two).unwrap_or(4) }
}

/// A style on a value says that it is a difference.
fn value_text(formatter: &Formatter, value: Decimal, format: &Fmt, sign: Option<Sign>) -> String {
    match sign {
        Some(sign) => formatter.difference(value, format, sign),
        None => formatter.number(Some(Number::Exact(value)), format),
    }
}

fn spelled_out(formatter: &Formatter, message: &Message) -> String {
    let arguments = message.arguments.iter();
    let listed: Vec<_> = arguments
        .map(|(name, argument)| format!("{name} = {}", argument_text(formatter, argument, None)))
        .collect();
    format!("[{}] {}", message.key, listed.join(", ")).trim_end().to_owned()
}
