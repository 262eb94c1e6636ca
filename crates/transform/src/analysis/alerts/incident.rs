//! A metric under watch, and what was unusual about it.

use super::Rule;
use crate::{
    analysis::{comparing, history::History, special_days},
    desk::format_of,
    plan::TransformPlan,
};
use chrono::{Datelike, NaiveDate};
use model::{
    label::Label,
    metric::Metric,
    number::Number,
    period::DateRange,
    report::{Argument, Finding, Message, Verdict},
};
use rust_decimal::prelude::ToPrimitive;
use stats::anomaly::{AlertRule, Event, Judgement, Options, State, events, judge};
use std::collections::BTreeMap;

/// Usual days between two events that are told as one.
const PAUSE: i64 = 7;

/// A metric with every day judged.
pub(super) struct Watched<'a> {
    pub(super) metric: &'a Metric,
    pub(super) days: Vec<NaiveDate>,
    pub(super) values: Vec<Option<Number>>,
    pub(super) judgements: Vec<Judgement>,
}

/// What an incident is to the reported period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// It began in the period and lasts.
    New,
    /// It began before, and lasts.
    Continuing,
    /// It ended in the period.
    Recovered,
    /// It lasted until its level became the usual one, in the period.
    Settled,
}

/// A run of unusual days.
pub(super) struct Incident<'a> {
    pub(super) metric: &'a Metric,
    pub(super) status: Status,
    pub(super) from: NaiveDate,
    /// The first usual day after it.
    pub(super) to: Option<NaiveDate>,
    /// The day furthest from what was expected.
    pub(super) worst: NaiveDate,
    pub(super) value: Option<Number>,
    pub(super) expected: f64,
    pub(super) excess: f64,
    /// Named days near it.
    near: Vec<Label>,
}

impl<'a> Watched<'a> {
    /// `None` where not a single day could be judged.
    pub(super) fn new(plan: &TransformPlan, metric: &'a Metric, history: History) -> Option<Self> {
        let days: Vec<NaiveDate> = history.periods.iter().map(|period| period.days.start).collect();
        let values: Vec<Option<f64>> =
            history.values.iter().map(|value| value.map(Number::to_f64)).collect();
        let places: Vec<usize> =
            days.iter().map(|day| day.weekday().num_days_from_monday() as usize).collect();
        let excluded = special_days::any(plan, &days);
        let judgements = judge(&values, &places, &excluded, &Options::daily())?;
        let judged = judgements.iter().any(|judgement| judgement.state != State::Unjudged);
        judged.then_some(Self { metric, days, values: history.values, judgements })
    }

    /// The incidents that concern a period and pass the rule, oldest first.
    pub(super) fn incidents(
        &self,
        plan: &TransformPlan,
        period: DateRange,
        rule: &Rule,
    ) -> Vec<Incident<'a>> {
        let bound = |value: &rust_decimal::Decimal| value.to_f64().unwrap_or(f64::INFINITY);
        let rule = AlertRule {
            relative: bound(&rule.relative),
            floor: bound(&rule.floor),
            minimum_base: bound(&rule.minimum_base),
        };
        let found = events(&self.judgements).into_iter().filter(|event| rule.alerts(event));
        self.joined(found)
            .into_iter()
            .filter_map(|event| {
                let from = self.days[event.from];
                let to = event.to.map(|to| self.days[to]);
                let status = match to {
                    Some(to) if period.contains(to) && event.settled => Status::Settled,
                    Some(to) if period.contains(to) => Status::Recovered,
                    Some(_) => return None,
                    None if period.contains(from) => Status::New,
                    None => Status::Continuing,
                };
                let last = to.unwrap_or(period.end).max(from);
                Some(Incident {
                    metric: self.metric,
                    status,
                    from,
                    to,
                    worst: self.days[event.peak],
                    value: self.values[event.peak],
                    expected: event.expected,
                    excess: event.excess,
                    near: special_days::near(plan, DateRange { start: from, end: last }),
                })
            })
            .collect()
    }
}

/// What is over and stood near days with a name, in one sentence for each of them.
pub(super) fn explained(incidents: &[Incident<'_>]) -> Vec<Finding> {
    let mut by_event: BTreeMap<&Label, Vec<Label>> = BTreeMap::new();
    for incident in incidents.iter().filter(|incident| !incident.is_open_question()) {
        // The first one is under way, or the nearest before.
        let Some(event) = incident.near.first() else { continue };
        let metrics = by_event.entry(event).or_default();
        if !metrics.contains(&incident.metric.label) {
            metrics.push(incident.metric.label.clone());
        }
    }
    let said = by_event.into_iter().map(|(event, metrics)| {
        let message = Message::new("alerts.explained")
            .with("list", Argument::List(metrics))
            .with("event", Argument::Label(event.clone()));
        Finding { verdict: Verdict::Neutral, message, weight: 18 }
    });
    said.collect()
}

impl Watched<'_> {
    /// Events of one direction with hardly a pause between them are one: a sale with a quiet weekend in it.
    fn joined(&self, found: impl Iterator<Item = Event>) -> Vec<Event> {
        let mut joined: Vec<Event> = Vec::new();
        for event in found {
            let pause =
                |before: &Event| Some((self.days[event.from] - self.days[before.to?]).num_days());
            match joined.last_mut() {
                Some(before)
                    if before.direction == event.direction
                        && !before.settled
                        && pause(before).is_some_and(|days| days <= PAUSE) =>
                {
                    let worse = event.excess.abs() > before.excess.abs();
                    let worst = if worse { event } else { *before };
                    *before =
                        Event { from: before.from, to: event.to, settled: event.settled, ..worst };
                }
                _ => joined.push(event),
            }
        }
        joined
    }
}

impl Incident<'_> {
    /// Whether it lasts, or has no named day near it: what a reader would ask about.
    pub(super) fn is_open_question(&self) -> bool {
        self.near.is_empty() || matches!(self.status, Status::New | Status::Continuing)
    }

    /// The sentence that tells it, with the named days that it stands near.
    pub(super) fn finding(&self) -> Finding {
        let is_near = !self.near.is_empty();
        let (key, weight) = match (self.status, is_near) {
            (Status::New, false) => ("alerts.new", 72),
            (Status::New, true) => ("alerts.new_near", 56),
            (Status::Continuing, false) => ("alerts.continuing", 64),
            (Status::Continuing, true) => ("alerts.continuing_near", 40),
            // With a named day near they are told together, in `explained`.
            (Status::Recovered, _) => ("alerts.recovered", 52),
            (Status::Settled, _) => ("alerts.settled", 50),
        };
        let format = || format_of(self.metric);
        let mut message = Message::new(key)
            .with("metric", Argument::Label(self.metric.label.clone()))
            .with("from", Argument::Date(self.from))
            .with("worst", Argument::Date(self.worst))
            .with("value", Argument::value(self.value, format()))
            .with("expected", Argument::value(Some(Number::Real(self.expected)), format()));
        if let Some(to) = self.to {
            message = message.with("to", Argument::Date(to));
        }
        if is_near && key.ends_with("_near") {
            message = message.with("events", Argument::List(self.near.clone()));
        }
        Finding { verdict: self.verdict(), message, weight }
    }

    pub(super) fn verdict(&self) -> Verdict {
        let expected = Some(Number::Real(self.expected));
        comparing::verdict(self.metric, self.value, expected)
    }

    /// The status as a word.
    pub(super) fn word(&self) -> Label {
        match self.status {
            Status::New => Label::new("new", "新出现"),
            Status::Continuing => Label::new("continuing", "持续中"),
            Status::Recovered => Label::new("recovered", "已恢复"),
            Status::Settled => Label::new("new level", "成为新水平"),
        }
    }
}
