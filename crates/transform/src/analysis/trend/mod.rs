//! How metrics developed, with gaps shown as gaps.
//!
//! Answers: is there a steady rise or fall, how steep is it, since when, and where is data missing?
//! Method: the season is taken away by STL where two cycles are known; then Mann–Kendall at 5 %, corrected for
//! autocorrelation (Hamed and Rao), on the last `periods` values, and the slope of Theil and Sen with its 95 %
//! interval; nothing is claimed below `min_history`. Breaks are looked for in the whole run-up.
//! Not for: forecasts.

mod breaks;
mod course;
mod line;

use self::{
    breaks::Break,
    course::{Course, course},
    line::Line,
};
use super::{
    Analysed, Analysis, Limits, Names,
    history::{self, History},
};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    label::Label,
    number::Number,
    period::Grain,
    report::{Block, Chart, ChartKind, Mark, Series, Tick},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Periods in which seasons and breaks are looked for, the shown ones included; by the grain when absent: 400
    /// days, 160 weeks, 60 months, 24 quarters, 12 years.
    pub history: Option<u32>,
    /// Whether levels and slopes that broke are looked for.
    #[serde(default = "default_true")]
    pub breaks: bool,
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
        let mut periods = plan.calendar.run_up_to(&section.period, self.looked_back(section));
        if self.last_year {
            periods.extend(shown.iter().map(|period| plan.calendar.year_before(period)));
        }
        periods.sort_unstable();
        periods.dedup();
        self.metrics.iter().map(|metric| Ask::total(metric, periods.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let calendar = &desk.plan.calendar;
        let periods = calendar.run_up_to(&section.period, self.periods);
        let run_up = calendar.run_up_to(&section.period, self.looked_back(section));
        for (metric, ask) in self.metrics.iter().zip(self.asks(desk.plan, section)) {
            let Some(metric) = desk.plan.metrics.get(metric) else { continue };
            let values: Vec<_> = periods.iter().map(|period| desk.total(&ask, period)).collect();
            let line = Line { metric, periods: &periods, values: &values };
            let history = History::read(desk, &Ask { periods: run_up.clone(), ..ask.clone() });
            let row = history.row();
            let season = history::season(section.period.grain);
            analysed.findings.push(line.direction(&row, season, self.min_history));
            let breaks = if self.breaks { breaks::find(&row, season) } else { Vec::new() };
            // Where rows come irregularly a period without any brings no news: they were told the time before.
            let is_regular = desk.coverage(metric, &section.period).is_some();
            let is_current = is_regular || row.periods.last() == Some(&section.period);
            let news = breaks.iter().filter(|one| one.is_news && is_current);
            analysed.findings.extend(news.map(|one| one.finding(desk, metric)));
            let course = course(&line, &row, season, self.min_history);
            // Where rows come irregularly a day without any is a fact of the calendar.
            if is_regular {
                let reported = desk.plan.period(desk.plan.grain, false).days;
                analysed.findings.extend(line.gaps(reported));
            }
            analysed.blocks.push(Block::Chart(self.chart(
                desk,
                section,
                &ask,
                &line,
                (&course, &breaks),
            )));
        }
        analysed
    }

    fn names(&self) -> Names {
        Names { metrics: Names::metrics("metrics", &self.metrics), ..Names::default() }
    }

    fn limits(&self) -> Limits {
        Limits::default()
            .list("metrics", &self.metrics, 1)
            .within("periods", self.periods, 2..=1500)
            .within("min_history", self.min_history, 4..=3000)
            .within("history", self.history.unwrap_or(2), 2..=3000)
    }
}

impl Spec {
    /// How many periods are looked back upon.
    fn looked_back(&self, section: &SectionPlan) -> u32 {
        let usual = match section.period.grain {
            Grain::Day => 400,
            Grain::Week => 160,
            Grain::Month | Grain::FiscalMonth => 60,
            Grain::Quarter | Grain::FiscalQuarter => 24,
            Grain::Year | Grain::FiscalYear => 12,
        };
        self.history.unwrap_or(usual).max(self.periods)
    }

    /// The target of each period that has one.
    fn targets(&self, desk: &Desk<'_>, line: &Line<'_>) -> Vec<Option<f64>> {
        let target = |period| desk.plan.target(&line.metric.id, period, &BTreeMap::new());
        let real = |target: rust_decimal::Decimal| Number::Exact(target).to_f64();
        line.periods.iter().map(|period| target(period).map(real)).collect()
    }

    fn chart(
        &self,
        desk: &Desk<'_>,
        section: &SectionPlan,
        ask: &Ask,
        line: &Line<'_>,
        (course, breaks): (&Course, &[Break]),
    ) -> Chart {
        let as_reals = |values: &[Option<Number>]| -> Vec<Option<f64>> {
            values.iter().map(|value| value.map(Number::to_f64)).collect()
        };
        let label = line.metric.label.clone();
        let one = |label: Label, values| Series { label, values, reference: false };
        let usual = Label::new("usual range", "常见范围");
        let mut series = vec![
            one(label, as_reals(line.values)),
            one(Label::new("trend", "走势"), course.expected.clone()),
            one(usual.clone(), Vec::new()),
            one(usual.clone(), Vec::new()),
            one(usual.clone(), course.low.clone()),
            one(usual, course.high.clone()),
            one(Label::new("target", "目标"), self.targets(desk, line)),
        ];
        // A fan has one value for each tick in each of its series.
        series.iter_mut().for_each(|series| series.values.resize(line.periods.len(), None));
        if self.last_year {
            let year_before = |period| desk.total(ask, &desk.plan.calendar.year_before(period));
            let values: Vec<_> = line.periods.iter().map(year_before).collect();
            if values.iter().any(Option::is_some) {
                let label = Label::new("Same period last year", "去年同期");
                series.push(Series { label, values: as_reals(&values), reference: true });
            }
        }
        let ends = line.periods.first().zip(line.periods.last());
        let is_shown = |date: chrono::NaiveDate| {
            ends.is_some_and(|(first, last)| first.days.start <= date && date < last.days.end)
        };
        let events = desk.plan.events.iter().filter(|event| is_shown(event.date));
        let events = events.map(|event| Mark::event(event.date, event.label.clone()));
        let marks = breaks.iter().map(Break::mark).filter(|mark| mark.day().is_some_and(is_shown));
        let mut marks: Vec<Mark> = events.chain(marks).collect();
        marks.sort_by(|a, b| (a.day(), a.kind, &a.label).cmp(&(b.day(), b.kind, &b.label)));
        Chart {
            ticks: line.periods.iter().map(|period| Tick::Period(*period)).collect(),
            series,
            marks,
            ..Chart::new(
                format!("{}-{}", section.id, line.metric.id),
                line.metric.label.clone(),
                ChartKind::Fan,
                format_of(line.metric),
                line.alternative(),
            )
        }
    }
}
