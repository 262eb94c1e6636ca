//! Connectors of advertising platforms: money in one unit whatever the source counts in, the newest of several versions.

use super::{data, set};
use crate::support::{Row, all_at_once};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A platform's file, its columns with spend, impressions and clicks, and how many of its units make a dollar.
const PLATFORMS: [(&str, &str, [&str; 3], u32); 11] = [
    ("amazon", "amazon_ads_campaign_level_report_data", ["cost", "impressions", "clicks"], 1),
    (
        "apple",
        "apple_search_campaign_report_data",
        ["local_spend_amount", "impressions", "taps"],
        1,
    ),
    (
        "google",
        "google_ads_campaign_stats_data",
        ["cost_micros", "impressions", "clicks"],
        1_000_000,
    ),
    (
        "linkedin",
        "linkedin_ad_analytics_by_campaign_data",
        ["cost_in_usd", "impressions", "clicks"],
        1,
    ),
    ("meta", "facebook_ads_basic_ad_data", ["spend", "impressions", "inline_link_clicks"], 1),
    (
        "microsoft",
        "microsoft_ads_campaign_performance_daily_report_data",
        ["spend", "impressions", "clicks"],
        1,
    ),
    (
        "pinterest",
        "pinterest_campaign_report_data",
        ["spend_in_micro_dollar", "impression_1", "clickthrough_1"],
        1_000_000,
    ),
    ("reddit", "reddit_ads_campaign_report_data", ["spend", "impressions", "clicks"], 1_000_000),
    ("snapchat", "snapchat_ad_hourly_report_data", ["spend", "impressions", "swipes"], 1_000_000),
    ("tiktok", "tiktok_campaign_report_hourly_data", ["SPEND", "IMPRESSIONS", "CLICKS"], 1),
    (
        "x",
        "twitter_campaign_report_data",
        ["billed_charge_local_micro", "impressions", "clicks"],
        1_000_000,
    ),
];

/// Metrics with their histories, and the columns of key and version there.
const HISTORIES: [(&str, &str, &str); 6] = [
    ("amazon", "amazon_ads_campaign_history_data", "last_updated_date"),
    ("apple", "apple_search_campaign_history_data", "modification_time"),
    ("google", "google_ads_campaign_history_data", "updated_at"),
    ("meta", "facebook_ads_campaign_history_data", "updated_time"),
    ("microsoft", "microsoft_ads_campaign_history_data", "modified_time"),
    ("snapchat", "snapchat_campaign_history_data", "_fivetran_synced"),
];

fn rows(file: &str) -> Vec<Row> {
    let path = data().expect("the data").join(format!("ad_platforms/{file}.csv"));
    let text = std::fs::read_to_string(path).expect("a file");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn number(text: &str) -> Decimal {
    let text = text.trim_end_matches('.');
    if text.is_empty() { Decimal::ZERO } else { text.parse().expect("a number") }
}

#[test]
fn every_platform_is_in_dollars_and_the_whole_is_their_sum() {
    let Some(set) = set("ad_platforms") else { return };
    let mut faults = Vec::new();
    let mut totals = [Decimal::ZERO; 3];
    for (platform, file, columns, units) in PLATFORMS {
        let rows = rows(file);
        for (place, (metric, column)) in
            ["spend", "impressions", "clicks"].iter().zip(columns).enumerate()
        {
            let units = if *metric == "spend" { units } else { 1 };
            let sum: Decimal = rows.iter().map(|row| number(&row[column])).sum();
            let truth = sum / Decimal::from(units);
            totals[place] += truth;
            let found = number(&set.bed.value(&set.job, &format!("{platform}_{metric}")));
            if found != truth {
                faults.push(format!("{platform} {metric}: {found}, truth {truth}"));
            }
        }
    }
    for (metric, truth) in ["spend", "impressions", "clicks"].iter().zip(totals) {
        let found = number(&set.bed.value(&set.job, metric));
        if found != truth {
            faults.push(format!("all platforms, {metric}: {found}, truth {truth}"));
        }
    }
    all_at_once(faults);
}

#[test]
fn of_the_versions_of_a_campaign_the_newest_counts() {
    let Some(set) = set("ad_platforms") else { return };
    for (platform, file, version) in HISTORIES {
        let mut newest: BTreeMap<String, (String, String)> = BTreeMap::new();
        for row in rows(file) {
            let known = newest.entry(row["id"].clone()).or_default();
            *known = known.clone().max((row[version].clone(), row["name"].clone()));
        }
        let known = set.bed.value(&set.job, &format!("{platform}_campaigns_known"));
        assert_eq!(known, newest.len().to_string(), "campaigns of {platform}");
        if ["amazon", "google", "microsoft"].contains(&platform) {
            let metric = format!("{platform}_rows");
            let found = set.bed.kpi(&set.job, &format!("--metric {metric} --by campaign"));
            let mut found: Vec<&String> = found.iter().map(|row| &row["campaign"]).collect();
            let mut names: Vec<&String> = newest.values().map(|(_, name)| name).collect();
            found.sort();
            names.sort();
            assert_eq!(found, names, "names of {platform}'s campaigns");
        }
    }
}
