//! A proposed contract from the command to the figures.

use super::{JOB, metrics, shop};
use std::fs;

#[test]
fn a_proposed_contract_passes_the_check_and_gives_the_figures_of_its_file() {
    let bed = shop();
    let rows: String = (1..=28)
        .map(|day| {
            format!(
                "{day};{day:02}.01.2026;{};1.000,50\n",
                if day % 2 == 0 { "web" } else { "shop" }
            )
        })
        .collect();
    bed.write("data/sales/orders.csv", format!("Order ID;Ordered on;Channel;Price\n{rows}"));
    let out = "jobs/contracts/orders.toml";
    fs::create_dir_all(bed.path("jobs/contracts")).expect("a folder");
    let file = bed.path("data/sales/orders.csv").to_string_lossy().into_owned();
    let data = bed.path("data").to_string_lossy().into_owned();
    bed.tidings(&["sniff", &file, "--data", &data, "--out", out]).exits(0);
    let proposed = fs::read_to_string(bed.path(out)).expect("a contract");
    assert!(proposed.contains("files = [\"sales/orders.csv\"]"), "{proposed}");
    assert!(proposed.contains("# all 28 values are written as %d.%m.%Y."), "{proposed}");
    bed.write("jobs/metrics/orders.toml", metrics("orders", "sum(price)"));
    bed.tidings(&["check", JOB]).exits(0);
    assert_eq!(bed.value(JOB, "sum_orders"), "28014.00");
    assert_eq!(bed.value(JOB, "rows_orders"), "28");
}

#[test]
fn a_file_that_cannot_be_sniffed_says_why() {
    let bed = shop();
    bed.write("data/empty.csv", "");
    bed.tidings(&["sniff", "data/empty.csv"]).exits(2).complains(&["has no record"]);
    bed.tidings(&["sniff", "data/nowhere.csv"]).exits(2).complains(&["nowhere.csv"]);
    bed.write("data/some.dat", "a");
    bed.tidings(&["sniff", "data/some.dat"]).exits(2).complains(&["tells no format", "--format"]);
    bed.write("data/some.dat", "a,b\n1,2\n3,4\n");
    let told = bed.tidings(&["sniff", "data/some.dat", "--format", "csv"]).exits(0);
    assert!(told.stdout.contains("format = \"csv\""), "{}", told.stdout);
}
