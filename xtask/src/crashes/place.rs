//! A small job in a folder of its own, the program, and a mail server that counts.

use crate::{
    program,
    sink::{Mail, Sink},
};
use anyhow::{Context as _, bail, ensure};
use chrono::NaiveDateTime;
use model::receipt::Receipt;
use run::ledger::Ledger;
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
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
[deliver]
owner = [{ address = "owner@example.com", locale = "en" }]
[[deliver.folder]]
[[section]]
id = "score"
analysis = "scorecard"
title = { en = "Key figures", zh-CN = "指标" }
metrics = ["sales", "orders"]
[[section]]
id = "stores"
analysis = "channels"
title = { en = "Stores", zh-CN = "门店" }
metrics = ["sales"]
by = "store"
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
"#;

const CONTRACT: &str = r#"description = "Orders."
owner = "Sales"
[source]
files = ["orders.csv"]
[time]
column = "day"
expected = "irregular"
[columns]
day = { type = "date", required = true, format = ["%Y-%m-%d"] }
store = { type = "text", required = true }
amount = { type = "money", currency = "CNY", required = true }
"#;

/// Folder, program and mail server.
pub struct Place {
    folder: TempDir,
    program: PathBuf,
    /// The mail server.
    pub sink: Sink,
    readers: Vec<String>,
}

/// What a command left.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none when it was killed.
    pub code: Option<i32>,
    /// What it said on stderr.
    pub said: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { code: output.status.code(), said }
    }
}

impl Place {
    /// The job with so many readers, and rows.
    ///
    /// # Errors
    /// A folder that cannot be made, or a program that was not built.
    pub fn new(readers: usize) -> anyhow::Result<Self> {
        let readers = (0..readers).map(|reader| format!("reader-{reader}@example.com")).collect();
        let (folder, program) = (tempfile::tempdir()?, program::path()?);
        let place = Self { folder, program, sink: Sink::start(true)?, readers };
        let mut job = String::from(JOB);
        writeln!(job, "[[deliver.email]]\nfrom = {{ address = \"reports@example.com\" }}\nto = [")?;
        for (index, reader) in place.readers.iter().enumerate() {
            let locale = if index % 2 == 0 { "en" } else { "zh-CN" };
            writeln!(job, "  {{ address = \"{reader}\", locale = \"{locale}\" }},")?;
        }
        job.push_str("]\n");
        place.write("jobs/sales.toml", &job)?;
        place.write("jobs/metrics/sales.toml", METRICS)?;
        place.write("jobs/contracts/orders.toml", CONTRACT)?;
        place.relay("tries = 1\n")?;
        place.rows(0)?;
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("report-templates");
        std::os::unix::fs::symlink(templates, place.path("report-templates"))?;
        Ok(place)
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The state folder.
    pub fn state(&self) -> PathBuf {
        self.path(".tidings")
    }

    /// Who gets the report by mail.
    pub fn readers(&self) -> &[String] {
        &self.readers
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path(name);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        Ok(fs::write(path, text)?)
    }

    /// Describes the relay: the mail server of this place.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn relay(&self, more: &str) -> anyhow::Result<()> {
        let port = self.sink.port;
        self.write(
            "tidings.toml",
            &format!("[relay.main]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n{more}"),
        )
    }

    /// Writes rows that differ from those of every other round; one of them breaks the contract.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn rows(&self, round: u32) -> anyhow::Result<()> {
        let mut text = String::from("day,store,amount\n");
        for row in 0..400_u32 {
            let (month, day) = (row % 6 + 1, row % 28 + 1);
            let (store, cents) = (row % 4, row * 37 + round);
            writeln!(
                text,
                "2026-{month:02}-{day:02},store-{store},{}.{:02}",
                cents / 100,
                cents % 100
            )?;
        }
        writeln!(text, "2026-06-01,store-0,none-{round}")?;
        self.write("data/orders.csv", &text)
    }

    /// The moment of a round.
    pub fn moment(round: u32) -> NaiveDateTime {
        let start = chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap_or_default();
        start.and_time(chrono::NaiveTime::MIN) + chrono::TimeDelta::minutes(i64::from(round))
    }

    /// The program with arguments, as it is started here.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.folder.path()).env_remove("TIDINGS_STATE");
        command.env("NO_COLOR", "1").env_remove("TIDINGS_LOG").env_remove("TIDINGS_DIE_AT");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A run of the moment of a round, ready to be started.
    pub fn run_of(&self, round: u32) -> Command {
        let moment = Self::moment(round).format("%Y-%m-%dT%H:%M").to_string();
        self.command(&["run", "jobs/sales.toml", "--as-of", &moment])
    }

    /// Runs a moment to its end.
    ///
    /// # Errors
    /// A program that cannot be started.
    pub fn run(&self, round: u32) -> anyhow::Result<Ended> {
        Ok(self.run_of(round).output()?.into())
    }

    /// Runs a moment; the program dies at a place.
    ///
    /// # Errors
    /// A program that does not get there.
    pub fn dies_at(&self, round: u32, place: &str) -> anyhow::Result<()> {
        use std::os::unix::process::ExitStatusExt as _;
        let ended = self.run_of(round).env("TIDINGS_DIE_AT", place).output()?;
        let said = String::from_utf8_lossy(&ended.stderr);
        ensure!(
            ended.status.signal() == Some(9),
            "`{place}` is not reached: {:?} {said}",
            ended.status
        );
        Ok(())
    }

    /// Runs a moment; the program is killed once the mail server has a whole mail, before it says so.
    ///
    /// # Errors
    /// A program that sends no mail.
    pub fn dies_after_the_dot(&self, round: u32) -> anyhow::Result<()> {
        let there = self.sink.mails().len();
        self.sink.hold(true);
        let mut child = self.run_of(round).spawn()?;
        let outcome = self.await_mail(&mut child, there);
        let killed = child.kill().and_then(|()| child.wait());
        self.sink.hold(false);
        killed?;
        outcome
    }

    fn await_mail(&self, child: &mut Child, there: usize) -> anyhow::Result<()> {
        while self.sink.mails().len() == there {
            if let Some(ended) = child.try_wait()? {
                bail!("it sent no mail: {ended}");
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        Ok(())
    }

    /// The receipts of a round.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn receipts(&self, round: u32) -> anyhow::Result<Vec<Receipt>> {
        let ledger = Ledger::open(&self.state().join("ledger.sqlite"))?;
        Ok(ledger.receipts(&"sales".into(), Self::moment(round))?)
    }

    /// The folder of the published files of a round.
    pub fn outbox(&self, round: u32) -> PathBuf {
        let stamp = Self::moment(round).format("%Y-%m-%dT%H%M").to_string();
        self.state().join("outbox/sales").join(stamp)
    }

    /// The mails of a round to its readers; those to the owner aside.
    pub fn to_readers(&self, mails: Vec<Mail>) -> Vec<Mail> {
        mails.into_iter().filter(|mail| self.readers.contains(&mail.to)).collect()
    }
}
