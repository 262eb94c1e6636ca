//! The command line.

mod archive;
mod experiment;
mod schedule;

pub(crate) use archive::ArchiveArgs;
pub(crate) use experiment::{ExperimentCommand, PlanArgs};
pub(crate) use schedule::{ExportArgs, ScheduleCommand, TimerSystem};

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use model::{edition::AttachmentKind, period::Grain};
use std::path::PathBuf;

/// Marketing-performance reports that can be trusted, mailed every morning.
#[derive(Debug, Parser)]
#[command(name = "tidings", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    /// Read data from this folder instead of the job's.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Say more on stderr; twice for everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Write logs as JSON lines.
    #[arg(long, global = true)]
    pub(crate) log_json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a job: extract, compute, compose, gate, render, deliver.
    Run {
        /// The job file.
        job: PathBuf,
        /// The scheduled moment, e.g. 2026-07-01T06:30, local to the job's zone.
        #[arg(long, value_name = "WHEN")]
        as_of: Option<String>,
        /// Do everything but deliver.
        #[arg(long)]
        no_send: bool,
        /// Apply the job's rule for late data now, where it would wait for them.
        #[arg(long)]
        no_wait: bool,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Check job files and all that they refer to; every fault at once.
    Check {
        /// The job files; all of `jobs/` when none is named.
        jobs: Vec<PathBuf>,
    },
    /// Tell those who got a report which of its figures are others now; nobody hears of less than the job's threshold.
    Correct {
        /// The job file.
        job: PathBuf,
        /// The scheduled moment of the report.
        #[arg(long, value_name = "WHEN")]
        as_of: Option<String>,
        /// Do everything but deliver.
        #[arg(long)]
        no_send: bool,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Mail the operator what became of every moment of a day, once; also print it.
    Digest {
        /// The day; today, in the zone of `[operator]`, when absent.
        #[arg(long, value_name = "DAY")]
        as_of: Option<NaiveDate>,
        /// Only print it.
        #[arg(long)]
        no_send: bool,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Check the machine, the settings, the jobs and the relays; nothing is sent or changed.
    Doctor {
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Show which figures two runs of a job tell differently, and what they read differently.
    Diff {
        /// The run that is looked at from.
        before: String,
        /// The run that is held against it.
        now: String,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Show what a run would do: stages, queries as SQL, window, recipients. Runs nothing.
    Explain {
        /// The job file.
        job: PathBuf,
        /// The scheduled moment.
        #[arg(long, value_name = "WHEN")]
        as_of: Option<String>,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Plan trials.
    #[command(subcommand)]
    Experiment(ExperimentCommand),
    /// Hold the reports of a job back until the hold is lifted; owners are told, readers get nothing.
    Hold {
        /// The job file.
        job: PathBuf,
        /// Why; the owners read it.
        #[arg(long, value_name = "TEXT", required_unless_present = "lift")]
        reason: Option<String>,
        /// Let the reports go out again.
        #[arg(long, conflicts_with = "reason")]
        lift: bool,
    },
    /// Print a metric's values straight from the data.
    Kpi(KpiArgs),
    /// List the metrics of a job, borrowed ones included, or write their pages.
    Metrics {
        /// The job file; the first of `jobs/` when absent.
        job: Option<PathBuf>,
        /// Write a page for each domain of the libraries into this folder instead.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Also list what cannot be computed, with what it needs; also write pages of the catalogue's own metrics.
        #[arg(long)]
        all: bool,
    },
    /// Render a job's report for a look; sends nothing.
    Preview {
        /// The job file.
        job: PathBuf,
        /// The scheduled moment.
        #[arg(long, value_name = "WHEN")]
        as_of: Option<String>,
        /// The folder for the files; the state folder's `preview/` when absent.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The report for the readers of one slice, e.g. "region = North", instead of that on everything.
        #[arg(long, value_name = "SLICE")]
        slice: Option<String>,
    },
    /// Run a job for every scheduled moment of a span of days; delivers nothing.
    Backfill {
        /// The job file.
        job: PathBuf,
        /// The first day.
        #[arg(long, value_name = "D")]
        from: NaiveDate,
        /// The last day.
        #[arg(long, value_name = "D")]
        to: NaiveDate,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// List runs, or show one.
    Runs {
        /// The run.
        run: Option<String>,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Show exactly what a reader got on a day.
    ShowSent {
        /// The job file.
        job: PathBuf,
        /// The reader's address.
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        /// The day on which it was sent, in the job's zone.
        #[arg(long, value_name = "D")]
        on: NaiveDate,
        /// Also write the messages into this folder.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Show how jobs stand: what ran, what is due, and what waits for a person; the exit code is 1 where something does.
    Status {
        /// The job files; all of `jobs/` with a schedule when none is named.
        jobs: Vec<PathBuf>,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Propose a contract for a file, with the evidence as comments, for a person to accept; a run never does this.
    Sniff {
        /// The file: CSV, JSON lines, Parquet or a workbook; packed or not.
        file: PathBuf,
        /// Its format, where its ending does not tell it.
        #[arg(long, value_enum)]
        format: Option<FileFormat>,
        /// The sheet of a workbook.
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// Write the contract into this file instead of stdout.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show the rows that broke their contract, or bring corrected ones in.
    Quarantine(QuarantineArgs),
    /// Send the report that a run held, with the reasons on top; only if it is still the same report.
    Release {
        /// The run.
        run: String,
        /// The job file; that of `jobs/` with the run's name when absent.
        #[arg(long, value_name = "FILE")]
        job: Option<PathBuf>,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Make the index of published reports anew, of all that lies in a folder.
    Archive(ArchiveArgs),
    /// Render a stored report again, without any engine.
    Render {
        /// The stored report.
        report: PathBuf,
        /// The folder for the files; beside the report when absent.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The templates; `report-templates` here or above when absent.
        #[arg(long, value_name = "DIR")]
        templates: Option<PathBuf>,
        /// Files beside the page and the mail: `csv`, `pdf`, `xlsx`, or several with commas.
        #[arg(long, value_name = "KINDS", value_delimiter = ',')]
        attachments: Vec<AttachmentKind>,
        /// The layout, such as `executive-brief`; the order of the job when absent.
        #[arg(long, value_name = "NAME")]
        layout: Option<String>,
        /// A brand file; as shipped when absent.
        #[arg(long, value_name = "FILE")]
        brand: Option<PathBuf>,
    },
    /// Send a run's report to one of its readers again, whatever became of the first delivery.
    Resend {
        /// The run.
        run: String,
        /// The reader's address.
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        /// The job file; that of `jobs/` with the run's name when absent.
        #[arg(long, value_name = "FILE")]
        job: Option<PathBuf>,
        /// The form of the result on stdout.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Run jobs by their schedules, or show when they run.
    #[command(subcommand)]
    Schedule(ScheduleCommand),
    /// Say what became of deliveries in doubt or refused, or list what did not arrive.
    Settle(crate::command::settle::Arguments),
    /// Print or write the JSON Schemas of all files that a person writes.
    Schema {
        /// Write them into this folder instead of printing them.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// Arguments of `quarantine`.
#[derive(Debug, ClapArgs)]
pub(crate) struct QuarantineArgs {
    /// The job file.
    pub(crate) job: PathBuf,
    /// Show the rows; what is done when nothing else is asked for.
    #[arg(long)]
    pub(crate) list: bool,
    /// Write the rows into this file, one JSON object per line, to be corrected.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["list", "release"])]
    pub(crate) export: Option<PathBuf>,
    /// Bring in the rows of this file whose `correction` is filled in.
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub(crate) release: Option<PathBuf>,
    /// Only the rows of this dataset.
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,
    /// The scheduled moment.
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<String>,
    /// The form of the result on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Arguments of `kpi`.
#[derive(Debug, ClapArgs)]
pub(crate) struct KpiArgs {
    /// The job file.
    pub(crate) job: PathBuf,
    /// The metric.
    #[arg(long, value_name = "M")]
    pub(crate) metric: String,
    /// The grain; one value for the whole span when absent.
    #[arg(long, value_name = "G")]
    pub(crate) grain: Option<Grain>,
    /// Dimensions to slice by.
    #[arg(long, value_name = "DIM", num_args = 1.., value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// The first day; the first with data when absent.
    #[arg(long, value_name = "D")]
    pub(crate) from: Option<NaiveDate>,
    /// The last day; the last with data when absent.
    #[arg(long, value_name = "D")]
    pub(crate) to: Option<NaiveDate>,
    /// The moment whose data is used; now when absent.
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<String>,
    /// The form of the values.
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub(crate) format: TableFormat,
}

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The format of a file for which a contract is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum FileFormat {
    /// Delimited text.
    Csv,
    /// One JSON object per line.
    JsonLines,
    /// Parquet.
    Parquet,
    /// A workbook.
    Spreadsheet,
}

/// The form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people.
    Table,
    /// For spreadsheets and comparisons.
    Csv,
    /// For programs.
    Json,
}
