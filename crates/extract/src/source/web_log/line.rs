//! One line of a web server's log to its fields.
//!
//! Rule: a line that is not exactly as its layout says is refused with the character at fault; nothing is skipped and
//! nothing is filled in. What a server writes escaped (`\"`, `\\`, `\xHH`) becomes what it stands for, except bytes
//! that are no text and control characters, which stay escaped.

use super::layout::{End, Field, Layout, Parts, Piece};
use std::borrow::Cow;

/// What a line tells, in the order of the layout's names.
pub(super) type Told<'a> = Vec<Option<Cow<'a, str>>>;

/// Why a line is refused: the broken rule and the reason.
pub(super) type Refused = (&'static str, String);

/// The fields of a line.
///
/// # Errors
/// Why it is not a line of this layout.
pub(super) fn told<'a>(layout: &Layout, line: &'a str) -> Result<Told<'a>, Refused> {
    let mut told = Vec::with_capacity(layout.names().len());
    let mut at = 0;
    for piece in &layout.pieces {
        let rest = &line[at..];
        match piece {
            Piece::Text(text) => {
                if !rest.starts_with(text) {
                    return Err(refused(line, at, &format!("`{text}` is expected here")));
                }
                at += text.len();
            }
            Piece::Field(field) => {
                let raw = raw(field, rest).map_err(|reason| refused(line, at, &reason))?;
                let text = plain(raw).map_err(|(rule, reason)| {
                    (rule, format!("character {}: `{}` {reason}", character(line, at), field.name))
                })?;
                take(field.parts, text, &mut told);
                at += raw.len();
            }
        }
    }
    if at < line.len() {
        return Err(refused(line, at, "the line goes on behind its last field"));
    }
    Ok(told)
}

fn refused(line: &str, at: usize, reason: &str) -> Refused {
    ("layout", format!("character {}: {reason}", character(line, at)))
}

/// The place of a byte, counted in characters from 1.
fn character(line: &str, at: usize) -> usize {
    line[..at].chars().count() + 1
}

/// A field as it stands in the line.
fn raw<'a>(field: &Field, rest: &'a str) -> Result<&'a str, String> {
    let name = &field.name;
    let end = match field.end {
        End::Quote => {
            let mut is_escaped = false;
            let end = rest.bytes().position(|byte| {
                let closes = byte == b'"' && !is_escaped;
                is_escaped = byte == b'\\' && !is_escaped;
                closes
            });
            return end.map(|end| &rest[..end]).ok_or(format!("`{name}` has no closing quote"));
        }
        End::Before(next) => rest.find(next).ok_or(format!("the line ends within `{name}`"))?,
        End::Line => rest.len(),
    };
    if end == 0 {
        return Err(format!("`{name}` is empty"));
    }
    Ok(&rest[..end])
}

/// A field without escapes.
fn plain(raw: &str) -> Result<Cow<'_, str>, Refused> {
    if raw.contains(char::is_control) {
        let reason = "has a control character, which servers write escaped";
        return Err(("layout", reason.into()));
    }
    if !raw.contains('\\') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let (byte, length) =
            escaped(rest).ok_or(("escape", "has a backslash that escapes nothing".to_owned()))?;
        bytes.push(byte);
        rest = &rest[length..];
    }
    Ok(Cow::Owned(readable(&bytes)))
}

/// The byte that an escape stands for, and its length without the backslash.
fn escaped(rest: &[u8]) -> Option<(u8, usize)> {
    let byte = match rest.first()? {
        b'x' => {
            let digits = std::str::from_utf8(rest.get(1..3)?).ok()?;
            let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            return is_hexadecimal
                .then(|| u8::from_str_radix(digits, 16).ok())
                .flatten()
                .map(|byte| (byte, 3));
        }
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        same @ (b'"' | b'\\') => *same,
        _ => return None,
    };
    Some((byte, 1))
}

/// Bytes as text; what is no text, or moves the cursor, as `\xHH`.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let escape = |text: &mut String, bytes: &[u8]| {
        bytes.iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    };
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character.is_control() {
                true => escape(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes()),
                false => text.push(character),
            }
        }
        escape(&mut text, chunk.invalid());
    }
    text
}

/// Adds a field and what it tells.
fn take<'a>(parts: Parts, text: Cow<'a, str>, told: &mut Told<'a>) {
    let own = |text: Option<&str>| text.map(|text| Cow::Owned(text.to_owned()));
    match parts {
        Parts::None => told.push(Some(text)),
        Parts::Request => {
            let (method, target, protocol) = request(&text).unwrap_or((None, None, None));
            let (path, query) = target.map_or((None, None), split);
            let parts = [method, target, protocol, path, query].map(own);
            let extension = path.and_then(extension).map(Cow::Owned);
            told.push(Some(text));
            told.extend(parts);
            told.push(extension);
        }
        Parts::Target => {
            let (path, query) = split(&text);
            let parts = [path, query].map(own);
            let extension = path.and_then(extension).map(Cow::Owned);
            told.push(Some(text));
            told.extend(parts);
            told.push(extension);
        }
        Parts::Path => {
            let extension = extension(&text).map(Cow::Owned);
            told.extend([Some(text), extension]);
        }
        Parts::Referrer => {
            let host = host(&text).map(Cow::Owned);
            told.extend([Some(text), host]);
        }
    }
}

type Request<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// Method, target and protocol; nothing of a request that is none, such as a handshake on the wrong port.
fn request(text: &str) -> Option<Request<'_>> {
    let (method, rest) = text.split_once(' ')?;
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-') {
        return None;
    }
    match rest.rsplit_once(' ') {
        Some((target, protocol)) if protocol.starts_with("HTTP/") && !target.is_empty() => {
            Some((Some(method), Some(target), Some(protocol)))
        }
        // HTTP 0.9 names no protocol.
        None if rest.starts_with('/') => Some((Some(method), Some(rest), None)),
        _ => None,
    }
}

/// Path and query of a target.
fn split(target: &str) -> (Option<&str>, Option<&str>) {
    match target.split_once('?') {
        Some((path, query)) => (Some(path), Some(query)),
        None => (Some(target), None),
    }
}

/// The ending of a path's last name, in lower case.
fn extension(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    let (_, ending) = name.rsplit_once('.')?;
    let is_ending = !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_ending.then(|| ending.to_ascii_lowercase())
}

/// The host of a web address, in lower case and without its port.
fn host(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let port = host.rfind(':').filter(|colon| !host[*colon..].contains(']'));
    let host = &host[..port.unwrap_or(host.len())];
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}
