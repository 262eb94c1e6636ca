//! Where a metric will end, how sure that is, and whether the target will be met.
//!
//! Answers: what will the running period come to, will it reach its target, and what is still needed a day?
//! Method: metrics that add up are forecast by day and summed along sample paths, with holidays and events as known
//! effects; others are forecast by period. Every forecast is tested on the past, and shown only where it was closer
//! than repeating the last season (`stats::forecast`).
//! Not for: metrics without a year's rhythm behind them in the first months; the interval then knows no season.

mod future;
mod view;

use self::future::{Future, NoFuture};
use super::{Analysed, Analysis, Limits, Names, comparing};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    metric::Metric,
    period::{DateRange, Grain, Period},
    report::{Argument, Block, Finding, Message, Verdict},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of an outlook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics to forecast. Example: `["net_revenue", "nps"]`.
    pub metrics: Vec<MetricId>,
    /// Days looked back upon for metrics that add up.
    #[serde(default = "default_days")]
    pub days: u32,
    /// Periods looked back upon for metrics that do not.
    #[serde(default = "default_periods")]
    pub periods: u32,
    /// Periods forecast beyond the running one, for metrics that do not add up.
    #[serde(default = "default_beyond")]
    pub beyond: u32,
}

fn default_days() -> u32 {
    1100
}

fn default_periods() -> u32 {
    72
}

fn default_beyond() -> u32 {
    2
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let metrics = self.metrics.iter().filter_map(|id| plan.metrics.get(id));
        metrics.flat_map(|metric| self.asks_of(plan, section, metric)).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let mut futures: Vec<Future<'_>> = Vec::new();
        for metric in self.metrics.iter().filter_map(|id| desk.plan.metrics.get(id)) {
            match Future::of(self, desk, section, metric) {
                Ok(future) => futures.push(future),
                Err(reason) => {
                    analysed.findings.push(refusal(metric, running(desk.plan, section), &reason))
                }
            }
        }
        // What can be said stands before what cannot.
        let told: Vec<Finding> = futures.iter().map(Future::finding).collect();
        analysed.findings.splice(0..0, told);
        for future in &futures {
            analysed.blocks.push(Block::Chart(future.chart(section)));
            if future.bridged > 0 {
                let message = Message::new("outlook.bridged")
                    .with("metric", Argument::Label(future.metric.label.clone()))
                    .with("count", Argument::Count(future.bridged as i64));
                analysed.blocks.push(Block::Note(message));
            }
        }
        if !futures.is_empty() {
            analysed.blocks.push(Block::Table(view::table(section, &futures)));
            analysed.blocks.push(Block::Table(view::proof(&futures)));
        }
        analysed
    }

    fn names(&self) -> Names {
        Names { metrics: Names::metrics("metrics", &self.metrics), ..Names::default() }
    }

    fn limits(&self) -> Limits {
        Limits::default()
            .list("metrics", &self.metrics, 1)
            .within("days", self.days, 28..=4000)
            .within("periods", self.periods, 12..=600)
            .within("beyond", self.beyond, 0..=24)
    }
}

impl Spec {
    /// The run-up; for metrics that add up, what the running period has brought so far as well.
    fn asks_of(&self, plan: &TransformPlan, section: &SectionPlan, metric: &Metric) -> Vec<Ask> {
        if !comparing::adds_up(metric) {
            let last = last_closed(plan, section);
            let periods = plan.calendar.run_up_to(&last, self.periods);
            return vec![Ask::total(&metric.id, periods)];
        }
        let today = section.period.days.end;
        let start = today - chrono::Days::new(u64::from(self.days));
        let days = plan.calendar.periods(Grain::Day, DateRange { start, end: today });
        vec![Ask::total(&metric.id, days), Ask::total(&metric.id, vec![section.period])]
    }
}

/// The whole period whose end is foreseen: the running one, or the one after a closed one.
fn running(plan: &TransformPlan, section: &SectionPlan) -> Period {
    let Period { grain, days, whole } = section.period;
    plan.calendar.period(grain, if whole { days.end } else { days.start })
}

/// The last period that is over.
fn last_closed(plan: &TransformPlan, section: &SectionPlan) -> Period {
    plan.calendar.before(&running(plan, section), 1)
}

/// Why nothing is foreseen.
fn refusal(metric: &Metric, period: Period, reason: &NoFuture) -> Finding {
    let say = |key: &str| {
        Message::new(key)
            .with("metric", Argument::Label(metric.label.clone()))
            .with("period", Argument::Period(period))
    };
    let message = match reason {
        NoFuture::TooShort { have, need } => say("outlook.too_short")
            .with("have", Argument::Count(*have as i64))
            .with("need", Argument::Count(*need as i64)),
        NoFuture::DataEnd => say("outlook.data_end"),
        NoFuture::Unproven => say("outlook.unproven"),
        NoFuture::Loses => say("outlook.loses"),
        NoFuture::NoMethod => say("outlook.no_method"),
    };
    Finding { verdict: Verdict::Unknown, message, weight: 4 }
}
