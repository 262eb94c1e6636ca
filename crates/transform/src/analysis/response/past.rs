//! What was spent and what came in, period by period.
//!
//! Rule: a channel without rows in a period in which spend is known spent nothing; where no spend is known at all,
//! short gaps are bridged and a long one ends the past.

use super::{LiftTest, Say};
use crate::{
    analysis::{comparing, history::History},
    desk::Ask,
};
use chrono::NaiveDate;
use model::{id::MetricId, label::Label, number::Number, period::Period};
use std::collections::BTreeMap;

/// A channel with what was spent on it.
pub(super) struct Channel {
    pub(super) label: Label,
    /// Its names in the data; several for those that are put together.
    pub(super) members: Vec<Option<String>>,
    pub(super) spend: Vec<f64>,
}

/// An unbroken row of periods.
pub(super) struct Past {
    pub(super) periods: Vec<Period>,
    pub(super) outcome: Vec<f64>,
    /// Most spend first.
    pub(super) channels: Vec<Channel>,
    /// Metrics, then the calendar's days.
    pub(super) controls: Vec<Vec<f64>>,
    /// The names of the calendar's days among the controls.
    pub(super) days: Vec<Label>,
    /// Periods of which something was not known.
    pub(super) bridged: usize,
    /// Trials of channels that are measured, by the place of the channel.
    pub(super) tests: Vec<(usize, LiftTest)>,
    /// Trials of other channels or times.
    pub(super) left_out: Vec<Label>,
}

/// Why nothing is measured.
pub(super) enum Refusal {
    /// No spend or no outcome over the same periods.
    Nothing,
    /// Spend below zero.
    Negative(Label),
    /// Too few periods.
    TooShort { have: usize, need: usize, channels: usize },
    /// No method gave numbers.
    NoMethod,
}

type Values = BTreeMap<NaiveDate, f64>;

impl Past {
    pub(super) fn read(say: &Say<'_>) -> Result<Self, Refusal> {
        let asked = say.spec.periods(say.desk.plan, say.section);
        let mut bridged = 0;
        let mut read = |id: &MetricId| {
            let (values, gaps) = values(say, id, &asked);
            bridged = bridged.max(gaps);
            values
        };
        let outcome = read(&say.spec.outcome);
        let spent = read(&say.spec.spend);
        let controls: Vec<Values> = say.spec.controls.iter().map(read).collect();
        let all = || [&outcome, &spent].into_iter().chain(&controls);
        let is_known = |period: &&Period| all().all(|one| one.contains_key(&period.days.start));
        let periods: Vec<Period> = asked.iter().filter(is_known).copied().collect();
        if periods.is_empty() {
            return Err(Refusal::Nothing);
        }
        let over = |values: &Values| -> Vec<f64> {
            periods.iter().map(|period| values[&period.days.start]).collect()
        };
        let channels = channels(say, &asked, &periods);
        if let Some(channel) = channels.iter().find(|one| one.spend.iter().any(|x| *x < 0.0)) {
            return Err(Refusal::Negative(channel.label.clone()));
        }
        if channels.is_empty() {
            return Err(Refusal::Nothing);
        }
        let mut past = Self {
            outcome: over(&outcome),
            controls: controls.iter().map(over).collect(),
            channels,
            days: Vec::new(),
            bridged,
            tests: Vec::new(),
            left_out: Vec::new(),
            periods,
        };
        past.mark_days(say);
        past.take_tests(say);
        Ok(past)
    }

    /// The shares of each period that are days off, and that belong to a festival.
    fn mark_days(&mut self, say: &Say<'_>) {
        if !say.spec.calendar {
            return;
        }
        let holidays = &say.desk.plan.holidays;
        let festive = |day: NaiveDate| {
            let mut occasions = holidays.festivals.values().flat_map(|one| &one.occasions);
            occasions.any(|occasion| occasion.days.contains(day))
        };
        let share = |is: &dyn Fn(NaiveDate) -> bool| -> Vec<f64> {
            let one = |period: &Period| {
                let days = period.days.iter().filter(|day| is(*day)).count();
                days as f64 / period.days.days().max(1) as f64
            };
            self.periods.iter().map(one).collect()
        };
        let off = share(&|day| holidays.holiday(day).is_some());
        let of_festivals = share(&festive);
        let named = [
            (off, Label::new("days off", "节假日")),
            (of_festivals, Label::new("festivals", "购物节")),
        ];
        for (column, label) in named {
            if column.iter().any(|one| *one > 0.0) {
                self.controls.push(column);
                self.days.push(label);
            }
        }
    }

    fn take_tests(&mut self, say: &Say<'_>) {
        let (Some(first), Some(last)) = (self.periods.first(), self.periods.last()) else { return };
        for test in &say.spec.lift_test {
            let is_of = |channel: &Channel| channel.members == [Some(test.channel.clone())];
            let seen = test.from < last.days.end && first.days.start <= test.to;
            match self.channels.iter().position(is_of).filter(|_| seen) {
                Some(place) => self.tests.push((place, test.clone())),
                None => {
                    let label = say.desk.plan.member(&say.spec.by, Some(&test.channel));
                    self.left_out.push(label);
                }
            }
        }
    }
}

/// The newest unbroken row of a metric, and how many of its values are bridged.
fn values(say: &Say<'_>, id: &MetricId, periods: &[Period]) -> (Values, usize) {
    let ask = Ask::total(id, periods.to_vec());
    let history = match say.desk.plan.metrics.get(id) {
        Some(metric) if comparing::adds_up(metric) => History::of_sums(say.desk, metric, &ask),
        _ => History::read(say.desk, &ask),
    };
    let row = history.row();
    let starts = row.periods.iter().map(|period| period.days.start);
    (starts.zip(row.values).collect(), row.bridged)
}

/// The channels with any spend, most first; those beyond the last place together.
fn channels(say: &Say<'_>, asked: &[Period], periods: &[Period]) -> Vec<Channel> {
    let (spec, desk) = (say.spec, say.desk);
    let ask = spec.sliced(asked.to_vec());
    let total = Ask::total(&spec.spend, asked.to_vec());
    let known = |period: &Period| desk.total(&total, period).is_some();
    let mut found: Vec<Channel> = Vec::new();
    for members in desk.slices(&ask, periods) {
        let value = |period: &Period| match desk.value(&ask, period, &members) {
            None if !known(period) && desk.coverage(say.spend, period).is_some() => None,
            value => Some(value.unwrap_or(Number::whole(0))),
        };
        let history =
            History { periods: periods.to_vec(), values: periods.iter().map(value).collect() };
        let spend = history.row().values;
        if spend.len() != periods.len() || spend.iter().all(|one| *one == 0.0) {
            continue;
        }
        let member = members.first().cloned().flatten();
        let label = desk.plan.member(&spec.by, member.as_deref());
        found.push(Channel { label, members: vec![member], spend });
    }
    let whole = |channel: &Channel| channel.spend.iter().sum::<f64>();
    found.sort_by(|a, b| whole(b).total_cmp(&whole(a)).then_with(|| a.members.cmp(&b.members)));
    if found.len() > spec.channels && spec.channels > 0 {
        let rest = found.split_off(spec.channels - 1);
        let mut spend = vec![0.0; periods.len()];
        for channel in &rest {
            spend.iter_mut().zip(&channel.spend).for_each(|(sum, one)| *sum += one);
        }
        let members = rest.into_iter().flat_map(|channel| channel.members).collect();
        found.push(Channel { label: Label::new("Other channels", "其他渠道"), members, spend });
    }
    found
}
