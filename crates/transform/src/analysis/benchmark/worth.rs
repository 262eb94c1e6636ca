//! What closing a gap is worth: the money metric by its own formula, with one driver as the peers have it.

use super::standing::Standing;
use crate::{
    analysis::comparing,
    desk::{Ask, Desk, format_of},
    plan::SectionPlan,
};
use model::{
    id::MetricId,
    label::Label,
    metric::{Metric, MetricKind},
    number::Number,
    period::Period,
    report::{Argument, Figure, Finding, Message, Verdict},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What closing a gap would be worth.
///
/// The money metric is worked out once more by its own formula, with the driver as high as the peers' median, and as
/// their best quarter; all other factors stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// A metric of money with a formula in which the driver stands. Example: `"revenue_by_factors"`.
    pub metric: MetricId,
    /// The driver. Example: `"return_rate"`.
    pub driver: MetricId,
    /// The one of `metrics` that is the driver in the peers' data; the driver itself when absent.
    pub peer: Option<MetricId>,
}

/// One gap, closed.
pub(super) struct Gain {
    pub(super) message: Message,
    gain: Figure,
    /// Whether it is large enough to be news.
    matters: bool,
}

/// A gain below this share of the money is shown, but no news.
const MATTERS: f64 = 0.01;

impl Worth {
    pub(super) fn names(&self) -> Vec<(String, MetricId)> {
        let mut names = vec![
            ("worth.metric".to_owned(), self.metric.clone()),
            ("worth.driver".to_owned(), self.driver.clone()),
        ];
        names.extend(self.peer.iter().map(|peer| ("worth.peer".to_owned(), peer.clone())));
        names
    }

    pub(super) fn asks(&self, section: &SectionPlan) -> Vec<Ask> {
        let ids = [&self.metric, &self.driver];
        ids.map(|id| Ask::total(id, vec![section.period])).to_vec()
    }

    /// The gaps that there are: to the median and to the best quarter.
    pub(super) fn gains(
        &self,
        desk: &Desk<'_>,
        section: &SectionPlan,
        group: &Label,
        standings: &[Standing<'_>],
    ) -> Vec<Gain> {
        let peer = self.peer.as_ref().unwrap_or(&self.driver);
        let among = standings.iter().find(|standing| standing.metric.id == *peer);
        let metric = |id: &MetricId| desk.plan.metrics.get(id);
        let (Some(among), Some(money), Some(driver)) =
            (among, metric(&self.metric), metric(&self.driver))
        else {
            return Vec::new();
        };
        let gap = Gap { desk, period: section.period, group, among, money, driver };
        let goals =
            [("benchmark.worth_median", among.median()), ("benchmark.worth_best", among.best())];
        goals.into_iter().filter_map(|(key, goal)| gap.closed(key, goal?)).collect()
    }
}

/// The driver, ours and that of the peers.
struct Gap<'g, 'a> {
    desk: &'g Desk<'a>,
    period: Period,
    group: &'g Label,
    among: &'g Standing<'a>,
    money: &'a Metric,
    driver: &'a Metric,
}

impl Gap<'_, '_> {
    fn closed(&self, key: &str, goal: f64) -> Option<Gain> {
        let Self { desk, period, money, driver, .. } = *self;
        let goal = Number::Real(goal);
        let total = |id: &MetricId| desk.total(&Ask::total(id, vec![period]), &period);
        let (now, actual) = (total(&money.id)?, total(&driver.id)?);
        // Who is there already has no gap to close.
        if comparing::verdict(driver, Some(actual), Some(goal)) != Verdict::Bad {
            return None;
        }
        let then = with_driver(desk, &money.id, &driver.id, goal, period)?;
        let gain = then.minus(now);
        // Ours is written as precisely as that of the peers, or a small gap would not be seen.
        let written = format_of(self.among.metric);
        let rate = |value| Argument::value(Some(value), written.clone());
        let amount = |value| Argument::value(Some(value), format_of(money));
        let message = Message::new(key)
            .with("group", Argument::Label(self.group.clone()))
            .with("driver", Argument::Label(driver.label.clone()))
            .with("actual", rate(actual))
            .with("goal", rate(goal))
            .with("metric", Argument::Label(money.label.clone()))
            .with("now", amount(now))
            .with("then", amount(then))
            .with("gain", amount(gain));
        let matters = gain.to_f64().abs() >= MATTERS * now.to_f64().abs();
        let gain = Figure { value: Some(gain), format: format_of(money), coverage: None };
        Some(Gain { message, gain, matters })
    }
}

impl Gain {
    pub(super) fn figure(&self) -> Figure {
        self.gain.clone()
    }

    pub(super) fn finding(&self) -> Finding {
        let weight = if self.matters { 51 } else { 11 };
        Finding { verdict: Verdict::Neutral, message: self.message.clone(), weight }
    }
}

/// The metric by its formula, with the driver's value replaced wherever it stands.
fn with_driver(
    desk: &Desk<'_>,
    metric: &MetricId,
    driver: &MetricId,
    value: Number,
    period: Period,
) -> Option<Number> {
    if metric == driver {
        return Some(value);
    }
    match &desk.plan.metrics.get(metric)?.kind {
        MetricKind::Derived { formula } => formula.value(&|_| None, &|name| {
            with_driver(desk, &MetricId::new(name), driver, value, period)
        }),
        _ => desk.total(&Ask::total(metric, vec![period]), &period),
    }
}
