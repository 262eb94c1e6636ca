//! One large file: how much memory and time the program takes for it, beside what the file's maker knows of it.
//!
//! Method: a CSV file of sales is drawn by a fixed rule and read by the program itself in an empty state, once as it
//! is and once again. The peak is the kernel's own mark of the process. The sum of all amounts must be the maker's.

use crate::peak::{self, Watched};
use anyhow::{Context, bail, ensure};
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// How the file is made and read.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The size of the file in gigabytes (10⁹ bytes).
    #[arg(long, default_value_t = 5.0)]
    gigabytes: f64,
    /// The program to measure.
    #[arg(long)]
    tidings: PathBuf,
    /// An empty folder with room for twice the file.
    #[arg(long)]
    folder: PathBuf,
    /// Whether rows have a natural key, so that second ones are told from first ones.
    #[arg(long)]
    key: bool,
}

const JOB: &str = r#"schema_version = 1
title = { en = "Large", zh-CN = "大文件" }
organisation = { en = "House", zh-CN = "公司" }
owner = "Bench"
zone = "UTC"
data = "../data"
[schedule]
cron = "0 6 * * *"
[dimensions]
store = { en = "Store", zh-CN = "门店" }
[[section]]
analysis = "scorecard"
id = "score"
title = { en = "Score", zh-CN = "指标" }
metrics = ["sales"]
"#;

const METRICS: &str = r#"[sales]
label = { en = "Sales", zh-CN = "销售额" }
owner = "Bench"
unit = "money:CNY"
description = { en = "Sales.", zh-CN = "销售额。" }
direction = "up"
dataset = "orders"
measure = "sum(amount)"
"#;

const CONTRACT: &str = r#"description = "Orders."
owner = "Bench"
{key}
[source]
files = ["orders.csv"]
[time]
column = "ordered_at"
[columns]
order_id = { type = "text", required = true }
ordered_at = { type = "timestamp", required = true, format = ["%Y-%m-%d %H:%M:%S"] }
store = { type = "text", required = true }
amount = { type = "money", currency = "CNY", required = true }
note = { type = "text" }
"#;

/// Makes the file, reads it twice, and prints a line each: seconds, peak in MiB.
///
/// # Errors
/// A program that fails, or that tells another sum.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = &arguments.folder;
    let key =
        if arguments.key { "key = [\"order_id\"]\non_duplicate = \"last_loaded\"" } else { "" };
    for (path, text) in [
        ("jobs/large.toml", JOB.to_owned()),
        ("jobs/metrics/large.toml", METRICS.to_owned()),
        ("jobs/contracts/orders.toml", CONTRACT.replace("{key}", key)),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(path, text)?;
    }
    fs::create_dir_all(folder.join("data"))?;
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("report-templates");
    std::os::unix::fs::symlink(templates, folder.join("report-templates"))?;
    let made = make(&folder.join("data/orders.csv"), arguments.gigabytes)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "file\t{} bytes\t{} rows", made.bytes, made.rows)?;
    for pass in ["first", "again"] {
        let told = measured(&arguments.tidings, folder)?;
        ensure!(
            told.sum == made.sum(),
            "{pass}: the program tells {}, not {}",
            told.sum,
            made.sum()
        );
        writeln!(out, "{pass}\t{:.1} s\t{:.0} MiB at most", told.seconds, told.peak)?;
        out.flush()?;
    }
    Ok(())
}

struct Made {
    bytes: u64,
    rows: u64,
    cents: u64,
}

impl Made {
    fn sum(&self) -> String {
        format!("{}.{:02}", self.cents / 100, self.cents % 100)
    }
}

/// A file of sales over a year, in the order of time, whose amounts follow from the row's number.
fn make(path: &Path, gigabytes: f64) -> anyhow::Result<Made> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let head = "order_id,ordered_at,store,amount,note\n";
    file.write_all(head.as_bytes())?;
    let mut made = Made { bytes: head.len() as u64, rows: 0, cents: 0 };
    let most = (gigabytes * 1e9) as u64;
    let row_bytes = 85;
    let all = most / row_bytes;
    let mut line = Vec::with_capacity(128);
    while made.bytes < most {
        let row = made.rows;
        // The year is spread over the rows expected, so that every day has its share.
        let second = u64::min(row * 31_535_999 / all.max(1), 31_535_999);
        let (day, clock) = (second / 86_400, second % 86_400);
        let date =
            chrono::NaiveDate::from_ymd_opt(2025, 1, 1).context("a day")? + chrono::Days::new(day);
        let cents = row.wrapping_mul(2_654_435_761) % 100_000;
        line.clear();
        writeln!(
            line,
            "A{row:011},{date} {:02}:{:02}:{:02},store-{:03},{}.{:02},\"bought, and paid at till {:04}\"",
            clock / 3600,
            clock / 60 % 60,
            clock % 60,
            row % 400,
            cents / 100,
            cents % 100,
            row % 7919,
        )?;
        file.write_all(&line)?;
        made.bytes += line.len() as u64;
        made.rows += 1;
        made.cents += cents;
    }
    file.flush()?;
    Ok(made)
}

struct Told {
    sum: String,
    seconds: f64,
    peak: f64,
}

fn measured(tidings: &Path, folder: &Path) -> anyhow::Result<Told> {
    let began = Instant::now();
    let out = folder.join("told.csv");
    let mut child = Command::new(tidings)
        .args(["kpi", "jobs/large.toml", "--metric", "sales", "--format", "csv"])
        .current_dir(folder)
        .stdout(Stdio::from(File::create(&out)?))
        .spawn()
        .with_context(|| format!("`{}` cannot be started", tidings.display()))?;
    let Watched { ended, peak, .. } = peak::watch(&mut child)?;
    let text = fs::read_to_string(out)?;
    if !ended.success() {
        bail!("the program ended with {ended}: {text}");
    }
    let last = text.lines().last().and_then(|line| line.rsplit(',').next()).unwrap_or_default();
    Ok(Told { sum: last.to_owned(), seconds: began.elapsed().as_secs_f64(), peak })
}
