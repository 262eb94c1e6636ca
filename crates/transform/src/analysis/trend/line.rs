//! One metric over time: its direction and its gaps.

use crate::{
    analysis::{comparing, history::Row},
    desk::format_of,
};
use model::{
    label::Label,
    metric::Metric,
    number::Number,
    period::Period,
    report::{Argument, Finding, Message, Verdict},
    unit::Direction,
};

/// The confidence of a slope's interval.
const CONFIDENCE: f64 = 0.95;

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
        let known = self.known();
        let count = Argument::Count(known.len() as i64);
        let shown = deseasonalised(row, season, self.periods.len());
        let test = stats::trend::mann_kendall_autocorrelated(&shown)
            .filter(|_| known.len() >= needed as usize)
            .zip(stats::trend::theil_sen(&shown, CONFIDENCE));
        let Some((test, slope)) = test else {
            let message = self
                .say("trend.not_enough")
                .with("count", count)
                .with("needed", Argument::Count(i64::from(needed)));
            return Finding { verdict: Verdict::Unknown, message, weight: 3 };
        };
        // A clear direction with a slope that may as well be none is not one to speak of.
        let steady = slope.interval.filter(|(low, high)| low * high > 0.0);
        let (key, good) = match (test.direction(), steady) {
            (0, _) | (_, None) => ("trend.flat", None),
            (1, _) => ("trend.rising", Some(self.metric.direction == Direction::Up)),
            _ => ("trend.falling", Some(self.metric.direction == Direction::Down)),
        };
        let verdict = match good {
            Some(_) if self.metric.direction == Direction::Neutral => Verdict::Neutral,
            Some(true) => Verdict::Good,
            Some(false) => Verdict::Bad,
            None => Verdict::Neutral,
        };
        let mut message = self.say(key).with("periods", count);
        if let Some((low, high)) = steady.filter(|_| good.is_some()) {
            message = message
                .with("slope", self.size(slope.slope))
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

    /// Periods without data between periods with data.
    pub(super) fn gaps(&self) -> Option<Finding> {
        let first = self.values.iter().position(Option::is_some)?;
        let inside = self.periods.iter().zip(self.values).skip(first);
        let empty: Vec<Label> = inside
            .filter(|(_, value)| value.is_none())
            .map(|(period, _)| Label::verbatim(period.name()))
            .collect();
        if empty.is_empty() {
            return None;
        }
        let message = self
            .say("trend.gaps")
            .with("count", Argument::Count(empty.len() as i64))
            .with("list", Argument::List(empty));
        Some(Finding { verdict: Verdict::Unknown, message, weight: 60 })
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

/// The newest `count` values of a row without their season, where two cycles of it are known.
fn deseasonalised(row: &Row<'_>, season: Option<usize>, count: usize) -> Vec<f64> {
    let cycles = season.filter(|season| row.values.len() >= 2 * season);
    let adjusted = cycles.and_then(|season| stats::seasonal::adjusted(&row.values, &[season]));
    let values = adjusted.unwrap_or_else(|| row.values.clone());
    values[values.len().saturating_sub(count)..].to_vec()
}
