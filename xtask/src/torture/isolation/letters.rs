//! Taking a mail apart: every header and every part, decoded, names of files among them.

use anyhow::{Context as _, bail};
use base64::Engine as _;

/// Everything that a mail says, as one text; pictures by their bytes.
pub(super) fn text(bytes: &[u8]) -> anyhow::Result<String> {
    let message = std::str::from_utf8(bytes).context("a message is ASCII")?;
    let mut all = String::new();
    part(message, &mut all)?;
    Ok(all)
}

fn part(text: &str, all: &mut String) -> anyhow::Result<()> {
    let (head, body) = text.split_once("\r\n\r\n").context("headers end with an empty line")?;
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    for line in head.lines() {
        all.push_str(&words(line));
        all.push('\n');
    }
    let header = |name: &str| {
        let found = head.lines().find(|line| line.to_ascii_lowercase().starts_with(name));
        found.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
    };
    let kind = header("content-type:");
    if kind.starts_with("multipart/") {
        let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
        let mark = format!("--{}", boundary.context("a multipart has a boundary")?);
        let pieces: Vec<&str> = body.split(&mark).collect();
        for piece in pieces.iter().skip(1).take(pieces.len().saturating_sub(2)) {
            part(piece.strip_prefix("\r\n").context("a boundary is a line")?, all)?;
        }
        return Ok(());
    }
    let decoded = match header("content-transfer-encoding:") {
        "base64" => base64(&body.split_whitespace().collect::<String>())?,
        "quoted-printable" => quoted_printable::decode(body, quoted_printable::ParseMode::Strict)?,
        other => bail!("a part is encoded as `{other}`"),
    };
    all.push_str(&String::from_utf8_lossy(&decoded));
    all.push('\n');
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
