//! What each channel's spend goes with, and how a budget should be shared out.
//!
//! Answers: what did a channel return, what does the next unit of spend bring, and which shares would bring more?
//! Method: carry-over and saturation of each channel beside trend, season and controls (`stats::response`); shares at
//! which the last unit brings the same everywhere, within bounds. What the data do not tell is not proposed.
//! Not for: spend that follows demand the model does not see. A trial knows better, and is taken in as one.

mod chart;
mod findings;
mod measured;
mod past;
mod tables;

use self::{measured::Measured, past::Past};
use super::{Analysed, Analysis, Limits, Names, comparing};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use chrono::NaiveDate;
use model::{
    id::{DimensionId, MetricId},
    metric::Metric,
    number::Number,
    period::{Grain, Period},
    report::{Argument, Fmt, Message},
    unit::Unit,
};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure intervals are.
const LEVEL: f64 = 0.9;

/// Settings of response curves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What spend is to bring. Example: `"net_revenue"`.
    #[serde(default = "default_outcome")]
    pub outcome: MetricId,
    /// What is spent. Example: `"ad_spend"`.
    #[serde(default = "default_spend")]
    pub spend: MetricId,
    /// The dimension of the spend whose members are the channels. Example: `"platform"`.
    #[serde(default = "default_by")]
    pub by: DimensionId,
    /// What else drives the outcome: prices, stock, a competitor. Example: `["competitor_sales"]`.
    #[serde(default)]
    pub controls: Vec<MetricId>,
    /// Whether days off and festivals of the calendar are controls too.
    #[serde(default = "default_calendar")]
    pub calendar: bool,
    /// The periods that are compared: `week` or `month`.
    #[serde(default = "default_every")]
    pub every: Grain,
    /// The most periods looked back upon.
    #[serde(default = "default_history")]
    pub history: u32,
    /// The last periods, whose spend is today's.
    #[serde(default = "default_recent")]
    pub recent: u32,
    /// What is shared out over as many periods as `recent`; today's spend when absent. Example: `"1200000"`.
    #[schemars(with = "Option<String>")]
    pub budget: Option<Decimal>,
    /// The least and the most of its spend today that a channel is proposed. Example: `["0.8", "1.2"]`.
    #[serde(default = "default_allowed")]
    #[schemars(with = "[String; 2]")]
    pub allowed: [Decimal; 2],
    /// The share of the outcome that is earned, to tell profit. Example: `"0.35"`.
    #[schemars(with = "Option<String>")]
    pub margin: Option<Decimal>,
    /// The most channels; those with less spend are put together.
    #[serde(default = "default_channels")]
    pub channels: usize,
    /// What trials have found.
    #[serde(default)]
    pub lift_test: Vec<LiftTest>,
}

/// What a trial has found for a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftTest {
    /// The channel, as it is written in the data. Example: `"search"`.
    pub channel: String,
    /// Its first day. Example: `"2026-03-02"`.
    pub from: NaiveDate,
    /// Its last day. Example: `"2026-03-29"`.
    pub to: NaiveDate,
    /// The outcome gained for one unit of spend. Example: `"2.4"`.
    #[schemars(with = "String")]
    pub roas: Decimal,
    /// The standard error of it. Example: `"0.5"`.
    #[schemars(with = "String")]
    pub error: Decimal,
}

fn default_outcome() -> MetricId {
    MetricId::new("net_revenue")
}

fn default_spend() -> MetricId {
    MetricId::new("ad_spend")
}

fn default_by() -> DimensionId {
    DimensionId::new("platform")
}

fn default_calendar() -> bool {
    true
}

fn default_every() -> Grain {
    Grain::Week
}

fn default_history() -> u32 {
    208
}

fn default_recent() -> u32 {
    13
}

fn default_allowed() -> [Decimal; 2] {
    [Decimal::new(5, 1), Decimal::new(15, 1)]
}

fn default_channels() -> usize {
    6
}

impl Spec {
    /// The periods looked back upon, the last of them closed with the section's own.
    fn periods(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Period> {
        let last = plan.calendar.last_closed(self.every, section.period.days.end);
        plan.calendar.run_up_to(&last, self.history)
    }

    fn sliced(&self, periods: Vec<Period>) -> Ask {
        Ask { by: vec![self.by.clone()], ..Ask::total(&self.spend, periods) }
    }
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let periods = self.periods(plan, section);
        let totals = [&self.outcome, &self.spend].into_iter().chain(&self.controls);
        let mut asks: Vec<Ask> = totals.map(|id| Ask::total(id, periods.clone())).collect();
        asks.push(self.sliced(periods));
        asks
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let metrics = [&self.outcome, &self.spend].map(|id| desk.plan.metrics.get(id));
        let [Some(outcome), Some(spend)] = metrics else { return Analysed::default() };
        let say = Say { spec: self, desk, section, outcome, spend };
        let found = Past::read(&say).and_then(|past| Measured::of(&say, past));
        match found {
            Ok(measured) => say.analysed(&measured),
            Err(reason) => say.refused(&reason),
        }
    }

    fn names(&self) -> Names {
        let mut metrics = vec![
            ("outcome".to_owned(), self.outcome.clone()),
            ("spend".to_owned(), self.spend.clone()),
        ];
        metrics.extend(Names::metrics("controls", &self.controls));
        Names {
            metrics,
            dimensions: vec![("by".to_owned(), self.by.clone())],
            slices: vec![(self.spend.clone(), self.by.clone())],
            ..Names::default()
        }
    }

    fn limits(&self) -> Limits {
        let [least, most] = self.allowed;
        let (half, more) = (Decimal::new(5, 1), Decimal::new(15, 1));
        let embraces =
            half <= least && least <= Decimal::ONE && Decimal::ONE <= most && most <= more;
        let by_period = matches!(self.every, Grain::Week | Grain::Month);
        let earned =
            self.margin.is_none_or(|margin| Decimal::ZERO < margin && margin <= Decimal::ONE);
        let paid = self.budget.is_none_or(|budget| budget > Decimal::ZERO);
        let alone = self.outcome != self.spend;
        let own = |id: &&MetricId| **id == self.outcome || **id == self.spend;
        let foreign = self.controls.iter().find(own);
        let limits = Limits::default()
            .list("controls", &self.controls, 0)
            .within("history", self.history, 26..=1500)
            .within("recent", self.recent, 4..=104)
            .within("channels", self.channels, 1..=10)
            .needs(alone, "outcome", "is what is spent; name what spend is to bring")
            .needs(foreign.is_none(), "controls", "names the outcome or the spend; name what else drives the outcome")
            .needs(by_period, "every", "is no period for curves; use \"week\" or \"month\"")
            .needs(earned, "margin", "is no share; use more than \"0\", up to \"1\"")
            .needs(paid, "budget", "is no budget; use more than \"0\"")
            .needs(
                embraces,
                "allowed",
                "is out of range; use two shares, the first \"0.5\" to \"1\", the second \"1\" to \"1.5\": the curves know nothing of spend further off",
            );
        self.lift_test.iter().enumerate().fold(limits, |limits, (place, test)| {
            let key = |key: &str| format!("lift_test[{place}].{key}");
            limits
                .needs(
                    test.error > Decimal::ZERO,
                    &key("error"),
                    "is no standard error; use more than \"0\"",
                )
                .needs(test.from <= test.to, &key("to"), "is before `from`; swap the two days")
        })
    }
}

/// What every sentence and figure of the section is made with.
struct Say<'a> {
    spec: &'a Spec,
    desk: &'a Desk<'a>,
    section: &'a SectionPlan,
    outcome: &'a Metric,
    spend: &'a Metric,
}

impl Say<'_> {
    /// A sentence with the outcome and the word of the periods.
    fn message(&self, key: &str) -> Message {
        Message::new(format!("response.{key}"))
            .with("metric", Argument::Label(self.outcome.label.clone()))
            .with("grain", Argument::Label(super::leads::grain_word(self.spec.every, 1)))
    }

    /// As `message`, with a number of periods and their word.
    fn counted(&self, key: &str, count: usize) -> Message {
        self.message(key)
            .with("grain", Argument::Label(super::leads::grain_word(self.spec.every, count)))
            .with("count", Argument::Count(count as i64))
    }

    fn outcome(&self, value: f64) -> Argument {
        comparing::difference_argument(self.outcome, value)
    }

    fn spend(&self, value: f64) -> Argument {
        comparing::difference_argument(self.spend, value)
    }

    /// What one unit of spend brings, with about three digits.
    fn per_unit(&self, value: f64, like: f64) -> Argument {
        let mut format = comparing::difference_format(self.outcome, like);
        match like.abs() {
            size if size >= 100.0 => format.decimals = Some(0),
            size if size >= 10.0 => format.decimals = Some(1),
            _ => {}
        }
        Argument::value(Some(Number::Real(value)), format)
    }

    /// One unit of spend.
    fn one(&self) -> Argument {
        let format = Fmt { unit: self.spend.unit.clone(), decimals: Some(0) };
        Argument::value(Some(Number::whole(1)), format)
    }
}

/// A share without decimals.
fn share(share: f64) -> Argument {
    let format = Fmt { unit: Unit::Percent, decimals: Some(0) };
    Argument::value(Some(Number::Real(share)), format)
}
