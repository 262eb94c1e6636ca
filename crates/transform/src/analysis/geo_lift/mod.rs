//! What did a campaign in some regions add to what they would have had without it?
//!
//! Answers: how much more did the regions with the campaign sell, how sure is that, and what makes one doubt it?
//! Method: the mixture of other regions that followed them before (synthetic control), an interval and p by moving the
//! residuals round, and placebo regions (`stats::geo`).
//! Not for: campaigns that spill over into the other regions, or one that ran everywhere.

mod view;

use super::{Analysed, Analysis, Limits, Names, comparing};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use chrono::NaiveDate;
use model::{
    id::{DimensionId, MetricId},
    label::Label,
    metric::Metric,
    number::Number,
    period::{DateRange, Grain, Period},
    report::{Argument, Block, Finding, Message, Verdict},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::geo::{self, GeoLift, Trial};

/// The confidence of the interval.
const LEVEL: f64 = 0.9;
/// Fewest other regions from which a mixture is made.
const LEAST_OTHERS: usize = 5;
/// An error before the campaign above this share of the value is a doubt.
const LOOSE: f64 = 0.1;
/// So many known regions are listed beside one that is not known.
const LISTED: usize = 20;
/// A region with more than this weight is a doubt.
const HEAVY: f64 = 0.7;

/// Settings of a regional lift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The metric, one that adds up. Example: `"net_revenue"`.
    pub metric: MetricId,
    /// The dimension that holds the regions. Example: `"region"`.
    pub by: DimensionId,
    /// The regions with the campaign. Example: `["North", "South"]`.
    pub treated: Vec<String>,
    /// Regions that must not be compared with, such as those that it may have spilled over into.
    #[serde(default)]
    pub without: Vec<String>,
    /// The first day of the campaign. Example: `"2026-04-06"`.
    pub start: NaiveDate,
    /// The last day that is counted. Example: `"2026-05-03"`.
    pub end: NaiveDate,
    /// The periods that are compared: `"day"` or `"week"`; only whole ones count.
    #[serde(default = "default_every")]
    pub every: Grain,
    /// Periods before the campaign from which the mixture is learnt.
    #[serde(default = "default_before")]
    pub before: u32,
}

fn default_every() -> Grain {
    Grain::Day
}

fn default_before() -> u32 {
    90
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, _: &SectionPlan) -> Vec<Ask> {
        vec![self.ask(self.periods(plan))]
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let Some(metric) = desk.plan.metrics.get(&self.metric) else { return Analysed::default() };
        match Measured::of(self, desk, metric) {
            Ok(measured) => {
                Analysed { findings: measured.findings(), blocks: measured.blocks(section) }
            }
            Err(message) => {
                let message = message.with("metric", Argument::Label(metric.label.clone()));
                let finding = Finding { verdict: Verdict::Unknown, message, weight: 10 };
                Analysed { findings: vec![finding], blocks: Vec::new() }
            }
        }
    }

    fn names(&self) -> Names {
        Names {
            metrics: vec![("metric".to_owned(), self.metric.clone())],
            dimensions: vec![("by".to_owned(), self.by.clone())],
            slices: vec![(self.metric.clone(), self.by.clone())],
            ..Names::default()
        }
    }

    fn limits(&self) -> Limits {
        let every = format!("{} is too coarse or too fine; use day or week", self.every);
        let twice = self.without.iter().find(|name| self.treated.contains(name));
        let both = format!(
            "`{}` stands in `treated` as well; leave it out of one of them",
            twice.map_or("", String::as_str)
        );
        Limits::default()
            .list("treated", &self.treated, 1)
            .needs(twice.is_none(), "without", both)
            .needs(
                self.end >= self.start,
                "end",
                "lies before `start`; use that day or a later one",
            )
            .needs(matches!(self.every, Grain::Day | Grain::Week), "every", every)
            .within("before", self.before, 10..=1000)
    }
}

impl Spec {
    fn ask(&self, periods: Vec<Period>) -> Ask {
        Ask { metric: self.metric.clone(), periods, by: vec![self.by.clone()], only: None }
    }

    /// Nothing is said where a named region is in no row: its sum would be zero, which is not what was sold there.
    fn known(&self, slices: &[Vec<Option<String>>]) -> Result<(), Message> {
        let verbatim = |name: &String| Label::verbatim(name.as_str());
        let known: Vec<&String> =
            slices.iter().filter_map(|members| members.first()?.as_ref()).collect();
        let named = self.treated.iter().chain(&self.without);
        let strange: Vec<Label> =
            named.filter(|name| !known.contains(name)).map(verbatim).collect();
        if strange.is_empty() || known.is_empty() {
            return Ok(());
        }
        let mut listed: Vec<Label> = known.iter().copied().take(LISTED).map(verbatim).collect();
        if known.len() > LISTED {
            listed.push(Label::verbatim("…"));
        }
        Err(Message::new("geo_lift.unknown")
            .with("regions", Argument::List(strange))
            .with("known", Argument::List(listed)))
    }

    /// The run-up and the campaign as far as it is over, in whole periods.
    fn periods(&self, plan: &TransformPlan) -> Vec<Period> {
        let calendar = &plan.calendar;
        let first = calendar.period(self.every, self.start);
        let mut periods = calendar.run_up_to(&calendar.before(&first, 1), self.before);
        let end = self.end.succ_opt().unwrap_or(self.end).min(plan.today);
        if end > first.days.start {
            let campaign = DateRange { start: first.days.start, end };
            periods.extend(
                calendar
                    .periods(self.every, campaign)
                    .into_iter()
                    .filter(|one| one.days.end <= plan.today && one.whole),
            );
        }
        periods
    }
}

/// The lift, with what it was measured on.
struct Measured<'a> {
    spec: &'a Spec,
    metric: &'a Metric,
    periods: Vec<Period>,
    start: usize,
    /// The sum over the regions with the campaign.
    actual: Vec<f64>,
    others: Vec<Label>,
    left_out: usize,
    lift: GeoLift,
    placebo: Option<f64>,
    is_over: bool,
}

impl<'a> Measured<'a> {
    fn of(spec: &'a Spec, desk: &Desk<'_>, metric: &'a Metric) -> Result<Self, Message> {
        let periods = spec.periods(desk.plan);
        let ask = spec.ask(periods.clone());
        let slices = desk.slices(&ask, &periods);
        let series = |members: &[Option<String>]| -> Option<Vec<f64>> {
            let value = |period| Some(desk.value(&ask, period, members)?.to_f64());
            periods.iter().map(value).collect()
        };
        let start = periods.iter().position(|one| one.days.end > spec.start);
        let start = start.ok_or_else(|| {
            Message::new("geo_lift.not_begun").with("date", Argument::Date(spec.start))
        })?;
        spec.known(&slices)?;
        let treated: Vec<Option<Vec<f64>>> =
            spec.treated.iter().map(|name| series(&[Some(name.clone())])).collect();
        if let Some(place) = treated.iter().position(Option::is_none) {
            let name = Label::verbatim(spec.treated[place].clone());
            return Err(Message::new("geo_lift.gaps").with("region", Argument::Label(name)));
        }
        let treated: Vec<Vec<f64>> = treated.into_iter().flatten().collect();
        let is_other = |members: &&Vec<Option<String>>| {
            members
                .first()
                .and_then(Option::as_ref)
                .is_some_and(|name| !spec.treated.contains(name) && !spec.without.contains(name))
        };
        let candidates: Vec<&Vec<Option<String>>> = slices.iter().filter(is_other).collect();
        let (mut names, mut others) = (Vec::new(), Vec::new());
        for members in &candidates {
            if let Some(values) = series(members) {
                names.push(desk.plan.member(&spec.by, members[0].as_deref()));
                others.push(values);
            }
        }
        if others.len() < LEAST_OTHERS {
            return Err(Message::new("geo_lift.few")
                .with("count", Argument::Count(others.len() as i64))
                .with("minimum", Argument::Count(LEAST_OTHERS as i64)));
        }
        let trial = Trial { treated: &treated, others: &others, start, ridge: 0.0 };
        let lift = geo::geo_lift(&trial, LEVEL).ok_or_else(|| Message::new("geo_lift.none"))?;
        let actual =
            (0..periods.len()).map(|t| treated.iter().map(|series| series[t]).sum()).collect();
        let last = periods.last().map(|period| period.days.end);
        Ok(Self {
            spec,
            metric,
            start,
            actual,
            left_out: candidates.len() - others.len(),
            others: names,
            placebo: geo::placebo_p(&trial),
            lift,
            is_over: last.is_some_and(|last| last > spec.end),
            periods,
        })
    }

    fn regions(&self) -> f64 {
        self.spec.treated.len() as f64
    }

    /// What the regions with the campaign would have had, over all its periods.
    fn base(&self) -> f64 {
        self.lift.expected[self.start..].iter().sum::<f64>() * self.regions()
    }

    fn findings(&self) -> Vec<Finding> {
        let added = self.lift.incremental;
        let (low, high) = (self.lift.low, self.lift.high);
        let bounded = low.is_finite() && high.is_finite();
        let rare = 1.0 - LEVEL;
        let (key, p) = match (self.lift.p_average < rare, self.lift.p < rare) {
            (true, _) if added > 0.0 => ("geo_lift.rose", self.lift.p_average),
            (true, _) => ("geo_lift.fell", self.lift.p_average),
            (false, true) if bounded => ("geo_lift.moved", self.lift.p),
            (false, _) if bounded => ("geo_lift.open", self.lift.p_average),
            (false, _) => ("geo_lift.unbounded", self.lift.p_average),
        };
        let (verdict, weight) = match key {
            "geo_lift.rose" => (self.judged(true), 55),
            "geo_lift.fell" => (self.judged(false), 55),
            _ => (Verdict::Neutral, 35),
        };
        let amount = |value: f64| Argument::value(Some(Number::Real(value)), self.format());
        let base = self.base();
        let message = Message::new(key)
            .with("metric", Argument::Label(self.metric.label.clone()))
            .with("regions", Argument::List(self.treated_names()))
            .with("lift", Argument::change(Some(self.lift.lift)))
            .with("added", amount(added))
            .with("p", comparing::percent(Some(p)));
        let message = match key {
            "geo_lift.moved" => {
                message.with("average", comparing::percent(Some(self.lift.p_average)))
            }
            _ => message,
        };
        let message = match bounded {
            true => message
                .with("low", Argument::change(Some(low / base)))
                .with("high", Argument::change(Some(high / base))),
            false => message,
        };
        let mut findings = vec![Finding { verdict, message, weight }];
        findings.extend(self.doubts().into_iter().map(|message| Finding {
            verdict: Verdict::Neutral,
            message,
            weight: 12,
        }));
        findings
    }

    fn judged(&self, rose: bool) -> Verdict {
        use model::unit::Direction;
        match (self.metric.direction, rose) {
            (Direction::Neutral, _) => Verdict::Neutral,
            (Direction::Up, true) | (Direction::Down, false) => Verdict::Good,
            (Direction::Up, false) | (Direction::Down, true) => Verdict::Bad,
        }
    }

    /// Why one should not lean on the figure too much.
    fn doubts(&self) -> Vec<Message> {
        let mut doubts = Vec::new();
        let before = &self.actual[..self.start];
        let usual = before.iter().sum::<f64>() / before.len() as f64 / self.regions();
        let off = self.lift.error / usual;
        if usual > 0.0 && off > LOOSE {
            doubts
                .push(Message::new("geo_lift.loose").with("share", comparing::percent(Some(off))));
        }
        let heaviest = (0..self.others.len())
            .max_by(|a, b| self.lift.weights[*a].total_cmp(&self.lift.weights[*b]));
        if let Some(place) = heaviest.filter(|place| self.lift.weights[*place] > HEAVY) {
            doubts.push(
                Message::new("geo_lift.heavy")
                    .with("region", Argument::Label(self.others[place].clone()))
                    .with("share", comparing::percent(Some(self.lift.weights[place]))),
            );
        }
        let during = self.periods.len() - self.start;
        if self.start < 2 * during {
            doubts.push(
                Message::new("geo_lift.short")
                    .with("before", Argument::Count(self.start as i64))
                    .with("during", Argument::Count(during as i64)),
            );
        }
        if let Some(placebo) = self.placebo.filter(|p| *p >= 0.2 && self.lift.p_average < 0.1) {
            let share = comparing::percent(Some(placebo));
            doubts.push(Message::new("geo_lift.placebo").with("share", share));
        }
        if !self.is_over {
            doubts
                .push(Message::new("geo_lift.running").with("date", Argument::Date(self.spec.end)));
        }
        doubts
    }

    fn blocks(&self, section: &SectionPlan) -> Vec<Block> {
        let mut blocks = vec![
            Block::Chart(self.chart(section)),
            Block::Table(self.table()),
            Block::Table(self.weights()),
        ];
        if self.left_out > 0 {
            let count = Argument::Count(self.left_out as i64);
            blocks.push(Block::Note(Message::new("geo_lift.left_out").with("count", count)));
        }
        blocks.push(Block::Note(Message::new("geo_lift.method")));
        blocks
    }
}
