//! What moves before what.
//!
//! Answers: which metric moves some periods before another, so that it may be watched as a sign?
//! Method: differences where a metric is not stationary, the leader's own past filtered out of both (prewhitening),
//! cross-correlations corrected over lags and pairs (Benjamini and Hochberg), the same sign in both halves
//! (`stats::lead`).
//! Not for: causes. That one metric moves before another does not say that it moves the other.

use super::{
    Analysed, Analysis, Names,
    history::{self, History},
};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    label::Label,
    metric::Metric,
    number::Number,
    period::{Grain, Period},
    report::{Argument, Block, Cell, Column, Figure, Finding, Fmt, Message, Row, Table, Verdict},
    unit::Unit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stats::lead::{self, LEAST_HISTORY, Relation, Sooner, leads_among};

/// Settings of a search for leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Metrics among which pairs are looked at. Example: `["ad_spend", "sessions", "orders"]`.
    pub metrics: Vec<MetricId>,
    /// The most periods by which one may move before another.
    #[serde(default = "default_lag")]
    pub most_lag: u32,
    /// Periods looked back upon.
    #[serde(default = "default_history")]
    pub history: u32,
}

fn default_lag() -> u32 {
    7
}

fn default_history() -> u32 {
    180
}

/// The share of wrong leads among those that are told.
const LEVEL: f64 = 0.05;

impl Analysis for Spec {
    fn asks(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Ask> {
        let periods = plan.calendar.run_up_to(&section.period, self.history);
        self.metrics.iter().map(|metric| Ask::total(metric, periods.clone())).collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let mut analysed = Analysed::default();
        let histories: Vec<(&Metric, History)> = self
            .metrics
            .iter()
            .zip(self.asks(desk.plan, section))
            .filter_map(|(id, ask)| Some((desk.plan.metrics.get(id)?, History::read(desk, &ask))))
            .collect();
        let season = history::season(section.period.grain);
        let mut pairs: Vec<Pair<'_>> = Vec::new();
        for (index, first) in histories.iter().enumerate() {
            for second in &histories[index + 1..] {
                pairs.extend(Pair::new(first, second, season));
            }
        }
        let series: Vec<(&[f64], &[f64])> =
            pairs.iter().map(|pair| (&pair.values.0[..], &pair.values.1[..])).collect();
        let found = leads_among(&series, self.most_lag as usize, LEVEL);
        let told: Vec<Lead<'_>> = pairs
            .iter()
            .zip(&found)
            .filter_map(|(pair, relation)| Lead::new(pair, relation.as_ref()?))
            .collect();
        let judged = found.iter().flatten().count();
        let grain = section.period.grain;
        analysed.findings = findings(&told, judged, &pairs, &found, grain);
        if !told.is_empty() {
            analysed.blocks.push(Block::Table(table(section, &told)));
        }
        analysed
    }

    fn names(&self) -> Names {
        Names { metrics: Names::metrics("metrics", &self.metrics), ..Names::default() }
    }
}

/// Two metrics over the periods that both know, without their seasons.
struct Pair<'a> {
    metrics: (&'a Metric, &'a Metric),
    values: (Vec<f64>, Vec<f64>),
}

impl<'a> Pair<'a> {
    fn new(
        first: &(&'a Metric, History),
        second: &(&'a Metric, History),
        season: Option<usize>,
    ) -> Option<Self> {
        let (one, other) = (first.1.row(), second.1.row());
        let start = one.periods.first()?.days.start.max(other.periods.first()?.days.start);
        let end = one.periods.last()?.days.end.min(other.periods.last()?.days.end);
        let shared = |periods: &[Period], values: &[f64]| -> Vec<f64> {
            let inside = periods.iter().zip(values);
            let inside =
                inside.filter(|(period, _)| start <= period.days.start && period.days.end <= end);
            deseasonalised(inside.map(|(_, value)| *value).collect(), season)
        };
        let values = (shared(one.periods, &one.values), shared(other.periods, &other.values));
        (values.0.len() == values.1.len() && values.0.len() >= LEAST_HISTORY)
            .then_some(Self { metrics: (first.0, second.0), values })
    }
}

/// Values without their season where two cycles of it are known: a shared rhythm is no lead.
fn deseasonalised(values: Vec<f64>, season: Option<usize>) -> Vec<f64> {
    let cycles = season.filter(|season| values.len() >= 2 * season);
    cycles.and_then(|season| stats::seasonal::adjusted(&values, &[season])).unwrap_or(values)
}

/// One metric that moves before another.
struct Lead<'a> {
    sooner: &'a Metric,
    later: &'a Metric,
    lag: usize,
    coefficient: f64,
}

impl<'a> Lead<'a> {
    fn new(pair: &Pair<'a>, relation: &Relation) -> Option<Self> {
        let lead::Finding::Lead(found) = &relation.finding else { return None };
        let (sooner, later) = match found.sooner {
            Sooner::First => pair.metrics,
            Sooner::Second => (pair.metrics.1, pair.metrics.0),
        };
        Some(Self { sooner, later, lag: found.lag, coefficient: found.coefficient })
    }

    fn correlation(&self) -> Figure {
        let format = Fmt { unit: Unit::Number, decimals: Some(2) };
        Figure { value: Some(Number::Real(self.coefficient)), format, coverage: None }
    }

    fn finding(&self, grain: Grain) -> Finding {
        let key = match self.coefficient < 0.0 {
            true => "leads.opposite",
            false => "leads.same",
        };
        let correlation = self.correlation();
        let message = Message::new(key)
            .with("sooner", Argument::Label(self.sooner.label.clone()))
            .with("later", Argument::Label(self.later.label.clone()))
            .with("lag", Argument::Count(self.lag as i64))
            .with("grain", Argument::Label(grain_word(grain, self.lag)))
            .with("correlation", Argument::value(correlation.value, correlation.format));
        Finding { verdict: Verdict::Neutral, message, weight: 28 }
    }
}

/// The grain's word after a count.
fn grain_word(grain: Grain, count: usize) -> Label {
    let (one, many, zh_cn) = match grain {
        Grain::Day => ("day", "days", "天"),
        Grain::Week => ("week", "weeks", "周"),
        Grain::Month | Grain::FiscalMonth => ("month", "months", "个月"),
        Grain::Quarter | Grain::FiscalQuarter => ("quarter", "quarters", "个季度"),
        Grain::Year | Grain::FiscalYear => ("year", "years", "年"),
    };
    Label::new(if count == 1 { one } else { many }, zh_cn)
}

/// Every lead, or that there is none; and which pairs only share a trend.
fn findings(
    told: &[Lead<'_>],
    judged: usize,
    pairs: &[Pair<'_>],
    found: &[Option<Relation>],
    grain: Grain,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = told.iter().map(|lead| lead.finding(grain)).collect();
    let count = Argument::Count(judged as i64);
    let plain = |key: &str, weight| Finding {
        verdict: Verdict::Unknown,
        message: Message::new(key).with("count", count.clone()),
        weight,
    };
    match (judged, told.len()) {
        (0, _) => findings.push(plain("leads.not_enough", 2)),
        (_, 0) => findings.push(Finding { verdict: Verdict::Neutral, ..plain("leads.none", 4) }),
        _ => {}
    }
    for (pair, relation) in pairs.iter().zip(found) {
        if relation.as_ref().is_some_and(|relation| relation.shared_trend.is_some()) {
            let message = Message::new("leads.shared_trend")
                .with("first", Argument::Label(pair.metrics.0.label.clone()))
                .with("second", Argument::Label(pair.metrics.1.label.clone()));
            findings.push(Finding { verdict: Verdict::Unknown, message, weight: 6 });
        }
    }
    findings
}

fn table(section: &SectionPlan, told: &[Lead<'_>]) -> Table {
    let columns = [
        ("Moves first", "先动"),
        ("Follows", "后动"),
        ("Periods later", "滞后期数"),
        ("Correlation", "相关系数"),
    ];
    let columns = columns
        .iter()
        .enumerate()
        .map(|(index, (en, zh))| Column { label: Label::new(*en, *zh), numeric: index > 1 });
    let rows = told.iter().map(|lead| {
        let count = Fmt { unit: Unit::Count, decimals: None };
        let lag = Number::whole(lead.lag as i64);
        let lag = Figure { value: Some(lag), format: count, coverage: None };
        let plain = |figure| Cell::Figure { figure, verdict: Verdict::Neutral };
        let cells = vec![
            Cell::Label(lead.sooner.label.clone()),
            Cell::Label(lead.later.label.clone()),
            plain(lag),
            plain(lead.correlation()),
        ];
        Row { cells, total: false }
    });
    Table {
        title: section.title.clone(),
        columns: columns.collect(),
        rows: rows.collect(),
        note: Some(Message::new("leads.no_cause")),
    }
}
