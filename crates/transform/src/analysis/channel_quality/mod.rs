//! What does each channel cost, what does it bring, and how good is what it brings?
//!
//! Answers: where many clicks give few sales; which small channel wins loyal customers; which spend brought nothing;
//! how organic and paid traffic compare.
//! Method: a channel is held against all others together: conversions per click and repeat rates by two proportions,
//! value per customer by Welch's test, many channels after Holm; spend without a conversion by Poisson's law.
//! Not for: causes. Who clicks differs from channel to channel; a trial tells what a channel adds.

mod customers;
mod findings;
mod judged;
mod lines;
mod organic;
mod quality;
mod view;

use self::{customers::Customers, lines::Lines, view::View};
use super::{ActsSpec, Analysed, Analysis, Limits, Names, acts};
use crate::{
    desk::{Ask, Desk},
    earlier::ORIGIN,
    plan::{SectionPlan, TransformPlan},
};
use engine::TrailQuery;
use model::{
    expression::RowExpression,
    id::{DimensionId, MetricId},
    period::DateRange,
    unit::Unit,
};
pub use organic::OrganicSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Settings of the quality of channels.
///
/// Without any of `spend`, `reach`, `impressions`, `clicks`, `conversions` and `revenue`, the library's `ad_spend`,
/// `ad_impressions`, `ad_clicks` and `ad_conversions` are shown; with one of them, only those that are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The dimension whose members are the channels. Example: `"platform"`.
    #[serde(default = "default_by")]
    pub by: DimensionId,
    /// The dimension of campaigns within channels; spend without result is then looked for by campaign. Example:
    /// `"campaign"`.
    pub campaign: Option<DimensionId>,
    /// What a channel cost. Example: `"ad_spend"`.
    pub spend: Option<MetricId>,
    /// Different people who saw it; shown instead of impressions.
    pub reach: Option<MetricId>,
    /// How often it was seen. Example: `"ad_impressions"`.
    pub impressions: Option<MetricId>,
    /// Clicks or visits. Example: `"ad_clicks"`.
    pub clicks: Option<MetricId>,
    /// Clicks or visits that converted. Example: `"ad_conversions"`.
    pub conversions: Option<MetricId>,
    /// Sales by the same slices. Example: `"attributed_revenue"`.
    pub revenue: Option<MetricId>,
    /// What customers did, the first act being the acquisition; paid orders by customer when absent.
    #[serde(default = "default_customers")]
    pub customers: ActsSpec,
    /// The channel of an act; that of the first one won the customer. Without it the quality of customers is not looked
    /// at. Example: `"channel"`.
    pub channel: Option<RowExpression>,
    /// What an act is worth. Example: `"amount"`.
    pub value: Option<RowExpression>,
    /// The unit of the value. Example: `"money:CNY"`.
    pub unit: Option<Unit>,
    /// Other names that the acts have for a member of `by`. Example: `{ search = ["baidu", "360"] }`.
    #[serde(default)]
    pub same: BTreeMap<String, Vec<String>>,
    /// The days after the first act that are looked at, the same for every customer.
    #[serde(default = "default_window")]
    pub window: u32,
    /// Customers are looked at whose window ended within so many days before the end of the period.
    #[serde(default = "default_acquired")]
    pub acquired: u32,
    /// How content people are: a metric that can be sliced by `satisfaction_by`. Example: `"csat"`.
    pub satisfaction: Option<MetricId>,
    /// The dimension of satisfaction, with the same members as `by`; `by` itself when absent.
    pub satisfaction_by: Option<DimensionId>,
    /// Which visits were paid for, and which were not.
    pub organic: Option<OrganicSpec>,
    /// The most rows of a table; smaller ones are counted in a remark.
    #[serde(default = "default_rows")]
    pub rows: usize,
}

fn default_by() -> DimensionId {
    DimensionId::new("platform")
}

fn default_customers() -> ActsSpec {
    ActsSpec {
        at: Some(RowExpression::column("ordered_at")),
        ..ActsSpec::of("orders", "customer_id", Some("is_paid"))
    }
}

fn default_window() -> u32 {
    90
}

fn default_acquired() -> u32 {
    365
}

fn default_rows() -> usize {
    10
}

/// The metrics of channels, by what they stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    spend: Option<MetricId>,
    reach: Option<MetricId>,
    impressions: Option<MetricId>,
    clicks: Option<MetricId>,
    conversions: Option<MetricId>,
    revenue: Option<MetricId>,
}

impl Slots {
    /// Those that are there, each with its key.
    fn named(&self) -> impl Iterator<Item = (&'static str, &MetricId)> {
        let all = [
            ("spend", &self.spend),
            ("reach", &self.reach),
            ("impressions", &self.impressions),
            ("clicks", &self.clicks),
            ("conversions", &self.conversions),
            ("revenue", &self.revenue),
        ];
        all.into_iter().filter_map(|(key, metric)| Some((key, metric.as_ref()?)))
    }
}

impl Spec {
    fn slots(&self) -> Slots {
        let slots = Slots {
            spend: self.spend.clone(),
            reach: self.reach.clone(),
            impressions: self.impressions.clone(),
            clicks: self.clicks.clone(),
            conversions: self.conversions.clone(),
            revenue: self.revenue.clone(),
        };
        if slots.named().next().is_some() {
            return slots;
        }
        let library = |metric| Some(MetricId::new(metric));
        Slots {
            spend: library("ad_spend"),
            impressions: library("ad_impressions"),
            clicks: library("ad_clicks"),
            conversions: library("ad_conversions"),
            ..slots
        }
    }

    /// The dimensions of lines: channels, or channels with their campaigns.
    fn dimensions(&self, campaigns: bool) -> Vec<DimensionId> {
        let campaign = self.campaign.iter().filter(|_| campaigns);
        std::iter::once(&self.by).chain(campaign).cloned().collect()
    }

    fn satisfaction_ask(&self, section: &SectionPlan) -> Option<Ask> {
        let by = self.satisfaction_by.as_ref().unwrap_or(&self.by);
        let metric = self.satisfaction.as_ref()?;
        Some(Ask { by: vec![by.clone()], ..Ask::total(metric, vec![section.period]) })
    }

    /// Since the first row: an act is the first only where nothing came before it.
    fn query(&self, plan: &TransformPlan, section: &SectionPlan) -> Option<TrailQuery> {
        let values: Vec<&RowExpression> = self.value.iter().collect();
        let acts = self.customers.telling(&[self.channel.as_ref()?], &values);
        let window = DateRange { start: ORIGIN, end: section.period.days.end };
        Some(acts::query(plan, vec![acts], window))
    }
}

impl Analysis for Spec {
    fn asks(&self, _: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let mut asks = Vec::new();
        for (_, metric) in self.slots().named() {
            let total = Ask::total(metric, vec![section.period]);
            asks.push(Ask { by: self.dimensions(false), ..total.clone() });
            if self.campaign.is_some() {
                asks.push(Ask { by: self.dimensions(true), ..total.clone() });
            }
            asks.push(total);
        }
        asks.extend(self.satisfaction_ask(section));
        asks.extend(self.organic.iter().flat_map(|organic| organic.asks(section)));
        asks
    }

    fn trails(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<TrailQuery> {
        self.query(plan, section).into_iter().collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let lines = Lines::of(self, desk, section);
        let customers = self
            .query(desk.plan, section)
            .map(|query| Customers::of(desk.trails(&query), self, section.period.days));
        let view = View { spec: self, desk, section, lines: &lines, customers: customers.as_ref() };
        view.analysed()
    }

    fn names(&self) -> Names {
        let mut names = Names::default();
        names.dimensions.push(("by".to_owned(), self.by.clone()));
        if let Some(campaign) = &self.campaign {
            names.dimensions.push(("campaign".to_owned(), campaign.clone()));
        }
        for (key, metric) in self.slots().named() {
            names.metrics.push((key.to_owned(), metric.clone()));
            let dimensions = self.dimensions(true);
            names.slices.extend(dimensions.into_iter().map(|by| (metric.clone(), by)));
        }
        if let Some(channel) = &self.channel {
            let customers = self.customers.names("customers").text("channel", channel);
            names.rows.push(customers.number("value", self.value.as_ref()));
        }
        if let Some(metric) = &self.satisfaction {
            let by = self.satisfaction_by.as_ref().unwrap_or(&self.by);
            names.metrics.push(("satisfaction".to_owned(), metric.clone()));
            if self.satisfaction_by.is_some() {
                names.dimensions.push(("satisfaction_by".to_owned(), by.clone()));
            }
            names.slices.push((metric.clone(), by.clone()));
        }
        if let Some(organic) = &self.organic {
            organic.names(&mut names);
        }
        names
    }

    fn limits(&self) -> Limits {
        let is_alone = self.campaign.as_ref() != Some(&self.by);
        let mut limits = Limits::default()
            .within("window", self.window, 1..=730)
            .within("acquired", self.acquired, 1..=3650)
            .within("rows", self.rows, 2..=50)
            .needs(is_alone, "campaign", "is the same as `by`; name another dimension")
            .needs(
                self.channel.is_some() || self.value.is_none(),
                "value",
                "needs `channel`, the channel that won a customer",
            )
            .needs(
                self.value.is_none() || self.unit.is_some(),
                "value",
                "has no unit; set `unit`, such as \"money:CNY\"",
            )
            .needs(
                self.value.is_some() || self.unit.is_none(),
                "unit",
                "is of nothing; set `value`",
            )
            .needs(
                self.channel.is_some() || self.same.is_empty(),
                "same",
                "renames nothing; set `channel`, the channel that won a customer",
            )
            .needs(
                self.channel.is_some() || self.satisfaction.is_none(),
                "satisfaction",
                "stands beside the quality of customers; set `channel`",
            )
            .needs(
                self.satisfaction.is_some() || self.satisfaction_by.is_none(),
                "satisfaction_by",
                "is of nothing; set `satisfaction`",
            );
        let mut seen = BTreeSet::new();
        for (member, names) in &self.same {
            for name in names {
                let message = format!("`{name}` stands for two channels; name it once");
                limits = limits.needs(seen.insert(name), &format!("same.{member}"), message);
            }
        }
        self.organic.iter().fold(limits, |limits, organic| organic.limits(limits))
    }
}
