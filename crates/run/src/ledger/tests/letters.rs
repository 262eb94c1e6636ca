//! The letter book: what left comes back byte for byte, and what is too much is let go.

use super::{Folder, LetterLimits, Word, at, job, now, occupy, receipt, settle};
use crate::shown;
use chrono::{DateTime, TimeDelta, Utc};
use deliver::{Claim, Mail, ReceiptBook};
use model::receipt::{DeliveryState, Receipt};
use std::thread;

fn message(to: &str, body: &str) -> Vec<u8> {
    format!("To: {to}@example.com\r\nSubject: Nightly\r\n\r\n--=_a\r\n\r\n{body}\r\n").into_bytes()
}

/// Keeps a letter of a run to somebody and says what became of it.
fn send(
    ledger: &super::Ledger,
    (run, to, body): (&str, &str, &str),
    (at, state): (DateTime<Utc>, DeliveryState),
) -> Receipt {
    let address = format!("{to}@example.com");
    let wire = Some(format!("{run}-{to}"));
    let receipt = Receipt { wire, changed: at, ..receipt(run, &address) };
    let leaving = Receipt { state: DeliveryState::Sending, ..receipt.clone() };
    let bytes = message(to, body);
    let mail = Mail { message: &bytes, subject: "Nightly", text: body };
    ledger.keep(&leaving, &mail).expect("kept");
    let settled = Receipt { state, ..receipt };
    ledger.letters().settle(&settled).expect("settled");
    settled
}

#[test]
fn a_letter_comes_back_as_it_left_and_one_body_serves_all_its_readers() {
    let folder = Folder::new();
    let ledger = folder.open();
    // Nothing compresses this: what it costs shows how often it is there.
    let body: String =
        (0..60_000_u64).map(|n| char::from(b'a' + (n * n % 97 % 26) as u8)).collect();
    let sent: Vec<Receipt> = ["a", "b", "c"]
        .iter()
        .map(|to| send(&ledger, ("run-1", to, &body), (now(), DeliveryState::Sent)))
        .collect();
    for (receipt, to) in sent.iter().zip(["a", "b", "c"]) {
        let letter = ledger.letters().letter(receipt).expect("read").expect("there");
        assert_eq!(letter.message, message(to, &body));
        assert_eq!((letter.subject.as_str(), letter.text), ("Nightly", body.clone()));
    }
    let file = rusqlite::Connection::open(folder.0.join("letters.sqlite")).expect("opened");
    let count = |table: &str| -> i64 {
        file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .expect("a count")
    };
    assert_eq!((count("bodies"), count("letters")), (1, 3));
    let entries = ledger.letters().of(&job(), "b@example.com").expect("read");
    assert_eq!(entries.len(), 1);
    assert_eq!((&entries[0].receipt, entries[0].left), (&sent[1], now()));
}

#[test]
fn what_nobody_got_is_no_letter() {
    let folder = Folder::new();
    let ledger = folder.open();
    use DeliveryState::{Failed, Pending, Sending, Sent, Unknown};
    for (state, is_kept) in
        [(Sent, true), (Unknown, true), (Sending, true), (Failed, false), (Pending, false)]
    {
        let run = format!("{state:?}");
        let receipt = send(&ledger, (&run, "a", "text"), (now(), state));
        let letter = ledger.letters().letter(&receipt).expect("read");
        assert_eq!(letter.is_some(), is_kept, "{state:?}");
    }
    // A body that is nobody's any more goes with the next run.
    send(&ledger, ("refused", "a", "another text"), (now(), Failed));
    ledger.letters().sweep(now()).expect("swept");
    let file = rusqlite::Connection::open(folder.0.join("letters.sqlite")).expect("opened");
    let bodies: u32 =
        file.query_row("SELECT count(*) FROM bodies", [], |row| row.get(0)).expect("a count");
    assert_eq!(bodies, 1, "that of the letters that are left");
}

#[test]
fn what_is_old_or_too_much_is_let_go_the_oldest_first() {
    let folder = Folder::new();
    let days = |days: i64| now() - TimeDelta::days(days);
    let text = |seed: u64| -> String {
        let mut state = seed + 1;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'!' + (state >> 33) as u8 % 90)
        };
        (0..100_000).map(|_| next()).collect()
    };
    let ledger = folder.open();
    let send_at = |day: i64| {
        let (run, body) = (format!("run-{day}"), text(day as u64));
        send(&ledger, (&run, "a", &body), (days(day), DeliveryState::Sent))
    };
    let sent: Vec<Receipt> = (0..30).map(send_at).collect();
    let left = |limits: LetterLimits| {
        let ledger = folder.open().with_letters(limits);
        ledger.letters().sweep(now()).expect("swept");
        let there = |receipt: &&Receipt| ledger.letters().letter(receipt).expect("read").is_some();
        let count = sent.iter().filter(there).count();
        assert_eq!(
            sent.iter().take_while(|receipt| there(receipt)).count(),
            count,
            "the newest stay"
        );
        (count, ledger.letters().held().expect("read").expect("there").bytes)
    };
    let usual = LetterLimits::default();
    assert_eq!(left(usual).0, 30);
    assert_eq!(left(LetterLimits { days: 20, ..usual }).0, 21, "to the day");
    let limit = 1_200_000;
    let (count, bytes) = left(LetterLimits { bytes: limit, ..usual });
    assert!((5..21).contains(&count) && bytes <= limit, "{count} letters, {bytes} bytes");
    let file = std::fs::metadata(folder.0.join("letters.sqlite")).expect("there").len();
    drop(ledger);
    assert!(file <= limit + (100 << 10), "the disk has its room back: {file} bytes");
    assert_eq!(left(LetterLimits { bytes: 0, ..usual }).0, 0);
}

#[test]
fn with_no_day_nothing_is_kept() {
    let folder = Folder::new();
    let limits = LetterLimits { days: 0, ..LetterLimits::default() };
    let ledger = folder.open().with_letters(limits);
    let receipt = send(&ledger, ("run-1", "a", "text"), (now(), DeliveryState::Sent));
    assert_eq!(ledger.letters().letter(&receipt).expect("read"), None);
    assert!(!folder.0.join("letters.sqlite").exists());
    // What was kept before goes at the next run.
    drop(send(&folder.open(), ("run-1", "a", "text"), (now(), DeliveryState::Sent)));
    ledger.letters().sweep(now() + TimeDelta::seconds(1)).expect("swept");
    assert_eq!(ledger.letters().letter(&receipt).expect("read"), None);
}

#[test]
fn a_book_that_is_none_is_said_to_be_none() {
    let folder = Folder::new();
    let ledger = folder.open();
    std::fs::write(folder.0.join("letters.sqlite"), vec![b'x'; 5000]).expect("written");
    let leaving = Receipt { wire: Some("w".into()), ..receipt("run-1", "a@example.com") };
    let mail = Mail { message: b"a: b\r\n\r\nc", subject: "s", text: "t" };
    assert!(ledger.keep(&leaving, &mail).is_err());
    assert!(ledger.letters().held().is_err());
}

#[test]
fn several_jobs_keep_their_letters_at_once() {
    let folder = Folder::new();
    drop(folder.open());
    thread::scope(|scope| {
        for hand in 0..6 {
            let folder = &folder;
            scope.spawn(move || {
                let ledger = folder.open();
                for number in 0..10 {
                    let run = format!("run-{hand}-{number}");
                    send(&ledger, (&run, "a", &run), (now(), DeliveryState::Sent));
                    ledger.letters().sweep(now()).expect("swept");
                }
            });
        }
    });
    let held = folder.open().letters().held().expect("read").expect("there");
    assert_eq!(held.letters, 60);
}

#[test]
fn a_file_without_anything_in_it_becomes_a_book_that_shrinks() {
    let folder = Folder::new();
    let ledger = folder.open();
    std::fs::write(folder.0.join("letters.sqlite"), "").expect("written");
    send(&ledger, ("run-1", "a", "text"), (now(), DeliveryState::Sent));
    let file = rusqlite::Connection::open(folder.0.join("letters.sqlite")).expect("opened");
    let vacuum: u32 =
        file.pragma_query_value(None, "auto_vacuum", |row| row.get(0)).expect("a number");
    assert_eq!(vacuum, 2, "incremental");
}

#[test]
fn a_book_that_somebody_else_holds_is_waited_for_once_in_a_run() {
    let folder = Folder::new();
    let ledger = folder.open();
    let sent = send(&ledger, ("run-1", "a", "text"), (now(), DeliveryState::Sent));
    let other = rusqlite::Connection::open(folder.0.join("letters.sqlite")).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    let leaving = Receipt { wire: Some("w".into()), ..receipt("run-2", "b@example.com") };
    let mail = Mail { message: b"a: b\r\n\r\nc", subject: "s", text: "t" };
    let keep = || ledger.keep(&leaving, &mail).expect_err("held").to_string();
    assert!(keep().contains("locked"), "{}", keep());
    assert!(keep().contains("not tried again"), "{}", keep());
    assert!(ledger.letters().letter(&sent).expect("read").is_some(), "readers do not wait");
    other.execute_batch("ROLLBACK").expect("let go");
    ledger.letters().sweep(now()).expect("the next run");
    ledger.keep(&leaving, &mail).expect("kept");
}

#[test]
fn what_may_have_arrived_is_shown_also_when_it_is_to_be_sent_again() {
    let folder = Folder::new();
    let ledger = folder.open();
    occupy(&ledger, "run-1");
    let on = now().date_naive();
    let shown = |spelled: &str| -> Vec<(String, DeliveryState)> {
        let sendings = shown::sendings(&ledger, &job(), (spelled, on, chrono_tz::UTC));
        let sendings = sendings.expect("read").into_iter();
        sendings.map(|one| (one.receipt.run.to_string(), one.receipt.state)).collect()
    };
    use DeliveryState::{Failed, Sending, Sent, Unknown};
    let go = |run: &str, states: &[DeliveryState]| {
        let wanted = receipt(run, "a@example.com");
        assert!(matches!(ledger.claim(&wanted).expect("claimed"), Claim::Granted(_)));
        // The same message to the byte, as within one second.
        let left = Receipt { wire: Some("wire".into()), ..wanted };
        settle(&ledger, &left, Sending).expect("marked");
        let mail = Mail { message: b"a: b\r\n\r\nc", subject: "s", text: "t" };
        let leaving = Receipt { state: Sending, ..left.clone() };
        ledger.keep(&leaving, &mail).expect("kept");
        for state in states {
            settle(&ledger, &left, *state).expect("settled");
        }
    };
    go("run-1", &[Unknown]);
    assert_eq!(shown("a@example.com"), [("run-1".to_owned(), Unknown)]);
    let word = (Some("A@Example.com"), Word::Again);
    assert_eq!(ledger.resolve(&job(), at(20), word, now()).expect("said").len(), 1);
    assert_eq!(shown("A@example.com"), [("run-1".to_owned(), Unknown)], "it may be there");
    folder.kill_everybody();
    occupy(&ledger, "run-2");
    go("run-2", &[Sent]);
    let both = [("run-1".to_owned(), Unknown), ("run-2".to_owned(), Sent)];
    assert_eq!(shown("a@example.com"), both);
    // A third one is refused: it takes nothing away.
    folder.kill_everybody();
    let key = receipt("run-2", "a@example.com").key;
    assert!(ledger.reopen_one(&key, now()).expect("opened"));
    occupy(&ledger, "run-3");
    go("run-3", &[Failed]);
    assert_eq!(shown("a@example.com"), both);
    assert_eq!(shown("b@example.com"), []);
}
