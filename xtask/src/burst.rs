//! A burst: how long one process takes, and how much memory it needs, to mail a report to a thousand people, each in his
//! language and of his slice.
//!
//! Method: sales drawn by a fixed rule, one store for each slice, and a table of readers go through the program itself
//! in an empty state; a server on this machine takes the mails. The peak is the kernel's own mark of the process. Every
//! reader must have exactly one mail.

use crate::peak::{self, Watched};
use anyhow::{Context, ensure};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};
use xtask::sink::Sink;

/// How many mails of how many slices.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The readers; every other one reads Chinese.
    #[arg(long, default_value_t = 1000)]
    readers: usize,
    /// The slices that they share out among themselves.
    #[arg(long, default_value_t = 1000)]
    slices: usize,
    /// The program to measure.
    #[arg(long)]
    tidings: PathBuf,
    /// An empty folder.
    #[arg(long)]
    folder: PathBuf,
}

const JOB: &str = r#"schema_version = 1
title = { en = "Store report", zh-CN = "门店报告" }
organisation = { en = "House", zh-CN = "公司" }
owner = "Bench"
zone = "UTC"
data = "../data"
grain = "month"
as_of = "2026-07-01T06:30:00"
[dimensions]
store = { en = "Store", zh-CN = "门店" }
product = { en = "Product", zh-CN = "产品" }
[[deliver.email]]
from = { address = "reports@example.com" }
audience = "readers"
[[section]]
id = "score"
analysis = "scorecard"
title = { en = "Key figures", zh-CN = "核心指标" }
metrics = ["sales", "orders", "basket"]
[[section]]
id = "trend"
analysis = "trend"
title = { en = "Sales", zh-CN = "销售走势" }
metrics = ["sales"]
periods = 12
[[section]]
id = "products"
analysis = "channels"
title = { en = "Products", zh-CN = "各产品" }
metrics = ["sales", "orders"]
by = "product"
"#;

const METRICS: &str = r#"[sales]
label = { en = "Sales", zh-CN = "销售额" }
owner = "Bench"
unit = "money:CNY"
description = { en = "Sales.", zh-CN = "销售额。" }
direction = "up"
dataset = "orders"
measure = "sum(amount)"
[orders]
label = { en = "Orders", zh-CN = "订单数" }
owner = "Bench"
unit = "count"
description = { en = "Orders.", zh-CN = "订单数。" }
direction = "up"
dataset = "orders"
measure = "count(*)"
[basket]
label = { en = "Basket", zh-CN = "客单价" }
owner = "Bench"
unit = "money:CNY"
description = { en = "Sales per order.", zh-CN = "每单销售额。" }
direction = "up"
formula = "sales / orders"
"#;

const CONTRACT: &str = r#"description = "Orders."
owner = "Bench"
[source]
files = ["orders.csv"]
[time]
column = "day"
[columns]
day = { type = "date", required = true, format = ["%Y-%m-%d"] }
store = { type = "text", required = true }
product = { type = "text", required = true }
amount = { type = "money", currency = "CNY", required = true }
"#;

/// Makes the folder, runs the job, and prints a line: mails, slices, bytes, seconds, seconds over all cores, peak in MiB.
///
/// # Errors
/// A program that fails, or a reader without exactly one mail.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let sink = Sink::start(false)?;
    make(arguments, sink.port)?;
    let began = Instant::now();
    let watched = measured(&arguments.tidings, &arguments.folder)?;
    let seconds = began.elapsed().as_secs_f64();
    let mails = sink.mails();
    let served: BTreeSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    ensure!(
        (mails.len(), served.len()) == (arguments.readers, arguments.readers),
        "{} mails for {} of {} readers",
        mails.len(),
        served.len(),
        arguments.readers
    );
    let bytes: usize = mails.iter().map(|mail| mail.length).sum();
    writeln!(
        std::io::stdout(),
        "{} mails\t{} slices\t{} bytes each\t{seconds:.1} s\t{:.1} s computed\t{:.0} MiB at most",
        mails.len(),
        arguments.slices,
        bytes / mails.len().max(1),
        watched.computed,
        watched.peak
    )?;
    Ok(())
}

fn make(arguments: &Arguments, port: u16) -> anyhow::Result<()> {
    let folder = &arguments.folder;
    let relay = format!("[relay.main]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n");
    let mut table = String::from("address,locale,slice\n");
    for reader in 0..arguments.readers {
        let locale = if reader.is_multiple_of(2) { "en" } else { "zh-CN" };
        // Neighbours share a slice, so that a slice is read in both languages where it has two readers.
        let store = reader * arguments.slices / arguments.readers;
        writeln!(table, "reader-{reader}@example.com,{locale},store = store-{store:04}")?;
    }
    for (path, text) in [
        ("tidings.toml", relay.as_str()),
        ("jobs/burst.toml", JOB),
        ("jobs/metrics/burst.toml", METRICS),
        ("jobs/contracts/orders.toml", CONTRACT),
        ("jobs/audiences/readers.toml", "schema_version = 1\ntable = \"readers.csv\"\n"),
        ("jobs/audiences/readers.csv", table.as_str()),
        ("data/orders.csv", orders(arguments.slices).as_str()),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(path, text)?;
    }
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("report-templates");
    std::os::unix::fs::symlink(templates, folder.join("report-templates"))?;
    Ok(())
}

/// Two years of orders: every store sells each of four products once a week.
fn orders(stores: usize) -> String {
    let start = chrono::NaiveDate::from_ymd_opt(2024, 7, 1).unwrap_or_default();
    let mut text = String::from("day,store,product,amount\n");
    for day in 0..730_usize {
        let date = start + chrono::Days::new(day as u64);
        for store in (0..stores).filter(|store| (store + day).is_multiple_of(7)) {
            for (product, name) in ["Fridge", "Washer", "Oven", "Fan"].iter().enumerate() {
                let cents = ((day * 31 + store * 17 + product * 7) * 2_654_435_761) % 100_000;
                let _ = writeln!(
                    text,
                    "{date},store-{store:04},{name},{}.{:02}",
                    cents / 100,
                    cents % 100
                );
            }
        }
    }
    text
}

/// Runs the job; what that cost.
fn measured(tidings: &Path, folder: &Path) -> anyhow::Result<Watched> {
    let mut child = Command::new(tidings.canonicalize()?)
        .args(["run", "jobs/burst.toml"])
        .current_dir(folder)
        .env_remove("TIDINGS_STATE")
        .stdout(Stdio::from(fs::File::create(folder.join("said.txt"))?))
        .spawn()
        .with_context(|| format!("`{}` cannot be started", tidings.display()))?;
    let watched = peak::watch(&mut child)?;
    let said = fs::read_to_string(folder.join("said.txt"))?;
    let ended = watched.ended;
    ensure!(ended.success(), "the program ended with {ended}: {said}");
    Ok(watched)
}
