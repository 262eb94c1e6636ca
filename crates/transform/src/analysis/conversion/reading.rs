//! From trails to what was opened and won.
//!
//! Rule: the first start of a person opens, the first end on that day or later wins. An end before its start wins on the
//! day of the start, and is told of; one without a start is not counted, and is told of too.

use super::Spec;
use crate::plan::{SectionPlan, TransformPlan};
use chrono::NaiveDate;
use engine::{Trail, TrailAnswer};
use model::period::{DateRange, Grain, Period};
use stats::{
    retention::{Conversion, Deal, conversions},
    survival::{KaplanMeier, Observation, Step, kaplan_meier},
};

/// The fewest still watched for whom the curve is read: beyond, single ones would move it.
const LEAST_WATCHED: usize = 30;

/// How many standard errors to either side hold 95 %.
const REACH: f64 = 1.959_963_984_540_054;

/// One that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    /// The day.
    pub(super) on: NaiveDate,
    /// The day it was won, if it was.
    pub(super) won: Option<NaiveDate>,
    /// Its segment.
    pub(super) member: Option<String>,
}

/// What was opened and won within closed periods.
pub(super) struct Reading {
    /// Everything opened in closed periods.
    pub(super) opened: Vec<Opened>,
    /// The closed periods from the first start on.
    pub(super) periods: Vec<Period>,
    /// Both views, by period.
    pub(super) conversions: Vec<Conversion>,
    /// How many days an open one is known to be open: up to this day, which is not over.
    pub(super) end: NaiveDate,
    /// The curve, if there is enough to draw one.
    pub(super) curve: Option<Curve>,
    /// Ends before their start, ends without one, rows without a person or a moment.
    pub(super) early: usize,
    pub(super) unopened: usize,
    pub(super) nobodys: usize,
    pub(super) undated: usize,
}

/// What share is won by which day.
pub(super) struct Curve {
    curve: KaplanMeier,
    /// The last step at which enough are watched.
    pub(super) last: Step,
}

impl Curve {
    fn new(opened: &[Opened], end: NaiveDate) -> Option<Self> {
        let watched = opened.iter().map(|one| Observation {
            time: (one.won.unwrap_or(end) - one.on).num_days() as f64,
            happened: one.won.is_some(),
        });
        let curve = kaplan_meier(&watched.collect::<Vec<_>>())?;
        let last = *curve.steps.iter().rev().find(|step| step.at_risk >= LEAST_WATCHED)?;
        Some(Self { curve, last })
    }

    /// The chance that one open for `days` is won by the last day at which the curve is read.
    fn still(&self, days: f64) -> f64 {
        let now = self.curve.without(days.min(self.last.time)).unwrap_or(self.last.without);
        if now > 0.0 { 1.0 - self.last.without / now } else { 0.0 }
    }

    /// The error of the logarithm of that chance's opposite: what Greenwood's sum gains after `days`.
    fn error(&self, days: f64) -> f64 {
        let sum = |step: &Step| (step.without > 0.0).then(|| (step.error / step.without).powi(2));
        let passed = self.curve.steps.partition_point(|step| step.time <= days);
        let now = passed.checked_sub(1).and_then(|at| sum(&self.curve.steps[at])).unwrap_or(0.0);
        (sum(&self.last).unwrap_or(0.0) - now).max(0.0).sqrt()
    }

    /// The days by which half of those that are ever won are won.
    pub(super) fn half(&self) -> Option<f64> {
        self.curve.time_at(1.0 - self.last.converted() / 2.0)
    }
}

impl Reading {
    pub(super) fn new(
        spec: &Spec,
        plan: &TransformPlan,
        section: &SectionPlan,
        answer: &TrailAnswer,
    ) -> Self {
        let grain = spec.cohort.unwrap_or(section.period.grain);
        // Only whole periods: the one that has begun is left out.
        let end = plan.calendar.last_closed(grain, section.period.days.end).days.end;
        let sum = |counts: &[u64]| counts.iter().sum::<u64>() as usize;
        let mut found = Self {
            opened: Vec::new(),
            periods: Vec::new(),
            conversions: Vec::new(),
            end,
            curve: None,
            early: 0,
            unopened: 0,
            nobodys: sum(&answer.nobodys),
            undated: answer.undated.first().map_or(0, |count| *count as usize),
        };
        for trail in &answer.trails {
            found.put(trail);
        }
        found.count(plan, grain);
        found.curve = Curve::new(&found.opened, end);
        found
    }

    fn put(&mut self, trail: &Trail) {
        let is_start = |moment: &&engine::Moment| moment.act == 0;
        let mut ends = trail.iter().filter(|moment| moment.act == 1 && moment.day < self.end);
        let Some(start) = trail.iter().find(is_start).filter(|start| start.day < self.end) else {
            self.unopened += usize::from(ends.next().is_some());
            return;
        };
        let on = start.day;
        let days: Vec<NaiveDate> = ends.map(|end| end.day).collect();
        let won = days.iter().find(|day| **day >= on).copied();
        let is_early = won.is_none() && !days.is_empty();
        self.early += usize::from(is_early);
        let won = if is_early { Some(on) } else { won };
        self.opened.push(Opened { on, won, member: start.label().map(str::to_owned) });
    }

    fn count(&mut self, plan: &TransformPlan, grain: Grain) {
        let Some(first) = self.opened.iter().map(|one| one.on).min() else { return };
        self.periods = plan.calendar.periods(grain, DateRange { start: first, end: self.end });
        let place = |day: NaiveDate| self.periods.partition_point(|period| period.days.end <= day);
        let deal = |one: &Opened| Deal { opened: place(one.on), won: one.won.map(place) };
        let deals: Vec<Deal> = self.opened.iter().map(deal).collect();
        self.conversions = conversions(&deals, self.periods.len(), 0).unwrap_or_default();
    }

    /// Those opened in a period.
    pub(super) fn cohort(&self, period: &Period) -> Vec<&Opened> {
        self.opened.iter().filter(|one| period.days.contains(one.on)).collect()
    }

    /// Between how many and how many of these are won in the end, at 95 %: the chance that is in each open one, and the
    /// error of the curve, which is taken to hit all of them alike.
    pub(super) fn range(&self, cohort: &[&Opened]) -> Option<(f64, f64)> {
        let curve = self.curve.as_ref()?;
        let expected = self.in_the_end(cohort)?;
        let (mut chance, mut error) = (0.0, 0.0);
        for one in cohort.iter().filter(|one| one.won.is_none()) {
            let days = (self.end - one.on).num_days() as f64;
            let won = curve.still(days);
            chance += won * (1.0 - won);
            error += (1.0 - won) * curve.error(days);
        }
        let reach = REACH * (chance + error * error).sqrt();
        let won = cohort.iter().filter(|one| one.won.is_some()).count() as f64;
        Some(((expected - reach).max(won), (expected + reach).min(cohort.len() as f64)))
    }

    /// How many of these are won in the end: those won, and what the open ones will still bring.
    pub(super) fn in_the_end(&self, cohort: &[&Opened]) -> Option<f64> {
        let curve = self.curve.as_ref()?;
        let expected = |one: &&Opened| match one.won {
            Some(_) => 1.0,
            None => curve.still((self.end - one.on).num_days() as f64),
        };
        Some(cohort.iter().map(expected).sum())
    }
}
