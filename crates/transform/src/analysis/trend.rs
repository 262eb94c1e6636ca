//! How metrics developed, with gaps shown as gaps.
//!
//! Answers: is there a steady rise or fall, and where is data missing?
//! Method: Mann–Kendall test at 5 % on the last `periods` known values; nothing is claimed below `min_history`.
//! Not for: seasons and forecasts.

use super::{Analysed, Analysis, Names, comparing};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    label::Label,
    metric::Metric,
    number::Number,
    period::Period,
    report::{Argument, Block, Chart, ChartKind, Finding, Mark, Message, Series, Tick, Verdict},
    unit::Direction,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of a trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics to follow, one chart each, in display order. Example: `["net_revenue", "sessions"]`.
    pub metrics: Vec<MetricId>,
    /// Periods shown, the reported one included.
    #[serde(default = "default_periods")]
    pub periods: u32,
    /// Known values needed before a rise or fall is claimed.
    #[serde(default = "default_history")]
    pub min_history: u32,
    /// Whether last year's values are drawn as a second line.
    #[serde(default = "default_true")]
    pub last_year: bool,
}

fn default_periods() -> u32 {
    13
}

fn default_history() -> u32 {
    8
}

fn default_true() -> bool {
    true
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let shown = plan.calendar.run_up_to(&section.period, self.periods);
        let mut periods = shown.clone();
        if self.last_year {
            periods.extend(shown.iter().map(|period| plan.calendar.year_before(period)));
        }
        periods.sort_unstable();
        periods.dedup();
        self.metrics.iter().map(|metric| Ask::total(metric, periods.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let periods = desk.plan.calendar.run_up_to(&section.period, self.periods);
        for (metric, ask) in self.metrics.iter().zip(self.asks(desk.plan, section)) {
            let Some(metric) = desk.plan.metrics.get(metric) else { continue };
            let values: Vec<_> = periods.iter().map(|period| desk.total(&ask, period)).collect();
            let line = Line { metric, periods: &periods, values: &values };
            analysed.findings.push(line.direction(self.min_history));
            // Where rows come irregularly a day without any is a fact of the calendar.
            if desk.coverage(metric, &section.period).is_some() {
                analysed.findings.extend(line.gaps());
            }
            analysed.blocks.push(Block::Chart(self.chart(desk, section, &ask, &line)));
        }
        analysed
    }

    fn names(&self) -> Names {
        Names { metrics: Names::metrics("metrics", &self.metrics), ..Names::default() }
    }
}

impl Spec {
    fn chart(&self, desk: &Desk<'_>, section: &SectionPlan, ask: &Ask, line: &Line<'_>) -> Chart {
        let as_reals = |values: &[Option<Number>]| -> Vec<Option<f64>> {
            values.iter().map(|value| value.map(Number::to_f64)).collect()
        };
        let label = line.metric.label.clone();
        let mut series = vec![Series { label, values: as_reals(line.values), reference: false }];
        if self.last_year {
            let year_before = |period| desk.total(ask, &desk.plan.calendar.year_before(period));
            let values: Vec<_> = line.periods.iter().map(year_before).collect();
            if values.iter().any(Option::is_some) {
                let label = Label::new("Same period last year", "去年同期");
                series.push(Series { label, values: as_reals(&values), reference: true });
            }
        }
        let shown = |event: &&crate::Event| {
            let within = line.periods.first().zip(line.periods.last());
            within.is_some_and(|(first, last)| {
                first.days.start <= event.date && event.date < last.days.end
            })
        };
        let marks = desk.plan.events.iter().filter(shown);
        Chart {
            id: format!("{}-{}", section.id, line.metric.id),
            title: line.metric.label.clone(),
            kind: ChartKind::Line,
            format: format_of(line.metric),
            ticks: line.periods.iter().map(|period| Tick::Period(*period)).collect(),
            series,
            marks: marks.map(|one| Mark { date: one.date, label: one.label.clone() }).collect(),
            alternative: line.alternative(),
        }
    }
}

/// One metric over time.
struct Line<'a> {
    metric: &'a Metric,
    periods: &'a [Period],
    values: &'a [Option<Number>],
}

impl Line<'_> {
    fn known(&self) -> Vec<(Period, Number)> {
        let pairs = self.periods.iter().zip(self.values);
        pairs.filter_map(|(period, value)| Some((*period, (*value)?))).collect()
    }

    fn say(&self, key: &str) -> Message {
        Message::new(key).with("metric", Argument::Label(self.metric.label.clone()))
    }

    fn direction(&self, needed: u32) -> Finding {
        let known = self.known();
        let count = Argument::Count(known.len() as i64);
        let reals: Vec<f64> = known.iter().map(|(_, value)| value.to_f64()).collect();
        let test = stats::trend::mann_kendall(&reals).filter(|_| known.len() >= needed as usize);
        let (Some(test), Some(first), Some(last)) = (test, known.first(), known.last()) else {
            let message = self
                .say("trend.not_enough")
                .with("count", count)
                .with("needed", Argument::Count(i64::from(needed)));
            return Finding { verdict: Verdict::Unknown, message, weight: 3 };
        };
        let change = comparing::change_argument(self.metric, Some(last.1), Some(first.1));
        let (key, good) = match test.direction() {
            0 => ("trend.flat", None),
            1 => ("trend.rising", Some(self.metric.direction == Direction::Up)),
            _ => ("trend.falling", Some(self.metric.direction == Direction::Down)),
        };
        let verdict = match good {
            Some(_) if self.metric.direction == Direction::Neutral => Verdict::Neutral,
            Some(true) => Verdict::Good,
            Some(false) => Verdict::Bad,
            None => Verdict::Neutral,
        };
        let mut message = self.say(key).with("periods", count);
        if key != "trend.flat" {
            message = message.with("change", change);
        }
        let weight = if good.is_some() { 45 } else { 8 };
        Finding { verdict, message, weight }
    }

    /// Periods without data between periods with data.
    fn gaps(&self) -> Option<Finding> {
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

    fn alternative(&self) -> Message {
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
