//! A newcomer adds a KPI: one entry in one file, and nothing else.

use crate::support::{TestBed, truths};

#[test]
fn a_kpi_is_one_entry_in_a_metric_file() {
    let bed = TestBed::copy();
    let entry = r#"
[units_sold]
label = { en = "Units sold", zh-CN = "销售件数" }
description = { en = "Pieces in paid orders.", zh-CN = "已付款订单中的件数。" }
unit = "count"
owner = "Sales analytics"
dataset = "orders"
measure = "sum(quantity)"
where = "is_paid"
"#;
    bed.write("jobs/metrics/newcomer.toml", entry);
    bed.tidings(&["check", "jobs/nightly.toml"]).exits(0);
    let rows = bed.kpi("jobs/nightly.toml", "--metric units_sold --grain month");
    let truths = truths();
    let expected: Vec<(String, String)> = truths["sales"]["by_month"]
        .as_array()
        .expect("months")
        .iter()
        .map(|row| (row["period"].as_str().unwrap().to_owned(), row["units"].to_string()))
        .collect();
    let found: Vec<(String, String)> =
        rows.into_iter().map(|row| (row["period"].clone(), row["units_sold"].clone())).collect();
    assert_eq!(found, expected);
}

#[test]
fn an_entry_with_a_fault_is_refused_with_its_place() {
    let bed = TestBed::copy();
    bed.write(
        "jobs/metrics/newcomer.toml",
        "[units_sold]\nlabel = { en = \"Units\", zh-CN = \"件\" }\ndescription = { en = \"u\", zh-CN = \"件\" }\n\
         unit = \"count\"\nowner = \"Sales\"\ndataset = \"orders\"\nmeasure = \"sum(quantty)\"\n",
    );
    let ran = bed.tidings(&["kpi", "jobs/nightly.toml", "--metric", "units_sold"]).exits(2);
    ran.complains(&["newcomer.toml:7:11", "quantty", "did you mean `quantity`?"]);
}
