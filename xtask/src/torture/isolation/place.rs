//! A folder with a job of its own, and the program run in it.

use super::read;
use crate::{
    program,
    sink::{Mail, Sink},
};
use anyhow::{Context as _, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

const JOB: &str = r#"schema_version = 1
title = { en = "Sales", zh-CN = "销售" }
organisation = { en = "House", zh-CN = "公司" }
owner = "Sales"
zone = "UTC"
data = "../data"
currency = "CNY"
grain = "month"
as_of = "2026-07-01T06:30:00"
[deliver]
owner = [{ address = "owner@example.com", locale = "en" }]
[[deliver.email]]
from = { address = "reports@example.com" }
audience = "people"
[[section]]
id = "score"
analysis = "scorecard"
title = { en = "Key figures", zh-CN = "指标" }
metrics = ["sales", "orders", "buyers"]
[[section]]
id = "stores"
analysis = "channels"
title = { en = "Stores", zh-CN = "门店" }
metrics = ["sales"]
by = "store"
[[section]]
id = "customers"
analysis = "channels"
title = { en = "Customers", zh-CN = "客户" }
metrics = ["sales", "orders"]
by = "customer"
[[section]]
id = "notes"
analysis = "channels"
title = { en = "Notes", zh-CN = "备注" }
metrics = ["orders"]
by = "note"
[[section]]
id = "regions"
analysis = "channels"
title = { en = "Regions", zh-CN = "大区" }
metrics = ["sales"]
by = "region"
[[section]]
id = "days"
analysis = "trend"
title = { en = "Days", zh-CN = "走势" }
grain = "day"
metrics = ["sales"]
periods = 30
[[section]]
id = "watch"
analysis = "alerts"
title = { en = "Watch", zh-CN = "异常" }
grain = "day"
metrics = ["sales"]
[[section]]
id = "funnel"
analysis = "funnel"
title = { en = "Orders", zh-CN = "订单" }
by = "store"
[[section.step]]
label = { en = "Any order", zh-CN = "任何订单" }
dataset = "orders"
person = "customer"
[[section.step]]
label = { en = "A large one", zh-CN = "大额订单" }
dataset = "orders"
person = "customer"
where = "amount > 20"
"#;

const METRICS: &str = r#"[sales]
label = { en = "Sales", zh-CN = "销售额" }
description = { en = "Sales.", zh-CN = "销售额。" }
owner = "Sales"
unit = "money:CNY"
direction = "up"
dataset = "orders"
measure = "sum(amount)"
[orders]
label = { en = "Orders", zh-CN = "订单数" }
description = { en = "Orders.", zh-CN = "订单数。" }
owner = "Sales"
unit = "count"
direction = "up"
dataset = "orders"
measure = "count(*)"
[buyers]
label = { en = "Buyers", zh-CN = "客户数" }
description = { en = "Buyers.", zh-CN = "客户数。" }
owner = "Sales"
unit = "count"
direction = "up"
dataset = "orders"
measure = "count(distinct customer)"
"#;

const CONTRACT: &str = r#"description = "Orders."
owner = "Sales"
key = ["order_id"]
on_duplicate = "refuse"
[source]
files = ["orders.csv"]
[time]
column = "day"
expected = "irregular"
[columns]
order_id = { type = "text", required = true }
day = { type = "date", required = true, format = ["%Y-%m-%d"] }
region = {region}
store = { type = "text" }
customer = { type = "text" }
amount = { type = "money", currency = "CNY" }
note = { type = "text" }
# A value that was never there before is told to those who answer for the data, and to no reader of a slice.
[[rule]]
check = "new_members"
column = "customer"
severity = "warn"
"#;

const ANY: &str = "{ type = \"text\", required = true }";
const DECLARED: &str = "{ type = \"enumeration\", required = true, values = [\"north\", \"south\", \"east\", \"west\", \"tiny\"] }";

/// What a run left.
pub(super) struct Outcome {
    pub(super) code: i32,
    pub(super) mails: Vec<Mail>,
    pub(super) log: String,
}

/// A folder with the job and its rows.
pub(super) struct Place {
    folder: TempDir,
    program: PathBuf,
}

/// Whether a slice can stand in an audience file at all.
pub(super) fn has_member(slice: &str) -> bool {
    !slice.is_empty() && !slice.ends_with("= ")
}

impl Place {
    pub(super) fn new(rows: &str) -> anyhow::Result<Self> {
        let place = Self { folder: tempfile::tempdir()?, program: program::path()? };
        place.write("jobs/sales.toml", JOB)?;
        place.write("jobs/metrics/sales.toml", METRICS)?;
        place.write("data/orders.csv", &dated(rows)?)?;
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("report-templates");
        std::os::unix::fs::symlink(templates, place.folder.path().join("report-templates"))?;
        Ok(place)
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        Ok(fs::write(path, text)?)
    }

    fn settle(&self, persons: &[String], declared: bool, port: u16) -> anyhow::Result<()> {
        let region = if declared { DECLARED } else { ANY };
        self.write("jobs/contracts/orders.toml", &CONTRACT.replace("{region}", region))?;
        self.write("jobs/audiences/people.toml", "schema_version = 1\ntable = \"people.csv\"\n")?;
        let table = format!("address,locale,slice,to\n{}\n", persons.join("\n"));
        self.write("jobs/audiences/people.csv", &table)?;
        let relay = format!(
            "[relay.main]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\ntries = 1\n"
        );
        self.write("tidings.toml", &relay)
    }

    fn tidings(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.folder.path()).env_remove("TIDINGS_STATE");
        Ok(command.env("NO_COLOR", "1").env_remove("TIDINGS_LOG").output()?)
    }

    /// Whether `check` accepts persons.
    pub(super) fn checks(&self, persons: &[String], declared: bool) -> anyhow::Result<bool> {
        self.settle(persons, declared, 25)?;
        let ended = self.tidings(&["check", "jobs/sales.toml"])?;
        let code = ended.status.code();
        ensure!(matches!(code, Some(0 | 2)), "`check` ends with {code:?}");
        // The job shows everything there is, and is too long for a mail without a layout.
        let said = String::from_utf8_lossy(&ended.stderr);
        Ok(said
            .lines()
            .filter(|line| line.starts_with("error"))
            .all(|line| line.contains(" size: ")))
    }

    /// Runs the job and takes every mail; says as much as it can in its log.
    pub(super) fn run(&self, persons: &[String]) -> anyhow::Result<Outcome> {
        let sink = Sink::start(true)?;
        self.settle(persons, false, sink.port)?;
        let ran = self.tidings(&["run", "jobs/sales.toml", "-vv", "--format", "json"])?;
        let log = String::from_utf8_lossy(&ran.stderr).into_owned();
        let code = ran.status.code().unwrap_or(-1);
        Ok(Outcome { code, mails: sink.mails(), log })
    }

    /// The files that a look at a slice leaves, and its stored report.
    pub(super) fn preview(&self, slice: &str) -> anyhow::Result<Vec<(String, String)>> {
        let out = self.folder.path().join("look").join(slice);
        let shown = out.display().to_string();
        let arguments = ["preview", "jobs/sales.toml", "--slice", slice, "--out", &shown];
        let ran = self.tidings(&arguments)?;
        ensure!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let mut files = Vec::new();
        for entry in fs::read_dir(&out)? {
            let path = entry?.path();
            // The library that draws the charts is the same for everybody.
            if path.is_file() && !path.ends_with("charts.js") {
                files.push((path.display().to_string(), read(&path)?));
            }
        }
        Ok(files)
    }
}

/// The rows of the set with a day each, over the last two months.
fn dated(rows: &str) -> anyhow::Result<String> {
    let start = chrono::NaiveDate::from_ymd_opt(2026, 5, 2).context("a day")?;
    let mut text = String::new();
    for (index, row) in rows.lines().enumerate() {
        let (id, rest) = row.split_once(',').context("a row")?;
        let day = match index {
            0 => "day".to_owned(),
            // Every region has rows on many days, and in the last month.
            _ => (start + chrono::Days::new((index as u64 * 7) % 60)).to_string(),
        };
        text.push_str(&format!("{id},{day},{rest}\n"));
    }
    Ok(text)
}
