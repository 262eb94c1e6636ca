//! Corrections that would count wrongly are refused, and releases at the same time lose nothing.

use super::{bed, counts, exported, release};
use crate::{
    rules::{JOB, deliver},
    support::Ran,
};
use serde_json::{Value, json};

/// The reasons why corrections were refused, and how many were released.
fn said(ran: Ran) -> (Vec<String>, u64) {
    let said: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let reasons = said["refused"].as_array().expect("a list").iter();
    let reasons = reasons.map(|one| one["reason"].as_str().expect("a text").to_owned());
    (reasons.collect(), said["released"].as_u64().expect("a count"))
}

#[test]
fn a_correction_is_one_row_and_makes_no_other_worse() {
    let bed = bed();
    let contract = "jobs/contracts/orders.toml";
    bed.replace(
        contract,
        "[source]",
        "[source]\ntotals = { column = \"id\", values = [\"Total\"] }",
    );
    let rows = exported(&bed);
    let total = release(&bed, &rows, &[(2, "Total,2026-06-04,c1,web,12.50")]).exits(2);
    assert_eq!(
        said(total).0,
        ["correction: as corrected: sums up other rows (`totals`), so it is none"]
    );
    let mut twice = rows[0].clone();
    twice["correction"] = json!("2,2026-06-04,c1,web,99.00");
    let two = release(&bed, &[&rows[..], &[twice]].concat(), &[(2, "2,2026-06-04,c1,web,12.50")]);
    let (reasons, released) = said(two.exits(2));
    assert_eq!((reasons.len(), released), (2, 0), "both lines: {reasons:?}");
    assert!(reasons[0].contains("more than one line"), "{reasons:?}");
    // The key of a sound row that comes later in the file.
    bed.replace(contract, "description", "key = [\"id\"]\non_duplicate = \"refuse\"\ndescription");
    let rows = exported(&bed);
    let (reasons, released) =
        said(release(&bed, &rows, &[(2, "5,2026-06-04,c1,web,12.50")]).exits(2));
    assert_eq!(released, 0);
    assert!(
        reasons[0].contains("another row into quarantine: `orders-1.csv` record 5"),
        "{reasons:?}"
    );
    assert_eq!(counts(&bed), ([5, 2, 3, 0], "20.00".into()));
    // Under another contract the correction is two records: its row is in quarantine again, and the run goes on.
    release(&bed, &rows, &[(3, "3,2026-06-30,c2,\"a\nb\",7.00")]).exits(0);
    bed.replace(contract, "[source]", "[source]\nquoted = false");
    let (counted, _) = counts(&bed);
    assert_eq!(counted[0], counted[1] + counted[2] + counted[3], "{counted:?}");
}

#[test]
fn releases_at_the_same_time_lose_nothing() {
    let bed = bed();
    let amount = |id: u32| if id <= 24 { "ten" } else { "10.00" };
    let lines = (1..=60).map(|id| format!("{id},2026-06-04,c1,web,{}", amount(id)));
    deliver(&bed, "orders-1.csv", &lines.collect::<Vec<_>>().join("\n"));
    let rows = exported(&bed);
    std::thread::scope(|scope| {
        for (place, some) in rows.chunks(6).enumerate() {
            let bed = &bed;
            scope.spawn(move || {
                let mut text = String::new();
                for row in some {
                    let mut row = row.clone();
                    row["correction"] =
                        json!(row["raw"].as_str().expect("raw").replace("ten", "10.00"));
                    text += &format!("{row}\n");
                }
                let file = format!("out/good-{place}.jsonl");
                bed.write(&file, text);
                bed.tidings(&["quarantine", JOB, "--release", &file]).exits(0);
            });
        }
    });
    assert_eq!(counts(&bed), ([60, 60, 0, 0], "600.00".into()));
}
