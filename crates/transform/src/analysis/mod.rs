//! Analyses: pure functions from answers to blocks.
//!
//! Adding one: a file with `Spec`, `asks` and `analyse`, and one variant here.

mod acts;
pub mod alerts;
mod answered;
pub mod attribution;
pub mod benchmark;
mod cells;
pub mod channel_quality;
pub mod channels;
mod comparing;
pub mod conversion;
pub mod customer_value;
pub mod drivers;
pub mod experiment;
pub mod funnel;
pub mod geo_lift;
mod history;
pub mod leads;
mod limits;
pub mod movers;
mod names;
pub mod outlook;
mod people;
pub mod response;
pub mod retention;
pub mod satisfaction;
pub mod scorecard;
mod special_days;
pub mod survey;
pub mod targets;
pub mod trend;
mod usual;

pub use self::{
    acts::ActsSpec,
    limits::Limits,
    names::{Names, RowNames, Yields},
};

use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use engine::{CommentQuery, TrailQuery};
use model::{
    metric::Metric,
    period::Period,
    report::{Block, Finding},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an analysis yields: statements and content.
#[derive(Debug, Clone, Default)]
pub struct Analysed {
    /// Its statements.
    pub findings: Vec<Finding>,
    /// Its content.
    pub blocks: Vec<Block>,
}

impl Analysed {
    /// Adds what another part of the analysis yields.
    pub(crate) fn append(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.blocks.extend(other.blocks);
    }
}

/// The shape of an analysis.
pub(crate) trait Analysis {
    /// The values it will look at.
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask>;
    /// The trails it will read; none for an analysis of metrics.
    fn trails(&self, _: &TransformPlan, _: &SectionPlan) -> Vec<TrailQuery> {
        Vec::new()
    }
    /// The comments it will read; none for an analysis of metrics.
    fn comments(&self, _: &TransformPlan, _: &SectionPlan) -> Vec<CommentQuery> {
        Vec::new()
    }
    /// The period that its figures are of.
    fn period(&self, _: &TransformPlan, section: &SectionPlan) -> Period {
        section.period
    }
    /// Its statements and content.
    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed;
    /// The names in its settings, with their keys, for checking.
    fn names(&self) -> Names;
    /// Which settings are out of their limits, for checking.
    fn limits(&self) -> Limits;
}

/// Whether slices of a metric add up to its total; those of a distinct count or a ratio do not.
pub fn adds_up(metric: &Metric) -> bool {
    comparing::adds_up(metric)
}

/// The list of analyses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "analysis", rename_all = "snake_case")]
pub enum AnalysisSpec {
    /// What was unusual, and is it over?
    Alerts(alerts::Spec),
    /// Which channels were on the way to conversions?
    Attribution(attribution::Spec),
    /// Where do we stand among peers?
    Benchmark(benchmark::Spec),
    /// What does each channel cost and bring, and how good is what it brings?
    ChannelQuality(channel_quality::Spec),
    /// Which channels or segments carry a metric?
    Channels(channels::Spec),
    /// What of the opened is won, by the period of opening and of winning?
    Conversion(conversion::Spec),
    /// What are customers still worth?
    CustomerValue(customer_value::Spec),
    /// Why did a metric move?
    Drivers(drivers::Spec),
    /// How far do people come, and where do they leave?
    Funnel(funnel::Spec),
    /// What did a trial of versions show?
    Experiment(Box<experiment::Spec>),
    /// What did a campaign in some regions add?
    GeoLift(geo_lift::Spec),
    /// What moves before what?
    Leads(leads::Spec),
    /// What moved, and what only seems to have?
    Movers(movers::Spec),
    /// Where will it end, and will the target be met?
    Outlook(outlook::Spec),
    /// Who comes back, or stays?
    Retention(retention::Spec),
    /// What did spend go with, and how should a budget be shared out?
    Response(response::Spec),
    /// What do customers say?
    Satisfaction(satisfaction::Spec),
    /// What are the key figures, and against what?
    Scorecard(scorecard::Spec),
    /// What do the answers of a survey say, and how sure is that?
    Survey(survey::Spec),
    /// Are agreed values met?
    Targets(targets::Spec),
    /// How did metrics develop?
    Trend(trend::Spec),
}

impl AnalysisSpec {
    /// Every analysis' word.
    pub const WORDS: [&'static str; 21] = [
        "alerts",
        "attribution",
        "benchmark",
        "channel_quality",
        "channels",
        "conversion",
        "customer_value",
        "drivers",
        "experiment",
        "funnel",
        "geo_lift",
        "leads",
        "movers",
        "outlook",
        "response",
        "retention",
        "satisfaction",
        "scorecard",
        "survey",
        "targets",
        "trend",
    ];

    /// The analysis' word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Alerts(_) => "alerts",
            Self::Attribution(_) => "attribution",
            Self::Benchmark(_) => "benchmark",
            Self::ChannelQuality(_) => "channel_quality",
            Self::Channels(_) => "channels",
            Self::Conversion(_) => "conversion",
            Self::CustomerValue(_) => "customer_value",
            Self::Drivers(_) => "drivers",
            Self::Funnel(_) => "funnel",
            Self::Experiment(_) => "experiment",
            Self::GeoLift(_) => "geo_lift",
            Self::Leads(_) => "leads",
            Self::Movers(_) => "movers",
            Self::Outlook(_) => "outlook",
            Self::Retention(_) => "retention",
            Self::Response(_) => "response",
            Self::Satisfaction(_) => "satisfaction",
            Self::Scorecard(_) => "scorecard",
            Self::Survey(_) => "survey",
            Self::Targets(_) => "targets",
            Self::Trend(_) => "trend",
        }
    }

    /// The names in its settings.
    pub fn names(&self) -> Names {
        self.as_analysis().names()
    }

    /// The settings that are out of their limits.
    pub fn limits(&self) -> Limits {
        self.as_analysis().limits()
    }

    pub(crate) fn as_analysis(&self) -> &dyn Analysis {
        match self {
            Self::Alerts(spec) => spec,
            Self::Attribution(spec) => spec,
            Self::Benchmark(spec) => spec,
            Self::ChannelQuality(spec) => spec,
            Self::Channels(spec) => spec,
            Self::Conversion(spec) => spec,
            Self::CustomerValue(spec) => spec,
            Self::Drivers(spec) => spec,
            Self::Funnel(spec) => spec,
            Self::Experiment(spec) => spec.as_ref(),
            Self::GeoLift(spec) => spec,
            Self::Leads(spec) => spec,
            Self::Movers(spec) => spec,
            Self::Outlook(spec) => spec,
            Self::Retention(spec) => spec,
            Self::Response(spec) => spec,
            Self::Satisfaction(spec) => spec,
            Self::Scorecard(spec) => spec,
            Self::Survey(spec) => spec,
            Self::Targets(spec) => spec,
            Self::Trend(spec) => spec,
        }
    }
}
