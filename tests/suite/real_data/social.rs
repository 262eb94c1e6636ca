//! Posts in two dialects of CSV that tell the same, and posts that came twice.

use super::{data, set};
use crate::support::{Row, all_at_once, markdown};
use std::collections::BTreeMap;

/// The whole year of the page's posts.
const YEAR: &str = "--from 2014-01-01 --to 2014-12-31";

#[test]
fn two_dialects_of_the_same_posts_give_the_same_figures() {
    let Some(set) = set("social") else { return };
    let metrics = [
        "posts",
        "interactions",
        "reach",
        "mean_reach",
        "impressions",
        "engaged_users",
        "engagement_rate",
        "page_likes",
        "page_likes_least",
        "shares",
        "posts_with_shares",
        "posts_with_likes",
        "posts_with_paid",
    ];
    let asks =
        ["", "--by post_type,paid", "--by weekday", "--by hour", "--by category", "--grain month"];
    let mut faults = Vec::new();
    for metric in metrics {
        let original = format!("original_{metric}");
        for ask in asks {
            let told = |metric: &str| -> Vec<Vec<String>> {
                let rows = set.bed.kpi(&set.job, &format!("--metric {metric} {ask} {YEAR}"));
                let plain = |row: Row| {
                    let cells = row.into_iter().map(|(name, cell)| {
                        let name = if name == metric { "value".to_owned() } else { name };
                        format!("{name} {cell}")
                    });
                    cells.collect()
                };
                let mut rows: Vec<Vec<String>> = rows.into_iter().map(plain).collect();
                rows.iter_mut().for_each(|row| row.sort());
                rows
            };
            let (one, other) = (told(metric), told(&original));
            if one != other || one.is_empty() {
                faults.push(format!("{metric} {ask}: {one:?} and {other:?}"));
            }
        }
    }
    all_at_once(faults);
}

#[test]
fn the_months_of_the_page_and_what_is_unknown_of_its_posts() {
    let Some(set) = set("social") else { return };
    for (metric, column) in [("posts", "posts"), ("interactions", "interactions")] {
        let rows = set.bed.kpi(&set.job, &format!("--metric {metric} --grain month {YEAR}"));
        let found: Vec<_> = rows.iter().map(|row| (&row["period"], &row[metric])).collect();
        let table = markdown::table(&set.readme, "**By month number**");
        let names: Vec<_> = table.iter().map(|row| format!("2014-{:0>2}", row["mth"])).collect();
        let truth: Vec<_> = names.iter().zip(table.iter().map(|row| &row[column])).collect();
        assert_eq!(found, truth, "{metric}");
    }
    let totals = &markdown::table(&set.readme, "**Facebook page posts: totals**")[0];
    let value = |metric: &str| -> u64 {
        let rows = set.bed.kpi(&set.job, &format!("--metric {metric} {YEAR}"));
        rows[0][metric].parse().expect("a count")
    };
    for (what, column) in
        [("paid", "paid_missing"), ("likes", "like_missing"), ("shares", "share_missing")]
    {
        let missing: u64 = totals[column].parse().expect("a count");
        assert_eq!(value("posts") - value(&format!("posts_with_{what}")), missing, "{what}");
    }
}

#[test]
fn a_post_that_came_twice_counts_once_with_its_later_date() {
    let Some(set) = set("social") else { return };
    let path = data().expect("the data").join("social/Live.csv");
    let mut reader = csv::Reader::from_path(path).expect("the posts");
    let rows: Vec<Row> = reader.deserialize().map(|row| row.expect("a row")).collect();
    let moment = |row: &Row| {
        let text = &row["status_published"];
        chrono::NaiveDateTime::parse_from_str(text, "%m/%d/%Y %H:%M").expect("a moment")
    };
    let mut posts: BTreeMap<&str, &Row> = BTreeMap::new();
    for row in &rows {
        let known = posts.entry(&row["status_id"]).or_insert(row);
        if moment(row) > moment(known) {
            *known = row;
        }
    }
    let mut years: BTreeMap<String, u64> = BTreeMap::new();
    for row in posts.values() {
        let year = moment(row).format("%Y").to_string();
        *years.entry(year).or_default() += row["num_reactions"].parse::<u64>().expect("a count");
    }
    let found = set.bed.kpi(&set.job, "--metric live_reactions --grain year");
    let found: BTreeMap<String, u64> = found
        .iter()
        .map(|row| (row["period"].clone(), row["live_reactions"].parse().expect("a count")))
        .collect();
    assert_eq!(found, years);
    let record = set.record();
    let live = record.sources.iter().find(|source| source.dataset.as_str() == "live");
    let superseded = live.expect("the job reads live").rows.superseded;
    assert_eq!(superseded as usize, rows.len() - posts.len(), "rows that are remarked upon");
}
