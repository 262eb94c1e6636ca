//! The file forms: optional everywhere, versioned, refusing what they do not know.

pub mod audience;
pub mod calendar;
pub mod corrections;
pub mod gate;
pub mod metric;
mod moment;
pub mod peer;
pub mod schedule;
pub mod unit;

pub use audience::{AudienceSpec, PersonSpec};
pub use calendar::{CalendarFile, CalendarSpec};
pub use model::comment::Lexicon as ThemesFile;
pub use moment::local_moment;
pub use peer::{PeerSpec, PeersSpec};

use model::{id::SectionId, label::Label, period::Grain, target::Target};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transform::{Event, analysis::AnalysisSpec};

/// A job file: `jobs/<job>.toml`. Keys that it leaves out come from `defaults.toml` beside it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobSpec {
    /// The version of this form: 1.
    pub schema_version: Option<u32>,
    /// The report's headline.
    pub title: Option<Label>,
    /// Whose figures these are.
    pub organisation: Option<Label>,
    /// The team or role that answers for the report.
    pub owner: Option<String>,
    /// The IANA time zone of days and of the schedule. Example: `"Asia/Shanghai"`.
    pub zone: Option<String>,
    /// The report's grain; `day` when absent.
    pub grain: Option<Grain>,
    /// Week start, fiscal year and holidays.
    pub calendar: Option<CalendarSpec>,
    /// The data folder, relative to this file; `--data` overrides it.
    pub data: Option<String>,
    /// The folder with `contracts/`, `metrics/`, `targets/`, `peers/`, `events/`, `calendars/`, `themes/`,
    /// `brands/` and `audiences/`, relative to this file; its own folder when absent.
    pub catalogue: Option<String>,
    /// Folders with metric files whose metrics are borrowed, relative to this file. A metric of the catalogue's own
    /// replaces a borrowed one of the same name; one that the contracts cannot feed is unavailable, which is no fault.
    /// Example: `["metrics/library"]`.
    pub libraries: Option<Vec<String>>,
    /// The currency of metrics whose unit is `money`, by its ISO 4217 code. Example: `"CNY"`.
    pub currency: Option<String>,
    /// The moment to report when none is asked for, local to `zone`: for sample data that ends in the past. Without
    /// it the latest scheduled moment is reported. Example: `"2026-07-01T06:30"`.
    #[serde(default, deserialize_with = "moment::read")]
    #[schemars(with = "Option<String>")]
    pub as_of: Option<chrono::NaiveDateTime>,
    /// When the job runs by itself.
    pub schedule: Option<schedule::Spec>,
    /// What must hold before anything is mailed.
    pub gate: Option<gate::Spec>,
    /// When readers are told that a report they had was wrong.
    pub corrections: Option<corrections::Spec>,
    /// In which languages, in which layout and in which colours the report is rendered.
    pub report: Option<report::Spec>,
    /// Who gets it.
    pub deliver: Option<deliver::Spec>,
    /// Names of dimensions for readers.
    #[serde(default)]
    pub dimensions: BTreeMap<String, Label>,
    /// The sections in order.
    #[serde(default)]
    #[schemars(with = "Vec<SectionSpec>")]
    pub section: Vec<toml::Value>,
}

/// One section: `[[section]]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SectionSpec {
    /// Its name, unique in the job.
    pub id: SectionId,
    /// Its heading.
    pub title: Label,
    /// The grain of its period; the job's when absent.
    pub grain: Option<Grain>,
    /// Whether it shows the running period to date instead of the last closed one.
    #[serde(default)]
    pub to_date: bool,
    /// What it shows.
    #[serde(flatten)]
    pub analysis: AnalysisSpec,
}

/// A target file: `targets/<name>.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetsSpec {
    /// The agreed values. Where several hold, the last one counts.
    #[serde(default)]
    pub target: Vec<Target>,
}

/// An event file: `events/<name>.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventsSpec {
    /// What happened, drawn into charts.
    #[serde(default)]
    pub event: Vec<Event>,
}
