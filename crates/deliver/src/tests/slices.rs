use super::{Bed, edition, email_of, mail_plan, mailbox, relay, server::Server};
use crate::{ChannelPlan, FolderPlan, Recipient, Validity};
use model::{
    edition::{Edition, EditionKind},
    label::Locale,
    receipt::{DeliveryState::Sent, Receipt},
    slice::Slice,
};
use std::collections::BTreeSet;

fn slice(text: &str) -> Slice {
    text.parse().expect("a slice")
}

fn of(text: &str) -> Edition {
    let mut edition = edition(EditionKind::Report, Locale::En);
    edition.slice = slice(text);
    edition.mail_text = format!("figures of {text}\n");
    edition.fingerprint = format!("fingerprint of {text}");
    edition
}

fn reader(name: &str, of: &str) -> Recipient {
    Recipient { slice: slice(of), ..super::recipient(name) }
}

fn bed(server: &Server) -> Bed {
    let mut bed = Bed::mail(server, &[]);
    email_of(&mut bed.plan).to = vec![
        reader("south", "region = South"),
        reader("boss", "all"),
        reader("north", "region = North"),
    ];
    bed.editions = vec![of("all"), of("region = North"), of("region = South")];
    bed
}

/// Who got which figures.
fn told(server: &Server) -> Vec<(String, String)> {
    let figures = |wire: &[u8]| {
        let text = String::from_utf8_lossy(wire).replace("=3D", "=");
        let start = text.find("figures of ").expect("figures");
        text[start..].lines().next().unwrap_or_default().to_owned()
    };
    let stored = server.stored();
    let name = |to: &[String]| to.concat().trim_matches(['<', '>']).to_owned();
    let mut told: Vec<_> = stored.iter().map(|one| (name(&one.to), figures(&one.wire))).collect();
    told.sort();
    told
}

#[test]
fn each_reader_gets_the_figures_of_his_slice_and_no_others() {
    let server = Server::start(Vec::new());
    let mut bed = bed(&server);
    assert_eq!(bed.states(), [Sent, Sent, Sent]);
    let expected =
        |name: &str, of: &str| (format!("{name}@example.com"), format!("figures of {of}"));
    let told = told(&server);
    assert_eq!(
        told,
        [
            expected("boss", "all"),
            expected("north", "region = North"),
            expected("south", "region = South")
        ]
    );
    let receipts = bed.run();
    assert!(receipts.iter().all(|receipt| receipt.state == Sent && receipt.attempts == 1));
    assert_eq!(server.stored().len(), 3, "a second call sends nothing");
}

#[test]
fn a_reader_whose_slice_was_not_rendered_gets_no_other_one() {
    let server = Server::start(Vec::new());
    let mut bed = bed(&server);
    bed.editions.retain(|edition| edition.slice != slice("region = South"));
    let error = bed.try_run().expect_err("an edition is missing");
    assert_eq!(error.code(), "TDG-D09");
    assert_eq!(server.stored().len(), 0, "nothing leaves");
}

#[test]
fn figures_that_changed_in_one_slice_hold_back_nobody_of_another() {
    let server = Server::start(Vec::new());
    let mut bed = bed(&server);
    bed.run();
    let newcomer = |name: &str, of: &str| Recipient { slice: slice(of), ..super::recipient(name) };
    email_of(&mut bed.plan).to.push(newcomer("north-too", "region = North"));
    email_of(&mut bed.plan).to.push(newcomer("south-too", "region = South"));
    bed.editions[1].fingerprint = "newer".into();
    let receipts = bed.run();
    let sent = |name: &str| {
        let mut found = receipts.iter().filter(|one| one.key.recipient.starts_with(name));
        found.next().is_some_and(|one| one.state == Sent)
    };
    assert!(sent("south-too@") && !sent("north-too@"));
}

#[test]
fn figures_that_changed_are_others_in_every_language() {
    let server = Server::start(Vec::new());
    let mut bed = Bed::mail(&server, &["a"]);
    bed.run();
    let chinese = Recipient { locale: Locale::ZhCn, ..super::recipient("b") };
    email_of(&mut bed.plan).to.push(chinese);
    let edition = |print: &str| Edition {
        locale: Locale::ZhCn,
        fingerprint: print.into(),
        ..bed.editions[0].clone()
    };
    let (same, other) = (edition("same"), edition("other"));
    bed.editions.push(same);
    let sent = |receipts: &[Receipt]| {
        receipts.iter().any(|one| one.key.recipient.starts_with("b@") && one.state == Sent)
    };
    let mut newer = bed.editions.clone();
    newer[0].fingerprint = "newer".into();
    newer[1] = other;
    let whole = std::mem::replace(&mut bed.editions, newer);
    assert!(!sent(&bed.run()), "the first reader has other figures");
    bed.editions = whole;
    assert!(sent(&bed.run()));
}

#[test]
fn a_folder_holds_the_report_on_everything_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut plan = mail_plan(relay(1), &[]);
    let path = folder.path().to_owned();
    let (from, attachments) = (mailbox("reports@example.org"), BTreeSet::new());
    let channel = FolderPlan { path, from, attachments };
    plan.route.channels = vec![ChannelPlan::Folder(channel)];
    let mut bed = Bed::new(plan);
    bed.editions = vec![of("all"), of("region = North")];
    let receipts = bed.run();
    assert_eq!(receipts.len(), 1);
    let message = std::fs::read_to_string(&receipts[0].reference).expect("a message");
    assert!(message.contains("figures of all") && !message.contains("North"));
}

#[test]
fn somebody_may_have_one_slice_after_another_but_never_two_at_once() {
    let day = |text: &str| Some(text.parse().expect("a day"));
    let until = Validity { from: None, to: day("2026-06-30") };
    let since = Validity { from: day("2026-07-01"), to: None };
    let server = Server::start(Vec::new());
    let mut bed = bed(&server);
    let move_on = |valid| Recipient { valid, ..reader("mover", "region = North") };
    email_of(&mut bed.plan).to.extend([move_on(until), move_on(since)]);
    assert!(bed.plan.route.check().is_ok());
    email_of(&mut bed.plan).to.push(move_on(Validity { from: day("2026-06-30"), to: None }));
    assert_eq!(bed.plan.route.check().map_err(|error| error.code()), Err("TDG-D02"));
    assert!(until.holds("2026-06-30".parse().expect("a day")));
    assert!(!until.holds("2026-07-01".parse().expect("a day")));
}
