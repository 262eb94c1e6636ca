//! One file per trading day: the whole monthly table as written, and the same figures for files that come late.

use super::{data, set};
use crate::support::{TestBed, markdown};
use std::{fs, os::unix::fs::symlink};

const JOB: &str = "jobs/examples/online_retail.toml";
/// Our metrics by the columns of the monthly table.
const COLUMNS: [(&str, &str); 5] = [
    ("gross_sales", "gross_sales"),
    ("orders", "orders"),
    ("aov", "aov"),
    ("active_customers", "active_customers"),
    ("new_customers", "new_customers"),
];

#[test]
fn the_monthly_table_is_the_same_text() {
    let Some(set) = set("online_retail") else { return };
    let table = markdown::table(&set.readme, "**Monthly KPIs");
    assert_eq!(table.len(), 13, "months of the table");
    for (metric, column) in COLUMNS {
        let rows = set.bed.kpi(&set.job, &format!("--metric {metric} --grain month"));
        let found: Vec<_> = rows.iter().map(|row| (&row["period"], &row[metric])).collect();
        let truth: Vec<_> = table.iter().map(|row| (&row["ym"], &row[column])).collect();
        assert_eq!(found, truth, "{metric}");
    }
}

#[test]
fn days_without_trade_are_no_gaps() {
    let Some(set) = set("online_retail") else { return };
    let table = &markdown::table(&set.readme, "**Totals**")[0];
    let days = set.bed.kpi(&set.job, "--metric net_amount --grain day");
    assert_eq!(days.len().to_string(), table["trading_days"], "one row per trading day");
}

#[test]
fn files_that_come_in_two_halves_give_the_same_figures() {
    let Some(folder) = data() else { return };
    let mut files: Vec<_> = fs::read_dir(folder.join("online_retail/by-day"))
        .expect("daily files")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    // The last two months suffice: every other day comes late.
    let recent = files.split_off(files.len() - 50);
    let bed = TestBed::here();
    let data = bed.state().with_file_name("data");
    let by_day = data.join("online_retail/by-day");
    fs::create_dir_all(&by_day).expect("a folder");
    let bring = |odd: usize| {
        let half = recent.iter().enumerate().filter(|(at, _)| at % 2 == odd);
        half.for_each(|(_, file)| {
            symlink(fs::canonicalize(file).unwrap(), by_day.join(file.file_name().unwrap()))
                .unwrap()
        });
    };
    let ask = |bed: &TestBed| -> Vec<_> {
        let folder = data.to_string_lossy().into_owned();
        let asks = ["gross_sales", "orders", "active_customers", "new_customers", "net_amount"];
        let rows = asks.map(|metric| {
            bed.kpi(JOB, &format!("--metric {metric} --grain month --data {folder}"))
        });
        rows.concat()
    };
    bring(1);
    let early = ask(&bed);
    bring(0);
    let late = ask(&bed);
    assert_ne!(early, late, "the second half changes the figures");
    assert_eq!(late, ask(&TestBed::here()), "as if all had come at once");
}

#[test]
fn a_christmas_that_no_model_foresees_leaves_customers_unpriced() {
    let Some(set) = set("online_retail") else { return };
    let section = set.section("customer-value");
    let message = &section["findings"][0]["message"];
    assert_eq!(message["key"], "customer_value.misses");
    // lifetimes 0.11.3 over the same rows: 4482 purchases in the last 13 weeks, 3384.2 foretold by Pareto/NBD.
    assert_eq!(message["arguments"]["actual"]["count"], 4482);
    let foretold = message["arguments"]["predicted"]["value"]["value"].as_str().expect("a number");
    let foretold: f64 = foretold.parse().expect("a number");
    assert!((foretold - 3384.2).abs() < 0.01 * 3384.2, "{foretold}");
}
