//! email-addresses: the public set of `is_email`, read as a list of recipients.
//!
//! What is no address, 66 of them, is refused. What is plain and has a dot in its domain is accepted. Comments, folding,
//! quoting and address literals are refused, by choice. What is accepted is never rewritten beyond the case of its domain,
//! and stays one recipient also for the mail library.

use super::tally::Line;
use anyhow::Context as _;
use std::{fs, path::Path};

/// Every address of the set.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let xml = fs::read_to_string(set.join("tests.xml"))?;
    let mut line = Line::new("email-addresses");
    for test in xml.split("<test id=").skip(1) {
        let category = text(test, "category").context("a test has a category")?;
        let address = unescape(text(test, "address").unwrap_or_default())?;
        line.count(&format!("{category} {address:?}"), judge(category, &address));
    }
    anyhow::ensure!(line.total == 164, "the set has 164 addresses, found {}", line.total);
    Ok(vec![line])
}

fn judge(category: &str, address: &str) -> Result<(), String> {
    let found = address.parse::<deliver::Address>();
    let domain = address.rsplit('@').next().unwrap_or_default();
    let is_plain = !address.contains('[') && domain.contains('.');
    let must = matches!(category, "ISEMAIL_VALID_CATEGORY" | "ISEMAIL_DNSWARN") && is_plain;
    match found {
        Ok(_) if category == "ISEMAIL_ERR" => Err("it is accepted".to_owned()),
        Ok(found) => one_and_the_same(address, found.as_str()),
        Err(problem) if must => Err(format!("it is refused: {problem}")),
        Err(_) => Ok(()),
    }
}

/// An accepted address is what was written, and one mailbox.
pub(super) fn one_and_the_same(written: &str, accepted: &str) -> Result<(), String> {
    let (local, domain) = written.rsplit_once('@').unwrap_or_default();
    let expected = format!("{local}@{}", domain.to_ascii_lowercase());
    if accepted != expected {
        return Err(format!("it becomes `{accepted}`"));
    }
    let marks = accepted.matches(['@', ',', ';', ' ', '<', '>']).count();
    if marks == 1 { Ok(()) } else { Err("it could be two recipients".to_owned()) }
}

/// The text of the first `<tag>`.
fn text<'a>(xml: &'a str, tag: &str) -> Option<&'a str> {
    let (_, after) = xml.split_once(&format!("<{tag}>"))?;
    Some(after.split_once(&format!("</{tag}>"))?.0)
}

/// Resolves entities; the set writes control characters as U+2400 and their code.
fn unescape(text: &str) -> anyhow::Result<String> {
    let mut plain = String::new();
    let mut parts = text.split("&#x");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (code, rest) = part.split_once(';').context("an entity ends with `;`")?;
        plain.push(char::from_u32(u32::from_str_radix(code, 16)?).context("a character")?);
        plain.push_str(rest);
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    let plain = named.iter().fold(plain, |text, (entity, mark)| text.replace(entity, mark));
    let control = |c: char| match c as u32 {
        code @ 0x2400..=0x241F => char::from_u32(code - 0x2400).unwrap_or(c),
        _ => c,
    };
    Ok(plain.chars().map(control).collect())
}
