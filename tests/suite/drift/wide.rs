//! Tables with a column for each series: what comes counts, what goes is missed, and both are told.

use super::after;
use crate::{
    rules::{JOB, run, shop, told},
    support::TestBed,
};

const CONTRACT: &str = "jobs/contracts/orders.toml";

/// A shop whose orders are sales by shop.
fn sales() -> TestBed {
    let bed = shop("day", "irregular", "");
    let contract = "description = \"Sales by shop.\"\nowner = \"Tests\"\n[source]\nfiles = [\"orders-*.csv\"]\n\
                    wide = { keep = [\"day\"], series = \"of_(.+)\", name = \"shop\", value = \"amount\" }\n[time]\n\
                    column = \"day\"\nexpected = \"irregular\"\n[columns]\n\
                    day = { type = \"date\", required = true, format = [\"%Y-%m-%d\"] }\nshop = { type = \"text\" }\n\
                    amount = { type = \"money\", currency = \"CNY\", required = true }\n";
    bed.write(CONTRACT, contract);
    bed
}

#[test]
fn a_new_series_of_a_wide_table_counts_and_is_told_unless_it_sums_up_others() {
    let bed = sales();
    bed.write("data/orders-02.csv", "day,of_north,of_south\n2026-06-02,1,2\n");
    assert_eq!(after(&bed, 2, 0), Vec::<String>::new());
    let file = "day,of_north,of_south,of_all,note\n2026-06-03,10,20,30,x\n";
    bed.write("data/orders-03.csv", file);
    let expected = [
        "info drift.new_columns count=1 file=orders-03.csv list=note",
        "warning drift.new_series count=1 file=orders-03.csv list=all",
    ];
    assert_eq!(after(&bed, 3, 0), expected);
    assert_eq!(bed.value(JOB, "sum_orders"), "63.00", "what is told counts");
    // The owner of the contract looks, and knows it for a total.
    bed.replace(CONTRACT, "wide =", "totals = { series = [\"all\", \"sum\"] }\nwide =");
    let record = run(&bed, "2026-06-04T09:00", 0);
    let passed = ["info quality.no_rows count=1 file=orders-03.csv"];
    assert_eq!(told(&record, "quality.no_rows"), passed);
    assert_eq!(bed.value(JOB, "sum_orders"), "33.00");
    let file = "day,of_north,of_south,of_all,note,of_sum,of_west\n2026-06-04,1,1,2,x,3,1\n";
    bed.write("data/orders-04.csv", file);
    let told_then = ["warning drift.new_series count=1 file=orders-04.csv list=west"];
    assert_eq!(after(&bed, 4, 0), told_then, "totals are no series");
    bed.replace(CONTRACT, "series = [\"all\", \"sum\"]", "values = [\"all\"]");
    bed.tidings(&["check", JOB]).exits(2).complains(&["say which column has these values"]);
    bed.replace(CONTRACT, "values =", "column = \"shop\", values =");
    run(&bed, "2026-06-05T09:00", 0);
    assert_eq!(bed.value(JOB, "sum_orders"), "39.00", "by its column it is the same");
}

#[test]
fn a_series_that_vanishes_is_told_unless_it_sums_up_others() {
    let bed = sales();
    bed.replace(CONTRACT, "wide =", "totals = { series = [\"all\"] }\nwide =");
    bed.write("data/orders-02.csv", "day,of_north,of_south,of_all\n2026-06-02,1,2,3\n");
    assert_eq!(after(&bed, 2, 0), Vec::<String>::new());
    bed.write("data/orders-03.csv", "day,of_north\n2026-06-03,10\n");
    let expected = ["warning drift.gone_series count=1 file=orders-03.csv list=south"];
    assert_eq!(after(&bed, 3, 0), expected);
    bed.write("data/orders-04.csv", "day,of_west\n2026-06-04,1\n");
    let expected = [
        "warning drift.new_series count=1 file=orders-04.csv list=west",
        "warning drift.gone_series count=1 file=orders-04.csv list=north",
    ];
    assert_eq!(after(&bed, 4, 0), expected, "another one in its place is both");
}
