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
    /// A Python whose smtplib sends as many mails of the same size to the same server.
    #[arg(long)]
    python: Option<PathBuf>,
    /// A Chromium that takes pictures of the same page, as other tools do for each reader.
    #[arg(long)]
    chromium: Option<PathBuf>,
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
expected = "irregular"
[columns]
day = { type = "date", required = true, format = ["%Y-%m-%d"] }
store = { type = "text", required = true }
product = { type = "text", required = true }
amount = { type = "money", currency = "CNY", required = true }
"#;

/// Makes the folder, runs the job, and prints a line: mails, slices, bytes, seconds, seconds over all cores, peak in MiB;
/// and a line for each other program that does the same work or a part of it.
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
    let said = fs::read_to_string(arguments.folder.join("said.txt"))?;
    let record: serde_json::Value = serde_json::from_str(&said).context("a run record")?;
    let stages = record["stages"].as_array().context("stages")?;
    let stage = stages.iter().find(|stage| stage["stage"] == "deliver").context("it delivered")?;
    let delivering = stage["milliseconds"].as_f64().context("a time")? / 1000.0;
    say(
        "tidings",
        "delivering, each mail in the ledger before and after",
        mails.len(),
        delivering,
    )?;
    if let Some(python) = &arguments.python {
        let seconds = smtplib(python, &sink, mails.len(), bytes / mails.len().max(1))?;
        say("smtplib", "sending, nothing written down", mails.len(), seconds)?;
    }
    if let Some(chromium) = &arguments.chromium {
        screenshots(arguments, chromium)?;
    }
    Ok(())
}

fn say(who: &str, what: &str, mails: usize, seconds: f64) -> anyhow::Result<()> {
    let each = mails as f64 / seconds.max(0.001);
    Ok(writeln!(std::io::stdout(), "{who}\t{what}\t{seconds:.2} s\t{each:.0} mails a second")?)
}

/// One connection, one mail after the other, as a script would.
const SMTPLIB: &str = r#"
import smtplib, sys, time
port, mails, size = (int(word) for word in sys.argv[1:])
line = b"x" * 74 + b"\r\n"
body = b"Subject: Report\r\nFrom: reports@example.com\r\n\r\n" + line * (size // len(line))
began = time.perf_counter()
relay = smtplib.SMTP("127.0.0.1", port)
for mail in range(mails):
    relay.sendmail("reports@example.com", [f"reader-{mail}@example.com"], body)
relay.quit()
print(time.perf_counter() - began)
"#;

fn smtplib(python: &Path, sink: &Sink, mails: usize, size: usize) -> anyhow::Result<f64> {
    let before = sink.mails().len();
    let words = [usize::from(sink.port), mails, size].map(|word| word.to_string());
    let output = Command::new(python).args(["-c", SMTPLIB]).args(words).output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "smtplib: {complaint}");
    ensure!(sink.mails().len() == before + mails, "smtplib sends every mail");
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}

/// How many pictures are taken; more cost the same each.
const PICTURES: u32 = 5;

fn screenshots(arguments: &Arguments, chromium: &Path) -> anyhow::Result<()> {
    let folder = arguments.folder.canonicalize()?;
    let look = folder.join("look");
    let shown = look.display().to_string();
    let tidings = arguments.tidings.canonicalize()?;
    let looked = Command::new(tidings)
        .args(["preview", "jobs/burst.toml", "--slice", "store = store-0000", "--out", &shown])
        .current_dir(&folder)
        .env_remove("TIDINGS_STATE")
        .output()?;
    ensure!(looked.status.success(), "{}", String::from_utf8_lossy(&looked.stderr));
    let began = Instant::now();
    let (mut peak, mut computed) = (0.0_f64, 0.0_f64);
    for picture in 0..PICTURES {
        let file = look.join(format!("{picture}.png"));
        let mut child = Command::new(chromium)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg(format!("--screenshot={}", file.display()))
            .arg("--window-size=640,2400")
            .arg(format!("file://{}", look.join("mail.en.html").display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let watched = peak::watch_all(&mut child)?;
        ensure!(file.is_file(), "chromium takes no picture: {}", watched.ended);
        (peak, computed) = (peak.max(watched.peak), computed + watched.computed);
    }
    let seconds = began.elapsed().as_secs_f64() / f64::from(PICTURES);
    let computed = computed / f64::from(PICTURES);
    writeln!(
        std::io::stdout(),
        "chromium\ta picture of the same mail, each\t{seconds:.2} s\t{computed:.2} s computed\t{peak:.0} MiB at most"
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
        .args(["run", "jobs/burst.toml", "--format", "json"])
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
