//! Another reader of log lines: one regular expression per layout, written by hand.
//!
//! Rule: shares nothing with the reader of the program, neither its layouts nor its steps.

use regex::Regex;
use std::{str, sync::LazyLock};

/// A field in quotes.
const QUOTED: &str = r#""((?:[^"\\]|\\.)*)""#;

/// A row: what each name says, `None` where a line says nothing of it.
pub(super) type Row = Vec<Option<String>>;

/// A layout.
pub(super) struct Reader {
    /// As a contract says it.
    pub(super) log: &'static str,
    /// All that a line tells, in order.
    pub(super) names: Vec<&'static str>,
    /// The fields as they stand in a line, each with the text before it.
    pub(super) fields: &'static [(&'static str, &'static str)],
    /// The text behind the last one.
    pub(super) end: &'static str,
    line: Regex,
}

/// What a file says.
pub(super) struct Read {
    pub(super) rows: Vec<Row>,
    /// The numbers of the records that are none.
    pub(super) refused: Vec<u64>,
}

/// All layouts.
pub(super) fn all() -> Vec<Reader> {
    let reader = |log, line: String, fields, end| {
        let line = Regex::new(&format!(r"(?s)\A{line}\z")).expect("an expression");
        let names = names(fields);
        Reader { log, names, fields, end, line }
    };
    let word = "([^ ]+)";
    let common = format!(r"{word} {word} {word} \[([^\]]+)\] {QUOTED} {word}");
    vec![
        reader(
            "combined",
            format!("{common} {word} {QUOTED} {QUOTED}"),
            &[
                ("", "host"),
                (" ", "ident"),
                (" ", "user"),
                (" [", "time"),
                ("] \"", "request"),
                ("\" ", "status"),
                (" ", "bytes"),
                (" \"", "referrer"),
                ("\" \"", "user_agent"),
            ],
            "\"",
        ),
        reader(
            "common",
            format!("{common} (.+)"),
            &[
                ("", "host"),
                (" ", "ident"),
                (" ", "user"),
                (" [", "time"),
                ("] \"", "request"),
                ("\" ", "status"),
                (" ", "bytes"),
            ],
            "",
        ),
        reader(
            r#"%v\t%h\t%{%Y-%m-%dT%H:%M:%S%z}t\t"%m %U%q %H"\t%>s\t%b\t%D\t"%{User-Agent}i""#,
            {
                let cell = "([^\t]+)";
                format!(
                    "{cell}\t{cell}\t{cell}\t\"{word} {word} ([^\"]+)\"\t{cell}\t{cell}\t{cell}\t{QUOTED}"
                )
            },
            &[
                ("", "server"),
                ("\t", "host"),
                ("\t", "time"),
                ("\t\"", "method"),
                (" ", "target"),
                (" ", "protocol"),
                ("\"\t", "status"),
                ("\t", "bytes"),
                ("\t", "microseconds"),
                ("\t\"", "user_agent"),
            ],
            "\"",
        ),
        reader(
            r#"%a|%U|%{Referer}i %B [%{sec}t] 100%% %{X-Forwarded-For}i"#,
            r"([^|]+)\|([^|]+)\|([^ ]+) ([^ ]+) \[([^\]]+)\] 100% (.+)".to_owned(),
            &[
                ("", "address"),
                ("|", "path"),
                ("|", "referrer"),
                (" ", "bytes"),
                (" [", "time"),
                ("] 100% ", "x_forwarded_for"),
            ],
            "",
        ),
    ]
}

/// The fields and what else each of them tells.
fn names(fields: &[(&str, &'static str)]) -> Vec<&'static str> {
    let names = |&(_, name): &(&str, &'static str)| {
        let more: &[&str] = match name {
            "request" => &["method", "target", "protocol", "path", "query", "extension"],
            "target" => &["path", "query", "extension"],
            "path" => &["extension"],
            "referrer" => &["referrer_host"],
            _ => &[],
        };
        [name].into_iter().chain(more.iter().copied()).collect::<Vec<_>>()
    };
    fields.iter().flat_map(names).collect()
}

impl Reader {
    /// Reads a file whose lines have at most so many bytes.
    pub(super) fn read(&self, file: &[u8], longest: usize) -> Read {
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let (mut rows, mut refused, mut number) = (Vec::new(), Vec::new(), 0);
        for line in file.split_inclusive(|byte| *byte == b'\n') {
            let (line, is_ended) = match line.strip_suffix(b"\n") {
                Some(line) => (line, true),
                None => (line, false),
            };
            let bare = if is_ended { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
            if bare.is_empty() {
                continue;
            }
            number += 1;
            let is_whole = line.len() <= longest && (is_ended || !self.end.is_empty());
            match str::from_utf8(bare).ok().and_then(|line| self.row(line)).filter(|_| is_whole) {
                Some(row) => rows.push(row),
                None => refused.push(number),
            }
        }
        Read { rows, refused }
    }

    fn row(&self, line: &str) -> Option<Row> {
        let found = self.line.captures(line)?;
        let mut row = Vec::new();
        for (place, (_, name)) in self.fields.iter().enumerate() {
            let text = plain(found.get(place + 1)?.as_str())?;
            let more = told(name, &text);
            row.push(Some(text));
            row.extend(more);
        }
        Some(row)
    }

    /// What a row of another layout says, under the names of this one; `-` of what it does not.
    pub(super) fn row_of(&self, other: &Self, row: &Row) -> Row {
        let cell = |name: &&str| {
            let place = other.names.iter().position(|known| known == name);
            place.and_then(|place| row[place].clone()).or(Some("-".to_owned()))
        };
        self.names.iter().map(cell).collect()
    }
}

/// An expression that is compiled once.
macro_rules! expression {
    ($text:literal) => {{
        static EXPRESSION: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("an expression"));
        &*EXPRESSION
    }};
}

/// A field without its escapes; none where it has a control character, or a backslash that escapes nothing.
fn plain(raw: &str) -> Option<String> {
    let sound = expression!(r#"\A(?:[^\\\p{Cc}]|\\(?:x[0-9A-Fa-f]{2}|[btnvfr"\\]))*\z"#);
    if !sound.is_match(raw) {
        return None;
    }
    let mut bytes = Vec::new();
    for piece in expression!(r"(?s)\\x(..)|\\(.)|([^\\]+)").captures_iter(raw) {
        match (piece.get(1), piece.get(2), piece.get(3)) {
            (Some(digits), ..) => bytes.push(u8::from_str_radix(digits.as_str(), 16).ok()?),
            (_, Some(letter), _) => bytes.push(match letter.as_str() {
                "b" => 0x08,
                "t" => 0x09,
                "n" => 0x0a,
                "v" => 0x0b,
                "f" => 0x0c,
                "r" => 0x0d,
                other => *other.as_bytes().first()?,
            }),
            (.., text) => bytes.extend_from_slice(text?.as_str().as_bytes()),
        }
    }
    Some(shown(&bytes))
}

/// Text, with bytes that are none and control characters as `\xHH`.
fn shown(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    let escaped =
        |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect() };
    while !bytes.is_empty() {
        let (valid, invalid) = match str::from_utf8(bytes) {
            Ok(valid) => (valid, 0),
            Err(error) => {
                let valid = str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
                (valid, error.error_len().unwrap_or(bytes.len() - valid.len()))
            }
        };
        for character in valid.chars() {
            match character as u32 {
                0..0x20 | 0x7f..0xa0 => text.push_str(&escaped(character.to_string().as_bytes())),
                _ => text.push(character),
            }
        }
        text.push_str(&escaped(&bytes[valid.len()..valid.len() + invalid]));
        bytes = &bytes[valid.len() + invalid..];
    }
    text
}

/// What else a field tells.
fn told(name: &str, text: &str) -> Row {
    let found = |expression: &Regex, text: &str, place: usize| -> Option<String> {
        Some(expression.captures(text)?.get(place)?.as_str().to_owned())
    };
    let lower = |text: Option<String>| text.map(|text| text.to_ascii_lowercase());
    let target = expression!(r"(?s)\A([^?]*)(?:\?(.*))?\z");
    let ending = expression!(r"(?s)\A(?:.*/)?[^/]*\.([0-9A-Za-z]+)\z");
    let of_path = |path: Option<&str>| lower(path.and_then(|path| found(ending, path, 1)));
    let of_target = |text: &str| {
        let (path, query) = (found(target, text, 1), found(target, text, 2));
        let extension = of_path(path.as_deref());
        vec![path, query, extension]
    };
    match name {
        "path" => vec![of_path(Some(text))],
        "referrer" => {
            let address = expression!(r"(?s)\Ahttps?://([^/?#]*)");
            let host = expression!(r"(?s)\A(?:.*@)?(.*?)(?::[^:\]]*)?\z");
            let host = found(address, text, 1).and_then(|text| found(host, &text, 1));
            vec![lower(host.filter(|host| !host.is_empty()))]
        }
        "request" => {
            let request = expression!(r"(?s)\A([A-Z-]+) (.+) (HTTP/[^ ]*)\z");
            let old = expression!(r"(?s)\A([A-Z-]+) (/[^ ]*)\z");
            let kind = if request.is_match(text) { request } else { old };
            let mut row: Row = (1..4).map(|place| found(kind, text, place)).collect();
            let more = row[1].as_deref().map_or(vec![None; 3], of_target);
            row.extend(more);
            row
        }
        "target" => of_target(text),
        _ => Vec::new(),
    }
}
