//! Taking a mail apart: every header and every part, decoded, names of files among them.

use anyhow::{Context as _, bail};
use base64::Engine as _;

/// A part of a mail without parts of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its kind of content, without parameters.
    pub kind: String,
    /// Its content.
    pub body: Vec<u8>,
}

/// Everything that a mail says, as one text; pictures by their bytes.
///
/// # Errors
/// What is no well-formed message.
pub fn text(bytes: &[u8]) -> anyhow::Result<String> {
    let mut all = String::new();
    walk(bytes, &mut |head, leaf| {
        for line in head.lines() {
            all.push_str(&words(line));
            all.push('\n');
        }
        if let Some(leaf) = leaf {
            all.push_str(&String::from_utf8_lossy(&leaf.body));
            all.push('\n');
        }
    })?;
    Ok(all)
}

/// The parts of a mail that have none of their own, in order.
///
/// # Errors
/// What is no well-formed message.
pub fn leaves(bytes: &[u8]) -> anyhow::Result<Vec<Leaf>> {
    let mut leaves = Vec::new();
    walk(bytes, &mut |_, leaf| leaves.extend(leaf.cloned()))?;
    Ok(leaves)
}

/// The headers of a mail, unfolded.
///
/// # Errors
/// What is no well-formed message.
pub fn head(bytes: &[u8]) -> anyhow::Result<String> {
    let message = std::str::from_utf8(bytes).context("a message is ASCII")?;
    let (head, _) = message.split_once("\r\n\r\n").context("headers end with an empty line")?;
    Ok(head.replace("\r\n ", " ").replace("\r\n\t", " "))
}

/// The value of a header; its name in lower case.
pub fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let is_named = |line: &&str| {
        line.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
    };
    let found = head.lines().find(is_named);
    found.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
}

fn walk(bytes: &[u8], take: &mut dyn FnMut(&str, Option<&Leaf>)) -> anyhow::Result<()> {
    let head = head(bytes)?;
    let text = std::str::from_utf8(bytes).context("a message is ASCII")?;
    let (_, body) = text.split_once("\r\n\r\n").context("headers end with an empty line")?;
    let kind = header(&head, "content-type");
    if kind.starts_with("multipart/") {
        take(&head, None);
        let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
        let mark = format!("--{}", boundary.context("a multipart has a boundary")?);
        let pieces: Vec<&str> = body.split(&mark).collect();
        for piece in pieces.iter().skip(1).take(pieces.len().saturating_sub(2)) {
            let piece = piece.strip_prefix("\r\n").context("a boundary is a line")?;
            walk(piece.strip_suffix("\r\n").unwrap_or(piece).as_bytes(), take)?;
        }
        return Ok(());
    }
    let decoded = match header(&head, "content-transfer-encoding") {
        "base64" => base64(&body.split_whitespace().collect::<String>())?,
        "quoted-printable" => quoted_printable::decode(body, quoted_printable::ParseMode::Strict)?,
        other => bail!("a part is encoded as `{other}`"),
    };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
    take(&head, Some(&Leaf { kind, body: decoded }));
    Ok(())
}

fn base64(text: &str) -> anyhow::Result<Vec<u8>> {
    Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
}

/// A header with its encoded words as text.
fn words(line: &str) -> String {
    let decode = |word: &str| -> Option<String> {
        let inner = word.strip_prefix("=?utf-8?b?")?.strip_suffix("?=")?;
        String::from_utf8(base64(inner).ok()?).ok()
    };
    let decoded = line.split(' ').map(|word| decode(word).unwrap_or_else(|| word.to_owned()));
    decoded.collect::<Vec<_>>().join(" ")
}
