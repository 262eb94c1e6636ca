//! What moved, and what only seems to have.
//!
//! Answers: which changes of this period are larger than the metric's usual ups and downs?
//! Method: the change over the same lag in the past is the noise (`stats::trend::change`); a change is called only
//! where fewer than one in twenty of such changes would be as large.
//! Not for: metrics with fewer than eight comparable periods; of them nothing is said.

use super::{
    Analysed, Analysis, Limits, Names, comparing,
    history::{self, History},
    special_days,
};
use crate::{
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    label::Label,
    metric::Metric,
    number::Number,
    period::{Grain, Period},
    report::{Argument, Block, Cell, Column, Figure, Finding, Message, Row, Table, Verdict},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::trend::{Change, LEAST_CHANGES, Move, change};

/// Settings of a table of movers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics to look at. Example: `["net_revenue", "sessions", "nps"]`.
    pub metrics: Vec<MetricId>,
    /// What each is compared with: the period before (the same weekday a week before for days), or a year before.
    #[serde(default)]
    pub against: Lag,
    /// Periods looked back upon; by the grain when absent: 120 days, 110 weeks, 49 months, 24 quarters, 12 years.
    pub history: Option<u32>,
}

/// What a metric is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lag {
    /// The period before; the same weekday a week before for days.
    #[default]
    Previous,
    /// The same period a year before.
    YearBefore,
}

impl Lag {
    /// The lag in periods of a grain.
    fn steps(self, grain: Grain) -> usize {
        match (self, grain) {
            (Lag::Previous, Grain::Day) => 7,
            (Lag::Previous, _) => 1,
            (Lag::YearBefore, Grain::Day) => 364,
            (Lag::YearBefore, grain) => history::season(grain).unwrap_or(1),
        }
    }
}

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let periods = self.periods(plan, section);
        self.metrics.iter().map(|metric| Ask::total(metric, periods.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let lag = self.against.steps(section.period.grain);
        let metrics = self.metrics.iter().zip(self.asks(desk.plan, section));
        let mut movers: Vec<Mover<'_>> = metrics
            .filter_map(|(metric, ask)| Some((desk.plan.metrics.get(metric)?, ask)))
            .map(|(metric, ask)| Mover::new(desk, metric, &ask, lag))
            .collect();
        // The least likely to be noise first; what cannot be judged last; else as listed.
        movers.sort_by(|a, b| a.rank().total_cmp(&b.rank()));
        analysed.findings = findings(&movers);
        if !movers.is_empty() {
            analysed.blocks.push(Block::Table(table(desk, section, &movers)));
        }
        analysed
    }

    fn names(&self) -> Names {
        Names { metrics: Names::metrics("metrics", &self.metrics), ..Names::default() }
    }

    fn limits(&self) -> Limits {
        Limits::default().list("metrics", &self.metrics, 1).within(
            "history",
            self.history.unwrap_or(9),
            9..=3000,
        )
    }
}

impl Spec {
    /// Whether a metric's change on the period before is no clear one; `None` where this does not judge it.
    pub(super) fn calls_usual(
        &self,
        desk: &Desk<'_>,
        section: &SectionPlan,
        metric: &MetricId,
    ) -> Option<bool> {
        let lag = self.against.steps(section.period.grain);
        let asks = self.asks(desk.plan, section);
        let ask = asks.iter().find(|ask| ask.metric == *metric && lag == 1)?;
        let mover = Mover::new(desk, desk.plan.metrics.get(metric)?, ask, lag);
        mover.change.map(|_| !mover.is_clear())
    }

    fn periods(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Period> {
        let grain = section.period.grain;
        let usual = match grain {
            Grain::Day => 120,
            Grain::Week => 110,
            Grain::Month | Grain::FiscalMonth => 49,
            Grain::Quarter | Grain::FiscalQuarter => 24,
            Grain::Year | Grain::FiscalYear => 12,
        };
        let needed = (LEAST_CHANGES + self.against.steps(grain) + 1) as u32;
        plan.calendar.run_up_to(&section.period, self.history.unwrap_or(usual).max(needed))
    }
}

/// A metric's newest value beside what it is compared with.
struct Mover<'a> {
    metric: &'a Metric,
    value: Option<Number>,
    base: Option<(Period, Number)>,
    change: Option<Change>,
    /// Whether the data go back beyond what is compared with.
    has_past: bool,
    /// Whether the past is long enough, but never moved.
    never_moved: bool,
    /// Named days near either period, for days and weeks: months always have some.
    near: Vec<Label>,
}

impl<'a> Mover<'a> {
    fn new(desk: &Desk<'_>, metric: &'a Metric, ask: &Ask, lag: usize) -> Self {
        let history = History::read(desk, ask);
        let newest = history.values.len().checked_sub(1);
        let value = newest.and_then(|newest| history.values[newest]);
        let base = newest
            .and_then(|newest| newest.checked_sub(lag))
            .and_then(|place| Some((history.periods[place], history.values[place]?)));
        let row = history.row();
        let judged = value.zip(base).and_then(|_| {
            let (last, before) = row.values.split_last()?;
            change(before, *last, lag)
        });
        let has_past = history.values.len() > lag + 1;
        let never_moved = judged.is_none() && row.values.len() > LEAST_CHANGES + lag;
        let near = match (history.periods.last(), base) {
            (Some(last), Some((before, _))) if matches!(last.grain, Grain::Day | Grain::Week) => {
                let mut near = special_days::near(desk.plan, last.days);
                near.extend(special_days::near(desk.plan, before.days));
                near.dedup();
                near
            }
            _ => Vec::new(),
        };
        Self { metric, value, base, change: judged, has_past, never_moved, near }
    }

    fn rank(&self) -> f64 {
        self.change.map_or(2.0, |change| change.tail_share)
    }

    /// Whether it stands where it always stood.
    fn is_still(&self) -> bool {
        let base = self.base_value();
        self.never_moved
            && self.value.is_some()
            && self.value.map(Number::to_f64) == base.map(Number::to_f64)
    }

    fn is_clear(&self) -> bool {
        self.change.is_some_and(|change| change.direction != Move::NoClearChange)
    }

    /// Whether there is a history, but no value of the period or none to compare it with.
    fn is_missing(&self) -> bool {
        self.has_past && (self.value.is_none() || self.base.is_none())
    }

    fn base_value(&self) -> Option<Number> {
        self.base.map(|(_, value)| value)
    }

    fn finding(&self) -> Option<Finding> {
        let change = self.change?;
        let (period, base) = self.base?;
        let key = match change.direction {
            Move::Up if self.near.is_empty() => "movers.rose",
            Move::Up => "movers.rose_near",
            Move::Down if self.near.is_empty() => "movers.fell",
            Move::Down => "movers.fell_near",
            Move::NoClearChange => return None,
        };
        let mut message = Message::new(key)
            .with("metric", Argument::Label(self.metric.label.clone()))
            .with("change", comparing::change_argument(self.metric, self.value, Some(base)))
            .with("value", Argument::value(self.value, format_of(self.metric)))
            .with("period", Argument::Period(period))
            .with("noise", comparing::difference_argument(self.metric, change.noise));
        if !self.near.is_empty() {
            message = message.with("events", Argument::List(self.near.clone()));
        }
        let verdict = comparing::verdict(self.metric, self.value, Some(base));
        // What stands near a named day is half explained.
        let weight = if self.near.is_empty() { 58 } else { 38 };
        Some(Finding { verdict, message, weight })
    }
}

/// What moved, and in one sentence what did not.
fn findings(movers: &[Mover<'_>]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = movers.iter().filter_map(Mover::finding).collect();
    let names = |wanted: &dyn Fn(&&Mover<'_>) -> bool| -> Vec<Label> {
        movers.iter().filter(wanted).map(|mover| mover.metric.label.clone()).collect()
    };
    let quiet = names(&|mover| mover.change.is_some() && !mover.is_clear() || mover.is_still());
    let first = names(&|mover| mover.never_moved && !mover.is_still() && !mover.is_missing());
    let missing = names(&|mover| mover.is_missing());
    let unjudged =
        names(&|mover| mover.change.is_none() && !mover.is_missing() && !mover.never_moved);
    let lists = [
        ("movers.first", first, 30),
        ("movers.quiet", quiet, 9),
        ("movers.missing", missing, 4),
        ("movers.unjudged", unjudged, 3),
    ];
    for (key, list, weight) in lists {
        if list.is_empty() {
            continue;
        }
        let message = Message::new(key)
            .with("count", Argument::Count(list.len() as i64))
            .with("list", Argument::List(list));
        let verdict = match key {
            "movers.first" | "movers.quiet" => Verdict::Neutral,
            _ => Verdict::Unknown,
        };
        findings.push(Finding { verdict, message, weight });
    }
    findings
}

fn table(desk: &Desk<'_>, section: &SectionPlan, movers: &[Mover<'_>]) -> Table {
    let columns = [
        ("Metric", "指标"),
        ("Value", "本期"),
        ("Compared with", "对比"),
        // A telephone shows the last ones.
        ("Usual swings", "常见波动"),
        ("Change", "变动"),
        ("Judgement", "判断"),
    ];
    let numeric = |index: usize| (1..5).contains(&index);
    let columns = columns
        .iter()
        .enumerate()
        .map(|(index, (en, zh))| Column { label: Label::new(*en, *zh), numeric: numeric(index) });
    let rows = movers.iter().map(|mover| {
        let figure = |value: Option<f64>| Figure {
            value: value.map(Number::Real),
            format: format_of(mover.metric),
            coverage: None,
        };
        let size = mover.value.zip(mover.base_value()).map(|(value, base)| value.minus(base));
        let verdict = match mover.is_clear() {
            true => comparing::verdict(mover.metric, mover.value, mover.base_value()),
            false => Verdict::Neutral,
        };
        let plain = |figure| Cell::Figure { figure, verdict: Verdict::Neutral };
        let cells = vec![
            Cell::Label(mover.metric.label.clone()),
            plain(desk.figure(mover.metric, mover.value, &section.period)),
            plain(Figure { value: mover.base_value(), ..figure(None) }),
            swings(mover),
            comparing::difference_beside(mover.metric, size, verdict),
            Cell::Label(judgement(mover)),
        ];
        Row { cells, total: false }
    });
    Table {
        title: section.title.clone(),
        columns: columns.collect(),
        rows: rows.collect(),
        note: Some(Message::new("movers.chance")),
    }
}

/// The largest change that passes for noise, up or down.
fn swings(mover: &Mover<'_>) -> Cell {
    let Some(change) = mover.change else { return Cell::Empty };
    let noise = comparing::difference_argument(mover.metric, change.noise);
    Cell::Message(Message::new("movers.swings").with("noise", noise))
}

fn judgement(mover: &Mover<'_>) -> Label {
    match mover.change.map(|change| change.direction) {
        Some(Move::Up) => Label::new("up", "上升"),
        Some(Move::Down) => Label::new("down", "下降"),
        Some(Move::NoClearChange) => Label::new("no clear change", "不明显"),
        None if mover.is_missing() => Label::new("not known", "未知"),
        None if mover.is_still() => Label::new("unchanged as ever", "一如既往"),
        None if mover.never_moved => Label::new("first move ever", "首次变动"),
        None => Label::new("too little history", "历史不足"),
    }
}
