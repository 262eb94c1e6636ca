//! A real way through the mail: the program, Exim, Dovecot, and a mail program at the far end.
//!
//! Both servers run without rights on ports of this machine: STARTTLS under a root certificate of our own, a password, and
//! greylisting (the first try of a recipient is put off). The mails are fetched by IMAP; their signature is verified by a
//! program that shares nothing with ours.

mod servers;

use model::receipt::{DeliveryState, Receipt};
use servers::Servers;
use std::fs;
use xtask::{
    crashes::{Ended, Place},
    letters,
};

/// A picture in the mail, as most reports have one.
const CHART: &str = r#"
[[section]]
id = "trend"
analysis = "trend"
title = { en = "Sales", zh-CN = "销售走势" }
metrics = ["sales"]
periods = 6
"#;

/// A small job, mailed to two readers and to a third whom the server does not know.
fn place(servers: &Servers) -> Place {
    let place = Place::new(3).expect("a place");
    let job = fs::read_to_string(place.path("jobs/sales.toml")).expect("the job");
    fs::write(place.path("jobs/sales.toml"), job + CHART).expect("written");
    fs::write(place.path("tidings.toml"), servers.relay()).expect("written");
    place
}

fn run(place: &Place, password: &str) -> Ended {
    let output = place.run_of(1).env("RELAY_PASSWORD", password).output();
    output.expect("the program starts").into()
}

#[test]
fn a_mail_arrives_once_whole_and_signed_through_real_servers() {
    let Some(servers) = Servers::start() else { return };
    let place = place(&servers);
    // Refused for good is one of three: the others have theirs, after being put off once.
    let ended = run(&place, servers::PASSWORD);
    assert_eq!(ended.code, Some(4), "{}\n{}", ended.said, servers.log());
    assert!(servers.log().matches("come back later").count() >= 2, "{}", servers.log());
    assert!(servers.log().contains("TLS1."), "{}", servers.log());
    for (reader, locale) in [("reader-0", "en"), ("reader-1", "zh-CN")] {
        let [mail] = &servers.fetch(reader, 1)[..] else { panic!("one mail for {reader}") };
        assert!(mail.dkim, "the signature holds after two servers");
        assert!(!mail.changed, "the signature of a changed mail does not hold");
        is_what_was_published(&place, &mail.bytes, locale);
        has_its_headers(&mail.bytes, reader);
    }
    let [notice] = &servers.fetch("owner", 1)[..] else { panic!("one mail for the owner") };
    let text = letters::text(&notice.bytes).expect("a mail");
    assert!(text.contains("reader-2@example.com") && text.contains("5.1.1"), "{text}");
    // Again: nobody gets anything twice.
    assert_eq!(run(&place, servers::PASSWORD).code, Some(4));
    for reader in ["reader-0", "reader-1", "owner"] {
        assert_eq!(servers.fetch(reader, 1).len(), 1, "{reader}");
    }
    let mut states: Vec<DeliveryState> = mails(&place).iter().map(|one| one.state).collect();
    states.sort();
    assert_eq!(states, [DeliveryState::Sent, DeliveryState::Sent, DeliveryState::Failed]);
}

#[test]
fn a_wrong_password_is_not_hammered_and_a_foreign_certificate_gets_nothing() {
    let Some(servers) = Servers::start() else { return };
    let place = place(&servers);
    assert_eq!(run(&place, "wrong").code, Some(4), "the folder has it, nobody else");
    assert_eq!(servers.log().matches("535 Incorrect").count(), 1, "{}", servers.log());
    assert!(mails(&place).iter().all(|one| one.needs_person), "{:?}", mails(&place));
    // A root that vouches for other servers only.
    fs::write(place.path("other.pem"), servers::certificates().0).expect("written");
    let relay = servers.relay().replace(servers.root(), "other.pem");
    fs::write(place.path("tidings.toml"), relay).expect("written");
    assert_eq!(run(&place, servers::PASSWORD).code, Some(4));
    assert!(mails(&place).iter().all(|one| one.state == DeliveryState::Failed));
    assert!(!servers.log().contains("<= reports@example.com"), "{}", servers.log());
}

/// The receipts of reports by mail.
fn mails(place: &Place) -> Vec<Receipt> {
    let all = place.receipts(1).expect("receipts").into_iter();
    all.filter(|one| one.key.channel == "email").collect()
}

/// Every part of a mail is, byte for byte, that of the message in the outbox.
#[track_caller]
fn is_what_was_published(place: &Place, mail: &[u8], locale: &str) {
    let published = fs::read(place.outbox(1).join(format!("sales.{locale}.eml")));
    let published = letters::leaves(&published.expect("published")).expect("a message");
    assert!(published.iter().any(|part| part.kind == "image/png"), "it has a picture");
    assert!(letters::leaves(mail).expect("a mail") == published, "parts in {locale} differ");
}

#[track_caller]
fn has_its_headers(mail: &[u8], reader: &str) {
    let head = letters::head(mail).expect("headers");
    for (name, part) in [
        ("From", "reports@example.com"),
        ("To", reader),
        ("Auto-Submitted", "auto-generated"),
        ("List-Id", "<sales.example.com>"),
        ("MIME-Version", "1.0"),
        ("Message-ID", "@example.com>"),
        ("DKIM-Signature", "d=example.com; s=reports"),
    ] {
        let value = letters::header(&head, name);
        assert!(value.contains(part), "{name} is {value:?}");
        assert_eq!(head.lines().filter(|line| line.starts_with(&format!("{name}:"))).count(), 1);
    }
    let signed = letters::header(&head, "DKIM-Signature").to_lowercase();
    let signed = signed.split("h=").nth(1).and_then(|rest| rest.split(';').next()).expect("h=");
    for name in ["from", "to", "subject", "date", "message-id", "auto-submitted", "list-id"] {
        assert!(signed.split(':').any(|one| one.trim() == name), "{name} is signed: {signed}");
    }
    assert!(!signed.contains("content-type"), "{signed}");
}
