//! What a relay can do to us; the assertion is always who received how many.

use super::{
    Bed,
    server::{Act, Rule, Server, rule},
};
use model::receipt::DeliveryState::{self, Failed, Pending, Sent, Unknown};
use std::time::Duration;

/// A behaviour of the server, the states that must follow for `a` and `b`, and what was delivered.
struct Fault {
    name: &'static str,
    rules: Vec<Rule>,
    states: [DeliveryState; 2],
    inboxes: &'static [&'static str],
    pauses: usize,
}

fn fault(
    name: &'static str,
    rules: Vec<Rule>,
    states: [DeliveryState; 2],
    inboxes: &'static [&'static str],
    pauses: usize,
) -> Fault {
    Fault { name, rules, states, inboxes, pauses }
}

pub(super) const BOTH: &[&str] = &["a@example.com:1", "b@example.com:1"];
const ONLY_B: &[&str] = &["b@example.com:1"];
pub(super) const NOBODY: &[&str] = &[];

fn faults() -> Vec<Fault> {
    use Act::{Close, Flood, Say, SayAndClose, StoreAndClose};
    vec![
        fault("ok", vec![], [Sent, Sent], BOTH, 0),
        fault(
            "multi-line 250",
            vec![rule("BODY", "", 2, Say("250-first\r\n250 second"))],
            [Sent, Sent],
            BOTH,
            0,
        ),
        fault(
            "banner 554",
            vec![rule("CONNECT", "", 9, Say("554 no"))],
            [Pending, Pending],
            NOBODY,
            0,
        ),
        fault(
            "greylist",
            vec![rule("RCPT", "a@", 2, Say("451 4.7.1 later"))],
            [Sent, Sent],
            BOTH,
            2,
        ),
        fault(
            "greylist for ever",
            vec![rule("RCPT", "a@", 9, Say("451 4.7.1 later"))],
            [Pending, Sent],
            ONLY_B,
            2,
        ),
        fault(
            "421 at MAIL",
            vec![rule("MAIL", "", 1, SayAndClose("421 closing"))],
            [Sent, Sent],
            BOTH,
            1,
        ),
        fault(
            "550 at RCPT",
            vec![rule("RCPT", "a@", 9, Say("550 5.1.1 unknown"))],
            [Failed, Sent],
            ONLY_B,
            0,
        ),
        fault(
            "552 too big",
            vec![rule("BODY", "a@", 1, Say("552 too big"))],
            [Failed, Sent],
            ONLY_B,
            0,
        ),
        fault(
            "4xx after dot",
            vec![rule("BODY", "a@", 1, Say("451 later"))],
            [Sent, Sent],
            BOTH,
            1,
        ),
        fault(
            "5xx after dot",
            vec![rule("BODY", "a@", 1, Say("554 content"))],
            [Failed, Sent],
            ONLY_B,
            0,
        ),
        fault("cut before RCPT", vec![rule("MAIL", "", 1, Close)], [Sent, Sent], BOTH, 1),
        fault("cut after RCPT", vec![rule("RCPT", "a@", 1, Close)], [Sent, Sent], BOTH, 1),
        fault("cut at DATA", vec![rule("DATA", "a@", 1, Close)], [Sent, Sent], BOTH, 1),
        fault("451 at DATA", vec![rule("DATA", "a@", 1, Say("451 busy"))], [Sent, Sent], BOTH, 1),
        fault(
            "cut after dot, stored",
            vec![rule("BODY", "a@", 1, StoreAndClose)],
            [Unknown, Sent],
            BOTH,
            0,
        ),
        fault(
            "cut after dot, not stored",
            vec![rule("BODY", "a@", 1, Close)],
            [Unknown, Sent],
            ONLY_B,
            0,
        ),
        fault(
            "nonsense after dot",
            vec![rule("BODY", "a@", 1, Say("hello"))],
            [Unknown, Sent],
            ONLY_B,
            0,
        ),
        fault(
            "354 after dot",
            vec![rule("BODY", "a@", 1, Say("354 more"))],
            [Unknown, Sent],
            ONLY_B,
            0,
        ),
        fault("250 then no QUIT reply", vec![rule("QUIT", "", 1, Close)], [Sent, Sent], BOTH, 0),
        fault(
            "garbage reply",
            vec![rule("RCPT", "a@", 9, Say("hello"))],
            [Pending, Sent],
            ONLY_B,
            2,
        ),
        fault(
            "250 for DATA",
            vec![rule("DATA", "a@", 9, Say("250 ok"))],
            [Pending, Sent],
            ONLY_B,
            2,
        ),
        fault(
            "250 before the dot",
            vec![rule("DATA", "a@", 9, Flood("354 go on\r\n250 kept\r\n"))],
            [Pending, Sent],
            ONLY_B,
            2,
        ),
        fault(
            "550 before the dot",
            vec![rule("DATA", "a@", 9, Flood("354 go on\r\n550 no\r\n"))],
            [Pending, Sent],
            ONLY_B,
            2,
        ),
        fault(
            "a refusal behind the reply to RCPT",
            vec![rule("RCPT", "a@", 9, Flood("250 ok\r\n550 no\r\n"))],
            [Pending, Sent],
            ONLY_B,
            2,
        ),
        fault(
            "a closed door behind the reply to MAIL",
            vec![rule("MAIL", "", 1, Flood("250 ok\r\n535 no\r\n"))],
            [Sent, Sent],
            BOTH,
            1,
        ),
        fault(
            "two replies to RCPT",
            vec![rule("RCPT", "a@", 9, Flood("250 ok\r\n250 ok\r\n"))],
            [Pending, Sent],
            ONLY_B,
            2,
        ),
        fault(
            "530 at MAIL",
            vec![rule("MAIL", "", 9, Say("530 sign in first"))],
            [Pending, Pending],
            NOBODY,
            0,
        ),
        fault(
            "rate limit",
            vec![rule("MAIL", "", 3, Say("450 4.7.1 slowly"))],
            [Sent, Sent],
            BOTH,
            2,
        ),
    ]
}

#[test]
fn every_fault_of_the_relay_has_its_state() {
    for fault in faults() {
        let server = Server::start(fault.rules);
        let mut bed = Bed::mail(&server, &["a", "b"]);
        assert_eq!(bed.states(), fault.states, "{}", fault.name);
        assert_eq!(server.inboxes(), fault.inboxes, "{}", fault.name);
        assert_eq!(bed.pauses.len(), fault.pauses, "{}", fault.name);
    }
}

#[test]
fn a_rerun_repeats_nothing_that_may_have_arrived() {
    for fault in faults() {
        let server = Server::start(fault.rules);
        let mut bed = Bed::mail(&server, &["a", "b"]);
        bed.states();
        // The relay keeps its mood for what was never accepted; for the rest it is not even asked.
        let again = bed.restart();
        for (before, after) in fault.states.into_iter().zip(again) {
            if before != Pending {
                assert_eq!(after, before, "{}", fault.name);
            }
        }
        let no_more_than_one = |inbox: &String| inbox.ends_with(":1");
        assert!(server.inboxes().iter().all(no_more_than_one), "{}", fault.name);
    }
}

#[test]
fn a_relay_that_lets_nobody_in_is_not_asked_for_each_reader() {
    let closed = rule("CONNECT", "", 999, Act::SayAndClose("421 4.3.2 not now"));
    let server = Server::start(vec![closed]);
    let mut bed = Bed::mail(&server, &["a", "b", "c", "d", "e", "f"]);
    assert!(bed.states().iter().all(|state| *state == Pending));
    assert_eq!((server.connections(), bed.pauses.len()), (2 * 3, 2));
}

#[test]
fn a_relay_that_answers_nothing_is_not_waited_for_by_each_reader() {
    let server = Server::start(vec![rule("RCPT", "", 999, Act::Silence)]);
    let mut bed = Bed::mail(&server, &["a", "b", "c", "d", "e", "f"]);
    super::email_of(&mut bed.plan).relay.timeouts.reply = Duration::from_millis(20);
    assert!(bed.states().iter().all(|state| *state == Pending));
    assert_eq!((server.connections(), bed.pauses.len()), (2 * 3, 2));
}
