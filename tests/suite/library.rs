//! The library of metrics: every one of them on a few rows worked out by hand, borrowed by a newcomer, and documented.

use crate::support::{Row, TestBed, all_at_once, cases, root};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

const JOB: &str = "tests/cases/library/job.toml";

/// A month in which no dataset has a row.
const EMPTY: &str = "2025-06";

const THREADS: usize = 4;

#[derive(Deserialize)]
struct Case {
    metric: String,
    #[serde(default)]
    grain: Option<String>,
    by: Option<String>,
    member: Option<String>,
    period: String,
    /// A number or a quotient; unknown when absent.
    value: Option<String>,
    /// Periods in which there must be no value.
    #[serde(default)]
    unknown: Vec<String>,
    /// Whether its window reaches back from the empty month to rows there are.
    #[serde(default)]
    lasts: bool,
}

#[derive(Deserialize)]
struct Page {
    edges: Option<toml::Value>,
    source: Option<String>,
}

/// The metrics of the library by name.
fn library() -> BTreeMap<String, Page> {
    let mut found = BTreeMap::new();
    let pattern = root().join("jobs/metrics/library/*.toml");
    for path in glob::glob(&pattern.to_string_lossy()).expect("a pattern").flatten() {
        let text = fs::read_to_string(&path).expect("a metric file");
        let metrics: BTreeMap<String, Page> = toml::from_str(&text).expect("metrics");
        found.extend(metrics);
    }
    found
}

#[test]
fn every_metric_of_the_library_has_its_hand_computed_value_and_is_unknown_where_it_must_be() {
    let cases = cases::<Case>("library/cases.toml");
    // The program is started for each of them: side by side, each thread with a state of its own.
    let faults = std::thread::scope(|scope| {
        let threads: Vec<_> = cases
            .chunks(cases.len().div_ceil(THREADS))
            .map(|some| {
                scope.spawn(|| {
                    let bed = TestBed::here();
                    some.iter().flat_map(|case| case.faults(&bed)).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread")).collect()
    });
    all_at_once(faults);
}

#[test]
fn every_metric_of_the_library_has_a_case_its_edges_and_a_source() {
    let library = library();
    assert!(library.len() >= 60, "{} metrics", library.len());
    let cases: BTreeSet<String> =
        cases::<Case>("library/cases.toml").into_iter().map(|case| case.metric).collect();
    let mut faults = Vec::new();
    for (name, page) in &library {
        if !cases.contains(name) {
            faults.push(format!("`{name}` has no case in tests/cases/library/cases.toml"));
        }
        if page.edges.is_none() || page.source.as_deref().is_none_or(str::is_empty) {
            faults.push(format!("`{name}` does not say its edges and its source"));
        }
    }
    faults.extend(cases.iter().filter(|name| !library.contains_key(*name)).map(|name| {
        format!("tests/cases/library/cases.toml knows `{name}`, which the library has not")
    }));
    all_at_once(faults);
}

#[test]
fn with_every_contract_the_whole_library_is_available() {
    let ran = TestBed::here().tidings(&["metrics", JOB, "--all"]).exits(0);
    let lines: Vec<&str> = ran.stdout.lines().skip(1).map(str::trim_end).collect();
    assert_eq!(lines.len(), library().len(), "one line for each metric:\n{}", ran.stdout);
    let lacking: Vec<String> = lines
        .iter()
        .filter(|line| !line.ends_with("available"))
        .map(|line| (*line).to_owned())
        .collect();
    all_at_once(lacking);
}

#[test]
fn a_running_period_is_held_against_the_same_days_and_a_span_against_the_days_before_it() {
    let bed = TestBed::here();
    let value = |metric: &str, grain: &str| {
        let arguments = format!("--metric {metric} {grain} --from 2026-02-01 --to 2026-02-20");
        let rows = bed.kpi(JOB, &format!("{arguments} --as-of 2026-06-01T00:00"));
        rows.first().map(|row| row[metric].clone()).unwrap_or_default()
    };
    // 1 to 20 January: O1 and O2. The twenty days before 1 February: O2 of the 15th and O3 of the 31st.
    assert_eq!(value("net_revenue_previous", "--grain month"), "250.00");
    assert_eq!(value("net_revenue_previous", ""), "140.00");
    // Who has not come by the 20th may still come; of C2 and C3 nobody is among C1, C4 and C5.
    assert_eq!(value("retained_customers", "--grain month"), "");
    assert_eq!(value("retained_customers", ""), "0");
    assert_eq!(value("churned_customers", ""), "2");
}

impl Case {
    fn faults(&self, bed: &TestBed) -> Vec<String> {
        let grain = self.grain.as_deref().unwrap_or("month");
        let span = |period: &str| match grain {
            "day" => format!("--from {period} --to {period}"),
            _ => "--from 2025-02-01 --to 2026-05-31".to_owned(),
        };
        let by = self.by.as_ref().map(|by| format!(" --by {by}")).unwrap_or_default();
        let ask = |period: &str| {
            let arguments = format!(
                "--metric {} --grain {grain} {} --as-of 2026-06-01T00:00{by}",
                self.metric,
                span(period)
            );
            bed.kpi(JOB, &arguments)
        };
        let rows = ask(&self.period);
        let found = self.value_in(&rows, &self.period);
        let mut faults = Vec::new();
        if !same(found.as_deref(), self.value.as_deref()) {
            let (metric, period, value) = (&self.metric, &self.period, &self.value);
            faults.push(format!("{metric} of {period}: {found:?}, by hand {value:?}"));
        }
        let empty = (grain == "month" && !self.lasts).then(|| EMPTY.to_owned());
        for period in self.unknown.iter().chain(&empty) {
            let rows = if grain == "day" { &ask(period) } else { &rows };
            if let Some(value) = self.value_in(rows, period) {
                faults.push(format!("{} of {period}: {value}, must be unknown", self.metric));
            }
        }
        faults
    }

    /// The value in a period; nothing when it is unknown.
    fn value_in(&self, rows: &[Row], period: &str) -> Option<String> {
        let is_asked = |row: &&Row| {
            row["period"] == period
                && self.by.as_ref().is_none_or(|by| Some(&row[by]) == self.member.as_ref())
        };
        let found = rows.iter().find(is_asked).map(|row| row[&self.metric].clone());
        found.filter(|value| !value.is_empty())
    }
}

/// Numbers as they are written; quotients to nine digits.
fn same(found: Option<&str>, stated: Option<&str>) -> bool {
    let (Some(found), Some(stated)) = (found, stated) else { return found == stated };
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let stated = match stated.split_once('/') {
        Some((above, below)) => number(above) / number(below),
        None if stated.contains('.') => return found == stated,
        None => number(stated),
    };
    (number(found) - stated).abs() <= 1e-9 * stated.abs().max(1.0)
}

const ORDERS: &str = r#"
description = "Orders of a shop."
owner = "Sales"

[source]
files = ["orders.csv"]

[time]
column = "day"
expected = "irregular"

[columns]
order_id = { type = "text", required = true }
day = { type = "date", required = true, format = ["%Y-%m-%d"] }
customer_id = { type = "text", required = true }
quantity = { type = "integer", required = true }
amount = { type = "money", currency = "EUR", required = true }
status = { type = "text", required = true }

[[derived]]
name = "is_paid"
sql = "status = 'paid'"
"#;

const SHOP: &str = r#"
schema_version = 1
title = { en = "Shop", zh-CN = "网店" }
organisation = { en = "Shop", zh-CN = "网店" }
owner = "Sales"
zone = "Europe/Berlin"
grain = "month"
data = "data"
libraries = ["library"]
currency = "EUR"
as_of = "2026-06-01T00:00:00"

[[section]]
id = "key-figures"
title = { en = "Key figures", zh-CN = "核心指标" }
analysis = "scorecard"
metrics = ["net_revenue", "average_order_value", "repeat_rate"]
"#;

/// A catalogue of one contract, and the library.
fn shop() -> TestBed {
    let bed = TestBed::empty();
    bed.write("shop/job.toml", SHOP);
    bed.write("shop/contracts/orders.toml", ORDERS);
    bed.write(
        "shop/data/orders.csv",
        "order_id,day,customer_id,quantity,amount,status\n1,2026-04-01,A,1,20.00,paid\n2,2026-05-02,A,2,30.00,paid\n\
         3,2026-05-03,B,1,10.00,paid\n4,2026-05-04,C,1,99.00,returned\n",
    );
    let pattern = root().join("jobs/metrics/library/*.toml");
    for path in glob::glob(&pattern.to_string_lossy()).expect("a pattern").flatten() {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        bed.write(&format!("shop/library/{name}"), fs::read(&path).expect("a metric file"));
    }
    bed
}

#[test]
fn one_contract_brings_its_metrics_without_a_formula() {
    let bed = shop();
    bed.tidings(&["check", "shop/job.toml"]).exits(0);
    let may = |metric: &str| {
        let rows = bed.kpi("shop/job.toml", &format!("--metric {metric} --grain month"));
        let row = rows.into_iter().find(|row| row["period"] == "2026-05").expect("May");
        row[metric].clone()
    };
    assert_eq!(may("net_revenue"), "40.00");
    assert_eq!(may("average_order_value"), "20");
    assert_eq!(may("refunds"), "99.00");
    assert_eq!(may("repeat_rate"), "0.5");
    assert_eq!(may("revenue_growth"), "1");
    let ran = bed.tidings(&["metrics", "shop/job.toml", "--all"]).exits(0);
    let line = |metric: &str| {
        let found = ran.stdout.lines().find(|line| line.split_whitespace().nth(1) == Some(metric));
        found.unwrap_or_else(|| panic!("no {metric} in\n{}", ran.stdout)).trim_end().to_owned()
    };
    assert!(line("net_revenue").contains("money:EUR"), "{}", line("net_revenue"));
    assert!(line("net_revenue").ends_with("available"));
    assert!(line("gross_margin").contains("needs column `unit_cost` of dataset `orders`"));
}

#[test]
fn naming_what_is_not_available_says_what_is_missing() {
    let bed = shop();
    let says = "metric `cac` needs dataset `costs` with column `amount`; no contract brings it";
    bed.tidings(&["kpi", "shop/job.toml", "--metric", "cac"]).exits(2).complains(&[says]);
    bed.replace("shop/job.toml", "\"repeat_rate\"", "\"cac\"");
    let ran = bed.tidings(&["check", "shop/job.toml"]).exits(2);
    ran.complains(&[
        "job.toml:17:50",
        "metric `cac` needs dataset `costs` with column",
        "no contract",
    ]);
}

#[test]
fn money_of_the_library_needs_the_currency_of_the_job() {
    let bed = shop();
    bed.replace("shop/job.toml", "currency = \"EUR\"\n", "");
    let says = "metric `net_revenue` needs a currency: say `currency = \"CNY\"`";
    bed.tidings(&["kpi", "shop/job.toml", "--metric", "net_revenue"]).exits(2).complains(&[says]);
    bed.replace("shop/job.toml", "libraries", "currency = \"euro\"\nlibraries");
    let ran = bed.tidings(&["check", "shop/job.toml"]).exits(2);
    ran.complains(&["`euro` is no currency"]);
}

#[test]
fn a_metric_of_the_catalogues_own_replaces_the_borrowed_one_and_is_checked_strictly() {
    let bed = shop();
    let own = |dataset: &str| {
        format!(
            "[net_revenue]\nlabel = {{ en = \"Takings\", zh-CN = \"收入\" }}\ndescription = {{ en = \"All.\", zh-CN = \
             \"全部。\" }}\nunit = \"money\"\nowner = \"Sales\"\ndataset = \"{dataset}\"\nmeasure = \"sum(amount)\"\n"
        )
    };
    bed.write("shop/metrics/own.toml", own("orders"));
    let rows = bed.kpi("shop/job.toml", "--metric average_order_value --from 2026-05-01");
    assert_eq!(rows[0]["average_order_value"], "69.5", "(30 + 10 + 99) / 2");
    bed.write("shop/metrics/own.toml", own("ordes"));
    let ran = bed.tidings(&["check", "shop/job.toml"]).exits(2);
    ran.complains(&["own.toml:6:11", "unknown dataset `ordes`", "did you mean `orders`?"]);
    bed.write(
        "shop/metrics/own.toml",
        "[spend_rate]\nlabel = { en = \"a\", zh-CN = \"a\" }\ndescription = { en = \"a\", zh-CN = \"a\" }\nunit = \
         \"percent\"\nowner = \"Sales\"\nformula = \"ad_spend / net_revenue\"\n",
    );
    let ran = bed.tidings(&["check", "shop/job.toml"]).exits(2);
    ran.complains(&["own.toml:1", "metric `spend_rate` needs dataset `spend` with column `spend`"]);
}

#[test]
fn a_library_that_is_not_sound_in_itself_is_refused() {
    let bed = shop();
    let entry = |made: &str| {
        format!(
            "[odd]\nlabel = {{ en = \"a\", zh-CN = \"a\" }}\ndescription = {{ en = \"a\", zh-CN = \"a\" }}\nunit = \
             \"count\"\nowner = \"Sales\"\n{made}"
        )
    };
    let documented = "edges = { en = \"a\", zh-CN = \"a\" }\nsource = \"a\"\n";
    let checks = [
        (entry("formula = \"orders\"\n"), "metric `odd` of a library needs `edges`"),
        (entry(&format!("formula = \"orders +\"\n{documented}")), "is not an expression"),
        (
            entry(&format!("dataset = \"nowhere\"\nmeasure = \"total(x)\"\n{documented}")),
            "unknown aggregate `total`",
        ),
        (
            entry(&format!("retained = {{ of = \"orders\" }}\n{documented}")),
            "`retained` needs a metric that is one `count(distinct …)`, `orders` is not",
        ),
        (entry(&format!("formula = \"odd + 1\"\n{documented}")), "metric `odd` is made of itself"),
    ];
    for (text, says) in checks {
        bed.write("shop/library/odd.toml", text);
        bed.tidings(&["check", "shop/job.toml"]).exits(2).complains(&["odd.toml", says]);
    }
    bed.replace("shop/job.toml", "[\"library\"]", "[\"libary\"]");
    let ran = bed.tidings(&["check", "shop/job.toml"]).exits(2);
    ran.complains(&["job.toml:9:14", "there is no folder `shop/libary`"]);
}

#[test]
fn the_pages_of_the_library_are_those_of_its_files() {
    let bed = TestBed::here();
    let folder = bed.state().join("pages");
    let out = folder.to_string_lossy().into_owned();
    bed.tidings(&["metrics", "jobs/nightly.toml", "--out", &out]).exits(0);
    let read = |folder: std::path::PathBuf| -> BTreeMap<String, String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        let page = |entry: fs::DirEntry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read_to_string(entry.path()).expect("a page"))
        };
        entries.map(page).collect()
    };
    let (fresh, kept) = (read(folder), read(root().join("docs/reference/metrics")));
    let names: Vec<&String> = fresh.keys().collect();
    assert_eq!(names, kept.keys().collect::<Vec<_>>());
    let stale = fresh.iter().filter(|(name, text)| kept[*name] != **text);
    let told = stale.map(|(name, _)| {
        format!("{name} is stale; run `cargo run -- metrics jobs/nightly.toml --out docs/reference/metrics`")
    });
    all_at_once(told.collect());
}
