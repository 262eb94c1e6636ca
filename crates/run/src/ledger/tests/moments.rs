//! A moment is handed out once, and only a run that dealt with it deals with it.

use super::*;
use chrono_tz::Tz;

fn moment(day: u32) -> DateTime<Tz> {
    at(day).and_utc().with_timezone(&Tz::UTC)
}

/// Whether the moment of the 20th is still handed out after one run of it.
fn handed_out_after(outcome: Outcome, minute: i64) -> bool {
    let folder = Folder::new();
    let ledger = folder.open();
    let mut run = record("one", minute);
    ledger.open_run(&run).expect("opened");
    run.outcome = outcome;
    ledger.update_run(&run).expect("updated");
    let asked =
        ledger.claim_moment(&job(), moment(20), (&"two".into(), now()), &|_| true).expect("asked");
    asked.is_some()
}

#[test]
fn a_rehearsal_and_a_run_that_was_killed_deal_with_nothing() {
    // Runs of 06:31, and of 05:31: an hour before the moment.
    for (outcome, after, before) in [
        (Outcome::Delivered, false, false),
        (Outcome::AlreadyDelivered, false, false),
        (Outcome::PartlyDelivered, false, false),
        (Outcome::Held, false, true),
        (Outcome::Failed, false, true),
        (Outcome::NotSent, true, true),
        (Outcome::Open, true, true),
    ] {
        let found = [0, -60].map(|minute| handed_out_after(outcome, minute));
        assert_eq!(found, [after, before], "{outcome:?}");
    }
}

#[test]
fn a_moment_that_relays_put_off_is_handed_out_again_until_it_is_settled() {
    let folder = Folder::new();
    let ledger = folder.open();
    occupy(&ledger, "one");
    let mut run = record("one", 0);
    ledger.open_run(&run).expect("opened");
    let own = receipt("one", "a@example.com");
    ledger.claim(&own).expect("claimed");
    run.outcome = Outcome::Failed;
    ledger.update_run(&run).expect("updated");
    ledger.release_slot(&"one".into()).expect("given back");
    let is_over = |run: &str| {
        let claim = ledger
            .claim_moment(&job(), moment(20), (&run.into(), now()), &|_| true)
            .expect("asked");
        let last = ledger.last_moment(&job(), Tz::UTC, now()).expect("read");
        let open = ledger.put_off(&job(), at(20), &|_| true).expect("read");
        assert_eq!(open.is_empty(), claim.is_none());
        // Somebody who is no reader any more is not waited for.
        let former = ledger.reports_put_off(&job(), (at(1), at(30)), &|_| false).expect("read");
        assert!(former.is_empty());
        let again = ledger.reports_put_off(&job(), (at(1), at(30)), &|_| true).expect("read");
        assert_eq!(again.is_empty(), claim.is_none(), "both say the same of a moment");
        assert_eq!(last, Some(at(20)), "later moments come, whoever is waited for");
        claim.is_none()
    };
    assert!(!is_over("two"));
    for (change, expected) in [
        (Receipt { needs_person: true, ..own.clone() }, true),
        (Receipt { needs_person: false, ..own.clone() }, false),
        (Receipt { state: DeliveryState::Unknown, ..own.clone() }, true),
    ] {
        ledger.settle(&change).expect("settled");
        assert_eq!(is_over("three"), expected, "{change:?}");
    }
}

#[test]
fn of_many_that_ask_one_gets_the_moment_and_later_ones_hear_that_it_is_over() {
    let folder = Folder::new();
    folder.open();
    let (granted, over) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let barrier = Barrier::new(8);
    std::thread::scope(|scope| {
        for asker in 0..8 {
            let (folder, barrier, granted, over) = (&folder, &barrier, &granted, &over);
            scope.spawn(move || {
                let ledger = folder.open();
                let run: RunId = format!("run-{asker}").as_str().into();
                barrier.wait();
                loop {
                    match ledger
                        .claim_moment(&job(), moment(20), (&run, now()), &|_| true)
                        .expect("asked")
                    {
                        None => break,
                        Some(SlotClaim::Held { .. }) => std::thread::yield_now(),
                        Some(SlotClaim::Granted(_slot)) => {
                            granted.fetch_add(1, Ordering::Relaxed);
                            let mut record = record(run.as_str(), 0);
                            ledger.open_run(&record).expect("opened");
                            record.outcome = Outcome::Delivered;
                            ledger.update_run(&record).expect("updated");
                        }
                    }
                }
                over.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!((granted.into_inner(), over.into_inner()), (1, 8));
}

#[test]
fn the_last_moment_is_the_latest_that_is_dealt_with_and_not_ahead_of_the_clock() {
    let folder = Folder::new();
    let ledger = folder.open();
    let store = |run: &str, day: u32, outcome| {
        let mut record = RunRecord { as_of: at(day), ..record(run, 0) };
        ledger.open_run(&record).expect("opened");
        record.outcome = outcome;
        ledger.update_run(&record).expect("updated");
    };
    let last = || ledger.last_moment(&job(), Tz::UTC, now()).expect("read");
    assert_eq!(last(), None);
    store("past", 17, Outcome::Delivered);
    store("rehearsed", 19, Outcome::NotSent);
    assert_eq!(last(), Some(at(17)), "a rehearsal is none");
    store("held", 20, Outcome::Held);
    store("backfilled", 3, Outcome::Held);
    assert_eq!(last(), Some(at(20)), "by moment, whatever ran last");
    store("ahead", 27, Outcome::Delivered);
    assert_eq!(last(), Some(at(20)), "the clock was wrong then");
}

#[test]
fn a_correction_that_was_put_off_is_no_matter_of_the_moment_and_a_later_one_takes_its_place() {
    let folder = Folder::new();
    let ledger = folder.open();
    occupy(&ledger, "one");
    let mut run = record("one", 0);
    ledger.open_run(&run).expect("opened");
    let of = |revision: u32, state| {
        let mut receipt = receipt("one", "a@example.com");
        receipt.key.revision = revision;
        ledger.claim(&receipt).expect("claimed");
        ledger.settle(&Receipt { state, ..receipt.clone() }).expect("settled");
    };
    let span = (at(1), at(30));
    let put_off = || {
        let open = ledger.put_off(&job(), at(20), &|_| true).expect("read");
        let moments = ledger.corrections_put_off(&job(), span, &|_| true).expect("read");
        assert_eq!(moments.is_empty(), open.is_empty());
        open.iter().map(|one| one.key.revision).collect::<Vec<u32>>()
    };
    of(0, DeliveryState::Sent);
    run.outcome = Outcome::Delivered;
    ledger.update_run(&run).expect("updated");
    of(1, DeliveryState::Pending);
    assert_eq!(put_off(), [1]);
    let last = ledger.last_moment(&job(), Tz::UTC, now()).expect("read");
    assert_eq!(last, Some(at(20)), "its report is out");
    assert!(ledger.corrections_put_off(&job(), span, &|_| false).expect("read").is_empty());
    of(2, DeliveryState::Pending);
    assert_eq!(put_off(), [2], "the later one says it");
    of(3, DeliveryState::Sent);
    assert!(put_off().is_empty());
}
