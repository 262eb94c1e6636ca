//! What a message looks like on the wire, whatever is put into it.

use super::{Bed, server::Server};
use crate::deliver;
use model::{
    edition::{Edition, EditionKind},
    label::Locale,
    receipt::DeliveryState,
};

/// The rules of RFC 5321 for what comes between DATA and the dot, as a strict and as a lenient server
/// would read it.
fn assert_clean(wire: &[u8]) {
    assert!(wire.is_ascii() && !wire.contains(&0), "8-bit or NUL on the wire");
    assert!(wire.ends_with(b"\r\n"));
    let text = std::str::from_utf8(wire).expect("ASCII");
    for line in text.split_inclusive("\r\n") {
        let line = line.strip_suffix("\r\n").expect("every line ends with CRLF");
        assert!(!line.contains(['\r', '\n']), "bare CR or LF in {line:?}");
        assert!(line.len() <= 998, "{} bytes", line.len());
        assert!(!line.starts_with('.') || line.starts_with(".."), "a dot that ends the mail");
    }
    assert!(!text.contains("Content-Transfer-Encoding: 7bit"));
    assert!(!text.contains("Content-Transfer-Encoding: 8bit"));
}

/// Sends one edition and returns the wire form and the message as it is stored.
fn send(change: impl FnOnce(&mut Edition)) -> (Vec<u8>, String) {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a"]);
    change(&mut bed.editions[0]);
    bed.run();
    let stored = server.stored();
    assert_eq!(stored.len(), 1, "one message");
    assert_eq!(stored[0].to, ["a@example.com"], "one recipient");
    assert_clean(&stored[0].wire);
    let text = String::from_utf8(stored[0].wire.clone()).expect("ASCII");
    let unstuffed: String =
        text.split_inclusive("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
    (stored[0].wire.clone(), unstuffed)
}

/// The decoded first part of a type.
fn part(message: &str, kind: &str) -> Vec<u8> {
    let marker = format!("Content-Type: {kind}");
    let from = message.find(&marker).expect("the part");
    let (headers, rest) = message[from..].split_once("\r\n\r\n").expect("a body");
    let body = &rest[..rest.find("\r\n--=_").expect("a boundary")];
    match headers {
        _ if headers.contains("quoted-printable") => unquote(body),
        _ if headers.contains("base64") => unbase64(body),
        _ => panic!("an encoding by accident: {headers}"),
    }
}

fn unquote(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "");
    let mut bytes = joined.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'=' {
            decoded.push(byte);
            continue;
        }
        let hex: Vec<u8> = bytes.by_ref().take(2).collect();
        let hex = std::str::from_utf8(&hex).expect("hex");
        decoded.push(u8::from_str_radix(hex, 16).expect("hex"));
    }
    decoded
}

fn unbase64(body: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = body.bytes().filter_map(|byte| alphabet.iter().position(|a| *a == byte));
    let digits: Vec<usize> = digits.collect();
    let mut decoded = Vec::new();
    for group in digits.chunks(4) {
        let joined = group.iter().fold(0, |sum, digit| sum << 6 | digit) << (6 * (4 - group.len()));
        decoded.extend_from_slice(&(joined as u32).to_be_bytes()[1..group.len()]);
    }
    decoded
}

#[test]
fn a_message_has_its_headers_and_parts() {
    let (_, message) = send(|_| {});
    let (headers, _) = message.split_once("\r\n\r\n").expect("headers");
    let expected = [
        "Date: Thu, 19 Nov 2026 22:31:00 +0000",
        "From: reports@example.org",
        "To: a@example.com",
        "Subject: Nightly report 2026-11-20",
        "Auto-Submitted: auto-generated",
        "List-Id: <nightly.example.org>",
        "MIME-Version: 1.0",
    ];
    for header in expected {
        assert!(headers.lines().any(|line| line == header), "{header} in\n{headers}");
    }
    assert!(headers.contains("Message-ID: <") && headers.contains("@example.org>"));
    assert_eq!(message.matches("Content-Type: multipart/").count(), 2);
    assert!(message.contains("Content-ID: <chart-1@tidings>"));
    assert_eq!(part(&message, "text/plain"), b"Nightly report\r\n.\r\nrevenue 4.31\r\n");
    assert_eq!(
        part(&message, "image/png"),
        super::edition(EditionKind::Report, Locale::En).images[0].png
    );
}

#[test]
fn chinese_and_long_lines_are_encoded() {
    let text = "净收入 110.6 万，比上周增长 7.8 %\n".repeat(50) + &"x".repeat(5000);
    let (_, message) = send(|edition| {
        edition.subject = "销售日报 2026-11-20 — Nord/Süd".into();
        edition.mail_text = text.clone();
    });
    assert_eq!(part(&message, "text/plain"), text.replace('\n', "\r\n").as_bytes());
    assert!(message.contains("Subject: =?utf-8?b?"));
}

#[test]
fn names_and_pictures_cannot_carry_headers() {
    for name in ["CEO\r\nBcc: e@x", "CEO\nX: y", "a\u{0}", "\u{202E}txt", " "] {
        let refused = crate::Mailbox::new("a@example.com", Some(name), "the sender");
        assert_eq!(refused.expect_err("refused").code(), "TDG-D03", "{name:?}");
    }
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a"]);
    let to = &mut super::email_of(&mut bed.plan).to[0].mailbox;
    to.name = Some("Müller, \"CEO\" <x@y>".into());
    bed.run();
    let text = String::from_utf8(server.stored()[0].wire.clone()).expect("ASCII");
    assert_eq!(text.matches("\r\nTo: ").count(), 1);
    assert_eq!(server.inboxes(), ["a@example.com:1"]);
    bed.editions[0].images[0].content_id = "x>\r\nBcc: e".into();
    bed.plan.revision = 1;
    assert_eq!(bed.try_run().expect_err("refused").code(), "TDG-D11");
}

#[test]
fn a_mail_is_kept_as_it_leaves_and_goes_where_it_cannot_be_kept() {
    for keeps_nothing in [false, true] {
        let server = Server::start(vec![]);
        let bed = Bed::mail(&server, &["a", "b"]);
        *bed.book.keeps_nothing.borrow_mut() = keeps_nothing;
        let done = deliver(&bed.plan, &bed.editions, &bed.book, &bed.cx).expect("delivered");
        assert!(done.value.iter().all(|receipt| receipt.state == DeliveryState::Sent));
        let said: Vec<String> =
            done.notes.iter().map(|note| format!("{:?}", note.message)).collect();
        assert_eq!(
            said.iter().any(|said| said.contains("deliver.not_kept")),
            keeps_nothing,
            "{said:?}"
        );
        let stored = server.stored();
        let came = stored.iter().map(|one| {
            let wire = String::from_utf8(one.wire.clone()).expect("ASCII");
            let lines = wire.split_inclusive("\r\n");
            let lines = lines.map(|line| line.strip_prefix('.').unwrap_or(line));
            (one.to[0].clone(), lines.collect::<String>().into_bytes())
        });
        let kept: Vec<(String, Vec<u8>)> = bed
            .book
            .kept
            .take()
            .into_iter()
            .map(|(to, bytes)| (to, [&bytes[..], b"\r\n"].concat()))
            .collect();
        let came: Vec<(String, Vec<u8>)> = came.collect();
        assert_eq!(kept, if keeps_nothing { Vec::new() } else { came.clone() });
        let body = |bytes: &[u8]| {
            let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
            bytes[head.expect("a head")..].to_vec()
        };
        assert_eq!(body(&came[0].1), body(&came[1].1), "one edition has one body");
    }
}
