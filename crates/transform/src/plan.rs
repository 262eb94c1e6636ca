//! What is computed and said, resolved.

use crate::{analysis::AnalysisSpec, slice::SlicePlan};
use chrono::{NaiveDate, NaiveDateTime};
use model::{
    calendar::{Calendar, Holidays, NamedDay},
    comment::Lexicon,
    contract::Expected,
    id::{DatasetId, DimensionId, JobId, MetricId, PeerGroupId, SectionId, ThemesId},
    label::Label,
    metric::Metric,
    peer::PeerGroup,
    period::{DateRange, Grain, Period},
    target::Target,
};
use std::collections::BTreeMap;

/// What is computed and said, resolved.
#[derive(Debug, Clone)]
pub struct TransformPlan {
    /// The job.
    pub job: JobId,
    /// The report's headline.
    pub title: Label,
    /// Whose figures these are.
    pub organisation: Label,
    /// Who answers for the report.
    pub owner: String,
    /// The scheduled moment, local.
    pub as_of: NaiveDateTime,
    /// The first day that is not over yet.
    pub today: NaiveDate,
    /// The calendar.
    pub calendar: Calendar,
    /// Holidays, make-up workdays and festivals.
    pub holidays: Holidays,
    /// The report's grain.
    pub grain: Grain,
    /// Every metric that a section names, and those behind them.
    pub metrics: BTreeMap<MetricId, Metric>,
    /// The agreed values.
    pub targets: Vec<Target>,
    /// The peer groups.
    pub peers: BTreeMap<PeerGroupId, PeerGroup>,
    /// Themes of comments and their words.
    pub themes: BTreeMap<ThemesId, Lexicon>,
    /// What happened.
    pub events: Vec<Event>,
    /// The columns that lookups bring, by dataset, with the key here and the dataset there.
    pub brought: BTreeMap<DatasetId, BTreeMap<String, (String, DatasetId)>>,
    /// When rows are expected.
    pub expected: BTreeMap<DatasetId, Expected>,
    /// Names of dimensions for readers.
    pub dimensions: BTreeMap<DimensionId, Label>,
    /// Names of members for readers, by dimension.
    pub members: BTreeMap<DimensionId, BTreeMap<String, Label>>,
    /// The sections in order.
    pub sections: Vec<SectionPlan>,
    /// Whose report it is.
    pub slice: SlicePlan,
    /// Identifies everything that decides what the report says, data apart.
    pub fingerprint: String,
}

/// One section.
#[derive(Debug, Clone)]
pub struct SectionPlan {
    /// Its name.
    pub id: SectionId,
    /// Its heading.
    pub title: Label,
    /// Its period.
    pub period: Period,
    /// What it shows.
    pub analysis: AnalysisSpec,
}

/// Something that happened and may explain figures.
#[derive(
    Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The day.
    pub date: NaiveDate,
    /// What happened.
    pub label: Label,
}

impl TransformPlan {
    /// The reported period of a grain.
    pub fn period(&self, grain: Grain, to_date: bool) -> Period {
        if to_date {
            self.calendar.to_date(grain, self.today)
        } else {
            self.calendar.last_closed(grain, self.today)
        }
    }

    /// The events, holidays and festivals that begin within `range`, by day.
    pub fn named_days(&self, range: DateRange) -> Vec<NamedDay> {
        let within = self.events.iter().filter(|event| range.contains(event.date));
        let events = within.map(|event| NamedDay { date: event.date, label: event.label.clone() });
        let mut named: Vec<NamedDay> = events.chain(self.holidays.named_days(range)).collect();
        named.sort();
        named.dedup();
        named
    }

    /// The agreed value of a metric in a period and slice. Within a slice of readers it is that of the slice, never that of
    /// everything.
    pub fn target(
        &self,
        metric: &MetricId,
        period: &Period,
        slice: &BTreeMap<String, String>,
    ) -> Option<rust_decimal::Decimal> {
        let mut slice = slice.clone();
        slice.extend(self.cut(metric));
        let mut holding = self.targets.iter().filter(|target| {
            &target.metric == metric && target.holds(period.grain, period.days.start, &slice)
        });
        // A partial period is not judged by the target of the whole one.
        holding.next_back().filter(|_| period.whole).map(|target| target.value)
    }

    /// A member's name for readers.
    pub fn member(&self, dimension: &DimensionId, member: Option<&str>) -> Label {
        match member {
            None => Label::new("(blank)", "（空）"),
            Some(member) => {
                let named = self.members.get(dimension).and_then(|members| members.get(member));
                named.cloned().unwrap_or_else(|| Label::verbatim(member))
            }
        }
    }

    /// A dimension's name for readers.
    pub fn dimension(&self, dimension: &DimensionId) -> Label {
        let named = self.dimensions.get(dimension).cloned();
        named.unwrap_or_else(|| Label::verbatim(dimension.as_str()))
    }
}
