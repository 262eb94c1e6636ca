//! The receipt protocol: what is claimed, tried, repeated, and what is not.

use super::{
    Bed,
    faults::{BOTH, NOBODY},
    mail_plan, relay,
    server::{Act, Server, rule},
};
use crate::{ChannelPlan, Doubtful, Login, Timeouts, Tls};
use model::{
    edition::EditionKind,
    label::Locale,
    receipt::DeliveryState::{self, Failed, Pending, Sent, Unknown},
    secret::Secret,
};
use std::{net::TcpListener, time::Duration};

#[test]
fn a_delivered_report_is_not_delivered_again_and_shows_its_old_receipts() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a", "b"]);
    let first = bed.run();
    assert_eq!(server.connections(), 1, "one connection for both");
    bed.book.dead.borrow_mut().push(bed.cx.run.clone());
    bed.cx = super::context("run-2");
    assert_eq!(bed.run(), first);
    assert_eq!(
        (server.connections(), server.inboxes()),
        (1, BOTH.iter().map(|s| s.to_string()).collect())
    );
    // A correction goes to everybody, under another message id.
    bed.plan.revision = 1;
    let corrected = bed.run();
    assert_eq!(server.inboxes(), ["a@example.com:2", "b@example.com:2"]);
    assert_ne!(corrected[0].reference, first[0].reference);
}

#[test]
fn a_message_cut_in_the_middle_was_not_accepted() {
    let server = Server::start(vec![rule("PART", "a@", 1, Act::Close)]);
    let mut bed = Bed::mail(&server, &["a", "b"]);
    // Longer than any buffer between the two ends.
    bed.editions[0].images[0].png = vec![7; 8 << 20];
    assert_eq!(bed.states(), [Sent, Sent]);
    assert_eq!(server.inboxes(), BOTH);
    assert_eq!(bed.pauses, [Duration::from_secs(60)]);
}

#[test]
fn pauses_double_and_are_bounded() {
    let server = Server::start(vec![rule("RCPT", "", 99, Act::Say("451 later"))]);
    let mut bed = Bed::mail(&server, &["a"]);
    super::email_of(&mut bed.plan).relay.tries = 8;
    assert_eq!(bed.states(), [Pending]);
    let minutes: Vec<_> = bed.pauses.iter().map(|pause| pause.as_secs() / 60).collect();
    assert_eq!(minutes, [1, 2, 4, 8, 16, 16, 16]);
    assert_eq!(server.count("RCPT"), 8);
    let receipt = bed.book.receipts.borrow().values().next().cloned().expect("one");
    assert_eq!(receipt.attempts, 8);
    assert!(receipt.detail.expect("the relay's word").contains("451"));
}

#[test]
fn a_message_over_the_announced_size_is_not_even_offered() {
    let server = Server::with_features(vec![], vec!["PIPELINING", "SIZE 100000"]);
    let mut bed = Bed::mail(&server, &["a"]);
    bed.editions[0].mail_text = "x".repeat(300_000);
    assert_eq!(bed.states(), [Failed]);
    assert_eq!((server.count("MAIL"), server.count("DATA")), (0, 0));
}

#[test]
fn a_port_without_a_relay_leaves_everything_pending() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    let mut bed = Bed::new(mail_plan(relay(port), &["a", "b"]));
    assert_eq!(bed.states(), [Pending, Pending]);
    assert_eq!(bed.pauses.len(), 2);
}

#[test]
fn a_silent_relay_is_given_up() {
    let server = Server::start(vec![rule("CONNECT", "", 99, Act::Silence)]);
    let mut bed = Bed::mail(&server, &["a"]);
    let short = Duration::from_millis(20);
    super::email_of(&mut bed.plan).relay.timeouts =
        Timeouts { connect: short, reply: short, verdict: short };
    assert_eq!(bed.states(), [Pending]);
    // After the dot the wait is the one that the standard asks for: a short one makes doubts.
    assert_eq!(Timeouts::default().verdict, Duration::from_secs(600));
}

#[test]
fn silence_after_the_dot_is_doubt() {
    let server = Server::start(vec![rule("BODY", "", 99, Act::Silence)]);
    let mut bed = Bed::mail(&server, &["a"]);
    super::email_of(&mut bed.plan).relay.timeouts.verdict = Duration::from_millis(20);
    assert_eq!(bed.states(), [Unknown]);
    assert_eq!(bed.pauses, []);
    assert_eq!(bed.restart(), [Unknown]);
    assert_eq!(server.count("DATA"), 1);
}

#[test]
fn a_wrong_password_stops_the_channel_after_one_try() {
    let server = Server::with_features(
        vec![rule("AUTH", "", 99, Act::Say("535 5.7.8 no"))],
        vec!["AUTH PLAIN LOGIN"],
    );
    let mut bed = Bed::mail(&server, &["a", "b", "c"]);
    let login = Login { username: "reports".into(), password: "env:RELAY".into() };
    super::email_of(&mut bed.plan).relay.login = Some(login);
    let error = bed.try_run().expect_err("no secret");
    assert_eq!(error.code(), "TDG-D07");
    bed.cx.secrets.insert("env:RELAY".into(), Secret::new("hunter2"));
    assert_eq!(bed.states(), [Pending, Pending, Pending]);
    assert_eq!((server.count("AUTH"), server.count("MAIL")), (1, 0));
    let receipts = bed.book.receipts.borrow().clone();
    assert!(receipts.values().all(|receipt| receipt.needs_person), "no planner tries again");
    let book = format!("{:?}", bed.book);
    assert!(!book.contains("hunter2") && book.contains("535"));
}

#[test]
fn doubt_is_sent_again_by_a_later_run_only_where_the_job_declares_it() {
    let server = Server::start(vec![rule("BODY", "", 1, Act::Close)]);
    let mut bed = Bed::mail(&server, &["a"]);
    super::email_of(&mut bed.plan).doubtful = Doubtful::Again;
    assert_eq!(bed.states(), [Unknown], "not within the run");
    let id = bed.book.receipts.borrow().values().next().map(|receipt| receipt.reference.clone());
    assert_eq!(bed.restart(), [Sent]);
    assert_eq!(server.inboxes(), ["a@example.com:1"]);
    let after = bed.book.receipts.borrow().values().next().map(|receipt| receipt.reference.clone());
    assert_eq!(after, id, "receivers can tell that it is the same");
    assert_eq!(bed.restart(), [Sent]);
    assert_eq!(server.count("DATA"), 2);
}

#[test]
fn owners_are_told_once_of_each_trouble() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a"]);
    bed.plan.route.owners = vec![super::recipient("owner")];
    let mut notices = vec![super::edition(EditionKind::Notice, Locale::En)];
    let tell = |bed: &Bed, notices: &Vec<_>| {
        crate::tell_owners(&bed.plan, notices, &bed.book, &bed.cx).expect("told")
    };
    assert_eq!(tell(&bed, &notices)[0].state, Sent);
    tell(&bed, &notices);
    assert_eq!(server.inboxes(), ["owner@example.com:1"]);
    notices[0].fingerprint = "another trouble".into();
    tell(&bed, &notices);
    assert_eq!(server.inboxes(), ["owner@example.com:2"]);
    // The notice of a held report has a key of its own, and goes once for each text, too.
    bed.editions = notices;
    for (text, count) in
        [("one reason", 3), ("one reason", 3), ("two reasons", 4), ("one reason", 4)]
    {
        bed.editions[0].fingerprint = text.into();
        bed.states();
        assert_eq!(server.inboxes(), [format!("owner@example.com:{count}")], "{text}");
    }
    bed.plan.route.owners.clear();
    assert_eq!(tell(&bed, &bed.editions.clone()), []);
}

#[test]
fn a_relay_without_starttls_gets_neither_password_nor_mail() {
    // The last one's consent is followed by answers in the clear, to be taken for those of the protected connection.
    let forged = Act::Flood(
        "220 go\r\n250-test\r\n250 AUTH PLAIN\r\n250 ok\r\n250 ok\r\n354 go\r\n250 kept\r\n",
    );
    let offers = |act| Server::with_features(vec![rule("STARTTLS", "", 9, act)], vec!["STARTTLS"]);
    let silent = Server::with_features(vec![], vec!["AUTH PLAIN"]);
    for (server, is_asked) in [(silent, false), (offers(Act::NoTls), true), (offers(forged), true)]
    {
        let mut bed = Bed::mail(&server, &["a", "b"]);
        super::email_of(&mut bed.plan).relay.tls = Tls::Starttls;
        assert_eq!(bed.states(), [Failed, Failed]);
        assert_eq!((server.count("AUTH"), server.count("MAIL")), (0, 0));
        assert_eq!(server.count("STARTTLS") > 0, is_asked);
    }
}

#[test]
fn a_relay_in_the_clear_must_be_on_this_machine() {
    for (host, allowed) in [
        ("127.0.0.1", true),
        ("::1", true),
        ("localhost", true),
        ("192.168.0.1", false),
        ("smtp.example.com", false),
        ("localhost.example.com", false),
    ] {
        let mut far = relay(1);
        far.host = host.into();
        far.tries = 1;
        let error = Bed::new(mail_plan(far, &[])).try_run().err().map(|error| error.code());
        assert_eq!(error, (!allowed).then_some("TDG-D05"), "{host}");
    }
}

#[test]
fn a_run_that_died_is_taken_up_where_nothing_is_in_doubt() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a", "b"]);
    // Died with one message claimed and one on its way.
    let receipts = bed.run();
    let mut book = bed.book.receipts.borrow_mut();
    for (receipt, state) in book.values_mut().zip([Pending, DeliveryState::Sending]) {
        receipt.state = state;
    }
    drop(book);
    assert_eq!(bed.restart(), [Sent, Unknown]);
    // What was pending goes out, under the same message id; what was on its way does not.
    assert_eq!(server.inboxes(), ["a@example.com:2", "b@example.com:1"]);
    let after = bed.book.receipts.borrow();
    assert!(after.values().zip(&receipts).all(|(new, old)| new.reference == old.reference));
}

#[test]
fn a_living_run_keeps_its_deliveries() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a"]);
    bed.run();
    for receipt in bed.book.receipts.borrow_mut().values_mut() {
        receipt.state = DeliveryState::Sending;
    }
    bed.cx = super::context("run-2");
    assert_eq!(bed.states(), [DeliveryState::Sending]);
    assert_eq!(server.inboxes(), ["a@example.com:1"]);
}

#[test]
fn a_book_that_cannot_be_written_stops_before_the_message() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a", "b"]);
    *bed.book.broken_at.borrow_mut() = Some(DeliveryState::Sending);
    assert_eq!(bed.try_run().expect_err("disk full").code(), "TDG-D13");
    assert_eq!((server.inboxes(), server.count("DATA")), (vec![], 0));
    // Space is freed.
    *bed.book.broken_at.borrow_mut() = None;
    assert_eq!(bed.restart(), [Sent, Sent]);
    // Full again right after the relay's word: the mail is in doubt, and nothing else leaves.
    bed.plan.revision = 1;
    *bed.book.broken_at.borrow_mut() = Some(Sent);
    assert!(bed.try_run().is_err());
    *bed.book.broken_at.borrow_mut() = None;
    assert_eq!(bed.restart(), [Unknown, Sent]);
    assert_eq!(server.inboxes(), ["a@example.com:2", "b@example.com:2"]);
}

#[test]
fn the_intent_is_written_before_the_message_and_the_word_after_it() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a"]);
    bed.run();
    assert_eq!(*bed.book.history.borrow(), [DeliveryState::Sending, Sent]);
}

#[test]
fn a_notice_goes_to_the_owners_alone() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a", "b"]);
    let mut second = super::email_of(&mut bed.plan).clone();
    second.to = vec![super::recipient("c")];
    bed.plan.route.channels.push(ChannelPlan::Email(Box::new(second)));
    let owner = super::reader("owner@example.net");
    bed.plan.route.owners = vec![owner];
    bed.editions = vec![super::edition(EditionKind::Notice, Locale::En)];
    assert_eq!(bed.states(), [Sent]);
    assert_eq!(server.inboxes(), ["owner@example.net:1"]);
}

#[test]
fn a_language_without_an_edition_stops_before_anybody_is_served() {
    let server = Server::start(vec![]);
    let mut bed = Bed::mail(&server, &["a", "b"]);
    super::email_of(&mut bed.plan).to[1].locale = Locale::ZhCn;
    let error = bed.try_run().expect_err("no Chinese edition");
    assert_eq!(error.code(), "TDG-D09");
    assert!(!error.to_string().contains('@'), "{error}");
    assert_eq!(server.inboxes(), NOBODY);
}

#[test]
fn late_readers_never_get_other_figures_than_early_ones() {
    let server = Server::start(vec![rule("RCPT", "b@", 3, Act::Say("451 later"))]);
    let mut bed = Bed::mail(&server, &["a", "b"]);
    assert_eq!(bed.states(), [Sent, Pending]);
    bed.editions[0].fingerprint = "other figures".into();
    assert_eq!(bed.restart(), [Sent, Pending]);
    assert_eq!(server.inboxes(), ["a@example.com:1"]);
    bed.plan.revision = 1;
    assert_eq!(bed.restart(), [Sent, Sent]);
}
