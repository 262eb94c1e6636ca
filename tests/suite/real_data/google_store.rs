//! Nested web data: sums of nothing are unknown, and hits are counted by session.

use super::set;

#[test]
fn a_channel_without_transactions_shows_nothing_rather_than_zero() {
    let Some(set) = set("google_store") else { return };
    for metric in ["transactions", "revenue"] {
        let rows = set.bed.kpi(&set.job, &format!("--metric {metric} --by channel"));
        for row in rows {
            let without = ["Social", "Affiliates"].contains(&row["channel"].as_str());
            assert_eq!(row[metric].is_empty(), without, "{metric}: {row:?}");
        }
    }
}

#[test]
fn a_visit_with_several_purchase_hits_counts_once() {
    let Some(set) = set("google_store") else { return };
    let rows = set.bed.kpi(&set.job, "--metric hit_sessions --by action_type");
    let purchases = rows.iter().find(|row| row["action_type"] == "6").expect("purchases");
    assert_eq!(set.bed.value(&set.job, "purchase_sessions"), purchases["hit_sessions"]);
}
