//! What was unusual, said once: new, continuing, recovered.
//!
//! Answers: did a daily figure leave its usual range, is it back, and was there a reason?
//! Method: every day is judged by the days before it alone, on a robust scale per weekday (`stats::anomaly`); holidays
//! and events do not shape what is usual, and are named beside what they coincide with. An event is told only where
//! its size passes the rule: relative change and absolute floor and minimum base.
//! Not for: periods longer than days; a new level that lasts is the matter of `trend`.

mod incident;
mod view;

use self::incident::{Incident, Watched};
use super::{Analysed, Analysis, Limits, Names, history::History};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    label::Label,
    period::{DateRange, Grain, Period},
    report::{Argument, Block, Finding, Message, Verdict},
};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Settings of a watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics to watch, day by day. Example: `["net_revenue", "sessions"]`.
    pub metrics: Vec<MetricId>,
    /// When an unusual day is worth telling.
    #[serde(default)]
    pub rule: Rule,
    /// The rule of single metrics, instead of `rule`. Example: `{ sessions = { floor = "200" } }`.
    #[serde(default)]
    pub rules: BTreeMap<MetricId, Rule>,
    /// Days from which the usual range is learnt.
    #[serde(default = "default_history")]
    pub history: u32,
    /// Days drawn.
    #[serde(default = "default_shown")]
    pub shown: u32,
}

/// When an unusual day is worth telling: all three together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Least distance from what was expected, as a share of it.
    #[serde(default = "default_relative")]
    #[schemars(with = "String")]
    pub relative: Decimal,
    /// Least distance in the metric's unit.
    #[serde(default)]
    #[schemars(with = "String")]
    pub floor: Decimal,
    /// Least expected value in the metric's unit: below it a share means nothing.
    #[serde(default)]
    #[schemars(with = "String")]
    pub minimum_base: Decimal,
}

impl Default for Rule {
    fn default() -> Self {
        Self { relative: default_relative(), floor: Decimal::ZERO, minimum_base: Decimal::ZERO }
    }
}

fn default_relative() -> Decimal {
    Decimal::new(1, 1)
}

fn default_history() -> u32 {
    365
}

fn default_shown() -> u32 {
    60
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let days = self.days(plan, section);
        self.metrics.iter().map(|metric| Ask::total(metric, days.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let (mut quiet, mut young) = (Vec::new(), Vec::new());
        let mut incidents: Vec<Incident<'_>> = Vec::new();
        for (id, ask) in self.metrics.iter().zip(self.asks(desk.plan, section)) {
            let Some(metric) = desk.plan.metrics.get(id) else { continue };
            let history = History::read(desk, &ask);
            let rule = self.rules.get(id).unwrap_or(&self.rule);
            let Some(watched) = Watched::new(desk.plan, metric, history) else {
                young.push(metric.label.clone());
                continue;
            };
            let found = watched.incidents(desk.plan, section.period.days, rule);
            if found.is_empty() {
                quiet.push(metric.label.clone());
                continue;
            }
            if found.iter().any(Incident::is_open_question) {
                let chart = watched.chart(desk.plan, section, self.shown, &found);
                analysed.blocks.push(Block::Chart(chart));
            }
            incidents.extend(found);
        }
        incidents.sort_by_key(|incident| (!incident.is_open_question(), incident.from));
        let open = incidents.iter().filter(|incident| incident.is_open_question());
        analysed.findings.extend(open.map(Incident::finding));
        analysed.findings.extend(incident::explained(&incidents));
        let list = |key: &str, list: Vec<Label>, verdict, weight| {
            let count = Argument::Count(list.len() as i64);
            let message = Message::new(key).with("count", count).with("list", Argument::List(list));
            Finding { verdict, message, weight }
        };
        if !quiet.is_empty() {
            analysed.findings.push(list("alerts.quiet", quiet, Verdict::Neutral, 7));
        }
        if !young.is_empty() {
            analysed.findings.push(list("alerts.young", young, Verdict::Unknown, 2));
        }
        if !incidents.is_empty() {
            analysed.blocks.push(Block::Table(view::table(section, &incidents)));
        }
        analysed
    }

    fn names(&self) -> Names {
        let mut metrics = Names::metrics("metrics", &self.metrics);
        metrics.extend(self.rules.keys().map(|id| (format!("rules.{id}"), id.clone())));
        Names { metrics, ..Names::default() }
    }

    fn limits(&self) -> Limits {
        let rules = self.rules.iter().map(|(id, rule)| (format!("rules.{id}"), rule));
        let limits = Limits::default()
            .list("metrics", &self.metrics, 1)
            .within("history", self.history, 35..=3000)
            .within("shown", self.shown, 7..=400);
        rules.chain([("rule".to_owned(), &self.rule)]).fold(limits, |limits, (key, rule)| {
            limits
                .not_negative(&format!("{key}.relative"), rule.relative)
                .not_negative(&format!("{key}.floor"), rule.floor)
                .not_negative(&format!("{key}.minimum_base"), rule.minimum_base)
        })
    }
}

impl Spec {
    /// The days from which the usual range is learnt, and those of the section's period.
    fn days(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Period> {
        let DateRange { start, end } = section.period.days;
        let start = start - chrono::Days::new(u64::from(self.history.max(self.shown)));
        plan.calendar.periods(Grain::Day, DateRange { start, end })
    }
}
