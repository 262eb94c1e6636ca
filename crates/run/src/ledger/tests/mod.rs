mod crash;
mod letters;
mod moments;
mod older;
mod watch;

use super::{Ledger, LetterLimits, SlotClaim, Word, sqlite};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use deliver::{Claim, ReceiptBook};
use model::{
    edition::EditionKind,
    id::{JobId, RunId},
    label::Locale,
    period::{DateRange, Grain, Period},
    receipt::{DeliveryKey, DeliveryState, Receipt},
    run::{Outcome, RunRecord, Stage},
};
use rusqlite::Connection;
use std::{
    path::PathBuf,
    sync::{
        Barrier,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

/// A folder of its own for each test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tidings-ledger-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn file(&self) -> PathBuf {
        self.0.join("ledger.sqlite")
    }

    fn open(&self) -> Ledger {
        Ledger::open(&self.file()).expect("a ledger")
    }

    /// What a power cut or `kill -9` leaves: every slot in the hands of a process of an earlier boot.
    fn kill_everybody(&self) {
        let changes = "UPDATE slots SET owner = json_set(owner, '$.boot', 'an earlier one')";
        let connection = Connection::open(self.file()).expect("opened");
        connection.execute(changes, []).expect("changed");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays is only untidy.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn job() -> JobId {
    "nightly".into()
}

fn at(day: u32) -> NaiveDateTime {
    format!("2026-11-{day:02}T06:30:00").parse().expect("a moment")
}

fn now() -> DateTime<Utc> {
    "2026-11-20T06:31:00Z".parse().expect("an instant")
}

fn record(run: &str, minute: i64) -> RunRecord {
    let start = at(13).date();
    RunRecord {
        schema_version: 1,
        run: run.into(),
        job: job(),
        as_of: at(20),
        period: Period {
            grain: Grain::Week,
            days: DateRange { start, end: at(20).date() },
            whole: true,
        },
        started: now() + TimeDelta::minutes(minute),
        outcome: Outcome::Open,
        stages: Vec::new(),
        sources: Vec::new(),
        notes: Vec::new(),
        artefacts: Vec::new(),
        reservations: Vec::new(),
        again: Vec::new(),
        corrections_open: false,
        released: None,
        rehearsal: false,
        revision: 0,
        slices: Vec::new(),
        plan: "plan".into(),
        report: None,
    }
}

fn receipt(run: &str, recipient: &str) -> Receipt {
    Receipt {
        key: DeliveryKey {
            job: job(),
            as_of: at(20),
            kind: EditionKind::Report,
            channel: "email".into(),
            recipient: recipient.into(),
            revision: 0,
        },
        locale: Locale::En,
        slice: model::slice::Slice::All,
        state: DeliveryState::Pending,
        run: run.into(),
        reference: "<id@example.com>".into(),
        content: "content".into(),
        attempts: 0,
        detail: None,
        needs_person: false,
        wire: None,
        gist: None,
        name: None,
        changed: now(),
    }
}

/// Claims the job's slot for a run and keeps it for the rest of the test.
fn occupy(ledger: &Ledger, run: &str) {
    match ledger.claim_slot(&job(), at(20), &run.into(), now()).expect("asked") {
        // Dropping the guard would give the slot back.
        SlotClaim::Granted(guard) => std::mem::forget(guard),
        SlotClaim::Held { run, .. } => panic!("held by {run}"),
    }
}

fn settle(ledger: &Ledger, receipt: &Receipt, state: DeliveryState) -> Result<(), String> {
    let settled = ledger.settle(&Receipt { state, ..receipt.clone() });
    settled.map_err(|error| error.to_string())
}

#[test]
fn every_old_form_is_brought_to_the_present_one() {
    for version in 0..=sqlite::MIGRATIONS.len() as u32 {
        let folder = Folder::new();
        std::fs::create_dir_all(&folder.0).expect("made");
        let connection = Connection::open(folder.file()).expect("opened");
        for migration in &sqlite::MIGRATIONS[..version as usize] {
            connection.execute_batch(migration).expect("a migration");
        }
        connection.pragma_update(None, "user_version", version).expect("numbered");
        if version > 0 {
            let old = record("old", 0);
            let values = (old.run.as_str(), old.job.as_str(), sqlite::json(&old));
            let insert = "INSERT INTO runs (run, job, as_of, started, outcome, record)
                          VALUES (?1, ?2, '', '', 'open', ?3)";
            connection.execute(insert, values).expect("an old run");
        }
        drop(connection);
        let ledger = folder.open();
        let runs = ledger.runs(None, 9).expect("read");
        assert_eq!(runs.len(), usize::from(version > 0), "version {version}");
        occupy(&ledger, "new");
        let claim = ledger.claim(&receipt("new", "a@example.com")).expect("claimed");
        assert!(matches!(claim, Claim::Granted(_)), "version {version}");
        drop(ledger);
        let connection = Connection::open(folder.file()).expect("opened");
        let pragma =
            |name| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        assert_eq!(pragma("journal_mode").expect("read"), "wal");
    }
}

#[test]
fn another_spelling_of_an_address_is_nobody_new() {
    let folder = Folder::new();
    drop(folder.open());
    let connection = Connection::open(folder.file()).expect("opened");
    let written = |channel: &str, recipient: &str| {
        let mut old = Receipt { state: DeliveryState::Sent, ..receipt("old", recipient) };
        old.key.channel = channel.to_owned();
        let insert =
            "INSERT INTO receipts VALUES ('nightly', ?1, 'report', ?2, ?3, 0, 'sent', 'old', ?4)";
        let at = sqlite::json(&old.key.as_of);
        let values = (at.trim_matches('"'), channel, recipient, sqlite::json(&old));
        connection.execute(insert, values).expect("an old receipt");
    };
    for (channel, recipient) in
        [("email", "Jo.Case@Example.com"), ("email", "jo.case@example.com"), ("email", "B@x.org")]
    {
        written(channel, recipient);
    }
    written("folder", "/srv/Reports/Nightly.eml");
    connection.pragma_update(None, "user_version", 4).expect("numbered");
    drop(connection);
    let ledger = folder.open();
    let known = ledger.receipts(&job(), at(20)).expect("read");
    let mut known: Vec<String> = known.into_iter().map(|one| one.key.recipient).collect();
    known.sort();
    let expected =
        ["/srv/Reports/Nightly.eml", "Jo.Case@Example.com", "b@x.org", "jo.case@example.com"];
    assert_eq!(known, expected);
    occupy(&ledger, "new");
    let claim = ledger.claim(&receipt("new", "b@x.org")).expect("claimed");
    assert!(matches!(claim, Claim::Sent(_)), "{claim:?}");
}

#[test]
fn a_newer_form_is_refused_and_left_alone() {
    let folder = Folder::new();
    drop(folder.open());
    let connection = Connection::open(folder.file()).expect("opened");
    connection.pragma_update(None, "user_version", 99).expect("numbered");
    let error = Ledger::open(&folder.file()).expect_err("newer");
    assert_eq!(error.code(), "TDG-L02");
    assert!(error.to_string().contains("form 99"), "{error}");
}

#[test]
fn runs_are_listed_latest_first_and_the_killed_ones_show() {
    let folder = Folder::new();
    let ledger = folder.open();
    for (minute, run) in ["first", "second", "third"].into_iter().enumerate() {
        ledger.open_run(&record(run, minute as i64)).expect("opened");
    }
    assert!(ledger.open_run(&record("first", 0)).is_err(), "a run is opened once");
    let done = RunRecord { outcome: Outcome::Delivered, ..record("first", 0) };
    ledger.update_run(&done).expect("updated");
    occupy(&ledger, "third");
    ledger.enter_stage(&"third".into(), Stage::Deliver, now()).expect("entered");
    let list = |job: Option<&JobId>, limit| -> Vec<String> {
        let runs = ledger.runs(job, limit).expect("read");
        let show =
            |run: &super::StoredRun| format!("{} {:?} {}", run.record.run, run.stage, run.died);
        runs.iter().map(show).collect()
    };
    let all = ["third Some(Deliver) false", "second None true", "first None false"];
    assert_eq!(list(Some(&job()), 9), all);
    assert_eq!(list(None, 1), all[..1]);
    assert_eq!(list(Some(&"other".into()), 9), [] as [&str; 0]);
    folder.kill_everybody();
    let third = ledger.run(&"third".into()).expect("read").expect("there");
    assert!(third.died);
    assert_eq!(ledger.run(&"none".into()).expect("read"), None);
    let unknown = ledger.update_run(&record("none", 0)).expect_err("never opened");
    assert_eq!(unknown.code(), "TDG-L05");
}

#[test]
fn of_many_claims_at_once_exactly_one_is_granted() {
    const ROUNDS: u32 = 50;
    let folder = Folder::new();
    // Two ledgers on one file are what two processes are; the threads of one share a connection.
    let ledgers = [folder.open(), folder.open()];
    let granted = AtomicUsize::new(0);
    let receipts = AtomicUsize::new(0);
    let gate = Barrier::new(4);
    std::thread::scope(|scope| {
        for number in 0..4_usize {
            let (ledgers, granted, receipts, gate) = (&ledgers, &granted, &receipts, &gate);
            scope.spawn(move || {
                let ledger = &ledgers[number % 2];
                for round in 0..ROUNDS {
                    let run = RunId::new(format!("run-{round}-{number}"));
                    gate.wait();
                    let claim = ledger.claim_slot(&job(), at(20), &run, now()).expect("asked");
                    if let SlotClaim::Granted(_) = &claim {
                        granted.fetch_add(1, Ordering::Relaxed);
                        let address = format!("{round}@example.com");
                        let wanted = receipt(run.as_str(), &address);
                        let claim = ledger.claim(&wanted).expect("claimed");
                        let is_new = matches!(claim, Claim::Granted(_));
                        receipts.fetch_add(usize::from(is_new), Ordering::Relaxed);
                    }
                    // Nobody gives back before everybody has asked.
                    gate.wait();
                    drop(claim);
                }
            });
        }
    });
    assert_eq!(granted.load(Ordering::Relaxed), ROUNDS as usize);
    assert_eq!(receipts.load(Ordering::Relaxed), ROUNDS as usize);
}

#[test]
fn a_slot_is_kept_by_the_living_and_taken_from_the_dead() {
    let folder = Folder::new();
    let ledger = folder.open();
    let is_granted = |run: &str, now| {
        let claim = ledger.claim_slot(&job(), at(21), &run.into(), now).expect("asked");
        matches!(claim, SlotClaim::Granted(_))
    };
    let change = |owner: &str| {
        let connection = Connection::open(folder.file()).expect("opened");
        let changes = format!("UPDATE slots SET owner = json_set(owner, {owner})");
        connection.execute(&changes, []).expect("changed");
    };
    occupy(&ledger, "one");
    let SlotClaim::Held { run, as_of, pid } =
        ledger.claim_slot(&job(), at(21), &"two".into(), now()).expect("asked")
    else {
        panic!("two runs of one job");
    };
    assert_eq!((run.as_str(), as_of, pid), ("one", at(20), std::process::id()));
    // A number that came round again is another process.
    change("'$.started', 1");
    assert!(is_granted("two", now()));
    // The guard was dropped.
    assert!(is_granted("three", now()));
    // Another machine cannot be asked; it is believed for a day after its last word.
    occupy(&ledger, "four");
    change("'$.host', 'elsewhere'");
    assert!(!is_granted("five", now() + TimeDelta::hours(23)));
    assert!(is_granted("five", now() + TimeDelta::hours(25)));
    // A person knows better.
    occupy(&ledger, "six");
    change("'$.host', 'elsewhere'");
    ledger.release_slot(&"six".into()).expect("released");
    assert!(is_granted("seven", now()));
}

#[test]
fn a_delivery_changes_only_as_deliveries_can() {
    use DeliveryState::{Failed, Pending, Sending, Sent, Unknown};
    let all = [Pending, Sending, Sent, Failed, Unknown];
    for from in all {
        for to in all {
            let folder = Folder::new();
            let ledger = folder.open();
            occupy(&ledger, "run");
            let own = receipt("run", "a@example.com");
            ledger.claim(&own).expect("claimed");
            settle(&ledger, &own, Sending).expect("sending");
            settle(&ledger, &own, from).expect("the first step");
            let allowed = matches!(from, Pending | Sending) || (from, to) == (Sent, Sent);
            assert_eq!(settle(&ledger, &own, to).is_ok(), allowed, "{from:?} to {to:?}");
            let foreign = receipt("stranger", "a@example.com");
            let of_a_stranger = matches!((from, to), (Sent, Sent));
            if !allowed {
                assert_eq!(settle(&ledger, &foreign, to).is_ok(), of_a_stranger);
            }
        }
    }
}

#[test]
fn only_a_run_with_a_slot_delivers() {
    let folder = Folder::new();
    let ledger = folder.open();
    let refused = ledger.claim(&receipt("run", "a@example.com")).expect_err("no slot");
    assert!(refused.to_string().contains("without a slot"), "{refused}");
    assert_eq!(ledger.receipts(&job(), at(20)).expect("read"), []);
}

#[test]
fn a_person_can_reopen_what_is_in_doubt() {
    let folder = Folder::new();
    let ledger = folder.open();
    occupy(&ledger, "run");
    let mut receipts = Vec::new();
    for (name, state) in [
        ("a", DeliveryState::Sent),
        ("b", DeliveryState::Unknown),
        ("c", DeliveryState::Failed),
        ("d", DeliveryState::Unknown),
    ] {
        let own = receipt("run", &format!("{name}@example.com"));
        ledger.claim(&own).expect("claimed");
        settle(&ledger, &own, state).expect("settled");
        receipts.push(own);
    }
    assert_eq!(ledger.last_delivered(&job()).expect("read"), Some(at(20)));
    assert_eq!(ledger.last_delivered(&"other".into()).expect("read"), None);
    let resolve = |to: Option<&str>, word| {
        ledger.resolve(&job(), at(20), (to, word), now()).expect("resolved").len()
    };
    assert_eq!(resolve(Some("d@example.com"), Word::Arrived), 1);
    assert_eq!(resolve(Some("d@example.com"), Word::Again), 0, "it is settled");
    assert_eq!(resolve(Some("c@example.com"), Word::Arrived), 0, "refused is not in doubt");
    assert_eq!(resolve(None, Word::Again), 2);
    let claims = receipts.iter().map(|wanted| ledger.claim(wanted).expect("claimed"));
    let granted: Vec<bool> = claims.map(|claim| matches!(claim, Claim::Granted(_))).collect();
    assert_eq!(granted, [false, true, true, false]);
}
