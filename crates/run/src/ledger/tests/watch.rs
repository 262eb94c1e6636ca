//! What an operator asks: open deliveries are told as they are, and not when they were mended.

use super::*;
use std::collections::BTreeMap;

#[test]
fn a_delivery_is_open_until_it_is_accepted_or_a_later_revision_was() {
    let folder = Folder::new();
    let ledger = folder.open();
    let SlotClaim::Granted(slot) =
        ledger.claim_slot(&job(), at(20), &"one".into(), now()).expect("asked")
    else {
        panic!("nobody else is there");
    };
    for (recipient, state) in [
        ("a@example.com", DeliveryState::Sent),
        ("b@example.com", DeliveryState::Failed),
        ("c@example.com", DeliveryState::Unknown),
        ("d@example.com", DeliveryState::Sending),
    ] {
        let mut receipt = receipt("one", recipient);
        ledger.claim(&receipt).expect("claimed");
        receipt.state = state;
        ledger.settle(&receipt).expect("settled");
    }
    assert!(ledger.open_deliveries(&job()).expect("read").is_empty(), "a run is at it");
    drop(slot);
    let open = |ledger: &Ledger| -> BTreeMap<String, DeliveryState> {
        let open = ledger.open_deliveries(&job()).expect("read");
        open.into_iter().map(|receipt| (receipt.key.recipient, receipt.state)).collect()
    };
    let expected = [
        ("b@example.com", DeliveryState::Failed),
        ("c@example.com", DeliveryState::Unknown),
        ("d@example.com", DeliveryState::Unknown),
    ];
    assert_eq!(open(&ledger), expected.map(|(to, state)| (to.to_owned(), state)).into());
    let left = ledger.open_deliveries(&job()).expect("read").pop().expect("d");
    assert_eq!(left.detail.as_deref(), Some("the run ended before the relay answered"));
    // A later revision that was not accepted mends nothing, one that was does.
    let slot = ledger.claim_slot(&job(), at(20), &"two".into(), now()).expect("asked");
    for (recipient, state) in
        [("b@example.com", DeliveryState::Sent), ("c@example.com", DeliveryState::Failed)]
    {
        let mut again = receipt("two", recipient);
        again.key.revision = 1;
        ledger.claim(&again).expect("claimed");
        again.state = state;
        ledger.settle(&again).expect("settled");
    }
    drop(slot);
    let open = ledger.open_deliveries(&job()).expect("read");
    let left: Vec<(&str, u32)> =
        open.iter().map(|one| (one.key.recipient.as_str(), one.key.revision)).collect();
    assert_eq!(left, [("c@example.com", 0), ("c@example.com", 1), ("d@example.com", 0)]);
    let counts = ledger.receipt_counts(&job()).expect("read");
    let counts: Vec<(&str, u64)> =
        counts.iter().map(|(state, count)| (state.as_str(), *count)).collect();
    assert_eq!(counts, [("failed", 2), ("sending", 1), ("sent", 2), ("unknown", 1)]);
}

#[test]
fn runs_of_late_and_of_the_latest_moment_are_recent() {
    let folder = Folder::new();
    let ledger = folder.open();
    assert_eq!(ledger.last_start().expect("read"), None);
    for (run, day, minute, outcome) in [
        ("old", 18, -9000, Outcome::Held),
        ("latest", 19, -8000, Outcome::Held),
        ("again", 17, -10, Outcome::Delivered),
        ("rehearsal", 20, -7000, Outcome::NotSent),
    ] {
        let mut record = record(run, minute);
        record.as_of = at(day);
        ledger.open_run(&record).expect("opened");
        record.outcome = outcome;
        ledger.update_run(&record).expect("updated");
    }
    let names = |runs: Vec<crate::ledger::StoredRun>| -> Vec<String> {
        runs.into_iter().map(|run| run.record.run.to_string()).collect()
    };
    let since = now() - TimeDelta::hours(1);
    assert_eq!(names(ledger.recent(&job(), since).expect("read")), ["again", "latest"]);
    let span = (at(17), at(18));
    assert_eq!(names(ledger.of_moments(&job(), span).expect("read")), ["again", "old"]);
    assert_eq!(ledger.jobs().expect("read"), [job()]);
    assert_eq!(ledger.last_start().expect("read"), Some(now() - TimeDelta::minutes(10)));
}
