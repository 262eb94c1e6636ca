//! A tap made with the `singer-sdk` of PyPI: incremental, over nights.
//!
//! `tests/run` names a Python that has it; without one the group says that it is skipped.

use super::{bed, manifest, night};
use crate::{formats::JOB, support::root};

#[test]
fn an_incremental_tap_goes_on_from_its_state() {
    let Ok(python) = std::env::var("TIDINGS_TEST_SINGER") else {
        println!("skipped: no singer-sdk; `tests/run` looks for it");
        return;
    };
    let tap = root().join("tests/cases/tap_orders.py");
    let bed = bed(&format!(
        "[source.singer]\ncommand = [\"{python}\", \"{}\"]\nstream = \"orders\"\n\
         config = {{ file = \"orders.json\" }}\nenv = {{ HOME = \"/tmp\" }}",
        tap.display()
    ));
    let order = |id: u64, amount: &str, at: &str| {
        format!("{{\"id\":{id},\"amount\":{amount},\"at\":\"{at}T08:00:00Z\"}}")
    };
    let first = [order(1, "10.5", "2026-01-01"), order(2, "64.90", "2026-01-02")];
    bed.write("data/orders.json", format!("[{}]", first.join(",")));
    let found = night(&bed);
    assert_eq!((found.accepted, found.fault.as_str()), (2, ""), "{found:?}");
    let state = |bed| manifest(bed).expect("landed")["bookmark"]["state"].to_string();
    assert!(state(&bed).contains("2026-01-02T08:00:00"), "{}", state(&bed));

    // The first order is gone from the source, the second corrected, and there is a third.
    let second = [
        order(1, "99", "2026-01-01"),
        order(2, "60", "2026-01-02"),
        order(3, "12345678.91", "2026-01-03"),
    ];
    bed.write("data/orders.json", format!("[{}]", second.join(",")));
    let found = night(&bed);
    assert_eq!((found.accepted, found.superseded), (3, 1), "{found:?}");
    assert!(state(&bed).contains("2026-01-03T08:00:00"), "{}", state(&bed));
    assert_eq!(bed.value(JOB, "sum_orders"), "12345749.41", "order 1 was not asked for again");

    let before = manifest(&bed).expect("landed")["batches"].clone();
    for _ in 0..2 {
        let found = night(&bed);
        assert_eq!((found.accepted, found.fault.as_str()), (3, ""), "a quiet night: {found:?}");
    }
    let after = manifest(&bed).expect("landed")["batches"].clone();
    let batches = |list: &serde_json::Value| list.as_array().expect("a list").len();
    assert!(batches(&after) <= batches(&before) + 1, "quiet nights do not pile up: {after}");
}
