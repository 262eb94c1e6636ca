//! A small reader of MIME messages, strict where mail servers are.

use std::collections::BTreeMap;

/// One part of a message.
#[derive(Debug)]
pub(crate) struct Part {
    /// Headers by lower-case name, unfolded.
    pub(crate) headers: BTreeMap<String, String>,
    /// The decoded body; empty for a multipart.
    pub(crate) body: Vec<u8>,
    pub(crate) parts: Vec<Part>,
}

impl Part {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The kind of content, without parameters.
    pub(crate) fn kind(&self) -> &str {
        self.header("content-type").split(';').next().unwrap_or("").trim()
    }

    pub(crate) fn encoding(&self) -> &str {
        self.header("content-transfer-encoding")
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("a text part is UTF-8")
    }

    /// All parts without parts.
    pub(crate) fn leaves(&self) -> Vec<&Part> {
        match self.parts.is_empty() {
            true => vec![self],
            false => self.parts.iter().flat_map(Part::leaves).collect(),
        }
    }

    /// The first leaf of a kind.
    #[track_caller]
    pub(crate) fn leaf(&self, kind: &str) -> &Part {
        let found = self.leaves().into_iter().find(|part| part.kind() == kind);
        found.unwrap_or_else(|| panic!("the message has no {kind} part"))
    }
}

/// Everything a lenient server could stumble over.
pub(crate) fn wire_faults(bytes: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    if bytes.iter().any(|byte| !byte.is_ascii()) {
        faults.push("a byte above 127".to_owned());
    }
    let feeds = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    if feeds.into_iter().any(|(at, _)| at == 0 || bytes[at - 1] != b'\r') {
        faults.push("a line feed without carriage return".to_owned());
    }
    let returns = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\r');
    if returns.into_iter().any(|(at, _)| bytes.get(at + 1) != Some(&b'\n')) {
        faults.push("a carriage return without line feed".to_owned());
    }
    let longest = bytes.split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap_or(0);
    if longest > 999 {
        faults.push(format!("a line of {longest} bytes"));
    }
    if bytes.split(|byte| *byte == b'\n').any(|line| line == b".\r") {
        faults.push("a point alone on a line".to_owned());
    }
    faults
}

/// Parses a message.
pub(crate) fn parse(bytes: &[u8]) -> Part {
    part(std::str::from_utf8(bytes).expect("a message is ASCII"))
}

fn part(text: &str) -> Part {
    let (head, body) = text.split_once("\r\n\r\n").expect("headers end with an empty line");
    let mut headers = BTreeMap::new();
    for line in head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n") {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("a header: {line}"));
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let mut part = Part { headers, body: Vec::new(), parts: Vec::new() };
    let kind = part.header("content-type").to_owned();
    if kind.starts_with("multipart/") {
        let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
        let mark = format!("--{}", boundary.expect("a multipart has a boundary"));
        let pieces: Vec<&str> = body.split(&mark).collect();
        assert!(pieces.last().is_some_and(|last| last.starts_with("--")), "the boundary closes");
        for piece in &pieces[1..pieces.len() - 1] {
            let piece = piece.strip_prefix("\r\n").expect("a boundary is a line");
            part.parts.push(self::part(piece.strip_suffix("\r\n").unwrap_or(piece)));
        }
    } else {
        part.body = match part.encoding() {
            "base64" => base64(body),
            "quoted-printable" => quoted_printable(body),
            other => panic!("a part is encoded as `{other}`, not base64 or quoted-printable"),
        };
    }
    part
}

fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0u32, 0, Vec::new());
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = LETTERS.iter().position(|letter| *letter == byte).expect("a base64 letter");
        bits = (bits << 6) | value as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        if bytes[at] == b'=' {
            let code = &text[at + 1..at + 3];
            decoded.push(u8::from_str_radix(code, 16).expect("a quoted byte"));
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    decoded
}
