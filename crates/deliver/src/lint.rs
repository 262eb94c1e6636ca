//! The linter of finished messages: headers and the form on the wire, whatever composed them.
//!
//! Rule: a message is read as a receiver reads it. Message-ID, Date, Auto-Submitted, List-Id and List-Unsubscribe are
//! there once, nothing in a header is beyond ASCII, every line ends with CRLF, and no line is a lone dot. A DKIM signature
//! covers who wrote to whom about what and when, and never Content-Type: the library writes that header after it has
//! signed.

use crate::message::check_wire;

/// Headers that each message has, once.
const NEEDED: [&str; 9] = [
    "auto-submitted",
    "date",
    "from",
    "list-id",
    "list-unsubscribe",
    "message-id",
    "mime-version",
    "subject",
    "to",
];
/// What a signature covers at least, where the message has it.
const SIGNED: [&str; 8] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

/// Every rule that a message breaks, in words.
pub fn lint(message: &[u8]) -> Vec<String> {
    let mut faults: Vec<String> = check_wire(message).err().into_iter().collect();
    if message.split(|byte| *byte == b'\n').any(|line| matches!(line, b"." | b".\r")) {
        faults.push("a line is a lone dot, which ends a message".to_owned());
    }
    let text = String::from_utf8_lossy(message);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        faults.push("there is no empty line behind the headers".to_owned());
        return faults;
    };
    let headers = headers(head);
    let find = |name: &str| headers.iter().filter(|(key, _)| key == name).collect::<Vec<_>>();
    for name in NEEDED {
        match find(name).len() {
            1 => {}
            0 => faults.push(format!("the header `{name}` is missing")),
            count => faults.push(format!("the header `{name}` stands there {count} times")),
        }
    }
    let is =
        |name: &str, holds: &dyn Fn(&str) -> bool| find(name).iter().all(|(_, value)| holds(value));
    if !is("auto-submitted", &|value| value == "auto-generated") {
        faults.push(
            "`Auto-Submitted` is not `auto-generated`: absence notes would answer".to_owned(),
        );
    }
    if !is("message-id", &|value| is_id(value)) {
        faults.push("`Message-ID` is not of the form `<…@domain>`".to_owned());
    }
    if !is("list-unsubscribe", &|value| value.contains("<mailto:") || value.contains("<https://")) {
        faults
            .push("`List-Unsubscribe` has neither a `mailto:` nor an `https:` address".to_owned());
    }
    let one_click = !find("list-unsubscribe-post").is_empty();
    if one_click && !is("list-unsubscribe", &|value| value.contains("<https://")) {
        faults.push("`List-Unsubscribe-Post` needs an `https:` address to post to".to_owned());
    }
    for (_, signature) in find("dkim-signature") {
        faults.extend(unsigned(signature, &|name| !find(name).is_empty()));
    }
    faults
}

/// What a signature leaves open, and what it must not cover.
fn unsigned(signature: &str, has: &dyn Fn(&str) -> bool) -> Vec<String> {
    let tags = signature.split(';').filter_map(|tag| tag.trim().split_once('='));
    let covered = tags.filter(|(name, _)| *name == "h").map(|(_, list)| list.to_ascii_lowercase());
    let covered: Vec<String> = covered
        .flat_map(|list| list.split(':').map(|one| one.trim().to_owned()).collect::<Vec<_>>())
        .collect();
    let covers = |name: &str| covered.iter().any(|one| one == name);
    let open = SIGNED.iter().filter(|name| has(name) && !covers(name));
    let mut faults: Vec<String> =
        open.map(|name| format!("the signature does not cover `{name}`")).collect();
    if covers("content-type") {
        faults.push("the signature covers `content-type`, which is written after it".to_owned());
    }
    faults
}

fn is_id(value: &str) -> bool {
    let inner = value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner
        .and_then(|inner| inner.split_once('@'))
        .is_some_and(|(left, right)| left.len() >= 16 && !right.is_empty() && !right.contains('@'))
}

/// The headers with their folded lines joined, names in small letters.
fn headers(head: &str) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=a;\r\n h=From:To:Subject:Date:Message-ID:\r\n MIME-Version:List-Unsubscribe; bh=x; b=y\r\n\
        From: a@example.com\r\nTo: b@example.com\r\nSubject: June\r\nDate: Wed, 01 Jul 2026 06:30:00 +0000\r\n\
        Message-ID: <0123456789abcdef0123@example.com>\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n\
        List-Id: <nightly.example.com>\r\nList-Unsubscribe: <mailto:a@example.com>\r\nContent-Type: text/plain\r\n\r\nA line.\r\n";

    #[test]
    fn a_sound_message_breaks_no_rule() {
        assert_eq!(lint(SOUND.as_bytes()), Vec::<String>::new());
    }

    #[test]
    fn every_rule_can_be_broken() {
        for (from, to, words) in [
            ("A line.\r\n", "A line.\n", "ends without CR"),
            ("A line.", "A\rline.", "a CR stands alone"),
            ("A line.", ".", "lone dot"),
            ("A line.", "折", "needs an encoding"),
            ("\r\n\r\n", "\r\n", "no empty line"),
            ("Auto-Submitted: auto-generated\r\n", "", "`auto-submitted` is missing"),
            ("auto-generated", "no", "absence notes"),
            (
                "To: b@example.com\r\n",
                "To: b@example.com\r\nTo: c@example.com\r\n",
                "`to` stands there 2 times",
            ),
            ("<0123456789abcdef0123@example.com>", "7", "`Message-ID` is not of the form"),
            ("<mailto:a@example.com>", "a@example.com", "neither a `mailto:`"),
            (
                "Content-Type",
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nContent-Type",
                "an `https:` address to post to",
            ),
            (":Date:", ":", "does not cover `date`"),
            ("h=From", "h=Content-Type:From", "covers `content-type`"),
        ] {
            assert!(SOUND.contains(from), "{from}");
            let faults = lint(SOUND.replacen(from, to, 1).as_bytes());
            assert!(faults.iter().any(|fault| fault.contains(words)), "{to}: {faults:?}");
        }
    }
}
