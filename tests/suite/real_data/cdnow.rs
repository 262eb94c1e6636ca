//! One intake of customers in fixed-width text: ids keep their zeros, equal rows all count.

use super::set;
use crate::support::markdown;
use std::collections::BTreeSet;

#[test]
fn ids_keep_their_leading_zeros() {
    let Some(set) = set("cdnow") else { return };
    let rows = set.bed.kpi(&set.job, "--metric sales --by customer_id");
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["customer_id"].as_str()).collect();
    assert!(ids.contains("00001") && ids.contains("23570"), "first and last customer");
    assert!(ids.iter().all(|id| id.len() == 5), "five digits each");
    let table = markdown::table(&set.readme, "**Repeat**");
    let value = |text: &str| text.parse::<rust_decimal::Decimal>().expect("an amount");
    let most = rows.iter().map(|row| value(&row["sales"])).max().expect("customers");
    assert_eq!(most, value(&table[0]["max_value"]), "the customer who paid most");
}

#[test]
fn everybody_is_new_in_the_first_quarter_and_nobody_after() {
    let Some(set) = set("cdnow") else { return };
    let totals = &markdown::table(&set.readme, "**Totals**")[0];
    let new = set.bed.kpi(&set.job, "--metric new_customers --grain month");
    let counts: Vec<u64> = new.iter().map(|row| row["new_customers"].parse().unwrap()).collect();
    assert_eq!(counts[..3].iter().sum::<u64>().to_string(), totals["customers"]);
    assert!(counts[3..].iter().all(|count| *count == 0), "{counts:?}");
}

#[test]
fn all_purchases_are_accepted_those_that_are_equal_too() {
    let Some(set) = set("cdnow") else { return };
    let totals = &markdown::table(&set.readme, "**Totals**")[0];
    let record = set.record();
    let rows = record.sources[0].rows;
    let purchases: u64 = totals["purchases"].parse().expect("a count");
    assert_eq!((rows.read, rows.accepted, rows.quarantined), (purchases, purchases, 0));
}
