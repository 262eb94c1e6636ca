//! Campaigns and coupons: rates against the households addressed, and a row written from binary floats.

use super::{data, set};
use crate::support::{Row, all_at_once, markdown};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// The rows of a small table of the data set, read by other means than the program's.
fn rows(name: &str) -> Vec<Row> {
    let path = data().expect("the data").join("complete_journey").join(name);
    let mut reader = csv::Reader::from_path(path).expect("a table");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn a_response_is_held_against_the_households_of_its_own_campaign() {
    let Some(set) = set("complete_journey") else { return };
    let (targets, redemptions) = (rows("campaigns.csv"), rows("coupon_redemptions.csv"));
    let pair = |row: &Row| (row["campaign_id"].clone(), row["household_id"].clone());
    let answered: BTreeSet<_> = redemptions.iter().map(pair).collect();
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for target in targets.iter().map(pair) {
        let count = counts.entry(target.0.clone()).or_default();
        count.0 += 1;
        count.1 += u64::from(answered.contains(&target));
    }
    let mut faults = Vec::new();
    for row in set.bed.kpi(&set.job, "--metric response_rate --by campaign_id") {
        let (addressed, answering) = counts.remove(&row["campaign_id"]).expect("a campaign");
        let truth = answering as f64 / addressed as f64;
        let found: f64 = row["response_rate"].parse().unwrap();
        if (found - truth).abs() > 1e-12 {
            faults.push(format!("campaign {}: {found}, truth {truth}", row["campaign_id"]));
        }
    }
    all_at_once(faults);
    assert!(counts.is_empty(), "campaigns without a rate: {counts:?}");
}

#[test]
fn no_row_is_lost_to_an_exponent_and_a_coupon_counts_once_however_often_it_came() {
    let Some(set) = set("complete_journey") else { return };
    let totals = &markdown::table(&set.readme, "**Totals**")[0];
    let record = set.record();
    let of = |name: &str| {
        let source = record.sources.iter().find(|source| source.dataset.as_str() == name);
        source.unwrap_or_else(|| panic!("the job reads {name}")).rows
    };
    let lines = of("transactions");
    assert_eq!((lines.accepted.to_string(), lines.quarantined), (totals["line_count"].clone(), 0));
    let packed = data().expect("the data").join("complete_journey/coupons.csv.zst");
    let text = zstd::decode_all(fs::File::open(packed).expect("coupons")).expect("unpacked");
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let coupons: Vec<Row> = reader.deserialize().map(|row| row.expect("a row")).collect();
    let different: BTreeSet<_> = coupons.iter().map(|row| &row["coupon_upc"]).collect();
    assert_eq!(set.bed.value(&set.job, "coupons"), different.len().to_string());
}
