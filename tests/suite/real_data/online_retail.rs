//! One file per trading day: the whole monthly table as written, and the same figures for files that come late.

use super::{data, set};
use crate::{
    rules::told,
    support::{TestBed, markdown},
};
use model::run::RunRecord;
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

/// Counted by a plain loop over the files with Python's `csv`: what a month holds against all before it.
#[test]
fn rules_tell_of_a_month_what_a_plain_loop_counts() {
    let Some(folder) = data() else { return };
    let bed = TestBed::copy();
    let job = "schema_version = 1\ncatalogue = \"online_retail\"\ntitle = { en = \"Rules\", zh-CN = \"规则\" }\n\
               organisation = { en = \"Tests\", zh-CN = \"测试\" }\nowner = \"Tests\"\nzone = \"Europe/London\"\n\
               grain = \"month\"\n[gate]\nmax_quarantined_share = 1.0\n[[section]]\nid = \"sales\"\n\
               title = { en = \"Sales\", zh-CN = \"销售\" }\nanalysis = \"scorecard\"\nmetrics = [\"gross_sales\"]\n";
    bed.write("jobs/examples/rules.toml", job);
    let path = "jobs/examples/online_retail/contracts/sales.toml";
    let contract = fs::read_to_string(bed.path(path)).expect("the contract");
    let rules = "\n[[rule]]\ncheck = \"sequence\"\ncolumn = \"invoice_no\"\n\
                 [[rule]]\ncheck = \"unknown_share\"\ncolumn = \"customer_id\"\nmax_share = 0.3\n\
                 [[rule]]\ncheck = \"new_members\"\ncolumn = \"country\"\n\
                 [[rule]]\ncheck = \"unique\"\ncolumns = [\"invoice_no\", \"stock_code\", \"quantity\"]\n\
                 [[rule]]\ncheck = \"scale\"\ncolumn = \"unit_price\"\n";
    bed.write(path, contract + rules);
    let folder = folder.to_string_lossy().into_owned();
    let of_month = |as_of: &str| {
        let job = ["run", "jobs/examples/rules.toml", "--no-send", "--format", "json"];
        let ran =
            bed.tidings(&[&job[..], &["--as-of", as_of, "--data", &folder]].concat()).exits(0);
        let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
        told(&record, "rule.")
    };
    let november = of_month("2011-12-01T06:00");
    let expected = [
        "warning rule.sequence_gap column=invoice_no count=9001 first=573735 – 573743",
        "warning rule.unknown_share column=customer_id count=9 limit=0.3 share=0.448 unit=2011-11-25",
        "warning rule.unique columns=invoice_no, stock_code, quantity count=1389",
    ];
    assert_eq!(november, expected);
    let april = of_month("2011-05-01T06:00");
    let new = "warning rule.new_members column=country count=4 list=Brazil|European Community|USA|Unspecified rows=81";
    assert!(april.iter().any(|told| told == new), "{april:?}");
}
