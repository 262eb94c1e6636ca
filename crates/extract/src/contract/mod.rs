//! Contracts: what a dataset promises, clause by clause.
//!
//! Rule: the file form ([`Spec`]) is optional everywhere, the resolved form ([`Contract`]) nowhere.

mod aliases;
mod bots;
mod clauses;
mod columns;
mod dialect;
mod drift;
mod duplicates;
mod keep;
mod limits;
mod link;
mod naming;
mod origin;
mod resolve;
mod rules;
mod sessions;
mod shapes;
mod sheet;
mod web_log;

pub use aliases::{AliasSpec, Aliases};
pub use bots::BotsSpec;
pub(crate) use bots::IS_BOT;
pub use columns::{ColumnSpec, Grouping, JsonToken, Negative, NumberText, TypeSpec};
pub use dialect::FooterSpec;
pub(crate) use dialect::encoding;
pub use drift::DriftSpec;
pub use keep::QuarantineSpec;
pub use limits::LimitsSpec;
pub use link::link;
pub(crate) use origin::Origin;
pub use origin::{DatabaseSpec, DownloadSpec, ObjectsSpec, OverlapSpec, ParameterSpec, SingerSpec};
pub(crate) use resolve::missing;
pub use resolve::{Column, Contract, Fault, resolve};
pub(crate) use rules::Check;
pub use rules::{CheckSpec, Per, Rule, RuleSpec, SeveritySpec};
pub use sessions::{Sessions, SessionsSpec};
pub use shapes::{FieldSpec, HeaderlessSpec, TotalsSpec, WideSpec};
pub(crate) use sheet::Region;
pub use sheet::{HeaderSearch, SheetSpec};

pub use model::contract::Expected;
use model::label::Label;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A contract file: `jobs/contracts/<dataset>.toml`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What the dataset is, in a sentence.
    pub description: String,
    /// The team or role that answers for it.
    pub owner: String,
    /// Where the rows come from; needed unless they are `sessions`.
    #[serde(default)]
    pub source: SourceSpec,
    /// Sessions made of another dataset's rows, instead of a source.
    pub sessions: Option<SessionsSpec>,
    /// Which column is the business day; without it the dataset has no time and serves lookups only.
    pub time: Option<TimeSpec>,
    /// The columns that together identify a row.
    #[serde(default)]
    pub key: Vec<String>,
    /// What a second row with the same key means; required with `key`.
    pub on_duplicate: Option<OnDuplicate>,
    /// The columns by name.
    #[serde(default)]
    pub columns: BTreeMap<String, ColumnSpec>,
    /// Which rows are a bot's, for derived columns as well.
    pub bots: Option<BotsSpec>,
    /// Derived columns as SQL scalar expressions, in order. Example: `{ name = "amount", sql = "quantity * unit_price" }`.
    #[serde(default)]
    pub derived: Vec<DerivedSpec>,
    /// Joins that bring columns of other datasets, in order.
    #[serde(default)]
    pub lookup: Vec<LookupSpec>,
    /// Totals that the source states about its own files.
    pub control: Option<ControlSpec>,
    /// When a file is refused as a whole.
    pub drift: Option<DriftSpec>,
    /// How long refused rows are kept.
    pub quarantine: Option<QuarantineSpec>,
    /// What must hold of rows among each other, of days and of files.
    #[serde(default)]
    pub rule: Vec<RuleSpec>,
    /// Labels of members for readers, by column and member.
    #[serde(default)]
    pub labels: BTreeMap<String, BTreeMap<String, Label>>,
}

/// Where the rows come from.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Globs relative to the data folder; `{date}` stands for the day of a daily file (`2026-01-05`), and then
    /// a file counts only once its day is over; absent where rows are fetched. Example: `["sales/{date}.csv.zst"]`.
    #[serde(default)]
    pub files: Vec<String>,
    /// A database that is asked for the rows, instead of files.
    pub database: Option<DatabaseSpec>,
    /// Files that are downloaded by HTTPS, instead of files of the data folder.
    pub download: Option<DownloadSpec>,
    /// Objects of an S3-compatible store, instead of files of the data folder.
    pub objects: Option<ObjectsSpec>,
    /// A Singer tap that hands over the rows, instead of files.
    pub singer: Option<SingerSpec>,
    /// `csv`, `fixed_width`, `json_lines`, `parquet`, `spreadsheet` or `web_log`; by the file's ending when absent,
    /// which never tells `fixed_width` and `web_log`.
    pub format: Option<Format>,
    /// The text encoding, by its WHATWG name; UTF-8 when absent. A row with bytes outside of it goes to quarantine.
    pub encoding: Option<String>,
    /// The CSV delimiter, of one character or several; a comma when absent, a tab for `.tsv`.
    pub delimiter: Option<String>,
    /// The CSV quote; `"` when absent.
    pub quote: Option<char>,
    /// Whether CSV fields may stand in quotes; true when absent. When false, a quote is a character like any other.
    pub quoted: Option<bool>,
    /// The character that makes a following quote, or itself, a part of a quoted CSV field; when absent quotes are
    /// doubled. Example: `"\\"`.
    pub escape: Option<char>,
    /// Whether every CSV file begins with a line such as `sep=;`, which must name the declared delimiter; false when
    /// absent.
    #[serde(default)]
    pub sep_line: bool,
    /// How many records the CSV header has; 1 when absent. A column is called by its texts from top to bottom with a
    /// blank between them; an empty one takes what stands to its left, but in the last record.
    pub header_rows: Option<u32>,
    /// What stands below the last CSV row: `{ records = 2 }`, or `{ from = "End of report" }`.
    pub footer: Option<FooterSpec>,
    /// How many lines stand before the CSV header, or before the first line of fixed-width text; none when absent.
    pub preamble: Option<u32>,
    /// The places of the fields in a line of fixed-width text.
    pub layout: Option<Vec<FieldSpec>>,
    /// What stands in a line of a web server's log: `combined`, `common`, or a LogFormat as Apache has it. Example:
    /// `%h %l %u %t "%r" %>s %b`.
    pub log: Option<String>,
    /// CSV files that have no header, and the names of their columns.
    pub headerless: Option<HeaderlessSpec>,
    /// Which sheet of a spreadsheet is read, and from which row.
    pub sheet: Option<SheetSpec>,
    /// For tables with one column per series: each filled cell becomes a row.
    pub wide: Option<WideSpec>,
    /// Records that sum up others: they are no rows, are passed over, and told.
    pub totals: Option<TotalsSpec>,
    /// Whether white space around fields and column names is no part of them; false when absent.
    #[serde(default)]
    pub trim: bool,
    /// The list that is exploded into one row per element: a path such as `hits`.
    pub explode: Option<String>,
    /// Texts that mean "unknown", in every column; the empty text when absent.
    pub null: Option<Vec<String>>,
    /// Whether it is fine that no file is there yet; false when absent.
    #[serde(default)]
    pub may_be_absent: bool,
    /// What one file may cost before it is refused.
    #[serde(default)]
    pub limits: LimitsSpec,
}

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text with a header.
    Csv,
    /// Text with each field at its places in a line.
    FixedWidth,
    /// One JSON object per line.
    JsonLines,
    /// Parquet; nested fields by path.
    Parquet,
    /// A sheet of a workbook, by the values that it stores.
    Spreadsheet,
    /// The log of a web server, one line per request.
    WebLog,
}

/// Which column is the business day.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeSpec {
    /// A date or timestamp column; a timestamp's day is taken in the job's time zone.
    pub column: String,
    /// On which days rows are expected; `daily` when absent.
    pub expected: Option<Expected>,
    /// How rows are filed in the lake: `day`, `month`, `year`; `month` when absent.
    pub partition: Option<Partition>,
}

/// How rows are filed in the lake.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Partition {
    /// One file per day and source file.
    Day,
    /// One file per month and source file.
    Month,
    /// One file per year and source file.
    Year,
}

/// What a second row with the same key means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnDuplicate {
    /// The row with the greatest value in this column counts; among equals the last loaded.
    Newest(String),
    /// The last loaded row counts: by file day, then file name, then place in the file; of fetched rows by batch, then
    /// place in the batch.
    LastLoaded,
    /// Only the first row counts: further ones in the same file go to quarantine, those of later files are superseded.
    Refuse,
}

/// A derived column.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerivedSpec {
    /// Its name.
    pub name: String,
    /// A SQL scalar expression over the columns before it.
    pub sql: String,
}

/// A join that brings columns of another dataset.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupSpec {
    /// The other dataset; its natural key must be a single column.
    pub dataset: String,
    /// The column here that holds its key.
    pub on: String,
    /// The columns it brings: name here = name there. Example: `{ region = "region_name" }`.
    pub take: BTreeMap<String, String>,
}

/// Totals that the source states about its own files, in a CSV file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlSpec {
    /// The CSV file, relative to the data folder.
    pub file: String,
    /// Its column with the source file's name.
    pub name: String,
    /// Its column with the number of rows in that file.
    pub rows: Option<String>,
    /// Sums: column of this dataset = column of the control file.
    #[serde(default)]
    pub sums: BTreeMap<String, String>,
    /// How far a sum may be off, in the column's unit, such as `0.05`; nothing when absent.
    pub tolerance: Option<String>,
    /// How much a total that disagrees or cannot be compared matters; `hold` when absent.
    pub severity: Option<SeveritySpec>,
}
