//! One metric over time: its direction and its gaps.

use super::course::clear_slope;
use crate::{
    analysis::{
        comparing,
        history::{self, Row},
    },
    desk::format_of,
};
use model::{
    label::Label,
    metric::Metric,
    number::Number,
    period::{DateRange, Period},
    report::{Argument, Finding, Message, Verdict},
    unit::Direction,
};

/// One metric over time.
pub(super) struct Line<'a> {
    pub(super) metric: &'a Metric,
    pub(super) periods: &'a [Period],
    pub(super) values: &'a [Option<Number>],
}

impl Line<'_> {
    fn known(&self) -> Vec<(Period, Number)> {
        let pairs = self.periods.iter().zip(self.values);
        pairs.filter_map(|(period, value)| Some((*period, (*value)?))).collect()
    }

    fn say(&self, key: &str) -> Message {
        Message::new(key).with("metric", Argument::Label(self.metric.label.clone()))
    }

    /// Whether the shown values rise or fall steadily, and how fast.
    pub(super) fn direction(&self, row: &Row<'_>, season: Option<usize>, needed: u32) -> Finding {
        let without = history::without_season(&row.values, season);
        let shown = &without[without.len().saturating_sub(self.periods.len())..];
        // After a long gap only what follows it counts.
        let count = Argument::Count(shown.len() as i64);
        if shown.len() < needed as usize {
            let message = self
                .say("trend.not_enough")
                .with("count", count)
                .with("needed", Argument::Count(i64::from(needed)));
            return Finding { verdict: Verdict::Unknown, message, weight: 3 };
        }
        let found = clear_slope(shown);
        let (key, good) = match found.map(|found| found.slope > 0.0) {
            None => ("trend.flat", None),
            Some(true) => ("trend.rising", Some(self.metric.direction == Direction::Up)),
            Some(false) => ("trend.falling", Some(self.metric.direction == Direction::Down)),
        };
        let verdict = match good {
            Some(_) if self.metric.direction == Direction::Neutral => Verdict::Neutral,
            Some(true) => Verdict::Good,
            Some(false) => Verdict::Bad,
            None => Verdict::Neutral,
        };
        let mut message = self.say(key).with("periods", count);
        if let Some((slope, (low, high))) =
            found.and_then(|found| Some((found.slope, found.interval?)))
        {
            message = message
                .with("slope", self.size(slope))
                .with("low", self.size(low))
                .with("high", self.size(high));
        }
        let weight = if good.is_some() { 45 } else { 8 };
        Finding { verdict, message, weight }
    }

    /// A difference in the metric's unit: points for percentages.
    fn size(&self, size: f64) -> Argument {
        comparing::difference_argument(self.metric, size)
    }

    /// Periods without data between periods with data; news only where one of them lies in what is `reported`.
    pub(super) fn gaps(&self, reported: DateRange) -> Option<Finding> {
        let first = self.values.iter().position(Option::is_some)?;
        let inside = self.periods.iter().zip(self.values).skip(first);
        let empty: Vec<&Period> =
            inside.filter(|(_, value)| value.is_none()).map(|(period, _)| period).collect();
        if empty.is_empty() {
            return None;
        }
        let is_news = empty.iter().any(|period| period.days.overlaps(reported));
        let weight = if is_news { 60 } else { 12 };
        let empty: Vec<Label> =
            empty.into_iter().map(|period| Label::verbatim(period.name())).collect();
        let message = self
            .say("trend.gaps")
            .with("count", Argument::Count(empty.len() as i64))
            .with("list", Argument::List(empty));
        Some(Finding { verdict: Verdict::Unknown, message, weight })
    }

    pub(super) fn alternative(&self) -> Message {
        let known = self.known();
        let by_value =
            |a: &&(Period, Number), b: &&(Period, Number)| a.1.to_f64().total_cmp(&b.1.to_f64());
        let ends = known.first().zip(known.last());
        let extremes = known.iter().min_by(by_value).zip(known.iter().max_by(by_value));
        let (Some((first, last)), Some((low, high))) = (ends, extremes) else {
            return self
                .say("trend.not_enough")
                .with("count", Argument::Count(0))
                .with("needed", Argument::Count(1));
        };
        let mut message = self.say("trend.alt");
        for (name, (period, value)) in
            [("first", first), ("last", last), ("low", low), ("high", high)]
        {
            message = message
                .with(name, Argument::value(Some(*value), format_of(self.metric)))
                .with(&format!("{name}_period"), Argument::Period(*period));
        }
        message
    }
}
