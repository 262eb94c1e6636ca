//! Agreed values by period and slice.
//!
//! Answers: was the target met, where was it missed, and was a miss made good?
//! Method: met = value at or beyond the target in the metric's direction; only whole periods are judged.
//! Not for: metrics without an agreed value.

mod counted;
#[cfg(test)]
mod tests;

use self::counted::Counted;
use super::{Analysed, Analysis, Limits, Names, comparing};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::{DimensionId, MetricId},
    label::Label,
    metric::Metric,
    number::Number,
    period::Period,
    report::{
        Argument, Block, Cell, Chart, ChartKind, Column, Figure, Finding, Message, Row, Series,
        Table, Tick, Verdict,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Settings of a target table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics with targets, in display order. Example: `["net_revenue", "csat"]`.
    pub metrics: Vec<MetricId>,
    /// The dimension whose slices have targets of their own.
    pub by: Option<DimensionId>,
    /// Periods shown, the reported one included.
    #[serde(default = "default_periods")]
    pub periods: u32,
    /// Whether a chart of each total against its target is drawn.
    #[serde(default)]
    pub chart: bool,
}

fn default_periods() -> u32 {
    6
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let periods = plan.calendar.run_up_to(&section.period, self.periods);
        let mut asks = Vec::new();
        for metric in &self.metrics {
            let total = Ask::total(metric, periods.clone());
            if let Some(by) = &self.by {
                asks.push(Ask { by: vec![by.clone()], ..total.clone() });
            }
            asks.push(total);
        }
        asks
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let periods = desk.plan.calendar.run_up_to(&section.period, self.periods);
        let mut counted = Counted::default();
        let (mut charts, mut totals) = (Vec::new(), Vec::new());
        for id in &self.metrics {
            let Some(metric) = desk.plan.metrics.get(id) else { continue };
            let lines = self.lines(desk, metric, &periods);
            if lines.iter().all(|line| line.targets.iter().all(Option::is_none)) {
                let label = Argument::Label(metric.label.clone());
                analysed
                    .blocks
                    .push(Block::Note(Message::new("targets.none").with("metric", label)));
                continue;
            }
            for line in &lines {
                // The total of parts is told in a sentence of its own.
                if line.slice.is_some() == self.by.is_some() {
                    counted.add(line, self.called(line));
                }
                analysed.findings.extend(line.findings());
            }
            if let (true, Some(total)) = (self.chart, lines.first()) {
                charts.push(Block::Chart(chart(section, total)));
            }
            if let Some(by) = &self.by {
                let name = desk.plan.dimension(by);
                let pairs = lines.iter().any(Line::target_changes);
                let rows = lines.iter().map(|line| line.row(line.name(), pairs)).collect();
                let title = metric.label.clone();
                analysed.blocks.push(Block::Table(table(title, name, rows, &periods, pairs)));
            } else {
                totals.extend(lines.into_iter().map(|line| (metric.label.clone(), line)));
            }
        }
        if !totals.is_empty() {
            // Without slices every metric is one row, and one table holds them all.
            let name = Label::new("Metric", "指标");
            let title = section.title.clone();
            let pairs = totals.iter().any(|(_, line): &(Label, Line<'_>)| line.target_changes());
            let rows = totals.into_iter().map(|(label, line)| line.row(label, pairs)).collect();
            analysed.blocks.push(Block::Table(table(title, name, rows, &periods, pairs)));
        }
        analysed.blocks.extend(charts);
        let dimension = self.by.as_ref().map(|by| desk.plan.dimension(by));
        analysed.findings.extend(counted.not_known());
        if let Some(finding) = counted.finding(dimension, self.parts(desk)) {
            analysed.findings.insert(0, finding);
        }
        analysed
    }

    fn names(&self) -> Names {
        let slices = self
            .by
            .iter()
            .flat_map(|by| self.metrics.iter().map(move |metric| (metric.clone(), by.clone())));
        Names {
            metrics: Names::metrics("metrics", &self.metrics),
            dimensions: self.by.iter().map(|by| ("by".to_owned(), by.clone())).collect(),
            slices: slices.collect(),
            ..Names::default()
        }
    }

    fn limits(&self) -> Limits {
        Limits::default().list("metrics", &self.metrics, 1).within("periods", self.periods, 1..=120)
    }
}

/// A slice's values beside its targets.
struct Line<'a> {
    metric: &'a Metric,
    /// The slice's name; none for the total.
    slice: Option<Label>,
    /// Whether the total stands above slices.
    is_sliced: bool,
    periods: &'a [Period],
    values: Vec<Option<Number>>,
    targets: Vec<Option<Number>>,
    coverage: Vec<Option<f64>>,
}

impl Spec {
    /// The total first, then the slices that have targets.
    fn lines<'a>(
        &self,
        desk: &Desk<'_>,
        metric: &'a Metric,
        periods: &'a [Period],
    ) -> Vec<Line<'a>> {
        let total = Ask::total(&metric.id, periods.to_vec());
        let coverage: Vec<_> = periods.iter().map(|period| desk.coverage(metric, period)).collect();
        let line =
            |slice, ask: &Ask, members: &[Option<String>], key: BTreeMap<String, String>| Line {
                metric,
                slice,
                is_sliced: self.by.is_some(),
                periods,
                values: periods.iter().map(|period| desk.value(ask, period, members)).collect(),
                targets: periods
                    .iter()
                    .map(|period| desk.plan.target(&metric.id, period, &key).map(Number::Exact))
                    .collect(),
                coverage: coverage.clone(),
            };
        let mut lines = vec![line(None, &total, &[], BTreeMap::new())];
        if let Some(by) = &self.by {
            let ask = Ask { by: vec![by.clone()], ..total };
            for members in desk.slices(&ask, periods) {
                let Some(Some(member)) = members.first() else { continue };
                let key = BTreeMap::from([(by.to_string(), member.clone())]);
                let label = desk.plan.member(by, Some(member));
                let found = line(Some(label), &ask, &members, key);
                if found.targets.iter().any(Option::is_some) {
                    lines.push(found);
                }
            }
        }
        lines
    }
}

impl Line<'_> {
    fn met(&self, index: usize) -> Option<bool> {
        let (value, target) =
            (self.values.get(index)?.as_ref()?, self.targets.get(index)?.as_ref()?);
        Some(comparing::meets(self.metric, *value, *target))
    }

    /// Whether the reported period met its target.
    fn now(&self) -> Option<bool> {
        self.met(self.periods.len().checked_sub(1)?)
    }

    /// Whether there is a target for the reported period.
    fn is_agreed(&self) -> bool {
        self.targets.last().is_some_and(Option::is_some)
    }

    fn say(&self, key: &str, index: usize) -> Message {
        let format = format_of(self.metric);
        Message::new(key)
            .with("metric", Argument::Label(self.metric.label.clone()))
            .with("period", Argument::Period(self.periods[index]))
            .with("value", Argument::value(self.values[index], format.clone()))
            .with("target", Argument::value(self.targets[index], format))
    }

    fn findings(&self) -> Vec<Finding> {
        let last = self.periods.len() - 1;
        let mut findings = Vec::new();
        let slice = self.slice.clone().map(Argument::Label);
        match (self.met(last), slice) {
            (Some(true), None) => findings.push(self.recovery().unwrap_or_else(|| Finding {
                verdict: Verdict::Good,
                message: self.say("targets.met", last),
                weight: 30,
            })),
            (Some(false), None) => {
                let gap =
                    comparing::change_argument(self.metric, self.values[last], self.targets[last]);
                let message = self.say("targets.missed", last).with("gap", gap);
                findings.push(Finding { verdict: Verdict::Bad, message, weight: 90 });
            }
            (Some(false), Some(slice)) => {
                let message = self.say("targets.missed_slice", last).with("slice", slice);
                findings.push(Finding { verdict: Verdict::Bad, message, weight: 75 });
            }
            _ => {}
        }
        findings
    }

    /// That the reported period met its target where the one before missed it; later it is known.
    fn recovery(&self) -> Option<Finding> {
        let back = self.periods.len().checked_sub(1)?;
        let missed = back.checked_sub(1)?;
        if (self.met(missed), self.met(back)) != (Some(false), Some(true)) {
            return None;
        }
        let message = Message::new("targets.recovered")
            .with("metric", Argument::Label(self.metric.label.clone()))
            .with("period", Argument::Period(self.periods[back]))
            .with("missed", Argument::Period(self.periods[missed]));
        Some(Finding { verdict: Verdict::Good, message, weight: 80 })
    }

    fn name(&self) -> Label {
        self.slice.clone().unwrap_or_else(|| Label::new("Total", "合计"))
    }

    /// Whether what was agreed differs between the periods shown.
    fn target_changes(&self) -> bool {
        let mut known = self.targets.iter().flatten();
        let first = known.next();
        known.any(|target| Some(target) != first)
    }

    /// A row of values; each beside its own target in `pairs`, else all beside the one target.
    fn row(&self, name: Label, pairs: bool) -> Row {
        let agreed =
            |target| Cell::Figure { figure: self.figure(target, None), verdict: Verdict::Neutral };
        let mut cells = vec![Cell::Label(name)];
        if !pairs {
            cells.push(agreed(self.targets.iter().flatten().next().copied()));
        }
        for index in 0..self.periods.len() {
            let (value, target) = (self.values[index], self.targets[index]);
            // Without a target there is nothing to judge; an unknown value stays unknown.
            let verdict = match (target, value) {
                (None, Some(_)) => Verdict::Neutral,
                _ => comparing::target_verdict(self.metric, value, target),
            };
            let figure = self.figure(value, self.coverage[index]);
            if pairs {
                cells.push(agreed(target));
            }
            cells.push(Cell::Figure { figure, verdict });
        }
        let of_many = self.slice.is_none() && self.is_sliced;
        Row { cells, total: of_many }
    }

    fn figure(&self, value: Option<Number>, coverage: Option<f64>) -> Figure {
        Figure { value, format: format_of(self.metric), coverage }
    }
}

fn table(title: Label, name: Label, rows: Vec<Row>, periods: &[Period], pairs: bool) -> Table {
    let target = || Column { label: Label::new("Target", "目标"), numeric: true };
    let mut columns = vec![Column { label: name, numeric: false }];
    if !pairs {
        columns.push(target());
    }
    for period in periods {
        if pairs {
            columns.push(target());
        }
        columns.push(Column { label: Label::verbatim(period.name()), numeric: true });
    }
    Table { title, columns, rows, note: None }
}

fn chart(section: &SectionPlan, total: &Line<'_>) -> Chart {
    let reals =
        |values: &[Option<Number>]| values.iter().map(|value| value.map(Number::to_f64)).collect();
    let judged = (0..total.periods.len()).filter_map(|index| total.met(index));
    let (met, all) = judged.fold((0, 0), |(met, all), one| (met + i64::from(one), all + 1));
    Chart {
        id: format!("{}-{}", section.id, total.metric.id),
        title: total.metric.label.clone(),
        kind: ChartKind::Column,
        format: format_of(total.metric),
        across: None,
        ticks: total.periods.iter().map(|period| Tick::Period(*period)).collect(),
        series: vec![
            Series {
                label: total.metric.label.clone(),
                values: reals(&total.values),
                reference: false,
            },
            Series {
                label: Label::new("Target", "目标"),
                values: reals(&total.targets),
                reference: true,
            },
        ],
        marks: Vec::new(),
        verdicts: Vec::new(),
        readings: Vec::new(),
        alternative: Message::new("targets.alt")
            .with("metric", Argument::Label(total.metric.label.clone()))
            .with("met", Argument::Count(met))
            .with("total", Argument::Count(all)),
    }
}
