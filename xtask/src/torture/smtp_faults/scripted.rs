//! What a mail server does, played by a script.

use super::{Observed, tls};
use crate::torture::relayed::{
    Relayed, said,
    server::{Act, Rule, Server, rule},
};
use deliver::{Login, Timeouts, Tls};
use model::{receipt::DeliveryState, secret::Secret};
use std::{net::TcpListener, time::Duration};

type Played = Result<Observed, String>;

/// Plays a scenario, if it is one of these.
pub(super) fn play(name: &str) -> Option<Played> {
    use Act::{Close, Drip, Say, SayAndClose, StoreAndClose};
    let one = |at, with, times, act| simple(vec![rule(at, with, times, act)]);
    Some(match name {
        "ok" => simple(vec![]),
        "connect refused" => refused(),
        "banner 554" => one("CONNECT", "", 99, Say("554 no")),
        "banner silence" => banner_silence(),
        "greylist" => one("RCPT", "a@", 2, Say("451 4.7.1 later")),
        "421 at MAIL" => one("MAIL", "", 1, SayAndClose("421 closing")),
        "550 at RCPT" => {
            of(&["a", "b", "c"], vec![rule("RCPT", "b@", 99, Say("550 5.1.1 unknown"))])
        }
        "552 too big" => one("BODY", "", 99, Say("552 too big")),
        "SIZE limit" => size_limit(),
        "4xx after dot" => one("BODY", "", 1, Say("451 later")),
        "5xx after dot" => one("BODY", "", 99, Say("554 content")),
        "cut before dot" => cut_before_the_dot(),
        "cut after dot, stored" => one("BODY", "", 1, StoreAndClose),
        "cut after dot, not stored" => not_stored(),
        "250 very late" => very_late(),
        "250 then no QUIT reply" => no_reply_to_quit(),
        "multi-line 250" => one("BODY", "", 1, Say("250-first\r\n250 second")),
        "garbage reply" => one("RCPT", "", 99, Say("hello")),
        "STARTTLS stripped" => tls::stripped(),
        "bad certificate" => tls::bad_certificate(),
        "AUTH 535" => wrong_password(),
        "one byte per second" => {
            simple(vec![rule("CONNECT", "", 1, Drip(5)), rule("BODY", "", 1, Drip(5))])
        }
        "rate limit" => rate_limit(),
        "ledger disk full" => ledger_full(),
        "cut at DATA" => one("DATA", "", 1, Close),
        _ => return None,
    })
}

fn simple(rules: Vec<Rule>) -> Played {
    of(&["a"], rules)
}

fn of(readers: &[&str], rules: Vec<Rule>) -> Played {
    let server = Server::start(rules);
    let bed = Relayed::new(server.port, readers).map_err(said)?;
    observe(bed, &server)
}

/// Two runs: what comes of the first, and whether the second tries anything again.
pub(super) fn observe(mut bed: Relayed, server: &Server) -> Played {
    bed.states()?;
    let before = (server.connections(), server.count("RCPT"));
    let states = bed.states()?;
    let tried_again = before != (server.connections(), server.count("RCPT"));
    Ok(Observed { states, delivered: server.stored().len(), tried_again })
}

fn refused() -> Played {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(said)?;
    let port = listener.local_addr().map_err(said)?.port();
    drop(listener);
    let mut bed = Relayed::new(port, &["a"]).map_err(said)?;
    let states = bed.states()?;
    match bed.pauses.len() {
        2 => Ok(Observed { states, delivered: 0, tried_again: true }),
        pauses => Err(format!("{pauses} pauses, not those between three tries")),
    }
}

fn short(bed: &mut Relayed) {
    let short = Duration::from_millis(50);
    bed.relay().timeouts = Timeouts { connect: short, reply: short, verdict: short };
}

fn banner_silence() -> Played {
    let server = Server::start(vec![rule("CONNECT", "", 99, Act::Silence)]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    short(&mut bed);
    observe(bed, &server)
}

fn size_limit() -> Played {
    let server = Server::with_features(vec![], vec!["SIZE 100000"]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    bed.edition.mail_text = "x".repeat(300_000);
    let observed = observe(bed, &server)?;
    match server.count("DATA") {
        0 => Ok(observed),
        _ => Err("the message was offered all the same".to_owned()),
    }
}

fn cut_before_the_dot() -> Played {
    let server = Server::start(vec![rule("PART", "", 1, Act::Close)]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    // Longer than any buffer between the two ends.
    bed.edition.images[0].png = vec![7; 8 << 20];
    observe(bed, &server)
}

/// Nothing comes by itself; a person's word brings it, under the id that it had.
fn not_stored() -> Played {
    let server = Server::start(vec![rule("BODY", "", 1, Act::Close)]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    let first = bed.run()?;
    let again = bed.run()?;
    let observed = Observed {
        states: again.iter().map(|receipt| receipt.state).collect(),
        delivered: server.stored().len(),
        tried_again: server.connections() > 1,
    };
    let ledger = run::ledger::Ledger::open(&bed.ledger_file()).map_err(said)?;
    let (job, as_of) = (crate::torture::relayed::job(), crate::torture::relayed::as_of());
    let word = (Some("a@example.com"), run::ledger::Word::Again);
    ledger.resolve(&job, as_of, word, crate::torture::relayed::now()).map_err(said)?;
    drop(ledger);
    let sent = bed.run()?;
    match (&sent[..], server.stored().len()) {
        ([one], 1) if one.state == DeliveryState::Sent && one.reference == first[0].reference => {
            Ok(observed)
        }
        (sent, stored) => Err(format!("after a person's word: {sent:?}, {stored} stored")),
    }
}

/// Longer than a reply is waited for, shorter than the verdict is.
fn very_late() -> Played {
    if Timeouts::default().verdict < Duration::from_secs(600) {
        return Err("the verdict is not waited for ten minutes".to_owned());
    }
    let server = Server::start(vec![rule("BODY", "", 1, Act::Late(540))]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    let of_a_command = Duration::from_millis(300);
    bed.relay().timeouts =
        Timeouts { connect: of_a_command, reply: of_a_command, verdict: Duration::from_secs(20) };
    observe(bed, &server)
}

fn no_reply_to_quit() -> Played {
    let server = Server::start(vec![rule("QUIT", "", 1, Act::Silence)]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    bed.relay().timeouts.connect = Duration::from_millis(50);
    observe(bed, &server)
}

/// Three readers, two runs: the password is tried once in each, and nobody's name is told.
fn wrong_password() -> Played {
    let no = rule("AUTH", "", 99, Act::Say("535 5.7.8 no"));
    let server = Server::with_features(vec![no], vec!["AUTH PLAIN LOGIN"]);
    let mut bed = Relayed::new(server.port, &["a", "b", "c"]).map_err(said)?;
    bed.secrets.insert("env:RELAY".into(), Secret::new("hunter2"));
    let login = Login { username: "reports".into(), password: "env:RELAY".into() };
    bed.relay().login = Some(login);
    let receipts = bed.run()?;
    if !receipts.iter().all(|receipt| receipt.needs_person) {
        return Err("a planner would try the password again by itself".to_owned());
    }
    let observed = observe(bed, &server)?;
    match (server.count("AUTH"), server.count("MAIL")) {
        (..=3, 0) => Ok(observed),
        (tries, mails) => Err(format!("{tries} tries of the password, {mails} mails begun")),
    }
}

/// Ten mails go, the rest in later rounds, in their order.
fn rate_limit() -> Played {
    let readers: Vec<String> = (10..25).map(|reader| format!("k{reader}")).collect();
    let readers: Vec<&str> = readers.iter().map(String::as_str).collect();
    let slowly = Act::Say("450 4.7.1 slowly");
    let rest = ["k20@", "k21@", "k22@", "k23@", "k24@"];
    let server = Server::start(rest.map(|reader| rule("RCPT", reader, 2, slowly)).into());
    let bed = Relayed::new(server.port, &readers).map_err(said)?;
    let observed = observe(bed, &server)?;
    let order: Vec<String> = server.stored().into_iter().flat_map(|mail| mail.to).collect();
    let expected: Vec<String> = readers.iter().map(|name| format!("{name}@example.com")).collect();
    if order == expected { Ok(observed) } else { Err(format!("the order is {order:?}")) }
}

/// The ledger takes no intent: nothing leaves. Once there is room again the mail goes.
fn ledger_full() -> Played {
    let server = Server::start(vec![]);
    let mut bed = Relayed::new(server.port, &["a"]).map_err(said)?;
    drop(run::ledger::Ledger::open(&bed.ledger_file()).map_err(said)?);
    let direct = rusqlite::Connection::open(bed.ledger_file()).map_err(said)?;
    let full = "CREATE TRIGGER full BEFORE UPDATE ON receipts WHEN NEW.state = 'sending'
                BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END";
    direct.execute(full, []).map_err(said)?;
    let failed = bed.states();
    if failed.is_ok() || server.count("DATA") > 0 || !server.stored().is_empty() {
        return Err(format!("{failed:?}, {} messages begun", server.count("DATA")));
    }
    direct.execute("DROP TRIGGER full", []).map_err(said)?;
    match bed.states()?.as_slice() {
        [DeliveryState::Sent] => {
            Ok(Observed { states: Vec::new(), delivered: 0, tried_again: true })
        }
        states => Err(format!("after space is freed: {states:?}")),
    }
}

/// A relay that must be reached by TLS.
pub(super) fn protected(port: u16) -> Result<Relayed, String> {
    let mut bed = Relayed::new(port, &["a"]).map_err(said)?;
    bed.relay().tls = Tls::Starttls;
    bed.relay().login = Some(Login { username: "reports".into(), password: "env:RELAY".into() });
    bed.secrets.insert("env:RELAY".into(), Secret::new("hunter2"));
    Ok(bed)
}
