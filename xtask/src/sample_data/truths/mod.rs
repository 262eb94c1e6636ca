//! What is true about the sample, computed from the rows that are written.
//!
//! Rule: plain loops over rows, money in integer cents; nothing here looks at the tables that planted it.

pub(crate) mod funnels;
pub(crate) mod market;
pub(crate) mod sales;
pub(crate) mod spend;
pub(crate) mod survey;
pub(crate) mod targets;
pub(crate) mod web;

use serde::Serialize;
use std::collections::BTreeMap;

use super::World;

/// The content of `truths.json`.
#[derive(Debug, Serialize)]
pub(crate) struct Truths {
    schema_version: u32,
    /// The seed of the sample.
    pub(crate) seed: u64,
    company: &'static str,
    company_zh: &'static str,
    currency: &'static str,
    time_zone: &'static str,
    from: String,
    to: String,
    definitions: BTreeMap<&'static str, &'static str>,
    /// What becomes of the rows of each dataset.
    pub(crate) datasets: BTreeMap<&'static str, Rows>,
    /// Files that are there twice.
    pub(crate) duplicate_files: Vec<DuplicateFile>,
    /// Rows for quarantine.
    pub(crate) bad_rows: Vec<BadRow>,
    /// Orders that come late or change later.
    pub(crate) late_rows: sales::LateRows,
    /// Sales.
    pub(crate) sales: sales::SalesTruths,
    /// Advertising.
    pub(crate) advertising: spend::SpendTruths,
    /// The survey, by month and by quarter.
    pub(crate) survey: survey::SurveyTruths,
    /// The web site.
    pub(crate) web: web::WebTruths,
    /// The ways to an order and to a deal.
    pub(crate) funnels: funnels::FunnelTruths,
    /// Our share of the refrigerator market, by month and by quarter.
    pub(crate) market_share: Vec<market::Share>,
    /// Comparison with the panel in the last month.
    pub(crate) peers: Vec<market::PeerGroup>,
    /// A proposal of agreed values.
    pub(crate) targets: Vec<targets::Target>,
}

/// What becomes of the rows of a dataset: `read = accepted + quarantined + superseded`.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Rows {
    /// Files, copies included.
    pub(crate) files: u64,
    /// Rows in all files, copies included.
    pub(crate) read: u64,
    /// Rows that count.
    pub(crate) accepted: u64,
    /// Rows that break the contract.
    pub(crate) quarantined: u64,
    /// Rows replaced by a newer version or by another copy of the same file.
    pub(crate) superseded: u64,
}

/// A file that is present under two names.
#[derive(Debug, Serialize)]
pub(crate) struct DuplicateFile {
    /// The second name.
    pub(crate) copy: String,
    /// The proper name.
    pub(crate) of: String,
    /// Rows in each.
    pub(crate) rows: u64,
}

/// A row that breaks the contract.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BadRow {
    /// The dataset.
    pub(crate) dataset: &'static str,
    /// The file.
    pub(crate) file: String,
    /// The record, from 1, not counting the header.
    pub(crate) record: u64,
    /// The line on which the record starts, from 1, counting the header.
    pub(crate) line: u64,
    /// The column; empty when the whole record is at fault.
    pub(crate) field: &'static str,
    /// The rule.
    pub(crate) rule: &'static str,
    /// What the rule asks for.
    pub(crate) expected: &'static str,
    /// What is there instead.
    pub(crate) raw: String,
}

impl BadRow {
    /// A bad row at (file, record, line), which breaks (field, rule, expected).
    pub(crate) fn new(
        dataset: &'static str,
        (file, record, line): (&str, u64, u64),
        (field, rule, expected): (&'static str, &'static str, &'static str),
        raw: &str,
    ) -> Self {
        let (file, raw) = (file.to_owned(), raw.to_owned());
        Self { dataset, file, record, line, field, rule, expected, raw }
    }
}

/// A ratio with six decimals; `None` without a denominator.
pub(crate) fn ratio(numerator: i64, denominator: i64) -> Option<f64> {
    (denominator != 0)
        .then(|| (numerator as f64 / denominator as f64 * 1_000_000.0).round() / 1_000_000.0)
}

/// Computes everything.
pub(crate) fn compute(world: &World) -> Truths {
    let current = sales::newest(&world.sales.lines);
    Truths {
        schema_version: 1,
        seed: world.seed,
        company: "Beichen Appliances",
        company_zh: "北辰电器",
        currency: "CNY",
        time_zone: "Asia/Shanghai",
        from: "2025-04-01".to_owned(),
        to: super::calendar::last_day().to_string(),
        definitions: definitions(),
        datasets: datasets(world, current.len() as u64),
        duplicate_files: vec![DuplicateFile {
            copy: super::spend::duplicate_path(),
            of: super::spend::duplicate_path().replace(" (1)", ""),
            rows: super::spend::duplicate_rows(&world.spend),
        }],
        bad_rows: world.bad_rows.clone(),
        late_rows: sales::late_rows(&world.sales.lines),
        sales: sales::compute(&current),
        advertising: spend::compute(&world.spend),
        survey: survey::compute(&world.responses),
        web: web::compute(&world.sessions),
        funnels: funnels::compute(&world.sessions, &world.leads),
        market_share: market::shares(&world.market, &current),
        peers: market::groups(&world.panel),
        targets: targets::propose(),
    }
}

/// The rows of every dataset.
fn datasets(world: &World, current_orders: u64) -> BTreeMap<&'static str, Rows> {
    let bad =
        |dataset: &str| world.bad_rows.iter().filter(|row| row.dataset == dataset).count() as u64;
    let good = |folder: &'static str, read: usize, superseded: u64, dataset: &str| {
        let files = world.files.iter().filter(|file| file.path.starts_with(folder)).count() as u64;
        let (accepted, quarantined) = (read as u64, bad(dataset));
        let read = accepted + quarantined + superseded;
        Rows { files, read, accepted, quarantined, superseded }
    };
    let lines = world.sales.lines.len() as u64;
    let copies = super::spend::duplicate_rows(&world.spend);
    let products = super::catalogue::PRODUCTS.len();
    let customers = world.sales.customers.list.len();
    BTreeMap::from([
        (
            "orders",
            good("sales/orders-", current_orders as usize, lines - current_orders, "orders"),
        ),
        ("customers", good("sales/customers", customers, 0, "customers")),
        ("products", good("sales/products", products, 0, "products")),
        ("regions", good("sales/regions", super::catalogue::REGIONS.len(), 0, "regions")),
        ("sessions", good("web/", world.sessions.len(), 0, "sessions")),
        ("responses", good("survey/", world.responses.len(), 0, "responses")),
        ("spend", good("spend/", world.spend.len(), copies, "spend")),
        ("leads", good("crm/", world.leads.len(), 0, "leads")),
        ("posts", good("social/", world.posts as usize, 0, "posts")),
        ("panel", good("peers/panel", world.panel.len(), 0, "panel")),
        ("market", good("peers/market", world.market.len(), 0, "market")),
    ])
}

/// What the words mean.
fn definitions() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        (
            "accepted",
            "rows that count: read = accepted + quarantined + superseded; copies of a file are read and superseded",
        ),
        ("bounce_rate", "sessions with bounced = true / sessions"),
        ("conversion_rate (advertising)", "conversions / clicks"),
        (
            "conversion_rate (web)",
            "sessions with converted = true / sessions; the sample holds one session in fifty",
        ),
        ("csat", "responses with csat 4 or 5 / responses with a csat"),
        (
            "funnels",
            "sessions by the month of their first view_item; leads by the quarter they were made in, won after at most 95 days",
        ),
        ("market_share", "net revenue of refrigerators / market_revenue of refrigerators"),
        (
            "net_revenue",
            "sum(quantity * unit_price - discount) of orders with status paid, after the newest version by updated_at has won, by local month of ordered_at",
        ),
        (
            "new_customers",
            "customers whose first paid order falls into the month; April 2025 counts everybody, since the data start there",
        ),
        (
            "nps",
            "100 * (responses with 9 or 10 - responses with 0 to 6) / responses with a mark; empty and N/A are no marks",
        ),
        (
            "percentile_rank",
            "100 * (peers below us + half of the peers equal to us) / peers, on the raw scale of the metric",
        ),
        (
            "quartiles",
            "linear interpolation between order statistics (type 7), of the peers without us",
        ),
        ("return_rate", "orders returned / (orders paid + orders returned)"),
        ("orders_placed", "orders of any status, after the newest version has won"),
    ])
}
